"""Stretches of time for plots: how long, and in which steps for so many points. Pure."""

import math
from dataclasses import dataclass

WINDOWS: tuple[tuple[str, int], ...] = (
    ("15m", 900),
    ("1h", 3600),
    ("6h", 6 * 3600),
    ("1d", 86400),
    ("7d", 7 * 86400),
    ("30d", 30 * 86400),
)
"""What can be looked at, in words and seconds."""
_STEPS = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 28800, 43200, 86400)
_SHORTEST_RATE = 300
"""Seconds over which a rate is taken at least: five scrapes a minute apart."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end` in steps of `step` seconds, both ends on whole steps since the epoch."""

    start: int
    end: int
    step: int

    @classmethod
    def of(cls, seconds: int, points: int, now: float) -> "Span":
        """Return the last `seconds` in the shortest even step that needs no more than `points` points.

        The ends are on whole steps, so that plots of one width asked within a step ask the same.
        """
        wanted = seconds / max(1, points)
        step = next((one for one in _STEPS if one >= wanted), math.ceil(wanted / 86400) * 86400)
        end = int(now // step) * step
        return cls(end - (seconds // step) * step, end, step)

    @property
    def points(self) -> int:
        """How many moments it has."""
        return (self.end - self.start) // self.step + 1

    @property
    def rate_seconds(self) -> int:
        """Over how many seconds a rate at each moment is taken: no moment between two is left out."""
        return max(_SHORTEST_RATE, self.step)

    @property
    def rate(self) -> str:
        """The same as PromQL writes it."""
        return duration(self.rate_seconds)

    def place(self, moment: float) -> int | None:
        """Return the number of the point next to a moment, None for one outside."""
        place = round((moment - self.start) / self.step)
        return place if 0 <= place < self.points else None


def duration(seconds: int) -> str:
    """Return a duration as PromQL writes it: `90s`, `5m`, `8h`, `30d`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds % size == 0 and seconds:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
