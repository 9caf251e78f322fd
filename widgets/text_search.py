"""A search through lines: what matches in those that are drawn, and the next match, a part of the way at a time."""

import re
from dataclasses import dataclass
from time import perf_counter

from state.pattern import time_limit
from widgets.text_lines import TextLines

_LIMIT_SECONDS = 0.05
_LINES_A_LOOK = 32
_REMEMBERED = 500

Match = tuple[int, int]
"""A line and the character of it that a match begins at."""


@dataclass(slots=True)
class Seeking:
    """A search that is under way."""

    number: int
    """The line that is looked at next."""
    direction: int
    """1 goes on to newer lines, -1 to older ones."""
    left: int
    """How many lines are still to be looked at."""

    def part(self, lines: TextLines, pattern: re.Pattern[str], seconds: float) -> Match | None:
        """Look at as many lines as there is time for, round the ends; return what was found. Raises TooSlow.

        With nothing found and nothing `left` there is no match.
        """
        deadline = perf_counter() + seconds
        with time_limit(_LIMIT_SECONDS):
            while self.left > 0 and lines and perf_counter() < deadline:
                for _ in range(min(self.left, _LINES_A_LOOK)):
                    number = lines.first + (self.number - lines.first) % len(lines)
                    found = pattern.search(lines[number])
                    if found is not None:
                        return number, found.start()
                    self.number = number + self.direction
                    self.left -= 1
        return None


class Matches:
    """What matches in the lines that are drawn, remembered."""

    def __init__(self) -> None:
        self._found: dict[int, list[tuple[int, int]]] = {}

    def of(self, number: int, text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        """Return the characters that match in a line. Raises TooSlow."""
        found = self._found.get(number)
        if found is None:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            with time_limit(_LIMIT_SECONDS):
                found = [match.span() for match in pattern.finditer(text) if match[0]]
            self._found[number] = found
        return found

    def forget(self) -> None:
        """Lines, or the pattern, are others now."""
        self._found.clear()
