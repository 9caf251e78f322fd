"""How often alerts began of late, and which come and go. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from state.alerts.model import Alert
from state.journal.lives import flaps

WEEK = 7 * 86400.0
Starts = Mapping[tuple[str, str], tuple[float, ...]]
"""When alerts began, by name and namespace: pods come and go under one of them."""


@dataclass(frozen=True, slots=True)
class Week:
    """When alerts began: as the journal of this machine saw them."""

    journal: Starts = field(default_factory=dict)

    def starts(self, alert: Alert) -> tuple[float, ...]:
        """Return when alerts of this name began in this namespace."""
        return self.journal.get((alert.name, alert.where.partition("/")[0]), ())

    def count(self, alert: Alert, now: float) -> int:
        """Return how often its like began in the seven days before a moment."""
        return sum(now - start < WEEK for start in self.starts(alert))

    def flaps(self, alert: Alert, now: float) -> bool:
        """Return whether it comes and goes."""
        return flaps(self.starts(alert), now)


NO_WEEK = Week()
