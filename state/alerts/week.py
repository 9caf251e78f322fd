"""How often alerts began of late, and which come and go. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from state.alerts.model import Alert
from state.journal.lives import flaps

WEEK = 7 * 86400.0
Starts = Mapping[tuple[str, str], tuple[float, ...]]
"""When alerts began, by name and place, the namespace or else the node: pods come and go under one of them."""
_TOLERANCE = 90.0
"""Seconds by which two tell apart the same beginning: Prometheus evaluates and sends in turns."""
_ONE_BEGINNING = 60.0
_LONGEST_WAIT = 1800.0
"""Seconds that a rule whose `for` is not known may wait before it fires."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often alerts like one began in a week; `told` of them nobody saw from here, Prometheus told of them."""

    number: int = 0
    told: int = 0
    flapping: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """When alerts began: as this machine's journal saw it, and as Prometheus tells of the time that nobody watched."""

    journal: Starts = field(default_factory=dict)
    told: Starts = field(default_factory=dict)
    gaps: Sequence[tuple[float, float]] = ()
    """The spans in which nobody watched."""

    def count(self, alert: Alert, now: float) -> Count:
        """Return how often its like began in the seven days before a moment."""
        own = self.journal.get((alert.name, alert.where.partition("/")[0]), ())
        place = (alert.name, alert.namespace or alert.label("node"))
        more = [moment for moment in self.told.get(place, ()) if self._unseen(moment, own, alert.wait)]
        recent = [moment for moment in (*own, *more) if now - moment < WEEK]
        return Count(len(recent), sum(now - moment < WEEK for moment in more), flaps(_apart(recent), now))

    def _unseen(self, moment: float, own: Sequence[float], wait: float | None) -> bool:
        """Whether nobody watched then, and nobody who looked later found the alert still there.

        Prometheus tells when an alert became pending, the journal when it fired.
        """
        if not any(start <= moment < end for start, end in self.gaps):
            return False
        first, last = (wait, wait) if wait is not None else (0.0, _LONGEST_WAIT)
        return not any(first - _TOLERANCE <= seen - moment <= last + _TOLERANCE for seen in own)


def _apart(moments: Iterable[float]) -> list[float]:
    """Return moments without those that come within a minute after another: many pods at once are one beginning."""
    found: list[float] = []
    for moment in sorted(moments):
        if not found or moment - found[-1] >= _ONE_BEGINNING:
            found.append(moment)
    return found


NO_WEEK = Week()
