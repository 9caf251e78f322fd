"""What a grid shows, handed over by whoever knows the rows."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from state.cell import Cell


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column as the grid sees it."""

    header: str
    width: int = 10
    right: bool = False
    middle: bool = False
    grows: bool = False
    importance: int = 1
    ticks: bool = False
    """Changes with the clock alone, so that a new value is no news."""


class GridRows(Protocol):
    """An order of keys and a way to look up what a key's row shows now. Asked for visible rows only."""

    @property
    def keys(self) -> Sequence[Hashable]:
        """The keys in their order, each once. The same object means the same order; another order is another object."""
        ...

    def cells(self, key: Hashable) -> Sequence[Cell] | None:
        """Return the row's cells, one a column, or None when the key went: the line is drawn blank."""
        ...
