"""From a log's bytes to its lines: cut at line ends, cleaned, stamped."""

from collections.abc import Iterator
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

    @property
    def rest(self) -> bool:
        """Whether the last line had no end yet."""
        return bool(self._held)

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
