"""How an app does, judged by its workloads, the faults of their pods, its alerts and its signals. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from state.age import short_age
from state.alerts.model import Alert, AlertState, Severity
from state.apps.model import AppHealth, Signals
from state.apps.schedule import last_due
from state.cell import Tone
from state.cluster.kinds.cron_jobs import CronJobRow
from state.cluster.kinds.daemon_sets import DaemonSetRow
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.kind import Fault
from state.cluster.kinds.rollouts import RolloutRow
from state.cluster.kinds.stateful_sets import StatefulSetRow
from state.printable import printable

WorkloadRows = DeploymentRow | StatefulSetRow | DaemonSetRow
YOUNG = 60.0
"""Seconds that a new workload may be without a ready pod."""
PAGE_BURN, TICKET_BURN = 14.4, 6.0
"""How many times as fast as it may an error budget burns when somebody is called, and when somebody should look:
the first two rows of the SRE workbook's table."""
LATE = 180.0
"""Seconds after it was due in which a cron job may begin."""
SCALED_TO_ZERO = "scaled to 0"
THIN = 0.1
"""Requests a second below which a ratio of errors says little: thirty in five minutes."""


class Judged(NamedTuple):
    """A health with the few words that say why, empty when all is well."""

    health: AppHealth
    reason: str = ""


WELL = Judged(AppHealth.WELL)


def judge(row: WorkloadRows, fault: Fault | None, pod_fault: Fault | None, now: float) -> Judged:
    """Return how one workload does at a wall-clock moment.

    `fault` is the workload's own, `pod_fault` the worst of its pods'. A pod's says more of the cause, so its words
    are used. Scaled to nothing is on purpose.
    """
    if row.deleting is not None:
        return WELL
    if row.wanted == 0:
        return Judged(AppHealth.WELL, SCALED_TO_ZERO)
    serious = pod_fault if pod_fault is not None and pod_fault.tone in (Tone.BAD, Tone.WARN) else None
    why = serious or fault
    if row.ready == 0:
        if why is None and now - row.created < YOUNG:
            return Judged(AppHealth.MOVING, "starting")
        return Judged(AppHealth.DOWN, printable(why.text) if why else f"none of {row.wanted} ready")
    if why is not None:
        return Judged(AppHealth.DEGRADED, printable(why.text))
    if row.moving:
        updated = f"{min(row.updated, row.wanted)} of {row.wanted} updated"
        course = row.course if isinstance(row, RolloutRow) and row.phase else ""
        return Judged(AppHealth.MOVING, ", ".join(filter(None, (course, updated))))
    if row.ready < row.wanted:
        return Judged(AppHealth.MOVING, f"{row.ready} of {row.wanted} ready")
    return WELL


def judge_cron_job(row: CronJobRow, now: float) -> Judged:
    """Return how a cron job does: by its last success, and by whether it begins when it is due.

    One that is suspended is well, and so is one that was not due yet. While a run is under way the one before counts.
    """
    if row.suspended or row.deleting is not None:
        return WELL
    due = last_due(row.schedule, row.timezone, now - LATE)
    missed = due is not None and due > row.created and (row.scheduled is None or row.scheduled < due)
    if missed and due is not None and not row.active:
        begun = f"begun last {short_age(now - row.scheduled)} ago" if row.scheduled is not None else "never begun"
        return Judged(AppHealth.DEGRADED, f"due {short_age(now - due)} ago, {begun}")
    wanted = row.scheduled
    if wanted is not None and row.active:
        wanted = last_due(row.schedule, row.timezone, wanted - 60)
    if wanted is None or wanted < row.created:
        return WELL
    if row.succeeded is None:
        return Judged(AppHealth.DEGRADED, "no run has succeeded")
    if row.succeeded < wanted:
        return Judged(AppHealth.DEGRADED, f"the last run failed, last success {short_age(now - row.succeeded)} ago")
    return WELL


def judge_alerts(alerts: Iterable[Alert]) -> Judged:
    """Return how an app does by the alerts that are about it, worst first. Silenced and pending ones do not count."""
    firing = [
        alert
        for alert in alerts
        if alert.state in (AlertState.ACTIVE, AlertState.ACKED)
        and alert.severity is not Severity.INFO
        and not alert.of_monitoring
    ]
    if not firing:
        return WELL
    worst = firing[0]
    more = f" and {len(firing) - 1} more" if len(firing) > 1 else ""
    health = AppHealth.FAILING if worst.severity is Severity.CRITICAL else AppHealth.DEGRADED
    return Judged(health, f"{worst.name}{more}")


def judge_signals(signals: Signals, objective: float) -> Judged:
    """Return how an app does by its errors against its objective (0..1). Thin traffic gives no verdict."""
    if signals.errors is None or (signals.rate or 0.0) < THIN:
        return WELL
    burn = signals.errors / (1 - objective)
    if burn < TICKET_BURN:
        return WELL
    health = AppHealth.FAILING if burn >= PAGE_BURN else AppHealth.DEGRADED
    return Judged(health, f"{signals.errors * 100:.1f} % errors")


def overall(parts: Iterable[tuple[str, Judged]]) -> Judged:
    """Return an app's health from those of its workloads by name: the worst, with its name where there are several."""
    listed = list(parts)
    if not listed:
        return WELL
    name, found = max(listed, key=lambda part: severity(part[1].health))
    if found.health is AppHealth.WELL:
        # One that is scaled to nothing says nothing of the others.
        return found if all(one == found for _, one in listed) else WELL
    if found.reason and len(listed) > 1:
        return Judged(found.health, f"{printable(name)}: {found.reason}")
    return found


def worst_of(judged: Sequence[Judged], missing: Sequence[str] = ()) -> Judged:
    """Return the worst of what several sources say, with the reasons of all that are not content.

    `missing` are sentences on sources that do not answer: where nothing bad is known it makes the app unknown.
    """
    health = max((one.health for one in judged), key=severity, default=AppHealth.WELL)
    if missing and severity(health) < severity(AppHealth.UNKNOWN):
        return Judged(AppHealth.UNKNOWN, missing[0])
    grave = [one for one in judged if severity(one.health) >= severity(AppHealth.DEGRADED)]
    said = grave or [one for one in judged if one.health is health]
    return Judged(health, " · ".join(one.reason for one in said if one.reason))


_ORDER = {health: place for place, health in enumerate(AppHealth)}


def severity(health: AppHealth) -> int:
    """Return how bad a health is: the higher the worse."""
    return _ORDER[health]
