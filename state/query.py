"""From mirrors to listings: which rows are shown, in which order, and what changed since the last look."""

from collections.abc import Hashable, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, cast

from state.clock import SYSTEM, Clock
from state.cluster.kinds.kind import HEALTH, Kind, R
from state.listing import CLUSTER_COLUMN, Judge, Listing, columns_of
from state.mirror import RESET, Mirror
from state.pacer import Pacer
from state.pattern import TOO_SLOW, TooSlow, time_limit
from state.row_filter import RowFilter, parse_filter
from state.within import Within

_ALL = RowFilter()
_AGAIN = 1.0
"""Seconds after which an order that depends on the time is made anew."""
_LIMIT, _LIMIT_A_ROW = 0.05, 25e-6
"""Seconds of the processor that a filter may use, and as many more for each row; most take 1 or 2 µs a row."""


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
    within: Within | None = None
    """Only what belongs to one object."""


class Update(NamedTuple):
    """A listing, and the keys whose cells may differ from those of the last one (None: any)."""

    listing: Listing[Any]
    changed: Set[Hashable] | None


class View(Generic[R]):
    """Keeps the listing of one query up to date with its mirrors. Belongs to the loop.

    What changes a row but not its place costs nothing but that row. What changes the order waits until the
    pacer allows it; until then a row that went is blank and a new one not there yet.

    A filter whose patterns take too long is given up: `problem` says so, what was shown stays, and nothing new
    comes in until something else is asked for.
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
        self._sound: frozenset[Hashable] = frozenset()
        """What was listed last by a filter with nothing wrong in it: half a pattern may leave nothing."""
        self._seen: dict[str, int] = {}
        self._made = float("-inf")
        self._total = 0
        self.ask(query)
        self.listing = self._listing(())

    def ask(self, query: Query) -> None:
        """Look for something else from the next `refresh` on."""
        self.query = query
        self._filters = {
            name: parse_filter(query.text, self.kind, name if self._several else "") if query.text.strip() else _ALL
            for name in self._mirrors
        }
        # They differ in which context they are about, and say the same of the text.
        self._filter = next(iter(self._filters.values()), _ALL)
        self._columns = columns_of(self.kind, query.namespaces, len(self._mirrors), query.within)
        sort = self.kind.order if query.sort is None else query.sort
        self._sort = next((column for column in self._columns if column.header == sort), None)
        self._timed = self._filter.timed or query.faults_only or sort == HEALTH
        self._all = True
        self._moved = True
        self._kept: Set[Hashable] | None = None
        """Of a filter that was given up: what was shown before it."""

    @property
    def problem(self) -> str:
        """What is wrong with the filter, in a sentence; empty when nothing is."""
        return self._filter.problem if self._kept is None else TOO_SLOW

    def lists(self, key: Hashable) -> bool:
        """Return whether a key is in the listing."""
        return key in self._listed

    def refresh(self) -> Update | None:
        """Return the listing as the mirrors now have it, None when nothing differs from the last one."""
        began = self._clock.elapsed()
        now = self._clock.wall()
        asked = self._all
        changed = self._changes()
        # Of the rows that stand in the listing, those that are drawn blank too: one may have come back.
        shown = self._listed & (changed or frozenset())
        anew = changed is None or (self._timed and began - self._made >= _AGAIN and self._pacer.due(began))
        try:
            with self._limit():
                self._place_again(None if anew else changed, now)
        except TooSlow:
            self._kept, asked, changed, anew = self._sound, True, None, True
            self._place_again(None, now)
        if anew:
            self._made = began
        self._moved |= asked
        reordered = self._moved and (asked or self._pacer.due(began))
        if reordered:
            keys = sorted(self._places, key=self._places.__getitem__, reverse=self.query.descending)
            self.listing = self._listing(keys)
            listed = frozenset(keys)
            shown |= listed - self._listed
            self._listed = listed
            if not self.problem:
                self._sound = listed
            self._moved = False
            self._pacer.spent(began, self._clock.elapsed())
        total, self._total = self._total, self.listing.total
        if asked or changed is None:
            return Update(self.listing, None)
        return Update(self.listing, shown) if shown or reordered or total != self._total else None

    def _listing(self, keys: Sequence[Hashable]) -> Listing[R]:
        return Listing(self.kind, self._mirrors, self._columns, self._clock, keys, self.problem, self._judge)

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

    def _limit(self) -> AbstractContextManager[None]:
        if self._kept is not None or not self._filter.tests:
            return nullcontext()
        return time_limit(_LIMIT + _LIMIT_A_ROW * sum(map(len, self._mirrors.values())))

    def _place_again(self, keys: Set[Hashable] | None, now: float) -> None:
        """Place these rows anew, None for all."""
        if keys is None:
            before, self._places = self._places, self._place_all(now)
            self._moved |= before != self._places
            return
        for key in keys:
            self._moved |= self._place_one(key, now)

    def _place_all(self, now: float) -> dict[Hashable, tuple[Any, ...]]:
        places: dict[Hashable, tuple[Any, ...]] = {}
        shows, place = self._shows, self._place
        for cluster, mirror in self._mirrors.items():
            for uid, row in mirror.rows.items():
                key = (cluster, uid) if self._several else uid
                if shows(key, row, cluster, now):
                    places[key] = place(row, cluster, uid, now)
        return places

    def _place_one(self, key: Hashable, now: float) -> bool:
        """Place a row anew; return whether the order differs by it."""
        cluster, uid = key if isinstance(key, tuple) else (next(iter(self._mirrors)), str(key))
        row = self._mirrors[cluster].get(uid)
        if row is None or not self._shows(key, row, cluster, now):
            return self._places.pop(key, None) is not None
        place = self._place(row, cluster, uid, now)
        if self._places.get(key) == place:
            return False
        self._places[key] = place
        return True

    def _shows(self, key: Hashable, row: R, cluster: str, now: float) -> bool:
        query = self.query
        if query.namespaces and row.namespace and row.namespace not in query.namespaces:
            return False
        if query.within is not None and not query.within.holds(cluster, row):
            return False
        if query.faults_only and self._judge(row, now) is None:
            return False
        return self._filters[cluster].matches(row, now) if self._kept is None else key in self._kept

    def _place(self, row: R, cluster: str, uid: str, now: float) -> tuple[Any, ...]:
        column = self._sort
        if column is None:
            return row.namespace, row.name, cluster, uid
        if column is CLUSTER_COLUMN:
            return cluster, row.namespace, row.name, uid
        if column.header == HEALTH:
            fault = self._judge(row, now)
            worst = (0, 0.0) if fault is None else (-fault.rank, -(fault.since or 0.0))
            return worst, row.namespace, row.name, cluster, uid
        return column.sort_key(row), row.namespace, row.name, cluster, uid
