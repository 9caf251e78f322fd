"""How an app does, judged by its workloads and the faults of their pods. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from state.apps.model import AppHealth
from state.cell import Tone
from state.cluster.kinds.daemon_sets import DaemonSetRow
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.kind import Fault
from state.cluster.kinds.stateful_sets import StatefulSetRow
from state.printable import printable

WorkloadRows = DeploymentRow | StatefulSetRow | DaemonSetRow
YOUNG = 60.0
"""Seconds that a new workload may be without a ready pod."""


class Judged(NamedTuple):
    """A health with the few words that say why, empty when all is well."""

    health: AppHealth
    reason: str = ""


def judge(row: WorkloadRows, fault: Fault | None, pod_fault: Fault | None, now: float) -> Judged:
    """Return how one workload does at a wall-clock moment.

    `fault` is the workload's own, `pod_fault` the worst of its pods'. A pod's says more of the cause, so its words
    are used.
    """
    if row.wanted == 0 or row.deleting is not None:
        return Judged(AppHealth.WELL)
    serious = pod_fault if pod_fault is not None and pod_fault.tone in (Tone.BAD, Tone.WARN) else None
    why = serious or fault
    if row.ready == 0:
        if why is None and now - row.created < YOUNG:
            return Judged(AppHealth.MOVING, "starting")
        return Judged(AppHealth.DOWN, printable(why.text) if why else f"none of {row.wanted} ready")
    if why is not None:
        return Judged(AppHealth.DEGRADED, printable(why.text))
    if row.moving:
        return Judged(AppHealth.MOVING, f"{min(row.updated, row.wanted)} of {row.wanted} updated")
    if row.ready < row.wanted:
        return Judged(AppHealth.MOVING, f"{row.ready} of {row.wanted} ready")
    return Judged(AppHealth.WELL)


def overall(parts: Iterable[tuple[str, Judged]]) -> Judged:
    """Return an app's health from those of its workloads by name: the worst, with its name where there are several."""
    listed = list(parts)
    if not listed:
        return Judged(AppHealth.WELL)
    name, found = max(listed, key=lambda part: severity(part[1].health))
    if found.reason and len(listed) > 1:
        return Judged(found.health, f"{printable(name)}: {found.reason}")
    return found


_ORDER = {health: place for place, health in enumerate(AppHealth)}


def severity(health: AppHealth) -> int:
    """Return how bad a health is: the higher the worse."""
    return _ORDER[health]
