"""Rollouts that a change began, watched to their end: done, stuck or failed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import App

from screens.dialogs.operations.following import Following
from state.clock import SYSTEM, Clock
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.live import Cluster, Lease
from state.cluster.operations.following import Followed, Phase, Rollout, RolloutsProgress, follow, progress_of
from state.operation import Course
from state.printable import printable
from state.ref import GroupKind

ROLLING: Mapping[GroupKind, Kind[Any]] = {
    kind.resource.group_kind: kind for kind in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET)
}
"""The kinds whose rollouts can be watched."""
LOOK = 0.5
LONGEST = 3600.0
"""Seconds that a rollout is watched at most."""
SAID_SECONDS = 10.0
_SAID = 3
"""How many of several that did not come to their end are named."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A workload whose rollout began."""

    cluster: Cluster
    kind: Kind[Any]
    uid: str
    path: str
    generation: int
    """That of the spec that the change made."""


async def watch_rollouts(
    app: App[Any], title: str, begun: Sequence[Begun], *, shown: bool, clock: Clock = SYSTEM
) -> None:
    """Watch rollouts to their end and say what came of them.

    With `shown` a dialog says how far they are until then; closed, or asked to stop, it goes on without it.
    """
    leases = [one.cluster.lease(one.kind) for one in begun]
    stands: list[Followed | None] = [None] * len(begun)
    told: list[RolloutsProgress] = []
    ended: list[bool] = []
    if shown:
        app.push_screen(
            Following(title, Course(), lambda: told[-1] if told else None, lambda: bool(ended), stops=False)
        )
    end = clock.elapsed() + LONGEST
    try:
        while clock.elapsed() < end:
            stands = [
                _look(one, lease, before, clock) for one, lease, before in zip(begun, leases, stands, strict=True)
            ]
            told[:] = [progress_of([(one.path, stand) for one, stand in zip(begun, stands, strict=True)])]
            if all(stand is not None and stand.rollout.phase.over for stand in stands):
                break
            await asyncio.sleep(LOOK)
    finally:
        ended.append(True)
        for lease in leases:
            lease.release()
    _tell(app, [(one.path, stand.rollout) for one, stand in zip(begun, stands, strict=True) if stand is not None])


def _look(one: Begun, lease: Lease[Any], before: Followed | None, clock: Clock) -> Followed | None:
    if before is not None and before.rollout.phase.over:
        return before
    row = lease.mirror.get(one.uid)
    if row is None and not lease.feed.complete:
        return before
    return follow(before, row, clock.wall(), generation=one.generation)


def _tell(app: App[Any], found: Sequence[tuple[str, Rollout]]) -> None:
    over = [(path, rollout) for path, rollout in found if rollout.phase.over]
    if not over:
        return
    bad = [(path, rollout) for path, rollout in over if rollout.phase is not Phase.DONE]
    if len(found) == 1:
        words = over[0][1].words
    else:
        said = [f"{path}: {rollout.words}" for path, rollout in bad[:_SAID]]
        more = [f"and {len(bad) - _SAID} more"] if len(bad) > _SAID else []
        words = "; ".join([f"{len(over) - len(bad)} of {len(found)} rolled out", *said, *more])
    app.notify(printable(words), severity="error" if bad else "information", timeout=SAID_SECONDS, markup=False)
