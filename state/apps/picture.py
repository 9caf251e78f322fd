"""The apps of one cluster: workloads joined with their pods' faults, releases and signals. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from state.apps.grouping import Grouping, team_of, version_of
from state.apps.health import Judged, WorkloadRows, judge, overall, severity
from state.apps.model import App, Signals
from state.apps.signals import AppKey, Owners, by_app
from state.cluster.kinds.daemon_sets import DAEMON_SET, DaemonSetRow
from state.cluster.kinds.deployments import DEPLOYMENT, DeploymentRow
from state.cluster.kinds.kind import Fault, Kind, Labels
from state.cluster.kinds.namespaces import NamespaceRow
from state.cluster.kinds.pod_faults import pod_fault
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.replica_sets import ReplicaSetRow
from state.cluster.kinds.services import ServiceRow
from state.cluster.kinds.stateful_sets import STATEFUL_SET, StatefulSetRow
from state.metrics.pulse import ServiceSignals
from state.printable import printable


@dataclass(frozen=True, slots=True)
class AppRows:
    """What apps are made of. Each part may be missing; of the pods those that are surely well may be left out."""

    deployments: Iterable[DeploymentRow] = ()
    stateful_sets: Iterable[StatefulSetRow] = ()
    daemon_sets: Iterable[DaemonSetRow] = ()
    replica_sets: Iterable[ReplicaSetRow] = ()
    pods: Iterable[PodRow] = ()
    services: Iterable[ServiceRow] = ()
    namespaces: Iterable[NamespaceRow] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One workload of an app."""

    kind: Kind[WorkloadRows]
    row: WorkloadRows
    judged: Judged
    released: float | None


def picture(
    cluster: str,
    rows: AppRows,
    now: float,
    measured: Iterable[ServiceSignals] = (),
    grouping: Grouping = Grouping(),
) -> tuple[App, ...]:
    """Return the apps at a wall-clock moment, the worst first; of equal ones product apps lead."""
    sets = list(rows.replica_sets)
    releases = _releases(sets)
    workloads = list(_workloads(rows))
    faults = _pod_faults(rows.pods, sets, {row.uid: row.moving for _, row in workloads}, now)
    parts: dict[AppKey, list[_Part]] = defaultdict(list)
    places: dict[AppKey, AppKey] = {}
    for kind, row in workloads:
        key = row.namespace, grouping.app_of(row)
        judged = judge(row, kind.fault(row, now), faults.get(row.uid), now)
        parts[key].append(_Part(kind, row, judged, _released(row, releases)))
        places[row.namespace, row.name] = key
    services = {
        (service.namespace, service.name): key
        for service in rows.services
        if (key := (service.namespace, grouping.named(dict(service.labels), {}))) in parts
    }
    signals = by_app(measured, Owners(places, services))
    labels = {namespace.name: namespace.labels for namespace in rows.namespaces}
    apps = [
        _app(cluster, key, found, labels.get(key[0], ()), signals.get(key, Signals()), grouping)
        for key, found in parts.items()
    ]
    return tuple(sorted(apps, key=_worst_first))


def _worst_first(app: App) -> tuple[int, bool, float, str, str]:
    return -severity(app.health), app.platform, -(app.signals.errors or 0.0), app.name, app.namespace


def _app(
    cluster: str, key: AppKey, parts: list[_Part], namespace_labels: Labels, signals: Signals, grouping: Grouping
) -> App:
    parts.sort(key=lambda part: (-severity(part.judged.health), part.row.name))
    judged = overall((part.row.name, part.judged) for part in parts)
    newest = max(parts, key=lambda part: (part.row.wanted > 0, part.released or 0.0))
    namespace, name = key
    return App(
        name=printable(name),
        cluster=cluster,
        namespace=namespace,
        platform=all(grouping.is_platform(namespace, part.row.labels, namespace_labels) for part in parts),
        workloads=tuple(part.kind.ref(cluster, part.row) for part in parts),
        version=printable(version_of(newest.row)),
        ready=sum(min(part.row.ready, part.row.wanted) for part in parts),
        wanted=sum(part.row.wanted for part in parts),
        health=judged.health,
        reason=judged.reason,
        released=max((part.released for part in parts if part.released is not None), default=None),
        team=printable(next((team for part in parts if (team := team_of(part.row, namespace_labels))), "")),
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


def _pod_faults(
    pods: Iterable[PodRow], sets: Iterable[ReplicaSetRow], moving: dict[str, bool], now: float
) -> dict[str, Fault]:
    """Return the worst fault of the pods of each workload, by the workload's uid."""
    above = {one.uid: one.owner.uid for one in sets if one.owner is not None}
    worst: dict[str, Fault] = {}
    for pod in pods:
        if pod.owner is None:
            continue
        uid = above.get(pod.owner.uid, pod.owner.uid)
        fault = pod_fault(pod, now, moving.get(uid, False))
        if fault is not None and (uid not in worst or fault.rank > worst[uid].rank):
            worst[uid] = fault
    return worst
