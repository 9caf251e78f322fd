"""The newest lines of a log, numbered, for readers that come and go and fall behind."""

import sys
import threading
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

LINES = 50_000
CHARACTERS = 40_000_000


class LogLine(NamedTuple):
    """One line. `text` is printable."""

    number: int
    """Counts up by one from 0, over everything the ring was ever given."""
    text: str
    moment: float | None = None
    """When it was written, in seconds since the epoch; None where the server did not say."""
    mark: bool = False
    """Whether it is a remark about the log, such as a lost connection, and no line of it."""
    stream: int = 0
    """Which of several logs it came from."""


class Coming(NamedTuple):
    """A line before it has its number."""

    text: str
    moment: float | None
    mark: bool
    stream: int


class Chunk(NamedTuple):
    """What a reader has not seen yet."""

    lines: tuple[LogLine, ...]
    next: int
    """Where the reader goes on."""
    lost: int
    """Lines that went out of the ring before this reader came for them: a gap before `lines`."""


class LogRing:
    """Lines up to a number and a size, the oldest dropped first. Any thread may call any method."""

    def __init__(self, lines: int = LINES, characters: int = CHARACTERS) -> None:
        self._most_lines = lines
        self._most_characters = characters
        self._lock = threading.Lock()
        self._lines: deque[LogLine] = deque()
        self._characters = 0
        self._end = 0

    @property
    def end(self) -> int:
        """The number the next line will have. Changes exactly when lines come."""
        return self._end

    @property
    def start(self) -> int:
        """The number of the oldest line that is still here."""
        return self._end - len(self._lines)

    def put(self, lines: Iterable[tuple[str, float | None]], *, mark: bool = False) -> None:
        """Add lines of a single log with their moments, in order."""
        self.add([Coming(text, moment, mark, 0) for text, moment in lines])

    def add(self, lines: Iterable[Coming]) -> None:
        """Add lines, in order."""
        with self._lock:
            for text, moment, mark, stream in lines:
                self._lines.append(LogLine(self._end, text, moment, mark, stream))
                self._end += 1
                self._characters += len(text)
            while len(self._lines) > self._most_lines or (
                self._characters > self._most_characters and len(self._lines) > 1
            ):
                self._characters -= len(self._lines.popleft().text)

    def read(self, offset: int, limit: int | None = None) -> Chunk:
        """Return the lines from number `offset` on, at most `limit` of them, and how many are lost before them."""
        with self._lock:
            start = self._end - len(self._lines)
            begin = min(max(offset, start), self._end)
            stop = self._end if limit is None else min(self._end, begin + limit)
            lines = tuple(islice(self._lines, begin - start, stop - start))
        return Chunk(lines, begin + len(lines), max(0, begin - offset))

    def __len__(self) -> int:
        return len(self._lines)


class LogHead(LogRing):
    """The first lines of a log; what comes when it is full is not kept."""

    def __init__(self, lines: int) -> None:
        super().__init__(lines, sys.maxsize)
        self.full = False
        """Whether there was more."""

    def add(self, lines: Iterable[Coming]) -> None:
        """Add lines, in order, as long as there is room."""
        coming = list(lines)
        room = self._most_lines - self.end
        self.full |= len(coming) > room
        super().add(coming[:room])
