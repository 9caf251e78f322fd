"""Following a rollout to its end: a pure function over rows, in the words of `kubectl rollout status`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from state.cluster.kinds.daemon_sets import DaemonSetRow
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.kind import Changed, Kind, R, Row
from state.cluster.kinds.stateful_sets import StatefulSetRow
from state.cluster.requests import Json
from state.operation import Progress
from state.printable import printable

PATIENCE = 600.0
"""Seconds without progress after which a stateful or daemon set is stuck: the deadline that deployments have by default
(`progressDeadlineSeconds`); the API has none for these."""


class Phase(Enum):
    """How a rollout stands."""

    UNDER_WAY = "under way"
    DONE = "done"
    STUCK = "stuck"
    """It made no progress within its deadline; it may go on one day."""
    FAILED = "failed"
    """It cannot come to its end by itself."""

    @property
    def over(self) -> bool:
        """Whether nothing is to be waited for."""
        return self is not Phase.UNDER_WAY


class Rollout(NamedTuple):
    """How a rollout stands, in one printable sentence."""

    phase: Phase
    words: str


_UNKNOWN = Rollout(Phase.UNDER_WAY, "begins …")


@dataclass(frozen=True, slots=True)
class Followed:
    """A rollout that is followed, at a moment."""

    uid: str
    rollout: Rollout
    since: float
    """When its words last changed, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class RolloutsProgress(Progress):
    """How far the rollouts are that are followed together."""

    waiting: tuple[tuple[str, str], ...] = ()
    """Those that are not at their end, each `namespace/name` with how it stands."""


def progress_of(followed: Sequence[tuple[str, Followed | None]]) -> RolloutsProgress:
    """Return how far rollouts are together, each `namespace/name` with how it stands, None for not known yet."""
    stands = [(path, one.rollout if one is not None else _UNKNOWN) for path, one in followed]
    if len(stands) == 1:
        return RolloutsProgress(stands[0][1].words)
    waiting = tuple((path, rollout.words) for path, rollout in stands if not rollout.phase.over)
    return RolloutsProgress("at their end", len(stands) - len(waiting), len(stands), waiting)


Workload = DeploymentRow | StatefulSetRow | DaemonSetRow


def rollout(row: Workload, *, generation: int = 0) -> Rollout:
    """Return how the rollout of a workload stands.

    `generation` is that of the change that is followed: an older row says nothing of it yet.
    """
    if row.generation < generation or row.observed < row.generation:
        return Rollout(Phase.UNDER_WAY, f"Waiting for {_KINDS[type(row)]} spec update to be observed...")
    name = printable(row.name)
    if isinstance(row, DeploymentRow):
        return _deployment(row, name)
    if row.on_delete:
        words = f'{_KINDS[type(row)]} "{name}" changes pods only when somebody deletes them (OnDelete)'
        return Rollout(Phase.DONE, words)
    return _stateful_set(row) if isinstance(row, StatefulSetRow) else _daemon_set(row, name)


def follow(
    before: Followed | None, row: Workload | None, now: float, *, generation: int = 0, patience: float = PATIENCE
) -> Followed:
    """Return how a followed rollout stands with what is known of its object at a wall-clock moment.

    `before` is what the last call gave, None at the first. No row, or one of another object, is a failure: what was
    rolled out is gone. A deployment says itself when it is stuck; the others are, when their words stay `patience`
    seconds the same.
    """
    if row is None or (before is not None and row.uid != before.uid) or row.deleting is not None:
        gone = Rollout(Phase.FAILED, "it was deleted before it was rolled out")
        return Followed(before.uid if before is not None else "", gone, now)
    found = rollout(row, generation=generation)
    since = before.since if before is not None and _same(before.rollout, found) else now
    if found.phase is Phase.UNDER_WAY and not isinstance(row, DeploymentRow) and now - since >= patience:
        minutes = f"{(now - since) / 60:.0f} min"
        found = Rollout(Phase.STUCK, f"no progress for {minutes}: {found.words}")
    return Followed(row.uid, found, since)


def row_of(kind: Kind[R], found: Json) -> R:
    """Return an object that was read as the row of its kind. Raises ValueError when it cannot be read."""
    event = kind.decoder.event(json.dumps({"type": "MODIFIED", "object": found}).encode())
    if not isinstance(event, Changed):
        raise ValueError(f"this is no {kind.resource.kind}")
    row: R = event.row
    return row


_KINDS: dict[type[Row], str] = {
    DeploymentRow: "deployment",
    StatefulSetRow: "statefulset",
    DaemonSetRow: "daemon set",
}


def _same(before: Rollout, now: Rollout) -> bool:
    return before.words == now.words or (before.phase is Phase.STUCK and before.words.endswith(now.words))


def _deployment(row: DeploymentRow, name: str) -> Rollout:
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if row.replica_failure:
        return Rollout(Phase.FAILED, printable(f'deployment "{name}" cannot create pods: {row.replica_failure}'))
    if row.stalled:
        return Rollout(Phase.STUCK, f'deployment "{name}" exceeded its progress deadline')
    if row.updated < row.wanted:
        paused = " (it is paused)" if row.paused else ""
        words = f"{row.updated} out of {row.wanted} new replicas have been updated...{paused}"
    elif row.total > row.updated:
        words = f"{row.total - row.updated} old replicas are pending termination..."
    elif row.available < row.updated:
        words = f"{row.available} of {row.updated} updated replicas are available..."
    else:
        return Rollout(Phase.DONE, f'deployment "{name}" successfully rolled out')
    return Rollout(Phase.UNDER_WAY, waiting + words)


def _stateful_set(row: StatefulSetRow) -> Rollout:
    if row.ready < row.wanted:
        return Rollout(Phase.UNDER_WAY, f"Waiting for {row.wanted - row.ready} pods to be ready...")
    # kubectl calls every roll out of a stateful set partitioned: the API sets the partition to 0 when nobody does.
    wanted = max(0, row.wanted - row.partition)
    if row.updated < wanted:
        words = f"{row.updated} out of {wanted} new pods have been updated..."
        return Rollout(Phase.UNDER_WAY, f"Waiting for partitioned roll out to finish: {words}")
    return Rollout(Phase.DONE, f"partitioned roll out complete: {row.updated} new pods have been updated...")


def _daemon_set(row: DaemonSetRow, name: str) -> Rollout:
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    if row.updated < row.wanted:
        return Rollout(Phase.UNDER_WAY, f"{waiting}{row.updated} out of {row.wanted} new pods have been updated...")
    if row.available < row.wanted:
        return Rollout(Phase.UNDER_WAY, f"{waiting}{row.available} of {row.wanted} updated pods are available...")
    return Rollout(Phase.DONE, f'daemon set "{name}" successfully rolled out')
