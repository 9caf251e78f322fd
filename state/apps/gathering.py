"""What apps are made of, out of the sources that are open. Belongs to the loop."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from state.alerts.model import Alert
from state.alerts.source import LiveAlerts
from state.apps.model import App
from state.apps.picture import Neighbour, picture
from state.apps.readings import Readings
from state.apps.workloads import AppRows
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Kind, R
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.pods import POD, PodRow
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.kinds.services import SERVICE
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.freshness import Freshness, Health
from state.metrics.pulse import Pulse
from state.mirror import Mirror
from state.platform_view import PlatformView
from state.polled import Polled

_WORDS = {
    Health.OFF: "is not configured",
    Health.CONNECTING: "has not answered yet",
    Health.DENIED: "denies the look",
}
_JUDGED: tuple[Kind[Any], ...] = (POD, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB)
_OFF = Freshness(Health.OFF, 0.0)
_TURN = 0.015
"""Seconds of reading after which the loop goes on with something else."""


def apps_now(
    view: PlatformView,
    pulse: Polled[Pulse] | None,
    alerts: LiveAlerts | None,
    readings: Readings,
    now: float,
    neighbours: Callable[[float], Sequence[Neighbour]] = lambda now: (),
) -> tuple[App, ...]:
    """Return the apps as the sources have them now; `neighbours` gives the other contexts that are watched."""
    lost = tuple(missing(view.freshness, pulse.freshness if pulse is not None else _OFF, alerts))
    found = rows_of(view, now, lost, alerts.picture.alerts if alerts is not None else ())
    measured = pulse.value.services if pulse is not None and pulse.value is not None else ()
    with readings.turn(_TURN):
        return picture(found, now, readings, measured, neighbours(now))


def rows_of(view: PlatformView, now: float, lost: tuple[str, ...], alerts: Sequence[Alert] = ()) -> AppRows:
    """Return what apps are made of in one cluster, as far as it is held there.

    Of the pods only the faulty ones can change a verdict. `lost` are sentences on sources that do not answer.
    """

    def rows(kind: Kind[R]) -> Iterable[R]:
        return view.feed(kind.resource.group_kind).mirror if view.holds(kind) else ()

    view.worst.update(now)
    pods: Mirror[PodRow] = view.feed(POD.resource.group_kind).mirror
    faulty = [
        (pod, one.fault) for one in view.worst.faulty if one.kind is POD and (pod := pods.get(one.uid)) is not None
    ]
    return AppRows(
        rows(DEPLOYMENT),
        rows(STATEFUL_SET),
        rows(DAEMON_SET),
        rows(REPLICA_SET),
        faulty,
        rows(SERVICE),
        rows(NAMESPACE_KIND),
        rows(CRON_JOB),
        rows(ROLLOUT),
        alerts,
        (*lost, *denied(view)),
    )


def denied(view: PlatformView) -> Iterator[str]:
    """Iterate over a sentence for each kind of workload that may not be read: what it would tell is not known."""
    for kind in _JUDGED:
        if view.holds(kind) and view.feed(kind.resource.group_kind).freshness.health is Health.DENIED:
            yield f"{kind.resource.plural} may not be read"


def missing(cluster: Freshness, metrics: Freshness, alerts: LiveAlerts | None) -> Iterator[str]:
    """Iterate over a sentence for each source without which nothing can be called well."""
    yield from unheard(cluster, "the cluster")
    if metrics.health is not Health.LIVE:
        yield f"Prometheus {_word(metrics)}"
    told = (alerts.alertmanager, alerts.prometheus) if alerts is not None else (_OFF,)
    # Either of the two knows what fires.
    if all(one.health is not Health.LIVE for one in told):
        yield f"Alertmanager {_word(told[0])}"


def unheard(cluster: Freshness, called: str) -> Iterator[str]:
    """Iterate over the sentence that says why a cluster tells nothing; none while it is live."""
    if cluster.health is not Health.LIVE:
        yield f"{called} {_word(cluster)}"


def _word(freshness: Freshness) -> str:
    return _WORDS.get(freshness.health, "does not answer")
