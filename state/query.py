"""From mirrors to listings: which rows are shown, in which order, and what changed since the last look."""

from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, cast

from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.kinds.columns import health
from state.cluster.kinds.kind import HEALTH, NAMESPACE, Column, Fault, Kind, R
from state.mirror import RESET, Mirror
from state.pacer import Pacer
from state.printable import printable
from state.ref import Ref
from state.row_filter import RowFilter, parse_filter

CLUSTER = "CLUSTER"
_AGAIN = 1.0
"""Seconds after which an order that depends on the time is made anew."""
_CANNOT_BE_READ = Cell("?", Tone.FAINT)
Judge = Callable[[Any, float], Fault | None]


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows one wants to see, and in which order."""

    text: str = ""
    """A filter, in the forms of `state.row_filter`."""
    namespaces: frozenset[str] = frozenset()
    """Only rows of these; empty: of all."""
    sort: str | None = None
    """The header of the column that orders; None: as the kind itself wants, mostly by namespace and name."""
    descending: bool = False
    faults_only: bool = False


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
        if column is _CLUSTER:
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


class Update(NamedTuple):
    """A listing, and the keys whose cells may differ from those of the last one (None: any)."""

    listing: Listing[Any]
    changed: Set[Hashable] | None


_CLUSTER: Column[Any] = Column(CLUSTER, lambda row, now: Cell(""), lambda row: "", width=14, importance=1, of_any=True)


def columns_of(kind: Kind[R], namespaces: Set[str], clusters: int) -> tuple[Column[R], ...]:
    """Return a kind's columns for so many namespaces (empty: all) and clusters: what is everywhere the same goes."""
    columns = [column for column in kind.columns if column.header != NAMESPACE or len(namespaces) != 1]
    if clusters > 1:
        columns.insert(1 if columns and columns[0].header == HEALTH else 0, _CLUSTER)
    return tuple(columns)


class View(Generic[R]):
    """Keeps the listing of one query up to date with its mirrors. Belongs to the loop.

    What changes a row but not its place costs nothing but that row. What changes the order waits until the
    pacer allows it; until then a row that went is blank and a new one not there yet.
    """

    def __init__(
        self,
        kind: Kind[R],
        mirrors: Mapping[str, Mirror[R]],
        query: Query = Query(),
        clock: Clock = SYSTEM,
        judge: Judge | None = None,
    ) -> None:
        """`mirrors` are by cluster; `judge` says what is wrong with a row where the kind's own rule is not enough."""
        self.kind = kind
        self._mirrors = dict(mirrors)
        self._several = len(self._mirrors) > 1
        self._clock = clock
        self._judge = judge or kind.fault
        self._pacer = Pacer()
        self._places: dict[Hashable, tuple[Any, ...]] = {}
        """What orders each shown row; equal when the row's place is the same."""
        self._listed: frozenset[Hashable] = frozenset()
        self._seen: dict[str, int] = {}
        self._made = float("-inf")
        self._total = 0
        self.ask(query)
        self.listing = self._listing(())

    def ask(self, query: Query) -> None:
        """Look for something else from the next `refresh` on."""
        self.query = query
        self._filter = parse_filter(query.text, self.kind) if query.text.strip() else RowFilter()
        self._columns = columns_of(self.kind, query.namespaces, len(self._mirrors))
        sort = self.kind.order if query.sort is None else query.sort
        self._sort = next((column for column in self._columns if column.header == sort), None)
        self._timed = self._filter.timed or query.faults_only or sort == HEALTH
        self._all = True
        self._moved = True

    @property
    def problem(self) -> str:
        """What of the filter could not be read, in a sentence; empty when all of it could."""
        return self._filter.problem

    def refresh(self) -> Update | None:
        """Return the listing as the mirrors now have it, None when nothing differs from the last one."""
        began = self._clock.elapsed()
        now = self._clock.wall()
        asked = self._all
        changed = self._changes()
        # Of the rows that stand in the listing, those that are drawn blank too: one may have come back.
        shown = self._listed & (changed or frozenset())
        if changed is None or (self._timed and began - self._made >= _AGAIN and self._pacer.due(began)):
            before = {} if asked else self._places
            self._places = self._place_all(now)
            self._made = began
            self._moved |= asked or before != self._places
        else:
            for key in changed:
                self._moved |= self._place_one(key, now)
        reordered = self._moved and (asked or self._pacer.due(began))
        if reordered:
            keys = sorted(self._places, key=self._places.__getitem__, reverse=self.query.descending)
            self.listing = self._listing(keys)
            listed = frozenset(keys)
            shown |= listed - self._listed
            self._listed = listed
            self._moved = False
            self._pacer.spent(began, self._clock.elapsed())
        total, self._total = self._total, self.listing.total
        if asked or changed is None:
            return Update(self.listing, None)
        return Update(self.listing, shown) if shown or reordered or total != self._total else None

    def _listing(self, keys: Sequence[Hashable]) -> Listing[R]:
        return Listing(self.kind, self._mirrors, self._columns, self._clock, keys, self._filter.problem, self._judge)

    def _changes(self) -> Set[Hashable] | None:
        """Return the keys that changed since the last look, None for all."""
        everything = self._all
        self._all = False
        found: set[Hashable] = set()
        for cluster, mirror in self._mirrors.items():
            keys = mirror.changes(self._seen.get(cluster, -1)) if not everything else RESET
            self._seen[cluster] = mirror.revision
            if keys is RESET:
                everything = True
            elif keys:
                found |= {(cluster, uid) for uid in keys} if self._several else cast(Set[Hashable], keys)
        return None if everything else found

    def _place_all(self, now: float) -> dict[Hashable, tuple[Any, ...]]:
        places: dict[Hashable, tuple[Any, ...]] = {}
        shows, place = self._shows, self._place
        for cluster, mirror in self._mirrors.items():
            for uid, row in mirror.rows.items():
                if shows(row, now):
                    key = (cluster, uid) if self._several else uid
                    places[key] = place(row, cluster, uid, now)
        return places

    def _place_one(self, key: Hashable, now: float) -> bool:
        """Place a row anew; return whether the order differs by it."""
        cluster, uid = key if isinstance(key, tuple) else (next(iter(self._mirrors)), str(key))
        row = self._mirrors[cluster].get(uid)
        if row is None or not self._shows(row, now):
            return self._places.pop(key, None) is not None
        place = self._place(row, cluster, uid, now)
        if self._places.get(key) == place:
            return False
        self._places[key] = place
        return True

    def _shows(self, row: R, now: float) -> bool:
        query = self.query
        if query.namespaces and row.namespace not in query.namespaces:
            return False
        if query.faults_only and self._judge(row, now) is None:
            return False
        return self._filter.matches(row, now)

    def _place(self, row: R, cluster: str, uid: str, now: float) -> tuple[Any, ...]:
        column = self._sort
        if column is None:
            return row.namespace, row.name, cluster, uid
        if column is _CLUSTER:
            return cluster, row.namespace, row.name, uid
        if column.header == HEALTH:
            fault = self._judge(row, now)
            worst = (0, 0.0) if fault is None else (-fault.rank, -(fault.since or 0.0))
            return worst, row.namespace, row.name, cluster, uid
        return column.sort_key(row), row.namespace, row.name, cluster, uid
