"""How fresh a source's data is, as data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum


class Health(Enum):
    """The word for a source's condition."""

    OFF = "not configured"
    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a source says of its own data.

    `since` and `answered` are wall-clock seconds since the epoch: when this condition began, and when the
    source last gave an answer (None: never). `reason` is one printable sentence; of a live source it says what part
    of it is missing, and is empty where none is.
    """

    health: Health
    since: float
    answered: float | None = None
    reason: str = ""

    def age(self, now: float) -> float | None:
        """Seconds since the last answer, None when there never was one."""
        return None if self.answered is None else max(0.0, now - self.answered)


_ORDER = (Health.OFF, Health.LIVE, Health.CONNECTING, Health.DENIED, Health.STALE, Health.FAILED)


def worst(all_of: list[Freshness]) -> Freshness:
    """Return the freshness that a summary of several sources shows. Raises ValueError when there are none."""
    return max(all_of, key=lambda one: (_ORDER.index(one.health), bool(one.reason), -one.since))


def together(parts: Sequence[tuple[str, Freshness]]) -> Freshness:
    """Return the freshness of servers of one kind by their names: the worst, with the name before its reason."""
    if not parts:
        return Freshness(Health.OFF, 0.0)
    summary = worst([freshness for _, freshness in parts])
    name = next(name for name, freshness in parts if freshness is summary)
    return replace(summary, reason=f"{name}: {summary.reason}") if name and summary.reason else summary
