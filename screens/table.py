"""A short list as a grid takes it: keys in order, and the cells of each."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from state.cell import Cell


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are few enough to be made before anybody looks at them."""

    keys: Sequence[Hashable] = ()
    rows: Mapping[Any, Sequence[Cell]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Mapping[Any, Sequence[Cell]]) -> "Table":
        """Return the table of rows in their order."""
        return cls(tuple(rows), rows)

    def cells(self, key: Hashable) -> Sequence[Cell] | None:
        return self.rows.get(key)
