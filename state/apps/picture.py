"""The apps of one cluster: workloads joined with their pods' faults, releases, alerts and signals.

Pure but for what `Readings` remember. It is made again with every change of a cluster, so it costs a few milliseconds
for hundreds of workloads and thousands of faults.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from state.alerts.model import Alert
from state.apps.alerting import AlertOwners, alerts_by_app
from state.apps.belonging import together
from state.apps.health import (
    Judged,
    WorkloadRows,
    judge,
    judge_alerts,
    judge_cron_job,
    judge_signals,
    overall,
    severity,
    worst_of,
)
from state.apps.model import App, Measured, Part, Signals
from state.apps.readings import Reading, Readings
from state.apps.rollouts import ROLLOUT, rollouts_of
from state.apps.signals import AppKey, Owners, Place, by_app
from state.apps.signals import together as together_as_one
from state.cluster.kinds.cron_jobs import CRON_JOB, CronJobRow
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
from state.ref import Ref


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
    alerts: Iterable[Alert] = ()
    """All alerts there are, worst first."""
    missing: tuple[str, ...] = ()
    """A sentence for each source that would know more and does not answer."""


class _Found(NamedTuple):
    """One workload of an app."""

    uid: str
    name: str
    reading: Reading
    judged: Judged
    ready: int
    wanted: int
    released: float | None


class _Beside(NamedTuple):
    """What is known of an app beside its workloads."""

    signals: Signals
    measured: tuple[Measured, ...]
    alerts: tuple[Alert, ...]
    missing: tuple[str, ...]


def picture(rows: AppRows, now: float, readings: Readings, measured: Iterable[ServiceSignals] = ()) -> tuple[App, ...]:
    """Return the apps at a wall-clock moment, the worst first; of equal ones product apps lead.

    `readings` are of the cluster of these rows. Given again the next time, what did not change is not read again.
    """
    parts: dict[AppKey, list[_Found]] = defaultdict(list)
    places: dict[Place, AppKey] = {}
    refs: dict[Ref, AppKey] = {}
    uids: set[str] = set()
    for found in _workloads(rows, now, readings):
        uids.add(found.uid)
        key = found.reading.key
        if key is not None:
            parts[key].append(found)
            places[found.reading.ref.namespace, found.name] = key
            refs[found.reading.ref] = key
    listed = list(rows.services)
    services = {
        (service.namespace, service.name): key for service in listed if (key := readings.service(service)) in parts
    }
    owners = Owners(places, services)
    signals = by_app(measured, owners)
    alerts = alerts_by_app(rows.alerts, AlertOwners(readings.cluster, refs, owners))
    apps = [
        readings.apps.value(
            key,
            _app,
            readings,
            key,
            tuple(found),
            _beside(signals.get(key, ()), alerts.get(key, ()), rows.missing),
        )
        for key, found in parts.items()
    ]
    readings.workloads.keep(uids)
    readings.services.keep({service.uid for service in listed})
    readings.apps.keep(parts.keys())
    apps.sort(key=_worst_first)
    return tuple(apps)


def _beside(measured: Sequence[ServiceSignals], alerts: tuple[Alert, ...], missing: tuple[str, ...]) -> _Beside:
    signals = together_as_one([one.signals for one in measured]) if measured else Signals()
    return _Beside(signals, tuple(Measured(one.service, one.dialect, one.labels) for one in measured), alerts, missing)


def _worst_first(app: App) -> tuple[int, bool, float, str, str]:
    return -severity(app.health), app.platform, -(app.signals.errors or 0.0), app.name, app.namespace


def _app(readings: Readings, key: AppKey, found: tuple[_Found, ...], beside: _Beside) -> App:
    listed = sorted(found, key=lambda part: (-severity(part.judged.health), part.name))
    objective = readings.objective(key[1])
    judged = worst_of(
        (
            overall((part.name, part.judged) for part in listed),
            judge_signals(beside.signals, objective),
            judge_alerts(beside.alerts),
        ),
        beside.missing,
    )
    newest = max(listed, key=lambda part: (part.wanted > 0, part.released or 0.0))
    namespaces = tuple(sorted({part.reading.ref.namespace for part in listed}))
    return App(
        name=printable(key[1]),
        cluster=readings.cluster,
        namespace=namespaces[0],
        platform=all(part.reading.platform for part in listed),
        parts=tuple(_part(part) for part in listed),
        version=newest.reading.version,
        ready=sum(min(part.ready, part.wanted) for part in listed),
        wanted=sum(part.wanted for part in listed),
        health=judged.health,
        reason=judged.reason,
        released=max((part.released for part in listed if part.released is not None), default=None),
        namespaces=namespaces,
        production=any(part.reading.production for part in listed),
        belonging=together((part.reading.belonging for part in listed), readings.about(key[1])),
        objective=objective,
        signals=beside.signals,
        measured=beside.measured,
        alerts=tuple(alert.fingerprint for alert in beside.alerts),
    )


def _part(found: _Found) -> Part:
    reading, judged = found.reading, found.judged
    return Part(
        reading.ref, found.uid, reading.version, found.ready, found.wanted, judged.health, judged.reason, found.released
    )


def _workloads(rows: AppRows, now: float, readings: Readings) -> Iterator[_Found]:
    sets = list(rows.replica_sets)
    releases = _releases(sets)
    faults = _worst_faults(rows.faults, sets)
    labels = {namespace.name: namespace.labels for namespace in rows.namespaces}
    for kind, row in _rolling(rows, sets):
        reading = readings.workload(kind, row, labels.get(row.namespace, ()))
        judged = judge(row, kind.fault(row, now), faults.get(row.uid), now)
        yield _Found(row.uid, row.name, reading, judged, row.ready, row.wanted, _released(row, releases))
    for job in rows.cron_jobs:
        reading = readings.workload(CRON_JOB, job, labels.get(job.namespace, ()))
        yield _Found(job.uid, job.name, reading, judge_cron_job(job, now), 0, 0, None)


def _rolling(rows: AppRows, sets: Iterable[ReplicaSetRow]) -> Iterator[tuple[Kind[Any], WorkloadRows]]:
    yield from ((DEPLOYMENT, row) for row in rows.deployments)
    yield from ((STATEFUL_SET, row) for row in rows.stateful_sets)
    yield from ((DAEMON_SET, row) for row in rows.daemon_sets)
    yield from ((ROLLOUT, row) for row in rollouts_of(sets))


class _Newest(NamedTuple):
    """The newest revision of a deployment. A rollback gives an old replica set a new number, with its old beginning."""

    revision: int
    created: float
    reused: bool = False


def _releases(sets: Iterable[ReplicaSetRow]) -> dict[str, _Newest]:
    """Return the newest revision by the deployment's uid."""
    found: dict[str, _Newest] = {}
    latest: dict[str, float] = defaultdict(float)
    for one in sets:
        if one.owner is not None:
            uid = one.owner.uid
            latest[uid] = max(latest[uid], one.created)
            found[uid] = max(found.get(uid, _Newest(-1, 0.0)), _Newest(one.revision, one.created))
    return {uid: newest._replace(reused=newest.created < latest[uid]) for uid, newest in found.items()}


def _released(row: WorkloadRows, releases: dict[str, _Newest]) -> float | None:
    """Return when the newest revision was rolled out, None when nothing says so."""
    known = releases.get(row.uid)
    if known is None:
        return row.created if row.generation <= 1 else None
    if known.reused and isinstance(row, DeploymentRow) and row.progressed is not None:
        return row.progressed
    return known.created


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
