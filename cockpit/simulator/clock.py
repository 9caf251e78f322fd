"""The world's time: the wall clock itself, so that nothing is ever later than now."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class WorldClock:
    """Time in the simulated world.

    Hurrying the world does not move its clock ahead of the reader's; it shortens what takes time in it:
    the story's pauses, back-offs, rule windows and `for:`. So ages are sane at any speed.
    """

    speed: float = 1.0
    now: Callable[[], float] = time.time
    """Seconds since the epoch."""

    def takes(self, seconds: float) -> float:
        """Return how long something lasts that takes `seconds` in an unhurried world."""
        return seconds / self.speed


def timestamp(seconds: float) -> str:
    """Return a moment as Kubernetes' `Time`: `2026-11-24T03:10:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_timestamp(seconds: float) -> str:
    """Return a moment as Kubernetes' `MicroTime`: `2026-11-24T03:10:00.000000Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_of(text: str) -> float:
    """Return the moment a Kubernetes or RFC 3339 time names. Raises ValueError when it is none."""
    return datetime.fromisoformat(text).timestamp()


def milli_timestamp(milliseconds: int) -> str:
    """Return a moment with milliseconds: `2026-11-24T03:10:00.000Z`."""
    whole, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def nano_timestamp(milliseconds: int) -> str:
    """Return a moment as Go writes it, with as many decimals as it has: `2026-11-24T03:10:00.25Z`."""
    whole, rest = divmod(milliseconds, 1000)
    decimals = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}{decimals}Z"
