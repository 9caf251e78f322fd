"""From a log's bytes to its lines: cut at line ends, stamped, and continued after a break without repeating."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from state.printable import printable_lines
from state.rfc3339 import moment_of

LONGEST = 16 * 1024
"""Bytes of a line that are kept; a runtime cuts at the same length."""
_LONGEST_STAMP = 40


class Stamped(NamedTuple):
    """A line with the moment that the server wrote before it; both empty where it wrote none."""

    stamp: str
    moment: float | None
    text: str


class LineCutter:
    """Lines from chunks split anywhere. Of a line longer than `longest` bytes the beginning is kept."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._held = b""
        self._dropped = 0

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Iterate over the lines this chunk completes, printable, without their ends."""
        *whole, rest = (self._held + chunk).split(b"\n")
        for index, line in enumerate(whole):
            yield self._shown(line, self._dropped if index == 0 else 0)
        if whole:
            self._dropped = 0
        self._held = rest[: self._longest]
        self._dropped += len(rest) - len(self._held)

    def end(self) -> Iterator[str]:
        """Iterate over what came after the last line end, if anything."""
        if self._held:
            yield self._shown(self._held, self._dropped)
        self._held, self._dropped = b"", 0

    def _shown(self, line: bytes, dropped: int) -> str:
        dropped += max(0, len(line) - self._longest)
        text = line[: self._longest].removesuffix(b"\r").decode(errors="replace")
        # A lone carriage return would redraw the line on a terminal: what it overwrites is shown before it.
        shown = printable_lines(text.replace("\r", " ⏎ ") if "\r" in text else text)
        return f"{shown} … {dropped} bytes more" if dropped else shown


def stamped(line: str) -> Stamped:
    """Return a line of a log with `timestamps=true` in its parts."""
    stamp, blank, text = line.partition(" ")
    if len(stamp) <= _LONGEST_STAMP and stamp[:1].isdigit():
        moment = moment_of(stamp)
        if moment is not None:
            return Stamped(stamp, moment, text if blank else "")
    return Stamped("", None, line)


class Continuation:
    """Leaves out what came already when a log is opened again at an earlier moment.

    A server takes whole seconds for a start, so the last second's lines come twice.
    """

    def __init__(self) -> None:
        self._last: tuple[float, str] | None = None
        self._seen_at_last = 0
        self._to_skip = 0

    @property
    def last(self) -> float | None:
        """The moment of the newest line, None before the first one with a moment."""
        return None if self._last is None else self._last[0]

    def reopened(self) -> None:
        """Take note that the log begins again at `last`."""
        self._to_skip = self._seen_at_last

    def new(self, lines: Iterable[Stamped]) -> Iterator[Stamped]:
        """Iterate over the lines that did not come before."""
        for line in lines:
            if line.moment is None:
                yield line
                continue
            key = (line.moment, line.stamp)
            if self._last is not None and key < self._last:
                # Before the break this is a clock that stepped back; after it, a repeat.
                if self._to_skip:
                    continue
            elif key == self._last:
                if self._to_skip:
                    self._to_skip -= 1
                    continue
                self._seen_at_last += 1
            else:
                self._last, self._seen_at_last, self._to_skip = key, 1, 0
            yield line
