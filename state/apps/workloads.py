"""The workloads of one cluster, each with its app, its health, its pods and its newest release.

Pure but for what `Readings` remember.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec.structs import replace

from state.alerts.model import Alert
from state.apps.health import Judged, WorkloadRows, judge, judge_cron_job
from state.apps.readings import Reading, Readings
from state.apps.rollouts import rollouts_of
from state.cluster.kinds.cron_jobs import CRON_JOB, CronJobRow
from state.cluster.kinds.daemon_sets import DAEMON_SET, DaemonSetRow
from state.cluster.kinds.deployments import DEPLOYMENT, DeploymentRow
from state.cluster.kinds.kind import Fault, Kind
from state.cluster.kinds.namespaces import NamespaceRow
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.replica_sets import ReplicaSetRow
from state.cluster.kinds.rollouts import ROLLOUT, RolloutRow
from state.cluster.kinds.services import ServiceRow
from state.cluster.kinds.stateful_sets import STATEFUL_SET, StatefulSetRow


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
    cron_jobs: Iterable[CronJobRow] = ()
    rollouts: Iterable[RolloutRow] = ()
    """Those of Argo that are read; of others their replica sets tell."""
    alerts: Iterable[Alert] = ()
    """All alerts there are, worst first."""
    missing: tuple[str, ...] = ()
    """A sentence for each source that would know more and does not answer."""


class Found(NamedTuple):
    """One workload of an app."""

    uid: str
    name: str
    reading: Reading
    judged: Judged
    ready: int
    wanted: int
    released: float | None


def workloads_of(rows: AppRows, now: float, readings: Readings) -> Iterator[Found]:
    """Iterate over all workloads as they are at a wall-clock moment."""
    sets = list(rows.replica_sets)
    releases = _releases(sets)
    faults = _worst_faults(rows.faults, sets)
    labels = {namespace.name: namespace.labels for namespace in rows.namespaces}
    for kind, row in _rolling(rows, sets):
        reading = readings.workload(kind, row, labels.get(row.namespace, ()))
        if reading is None:
            continue
        judged = judge(row, kind.fault(row, now), faults.get(row.uid), now)
        yield Found(row.uid, row.name, reading, judged, row.ready, row.wanted, _released(row, releases))
    for job in rows.cron_jobs:
        reading = readings.workload(CRON_JOB, job, labels.get(job.namespace, ()))
        if reading is None:
            continue
        yield Found(job.uid, job.name, reading, judge_cron_job(job, now), 0, 0, None)


def _rolling(rows: AppRows, sets: Iterable[ReplicaSetRow]) -> Iterator[tuple[Kind[Any], WorkloadRows]]:
    yield from ((DEPLOYMENT, row) for row in rows.deployments)
    yield from ((STATEFUL_SET, row) for row in rows.stateful_sets)
    yield from ((DAEMON_SET, row) for row in rows.daemon_sets)
    told = {row.uid: row for row in rollouts_of(sets)}
    for row in rows.rollouts:
        by_sets = told.pop(row.uid, None)
        # One that refers to a deployment has no template of its own.
        yield ROLLOUT, replace(row, images=by_sets.images) if by_sets is not None and not row.images else row
    yield from ((ROLLOUT, row) for row in told.values())


@dataclass(frozen=True, slots=True)
class _Revisions:
    """What replica sets tell of the releases of their owners, by the owner's uid."""

    newest: dict[str, tuple[int, float]]
    """The highest revision, and when its set began."""
    latest: dict[str, float]
    """When the youngest set began. A rollback gives an old one a new number, with its old beginning."""


def _releases(sets: Iterable[ReplicaSetRow]) -> _Revisions:
    newest: dict[str, tuple[int, float]] = {}
    latest: dict[str, float] = {}
    for one in sets:
        if one.owner is not None:
            uid, told = one.owner.uid, (one.revision, one.created)
            if uid not in newest or told > newest[uid]:
                newest[uid] = told
            if one.created > latest.get(uid, 0.0):
                latest[uid] = one.created
    return _Revisions(newest, latest)


def _released(row: WorkloadRows, releases: _Revisions) -> float | None:
    """Return when the newest revision was rolled out, None when nothing says so."""
    known = releases.newest.get(row.uid)
    if known is None:
        return row.created if row.generation <= 1 else None
    created = known[1]
    if created < releases.latest.get(row.uid, 0.0) and isinstance(row, DeploymentRow) and row.progressed is not None:
        return row.progressed
    return created


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
