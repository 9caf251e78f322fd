"""Time as the rest of the program sees it: the wall for dates, a monotonic clock for ages."""

import time
from collections.abc import Callable
from dataclasses import dataclass

_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)


def _elapsed() -> float:
    """Seconds on a clock that goes on while a laptop sleeps and does not jump when NTP steps the wall."""
    return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a module gets its time from, so that a test can hand it another."""

    wall: Callable[[], float] = time.time
    """Seconds since the epoch."""
    elapsed: Callable[[], float] = _elapsed
    """Seconds since some fixed moment; only differences mean anything."""


SYSTEM = Clock()
