"""The apps of one cluster: workloads joined with their pods' faults, releases and signals.

Pure but for what `Readings` remember. It is made again with every change of a cluster, so it costs a few milliseconds
for hundreds of workloads and thousands of faults.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from state.apps.health import Judged, WorkloadRows, judge, overall, severity
from state.apps.model import App, Signals
from state.apps.readings import Reading, Readings
from state.apps.signals import AppKey, Owners, by_app
from state.cluster.kinds.daemon_sets import DAEMON_SET, DaemonSetRow
from state.cluster.kinds.deployments import DEPLOYMENT, DeploymentRow
from state.cluster.kinds.kind import Fault, Kind
from state.cluster.kinds.namespaces import NamespaceRow
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.replica_sets import ReplicaSetRow
from state.cluster.kinds.services import ServiceRow
from state.cluster.kinds.stateful_sets import STATEFUL_SET, StatefulSetRow
from state.metrics.pulse import ServiceSignals
from state.printable import printable

_UNMEASURED = Signals()


@dataclass(frozen=True, slots=True)
class AppRows:
    """What apps are made of. Each part may be missing."""

    deployments: Iterable[DeploymentRow] = ()
    stateful_sets: Iterable[StatefulSetRow] = ()
    daemon_sets: Iterable[DaemonSetRow] = ()
    replica_sets: Iterable[ReplicaSetRow] = ()
    faults: Iterable[tuple[PodRow, Fault]] = ()
    """The pods that are not well, each with what is wrong with it."""
    services: Iterable[ServiceRow] = ()
    namespaces: Iterable[NamespaceRow] = ()


class _Part(NamedTuple):
    """One workload of an app."""

    row: WorkloadRows
    reading: Reading
    judged: Judged
    released: float | None


def picture(rows: AppRows, now: float, readings: Readings, measured: Iterable[ServiceSignals] = ()) -> tuple[App, ...]:
    """Return the apps at a wall-clock moment, the worst first; of equal ones product apps lead.

    `readings` are of the cluster of these rows. Given again the next time, what did not change is not read again.
    """
    sets = list(rows.replica_sets)
    releases = _releases(sets)
    faults = _worst_faults(rows.faults, sets)
    labels = {namespace.name: namespace.labels for namespace in rows.namespaces}
    parts: dict[AppKey, list[_Part]] = defaultdict(list)
    places: dict[AppKey, AppKey] = {}
    uids: set[str] = set()
    for kind, row in _workloads(rows):
        reading = readings.workload(kind, row, labels.get(row.namespace, ()))
        key = row.namespace, reading.app
        judged = judge(row, kind.fault(row, now), faults.get(row.uid), now)
        parts[key].append(_Part(row, reading, judged, _released(row, releases)))
        places[row.namespace, row.name] = key
        uids.add(row.uid)
    listed = list(rows.services)
    services = {
        (service.namespace, service.name): key
        for service in listed
        if (key := (service.namespace, readings.service(service))) in parts
    }
    signals = by_app(measured, Owners(places, services))
    apps = [
        readings.apps.value(key, _app, readings.cluster, key, tuple(found), signals.get(key, _UNMEASURED))
        for key, found in parts.items()
    ]
    readings.workloads.keep(uids)
    readings.services.keep({service.uid for service in listed})
    readings.apps.keep(parts.keys())
    apps.sort(key=_worst_first)
    return tuple(apps)


def _worst_first(app: App) -> tuple[int, bool, float, str, str]:
    return -severity(app.health), app.platform, -(app.signals.errors or 0.0), app.name, app.namespace


def _app(cluster: str, key: AppKey, found: tuple[_Part, ...], signals: Signals) -> App:
    parts = sorted(found, key=lambda part: (-severity(part.judged.health), part.row.name))
    judged = overall((part.row.name, part.judged) for part in parts)
    newest = max(parts, key=lambda part: (part.row.wanted > 0, part.released or 0.0))
    namespace, name = key
    return App(
        name=printable(name),
        cluster=cluster,
        namespace=namespace,
        platform=all(part.reading.platform for part in parts),
        workloads=tuple(part.reading.ref for part in parts),
        version=newest.reading.version,
        ready=sum(min(part.row.ready, part.row.wanted) for part in parts),
        wanted=sum(part.row.wanted for part in parts),
        health=judged.health,
        reason=judged.reason,
        released=max((part.released for part in parts if part.released is not None), default=None),
        team=next((part.reading.team for part in parts if part.reading.team), ""),
        signals=signals,
    )


def _workloads(rows: AppRows) -> Iterable[tuple[Kind[WorkloadRows], WorkloadRows]]:
    for kind, found in (
        (DEPLOYMENT, rows.deployments),
        (STATEFUL_SET, rows.stateful_sets),
        (DAEMON_SET, rows.daemon_sets),
    ):
        for row in found:
            yield kind, row  # type: ignore[misc]


def _releases(sets: Iterable[ReplicaSetRow]) -> dict[str, tuple[int, float]]:
    """Return the newest revision's number and beginning by the deployment's uid."""
    found: dict[str, tuple[int, float]] = {}
    for one in sets:
        if one.owner is not None:
            found[one.owner.uid] = max(found.get(one.owner.uid, (-1, 0.0)), (one.revision, one.created))
    return found


def _released(row: WorkloadRows, releases: dict[str, tuple[int, float]]) -> float | None:
    """Return when the newest revision began, None when nothing says so."""
    known = releases.get(row.uid)
    if known is not None:
        return known[1]
    return row.created if row.generation <= 1 else None


def _worst_faults(faults: Iterable[tuple[PodRow, Fault]], sets: Iterable[ReplicaSetRow]) -> dict[str, Fault]:
    """Return the worst fault of the pods of each workload, by the workload's uid."""
    above = {one.uid: one.owner.uid for one in sets if one.owner is not None}
    worst: dict[str, Fault] = {}
    for pod, fault in faults:
        if pod.owner is not None:
            uid = above.get(pod.owner.uid, pod.owner.uid)
            known = worst.get(uid)
            if known is None or fault.rank > known.rank:
                worst[uid] = fault
    return worst
