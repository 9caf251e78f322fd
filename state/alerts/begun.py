"""When alerts began before anybody watched from here, as Prometheus' own series of them tell. Blocks."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from state.alerts.labels import subject_labels
from state.alerts.week import Starts
from state.clock import SYSTEM, Clock
from state.metrics.catalogue import SINCE, alerts_begun
from state.metrics.model import MetricsClient, MetricsError, Sample

SPANS = (("7d", "5m"), ("1d", "5m"))
"""How far back, and in which steps, the longest first: a server may find a week too much."""
RECENT = ("1h", "15s")
"""The time in which alerts flap, seen closely."""
_NOT_NOW = frozenset({"unreachable", "auth"})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BegunReader:
    """Asks one Prometheus when alerts began to fire."""

    client: MetricsClient
    clock: Clock = SYSTEM

    def fetch(self) -> Starts:
        """Return when alerts became active that fired afterwards; nothing from a server that cannot say.

        Raises MetricsError when the server does not answer.
        """
        found: dict[tuple[str, str], set[float]] = {}
        for span, step in SPANS:
            if self._take(found, span, step):
                break
        self._take(found, *RECENT)
        return {place: tuple(sorted(moments)) for place, moments in found.items()}

    def _take(self, found: dict[tuple[str, str], set[float]], span: str, step: str) -> bool:
        """Add what the server tells of a span; return whether it told."""
        try:
            answer = self.client.query(alerts_begun(span, step).promql)
        except MetricsError as error:
            if error.kind in _NOT_NOW:
                raise
            _log.info("alerts of the last %s: %s", span, error)
            return False
        for sample in answer.samples:
            place, begun = _read(sample)
            if begun is not None:
                found.setdefault(place, set()).add(begun)
        return True


def _read(sample: Sample) -> tuple[tuple[str, str], float | None]:
    labels: Mapping[str, str] = subject_labels(dict(sample.labels))
    place = (labels.get("alertname", ""), labels.get("namespace") or labels.get("node", ""))
    try:
        return place, float(labels.get(SINCE, ""))
    except ValueError:
        return place, None
