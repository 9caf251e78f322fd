"""The apps of a cluster and its neighbours: workloads joined with their pods' faults, releases, alerts and signals.

Pure but for what `Readings` remember. It is made again with every change of a cluster, so it costs a few milliseconds
for hundreds of workloads and thousands of faults.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from state.alerts.model import Alert
from state.apps.alerting import AlertOwners
from state.apps.belonging import together
from state.apps.health import judge_alerts, judge_signals, overall, severity, worst_of
from state.apps.model import App, Measured, Part, Signals
from state.apps.readings import Readings
from state.apps.signals import AppKey, Owners, Place, by_app
from state.apps.signals import together as together_as_one
from state.apps.workloads import AppRows, Found, workloads_of
from state.metrics.pulse import ServiceSignals
from state.printable import printable
from state.ref import Ref


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another context that is watched: its rows, and what reads them. What apps span contexts have more there."""

    rows: AppRows
    readings: Readings


class _Beside(NamedTuple):
    """What is known of an app beside its workloads."""

    signals: Signals
    measured: tuple[Measured, ...]
    alerts: tuple[Alert, ...]
    missing: tuple[str, ...]


def picture(
    rows: AppRows,
    now: float,
    readings: Readings,
    measured: Iterable[ServiceSignals] = (),
    neighbours: Sequence[Neighbour] = (),
) -> tuple[App, ...]:
    """Return the apps at a wall-clock moment, the worst first; of equal ones product apps lead.

    `readings` are of the cluster of these rows. Given again the next time, what did not change is not read again.
    `neighbours` add the workloads of the apps that are one in all contexts; alerts and signals are of the first alone.
    """
    parts: dict[AppKey, list[Found]] = defaultdict(list)
    places: dict[Place, AppKey] = {}
    refs: dict[Ref, AppKey] = {}
    uids: set[str] = set()
    for found in workloads_of(rows, now, readings):
        uids.add(found.uid)
        key = found.reading.key
        if key is not None:
            parts[key].append(found)
            places[found.reading.ref.namespace, found.name] = key
            refs[found.reading.ref] = key
    for one in neighbours:
        _join(parts, one, now, uids)
    lost = (*rows.missing, *(words for one in neighbours for words in one.rows.missing))
    listed = list(rows.services)
    services = {
        (service.namespace, service.name): key for service in listed if (key := readings.service(service)) in parts
    }
    owners = Owners(places, services)
    signals = by_app(measured, owners)
    alerts = readings.alerts.by_app(rows.alerts, AlertOwners(readings.cluster, refs, owners))
    apps = [
        readings.apps.value(
            key,
            _app,
            readings,
            key,
            tuple(found),
            _beside(signals.get(key, ()), alerts.get(key, ()), rows.missing if key[0] else lost),
        )
        for key, found in parts.items()
    ]
    readings.workloads.keep(uids)
    readings.services.keep({service.uid for service in listed})
    readings.apps.keep(parts.keys())
    apps.sort(key=_worst_first)
    return tuple(apps)


def _join(parts: dict[AppKey, list[Found]], neighbour: Neighbour, now: float, seen: Set[str]) -> None:
    """Add what another context has of the apps that span contexts; what was seen may be of the same cluster."""
    uids: set[str] = set()
    for found in workloads_of(neighbour.rows, now, neighbour.readings):
        uids.add(found.uid)
        key = found.reading.key
        if key is not None and not key[0] and found.uid not in seen:
            parts[key].append(found)
    neighbour.readings.workloads.keep(uids)


def _beside(measured: Sequence[ServiceSignals], alerts: tuple[Alert, ...], missing: tuple[str, ...]) -> _Beside:
    signals = together_as_one([one.signals for one in measured]) if measured else Signals()
    return _Beside(signals, tuple(Measured(one.service, one.dialect, one.labels) for one in measured), alerts, missing)


def _worst_first(app: App) -> tuple[int, bool, float, str, str]:
    return -severity(app.health), app.platform, -(app.signals.errors or 0.0), app.name, app.namespace


def _app(readings: Readings, key: AppKey, found: tuple[Found, ...], beside: _Beside) -> App:
    listed = sorted(found, key=lambda part: (-severity(part.judged.health), part.name, part.reading.ref.cluster))
    clusters = {part.reading.ref.cluster for part in listed}

    def called(part: Found) -> str:
        return part.name if len(clusters) == 1 else f"{part.name} in {part.reading.ref.cluster}"

    objective = readings.objective(key[1])
    judged = worst_of(
        (
            overall((called(part), part.judged) for part in listed),
            judge_signals(beside.signals, objective),
            judge_alerts(beside.alerts),
        ),
        beside.missing,
    )
    newest = max(listed, key=lambda part: (part.reading.production, part.wanted > 0, part.released or 0.0))
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
        spans=not key[0],
        alerts=tuple(alert.fingerprint for alert in beside.alerts),
    )


def _part(found: Found) -> Part:
    reading, judged = found.reading, found.judged
    return Part(
        reading.ref, found.uid, reading.version, found.ready, found.wanted, judged.health, judged.reason, found.released
    )
