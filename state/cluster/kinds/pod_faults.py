"""When a pod is something to look at."""

from state.cell import Tone
from state.cluster.kinds.columns import UNREADABLE
from state.cluster.kinds.kind import Fault
from state.cluster.kinds.pod_row import PodRow
from state.printable import printable

RESTARTS = 2
"""A pod that restarted more often than this, the last time recently, loops, whatever it does this second."""
RECENT = 600.0
YOUNG = 60.0
"""Seconds that a pod may take to start, and that a ready one may stop being so, before it is a fault."""
SLOW = 180.0
STUCK = 300.0
"""Seconds beyond its grace period after which a pod should have been gone."""
OLD = 3600.0
CANNOT_START = frozenset(
    {
        "ImagePullBackOff",
        "ErrImagePull",
        "ErrImageNeverPull",
        "InvalidImageName",
        "ImageInspectError",
        "RegistryUnavailable",
        "CreateContainerConfigError",
        "CreateContainerError",
        "PreStartHookError",
        "PostStartHookError",
        "RunContainerError",
        "ContainerCannotRun",
        "StartError",
    }
)


def pod_fault(row: PodRow, now: float, moving: bool = False) -> Fault | None:
    """Return what is wrong with a pod at a wall-clock moment, None when nothing is.

    `moving` says that its workload rolls out; then a young pod that is not ready yet is what one expects.
    """
    often = row.restarts > RESTARTS
    if row.ready == row.total and row.status == "Running" and not often and row.deleting is None:
        return UNREADABLE if row.unreadable else None
    if row.unreadable:
        return UNREADABLE
    if row.phase == "Succeeded":
        return None
    word = row.status.removeprefix("Init:")
    if row.deleting is not None:
        if row.status == "Unknown":
            return Fault("its node is lost", Tone.BAD, 75, row.deleting)
        return Fault("does not terminate", Tone.WARN, 40, row.deleting) if now - row.deleting > STUCK else None
    if row.phase == "Failed":
        since = row.ready_since or row.created
        if now - since > OLD:
            return Fault(printable(word), Tone.QUIET, 12, since)
        return Fault(printable(word), Tone.BAD, 50, since)
    if often and row.restarted is not None and now - row.restarted <= RECENT:
        text = row.status if word == "CrashLoopBackOff" else (row.ended or "restarted")
        return Fault(printable(f"{text} ×{row.restarts}"), Tone.BAD, 85, row.restarted)
    age = now - row.created
    if moving and age < YOUNG:
        return None
    if word == "CrashLoopBackOff":
        return Fault(f"{row.status} ×{row.restarts}", Tone.BAD, 85, row.restarted or row.created)
    if word in CANNOT_START:
        return Fault(printable(row.status), Tone.BAD, 80, row.created)
    if word in ("OOMKilled", "Error") or word.startswith(("ExitCode:", "Signal:")):
        return Fault(printable(row.status), Tone.BAD, 82, row.ready_since or row.created)
    if row.status == "SchedulingGated":
        return Fault(row.status, Tone.QUIET, 10, row.created)
    if row.phase == "Pending":
        return _pending(row, age)
    return _not_ready(row, now)


def _pending(row: PodRow, age: float) -> Fault | None:
    tone = Tone.WARN if age > STUCK else Tone.QUIET
    if row.blocked:
        return Fault(printable(f"Pending, {row.blocked}"), tone, 42, row.created) if age > YOUNG / 4 else None
    return Fault(printable(row.status), tone, 38, row.created) if age > SLOW else None


def _not_ready(row: PodRow, now: float) -> Fault | None:
    since = row.ready_since or row.created
    if row.ready >= row.total or now - since < YOUNG:
        return None
    if row.phase == "Unknown":
        return Fault("Unknown", Tone.BAD, 75, since)
    return Fault(f"{row.ready} of {row.total} ready", Tone.WARN, 45, since)
