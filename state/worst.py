"""The objects that are not well, kept up to date from what changed rather than from everything there is."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from state.clock import SYSTEM, Clock
from state.cluster.kinds.kind import Fault, Kind, Row
from state.cluster.live import Feed
from state.mirror import RESET
from state.pacer import Pacer
from state.ref import Ref

Judge = Callable[[Row, float], Fault | None]
_LOOK_AT_ALL = 10.0
_LOOK_AT_FAULTY = 2.0


@dataclass(frozen=True, slots=True)
class Faulty:
    """One object with what is wrong with it."""

    kind: Kind[Any]
    ref: Ref
    uid: str
    fault: Fault
    order: tuple[float, float, str]
    """What puts the worst first, then the youngest; made once, for there may be thousands."""


class _Round:
    """Goes round keys again and again, in as many small steps as it is asked for."""

    def __init__(self, seconds: float) -> None:
        """`seconds` is how long once round takes."""
        self._seconds = seconds
        self._left: list[str] = []
        self._step = 0.0

    def next(self, keys: Collection[str], passed: float) -> list[str]:
        """Return those whose turn it is after so many seconds."""
        self._step = min(self._step + len(keys) * passed / self._seconds, float(len(keys)))
        count = int(self._step)
        if not count:
            return []
        self._step -= count
        if len(self._left) < count:
            self._left = [*keys, *self._left]
        taken = self._left[-count:]
        del self._left[-count:]
        return taken


class _Watched:
    """One feed's faults by uid, as of a revision of its mirror."""

    def __init__(self, feed: Feed[Any], judge: Judge) -> None:
        self.feed = feed
        self.judge = judge
        self.faults: dict[str, Faulty] = {}
        self.seen = -1
        # Time alone makes a row faulty, or forgives it; nobody tells of either.
        self._all = _Round(_LOOK_AT_ALL)
        self._faulty = _Round(_LOOK_AT_FAULTY)

    def update(self, now: float, passed: float) -> bool:
        mirror = self.feed.mirror
        changes = mirror.changes(self.seen) if self.seen >= 0 else RESET
        self.seen = mirror.revision
        rows, faults, judge = mirror.rows, self.faults, self.judge
        keys: Iterable[str]
        if changes is RESET:
            keys = [*rows, *(key for key in faults if key not in rows)]
        else:
            keys = {*changes, *self._all.next(rows, passed), *self._faulty.next(faults, passed)}
        changed = False
        for key in keys:
            row = rows.get(key)
            fault = judge(row, now) if row is not None else None
            if fault is None:
                changed |= faults.pop(key, None) is not None
                continue
            before = faults.get(key)
            if before is None or before.fault != fault:
                assert row is not None
                ref = self.feed.kind.ref(self.feed.cluster, row)
                faults[key] = Faulty(self.feed.kind, ref, key, fault, (-fault.rank, -(fault.since or 0.0), ref.path))
                changed = True
        return changed


class Worst:
    """The faulty objects of several feeds, worst first. Belongs to the loop."""

    def __init__(self, feeds: Sequence[tuple[Feed[Any], Judge]], clock: Clock = SYSTEM) -> None:
        """Each feed comes with the function that judges its rows at a wall-clock moment."""
        self._watched = [_Watched(feed, judge) for feed, judge in feeds]
        self._clock = clock
        self._pacer = Pacer()
        self._moved = False
        self._updated = clock.elapsed()
        self.faulty: tuple[Faulty, ...] = ()
        self.revision = 0

    def add(self, feed: Feed[Any], judge: Judge) -> None:
        """Watch one feed more."""
        self._watched.append(_Watched(feed, judge))

    def update(self, now: float) -> bool:
        """Judge what changed up to `now` (seconds since the epoch); return whether the list differs.

        A list of thousands is ordered anew only as often as it is worth.
        """
        began = self._clock.elapsed()
        passed, self._updated = began - self._updated, began
        for watched in self._watched:
            self._moved |= watched.update(now, passed)
        if not self._moved or not self._pacer.due(began):
            return False
        found = [one for watched in self._watched for one in watched.faults.values()]
        found.sort(key=_order)
        self.faulty = tuple(found)
        self.revision += 1
        self._moved = False
        self._pacer.spent(began, self._clock.elapsed())
        return True

    def well(self) -> int:
        """Return how many objects of these feeds are well."""
        return sum(len(watched.feed.mirror) - len(watched.faults) for watched in self._watched)


def _order(faulty: Faulty) -> tuple[float, float, str]:
    return faulty.order
