"""Lines of text and the rows they take on a screen: counted when they come, and again when the width changes."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from rich.cells import get_character_cell_size

TAB = 8
NARROWEST = 2
"""The least width that text is wrapped at: a wide character must fit."""
_LEAST_COST = 8
"""What the emptiest line costs to count, in characters."""
_SINGLE = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482‐-‧…─-◼⠀-⣿]*")
"""Text of which every character takes one cell."""
_PLAIN = bytes(range(0x20, 0x7F))
_JOINERS = "\u200d\ufe0e\ufe0f"
"""What makes a character's width depend on its neighbours, and on the terminal."""


class Remark(str):
    """A line that says something about the text and is no part of it."""

    __slots__ = ()


class Place(NamedTuple):
    """What a row shows: characters `begin` to `end` of a line."""

    line: int
    begin: int
    end: int


class _Halves(dict[int, str]):
    """For each character one letter a cell: `0` begins it, `1` goes on. Characters without a width have none."""

    def __missing__(self, code: int) -> str:
        self[code] = found = ("", "0", "01")[get_character_cell_size(chr(code))]
        return found


_HALVES = _Halves()


def _is_single(text: str) -> bool:
    """Whether every character takes one cell. Most are letters of ASCII: the rest alone is looked at one by one."""
    if text.isascii():
        return True
    rest = text.encode(errors="surrogatepass").translate(None, _PLAIN)
    return _SINGLE.fullmatch(rest.decode(errors="surrogatepass")) is not None


def cells_of(text: str) -> int:
    """Return how many terminal cells `text` takes."""
    if _is_single(text):
        return len(text)
    return len(text.translate(_HALVES))


def rows_of(text: str, width: int) -> int:
    """Return how many rows of `width` cells (at least two) `text` takes; a wide character is never cut in two."""
    if len(text) <= width // 2 or not text:
        return 1
    if _is_single(text):
        return -(-len(text) // width)
    cells = text.translate(_HALVES)
    rows, at = 1, width
    while at < len(cells):
        at += width - (cells[at] == "1")
        rows += 1
    return rows


@lru_cache(maxsize=512)
def breaks(text: str, width: int) -> Sequence[int]:
    """Return the indices in `text` at which its rows of `width` cells (at least two) begin."""
    if _is_single(text):
        return range(0, max(1, len(text)), width)
    found, room = [0], width
    for index, character in enumerate(text):
        cells = len(_HALVES[ord(character)])
        if cells > room:
            found.append(index)
            room = width
        room -= cells
    return found


def _shown(line: str) -> str:
    shown = line.expandtabs(TAB) if "\t" in line else line
    for joiner in _JOINERS:
        if joiner in shown:
            shown = shown.replace(joiner, "")
    return Remark(shown) if isinstance(line, Remark) else shown


class TextLines:
    """The newest lines of a text, up to a limit. The numbers of lines and rows count on when the oldest go.

    Adding lines costs what those lines cost, however many there are. For another width all are counted again, as
    many at a time as one likes; until the last is, rows are as they were.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lines: list[str] = []
        self._ends: list[int] = []
        """With a width: for each line the number of the row after its last."""
        self.first = 0
        """The number of the oldest line."""
        self.first_row = 0
        """The number of its first row."""
        self.width: int | None = None
        """How many cells a row has; None: each line is one row, however long."""
        self.wanted: int | None = None
        """The width it is being counted for; `width` itself when all is counted."""
        self._counted: list[int] | None = None
        """While it is counted for another width: the rows of the lines from the oldest on, or without one the cells."""
        self.widest = 0
        """At least the cells of the widest line there is."""

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number: int) -> str:
        """Return the line of a number. Raises IndexError when it is not there."""
        if not self.first <= number < self.end:
            raise IndexError(number)
        return self._lines[number - self.first]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    @property
    def end(self) -> int:
        """The number the next line will have."""
        return self.first + len(self._lines)

    @property
    def end_row(self) -> int:
        """The number of the row after the last."""
        if self.width is None:
            return self.first_row + len(self._lines)
        return self._ends[-1] if self._ends else self.first_row

    def replace(self, lines: Iterable[str]) -> None:
        """Hold these lines in place of all others; numbers begin at 0 again."""
        self._lines, self._ends = [], []
        self.first = self.first_row = self.widest = 0
        self._counted = [] if self._counted is not None else None
        self.append(lines)

    def append(self, lines: Iterable[str]) -> None:
        """Add lines; the oldest go beyond the limit. Tabs are widened and joiners of characters left out."""
        added = [line if line.isascii() and "\t" not in line else _shown(line) for line in lines]
        unheld = len(added) - self._limit
        if unheld > 0:
            self.first, self.first_row = self.end + unheld, self.end_row
            self._lines, self._ends = [], []
            self._counted = [] if self._counted is not None else None
            del added[:unheld]
        self._lines += added
        self._measure(added)
        gone = len(self._lines) - self._limit
        if gone > 0:
            self.first_row = self._ends[gone - 1] if self.width is not None else self.first_row + gone
            self.first += gone
            del self._lines[:gone]
            del self._ends[:gone]
            if self._counted is not None:
                del self._counted[:gone]

    def wrap_at(self, width: int | None) -> None:
        """Begin to wrap lines at `width` cells (at least two are taken), or not at all; `count` comes to the end."""
        self.wanted = None if width is None else max(NARROWEST, width)
        self._counted = [] if self.wanted != self.width else None

    def count(self, characters: int) -> bool:
        """Count on for the width that is wanted, lines of about so many characters.

        Returns whether all is counted. Then rows are as wide as was wanted, and their numbers begin at 0 again.
        """
        counted, width = self._counted, self.wanted
        if counted is None:
            return True
        for index in range(len(counted), len(self._lines)):
            if characters <= 0:
                return False
            line = self._lines[index]
            counted.append(cells_of(line) if width is None else rows_of(line, width))
            characters -= len(line) + _LEAST_COST
        self.width, self._counted, self.first_row = width, None, 0
        self._ends = [] if width is None else list(accumulate(counted))
        self.widest = max(counted, default=0) if width is None else 0
        return True

    def row_of(self, line: int) -> int:
        """Return a line's first row; of lines that are not there the nearest one's."""
        index = min(max(0, line - self.first), len(self._lines))
        if self.width is None:
            return self.first_row + index
        return self._ends[index - 1] if index else self.first_row

    def place(self, row: int) -> Place:
        """Return what a row shows. Raises IndexError when there is no such row."""
        if not self.first_row <= row < self.end_row:
            raise IndexError(row)
        if self.width is None:
            index = row - self.first_row
            return Place(self.first + index, 0, len(self._lines[index]))
        index = bisect_right(self._ends, row)
        text = self._lines[index]
        begins = breaks(text, self.width)
        part = row - (self._ends[index - 1] if index else self.first_row)
        end = begins[part + 1] if part + 1 < len(begins) else len(text)
        return Place(self.first + index, begins[part], end)

    def row_at(self, line: int, character: int) -> int:
        """Return the row in which a character of a line stands."""
        row = self.row_of(line)
        if self.width is None or not self.first <= line < self.end:
            return row
        return row + bisect_right(breaks(self[line], self.width), character) - 1

    def _measure(self, lines: Iterable[str]) -> None:
        if self.width is None:
            self.widest = max(self.widest, max(map(cells_of, lines), default=0))
            return
        end, width = self.end_row, self.width
        for line in lines:
            end += rows_of(line, width)
            self._ends.append(end)
