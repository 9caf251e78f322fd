"""Which columns a grid shows in a width, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.grid_model import GridColumn

_GAP = 2
"""Cells between two columns; a column of one cell, a glyph, belongs closer to the next."""
_LEAST = 6
"""What is left of a column before it is not worth showing."""


@dataclass(frozen=True, slots=True)
class Place:
    """A shown column: its index among all columns, the cell it begins at, its width in cells."""

    index: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The shown columns from left to right, and how many are hidden on either side of them."""

    places: tuple[Place, ...]
    width: int
    before: int = 0
    after: int = 0

    @property
    def complete(self) -> bool:
        """Whether every column is shown."""
        return not self.before and not self.after

    def at(self, x: int) -> int | None:
        """Return the index of the column at cell `x`, its gap to the right included; None outside of all."""
        found = None
        for place in self.places:
            if x >= place.x:
                found = place.index
        return found if 0 <= x < self.width else None


def fit(columns: Sequence[GridColumn], width: int, shift: int = 0) -> Layout:
    """Return the layout of `columns` in `width` cells.

    Columns that do not fit go by importance, the highest number first and from the right among equals; those of
    importance 0 stay as long as there is room for one. Columns that grow share what is left over. `shift` hides
    that many of the columns that could go, from the left, so that those on the right come into sight.
    """
    movable = [index for index, column in enumerate(columns) if column.importance > 0]
    shifted = movable[: max(0, min(shift, len(movable) - 1))] if movable else []
    shown = [index for index in range(len(columns)) if index not in shifted]
    dropped: list[int] = []
    while len(shown) > 1 and _needed(columns, shown) > width:
        gone = _least_wanted(columns, shown, after_shift=bool(shifted))
        if gone is None:
            break
        shown.remove(gone)
        dropped.append(gone)
    while len(shown) > 1 and width - _gaps(columns, shown) < sum(min(_LEAST, columns[n].width) for n in shown):
        dropped.append(shown.pop())
    widths = _widths(columns, shown, max(0, width - _gaps(columns, shown)))
    places, x = [], 0
    for index, cells in zip(shown, widths, strict=True):
        places.append(Place(index, x, cells))
        x += cells + _gap(columns[index])
    return Layout(tuple(place for place in places if place.width > 0), width, before=len(shifted), after=len(dropped))


def _least_wanted(columns: Sequence[GridColumn], shown: Sequence[int], *, after_shift: bool) -> int | None:
    candidates = [index for index in shown if columns[index].importance > 0]
    if not candidates:
        return None
    if after_shift:
        # Whoever shifts wants the next columns in their order, whatever they are worth.
        return candidates[-1]
    return max(candidates, key=lambda index: (columns[index].importance, index))


def _needed(columns: Sequence[GridColumn], shown: Sequence[int]) -> int:
    return sum(columns[index].width for index in shown) + _gaps(columns, shown)


def _gaps(columns: Sequence[GridColumn], shown: Sequence[int]) -> int:
    return sum(_gap(columns[index]) for index in shown[:-1])


def _gap(column: GridColumn) -> int:
    return 1 if column.width <= 1 else _GAP


def _widths(columns: Sequence[GridColumn], shown: Sequence[int], room: int) -> list[int]:
    widths = [columns[index].width for index in shown]
    spare = room - sum(widths)
    growing = [n for n, index in enumerate(shown) if columns[index].grows]
    if spare > 0 and growing:
        for order, n in enumerate(growing):
            widths[n] += spare // len(growing) + (order < spare % len(growing))
    while spare < 0 and widths:
        widest = max(range(len(widths)), key=lambda n: (widths[n], -n))
        widths[widest] -= 1
        spare += 1
    return [max(0, cells) for cells in widths]
