"""The cluster's vital signs before the program began, from Prometheus: pods by phase, and their restarts."""

import math
from collections import defaultdict
from collections.abc import Sequence

from state.cluster.vitals import EVERY, KEPT, PHASES, Sample
from state.metrics.catalogue import Expression
from state.metrics.model import MetricsClient

_LONGEST_NAMES = 4000
"""Characters of namespaces beyond which a query would be refused by servers in between."""


def phases(namespaces: Sequence[str] = ()) -> Expression:
    """Pods by phase, as kube-state-metrics counts them."""
    return Expression("pods by phase", f"sum by (phase) (kube_pod_status_phase{_of(namespaces)})")


def restarts(namespaces: Sequence[str] = (), every: float = EVERY) -> Expression:
    """Restarts of containers since the point before; over a longer window, for scrapes are further apart."""
    window = 60
    counted = f"sum(increase(kube_pod_container_status_restarts_total{_of(namespaces)}[{window}s]))"
    return Expression("restarts", f"{counted} * {every / window:g}")


def history(client: MetricsClient, now: float, namespaces: Sequence[str] = ()) -> tuple[Sample, ...]:
    """Return what was sampled until a moment in seconds since the epoch, oldest first; empty where nothing is known.

    `namespaces`: only pods of these, empty for all. Blocks; raises MetricsError.
    """
    if sum(map(len, namespaces)) > _LONGEST_NAMES:
        return ()
    begin, end = now - EVERY * KEPT, now
    found: dict[float, dict[str, int]] = defaultdict(dict)
    for series in client.query_range(phases(namespaces).promql, begin, end, EVERY).series:
        phase = series.label("phase")
        for at, value in series.points:
            if math.isfinite(value):
                name = phase if phase in PHASES else "Pending"
                found[at][name] = found[at].get(name, 0) + round(value)
    if not found:
        return ()
    new: dict[float, float] = defaultdict(float)
    for series in client.query_range(restarts(namespaces).promql, begin, end, EVERY).series:
        for at, value in series.points:
            new[at] += value if math.isfinite(value) else 0.0
    carried, samples = 0.0, []
    for at in sorted(found):
        # An increase is spread over its window; whole restarts are told when they have come together.
        carried += new[at]
        whole = math.floor(carried + 1e-6)
        carried -= whole
        samples.append(Sample(at, found[at], whole))
    return tuple(samples)


def joined(before: Sequence[Sample], since: Sequence[Sample]) -> Sequence[Sample]:
    """Return what was known before together with what was seen since, an hour of it at most."""
    first = since[0].at if since else math.inf
    return [*(one for one in before if one.at < first), *since][-KEPT:]


def _of(namespaces: Sequence[str]) -> str:
    # Names of namespaces hold nothing that means something in a regular expression.
    return f'{{namespace=~"{"|".join(namespaces)}"}}' if namespaces else ""
