"""The columns of a kind, as a grid takes them."""

from collections.abc import Sequence
from typing import Any

from state.cluster.kinds.kind import Column
from state.cluster.usage_columns import HEADERS
from widgets.grid_model import GridColumn

_MEASURED = 10
"""What is added to the importance of what is measured, so that it goes before all else."""


def grid_columns(columns: Sequence[Column[Any]], *, wide: bool = False) -> tuple[GridColumn, ...]:
    """Return columns for a grid. With `wide`, those of `kubectl get -o wide` stay as long as any; usage goes first."""
    return tuple(
        GridColumn(c.header, c.width, c.right, c.middle, c.grows, importance(c, wide=wide), ticks=c.ticks)
        for c in columns
    )


def importance(column: Column[Any], *, wide: bool) -> int:
    """Return how early a column goes when there is no room: the higher the number, the earlier; 0 stays."""
    if not wide or column.importance <= 1:
        return column.importance
    return column.importance + _MEASURED if column.header in HEADERS else 2
