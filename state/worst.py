"""The objects that are not well, kept up to date from what changed rather than from everything there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from state.cluster.kinds.kind import Fault, Kind, Row
from state.cluster.live import Feed
from state.mirror import RESET
from state.ref import Ref

Judge = Callable[[Row, float], Fault | None]
_LOOK_AT_ALL = 10.0


@dataclass(frozen=True, slots=True)
class Faulty:
    """One object with what is wrong with it."""

    kind: Kind[Any]
    ref: Ref
    uid: str
    fault: Fault


class _Watched:
    """One feed's faults by uid, as of a revision of its mirror."""

    def __init__(self, feed: Feed[Any], judge: Judge) -> None:
        self.feed = feed
        self.judge = judge
        self.faults: dict[str, Faulty] = {}
        self.seen = -1

    def update(self, now: float, everything: bool) -> bool:
        mirror = self.feed.mirror
        changes = mirror.changes(self.seen) if self.seen >= 0 else RESET
        if changes is RESET or everything:
            keys: Sequence[str] = [*mirror.rows, *(key for key in self.faults if key not in mirror.rows)]
        else:
            # The faulty ones too: an old fault may be forgiven by time alone.
            keys = [*changes, *(key for key in self.faults if key not in changes)]
        self.seen = mirror.revision
        changed = False
        for key in keys:
            row = mirror.get(key)
            fault = self.judge(row, now) if row is not None else None
            before = self.faults.get(key)
            if fault is None:
                changed |= self.faults.pop(key, None) is not None
            elif before is None or before.fault != fault:
                assert row is not None
                self.faults[key] = Faulty(self.feed.kind, self.feed.kind.ref(self.feed.cluster, row), key, fault)
                changed = True
        return changed


class Worst:
    """The faulty objects of several feeds, worst first. Belongs to the loop."""

    def __init__(self, feeds: Sequence[tuple[Feed[Any], Judge]]) -> None:
        """Each feed comes with the function that judges its rows at a wall-clock moment."""
        self._watched = [_Watched(feed, judge) for feed, judge in feeds]
        self._looked_at_all = float("-inf")
        self.faulty: tuple[Faulty, ...] = ()
        self.revision = 0

    def update(self, now: float) -> bool:
        """Judge what changed up to `now` (seconds since the epoch); return whether the list differs."""
        everything = now - self._looked_at_all >= _LOOK_AT_ALL
        if everything:
            self._looked_at_all = now
        changed = False
        for watched in self._watched:
            changed |= watched.update(now, everything)
        if changed:
            found = [faulty for watched in self._watched for faulty in watched.faults.values()]
            found.sort(key=lambda faulty: (-faulty.fault.rank, -(faulty.fault.since or 0.0), faulty.ref.path))
            self.faulty = tuple(found)
            self.revision += 1
        return changed

    def well(self) -> int:
        """Return how many objects of these feeds are well."""
        return sum(len(watched.feed.mirror) - len(watched.faults) for watched in self._watched)
