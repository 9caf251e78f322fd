"""The rows of a query in their order, and the cells of those that are looked at."""

from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from typing import Any, Generic

from state.cell import Cell, Tone
from state.clock import Clock
from state.cluster.kinds.columns import health
from state.cluster.kinds.kind import HEALTH, NAMESPACE, Column, Fault, Kind, R
from state.mirror import Mirror
from state.printable import printable
from state.ref import Ref
from state.row_filter import CONTEXT
from state.within import Within

Judge = Callable[[Any, float], Fault | None]
"""Says what is wrong with a row at a moment, in seconds since the epoch."""
_CANNOT_BE_READ = Cell("?", Tone.FAINT)
CLUSTER_COLUMN: Column[Any] = Column(
    CONTEXT, lambda row, now: Cell(""), lambda row: "", width=14, importance=1, of_any=True
)
"""Which cluster a row is of; `Listing` fills its cells."""


def columns_of(
    kind: Kind[R], namespaces: Set[str], clusters: int, within: Within | None = None
) -> tuple[Column[R], ...]:
    """Return a kind's columns for so many namespaces (empty: all) and clusters, or for what belongs to one object:
    what is everywhere the same goes."""
    same = {NAMESPACE} if len(namespaces) == 1 else set()
    if within is not None and not within.how:
        same.add(within.of.group_kind.kind.upper())
    columns = [column for column in kind.columns if column.header not in same]
    if clusters > 1:
        columns.insert(1 if columns and columns[0].header == HEALTH else 0, CLUSTER_COLUMN)
    return tuple(columns)


class Listing(Generic[R]):
    """The rows of a query in their order, as a grid wants them: keys, and cells made when they are asked for.

    A key is a uid, or `(cluster, uid)` when there are several clusters.
    """

    def __init__(
        self,
        kind: Kind[R],
        mirrors: Mapping[str, Mirror[R]],
        columns: Sequence[Column[R]],
        clock: Clock,
        keys: Sequence[Hashable] = (),
        problem: str = "",
        judge: Judge | None = None,
    ) -> None:
        """`keys` are those of rows in `mirrors`, by cluster; the other arguments are as their attributes say."""
        self.kind = kind
        self.keys = keys
        self.problem = problem
        """What of the filter could not be read, in a sentence; empty when all of it could."""
        self.columns = tuple(columns)
        """The columns that `cells` gives, the namespace's left out when there is one only."""
        self._mirrors = mirrors
        self._clock = clock
        self._judge = judge or kind.fault

    @property
    def total(self) -> int:
        """How many rows there are now without the filter."""
        return sum(map(len, self._mirrors.values()))

    def row(self, key: Hashable) -> R | None:
        """Return the row as it is now, None when it went."""
        mirror, uid = self._place(key)
        return mirror.get(uid) if mirror is not None else None

    def ref(self, key: Hashable) -> Ref | None:
        """Return what a key's object is called, None when it went."""
        row = self.row(key)
        return None if row is None else self.kind.ref(self._cluster(key), row)

    def cells(self, key: Hashable) -> Sequence[Cell] | None:
        """Return the row's cells as they are now, None when it went."""
        row = self.row(key)
        if row is None:
            return None
        now = self._clock.wall()
        return [self._cell(column, row, key, now) for column in self.columns]

    def _cell(self, column: Column[R], row: R, key: Hashable, now: float) -> Cell:
        if column is CLUSTER_COLUMN:
            return Cell(printable(self._cluster(key)), Tone.QUIET)
        if column.header == HEALTH:
            return health(self._judge(row, now))
        if row.unreadable and not column.of_any:
            return _CANNOT_BE_READ
        return column.cell(row, now)

    def _cluster(self, key: Hashable) -> str:
        return str(key[0]) if isinstance(key, tuple) else next(iter(self._mirrors))

    def _place(self, key: Hashable) -> tuple[Mirror[R] | None, str]:
        if isinstance(key, tuple):
            return self._mirrors.get(key[0]), key[1]
        return (next(iter(self._mirrors.values())) if self._mirrors else None), str(key)
