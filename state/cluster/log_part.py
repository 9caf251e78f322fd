"""Which part of a log is read: its newest lines, its oldest, or those of some time."""

import re
from dataclasses import dataclass

from state.cluster.log_source import TAIL

TAIL_OF_MANY, HEAD = 200, 5000
"""Lines: of each of several logs, of a log's beginning."""
_NUMBER = re.compile(r"(\d+)\s*(lines?)?\Z", re.ASCII)
_LENGTH = re.compile(r"(?:\d+\s*[smhdw]\s*)+\Z", re.ASCII)
_PIECE = re.compile(r"(\d+)\s*([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_LONGEST = 10 * 366 * 86400
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class LogPart:
    """Without anything said the newest lines."""

    lines: int | None = None
    """How many of the newest lines, of each log; None: as many as are usual."""
    seconds: int | None = None
    """How far back from now."""
    oldest: bool = False
    """Whether it is the beginning that is read."""

    def tail(self, *, several: bool) -> int | None:
        """Return how many lines from the end are read of each log; None: all."""
        if self.oldest or self.seconds is not None:
            return None
        return self.lines if self.lines is not None else TAIL_OF_MANY if several else TAIL

    def words(self, *, several: bool) -> str:
        """Return which part it is: `newest 1000`, `last 5m`."""
        if self.oldest:
            return f"oldest {HEAD}"
        if self.seconds is not None:
            return f"last {_length(self.seconds)}"
        return f"newest {self.tail(several=several)}{' each' if several else ''}"


NEWEST, OLDEST = LogPart(), LogPart(oldest=True)
PARTS = (NEWEST, OLDEST, *(LogPart(seconds=minutes * 60) for minutes in (1, 5, 15, 30, 60)))
"""By the numbers of the keys that k9s has for them."""


def read_part(text: str) -> LogPart:
    """Return what `3h`, `1d 12h` or `5000` means. Raises ValueError, with a sentence."""
    words = text.strip().casefold()
    number = _NUMBER.match(words)
    if number is not None:
        lines = int(number[1][:9])
        if not 0 < lines <= _MOST:
            raise ValueError(f"{number[1]} lines cannot be kept: 1 to {_MOST} can")
        return LogPart(lines=lines)
    if _LENGTH.match(words) is None:
        raise ValueError(f"{text.strip()!r} is no length of time and no number of lines: write 3h, 1d 12h or 5000")
    seconds = sum(int(count[:9]) * _SECONDS[unit] for count, unit in _PIECE.findall(words))
    if not 0 < seconds <= _LONGEST:
        raise ValueError(f"{text.strip()!r} is {'nothing' if not seconds else 'more than ten years'}")
    return LogPart(seconds=seconds)


def _length(seconds: int) -> str:
    """Return a length of time to the second, in as few units as it takes: `5m`, `1d12h`."""
    parts = ((seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)
