"""Any kind in one live grid: filtered, sorted and looked into in place."""

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.frame import Frame
from screens.panes.wanting import Wanting
from screens.wanted import ObjectWanted, Target
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.kinds.catalogue import find
from state.cluster.kinds.kind import Column, Kind
from state.cluster.kinds.pods import POD
from state.cluster.live import Cluster, Lease
from state.listing import columns_of
from state.pattern import TOO_SLOW
from state.query import Query, View
from state.ref import Ref
from widgets.grid import Grid
from widgets.grid_model import GridColumn


def grid_columns(columns: Sequence[Column[Any]]) -> tuple[GridColumn, ...]:
    """Return a kind's columns as a grid takes them."""
    return tuple(
        GridColumn(c.header, c.width, c.right, c.middle, c.grows, c.importance, ticks=c.ticks) for c in columns
    )


class ObjectGrid(Wanting):
    """The grid of one kind, with the keys of an object."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("object")]

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        super().__init__(title="Pods", id="object-grid")
        self._cluster = cluster
        self._clock = clock
        self._lease: Lease[Any] | None = None
        self._view: View[Any] | None = None
        self._wish: Ref | None = None
        self._ticked = 0.0
        self._named: object = None

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(letters_shift=False)

    # --- what it shows ---

    @property
    def kind(self) -> Kind[Any] | None:
        return self._view.kind if self._view is not None else None

    @property
    def wanted(self) -> Query:
        return self._view.query if self._view is not None else Query()

    @property
    def problem(self) -> str:
        """What is wrong with the filter, in a sentence; empty when nothing is."""
        return self._view.problem if self._view is not None else ""

    def show_kind(self, kind: Kind[Any], query: Query = Query()) -> None:
        """Show a kind from now on."""
        if self._view is not None and self._view.kind is kind:
            self.ask(query)
            return
        lease = self._cluster.lease(kind)
        if self._lease is not None:
            self._lease.release()
        self._lease = lease
        self._view = View(kind, {self._cluster.name: lease.mirror}, query, self._clock)
        self._columns_changed()

    def ask(self, query: Query) -> str:
        """Narrow and order what is shown; return what is wrong with the filter as far as that is known at once."""
        if self._view is None:
            return ""
        before = self.wanted
        self._view.ask(query)
        if before.namespaces != query.namespaces:
            self._columns_changed()
        self._say_order()
        return self._view.problem

    def go_to(self, ref: Ref) -> None:
        """Put the cursor on an object, as soon as it is listed."""
        self._wish = ref

    def on_unmount(self) -> None:
        if self._lease is not None:
            self._lease.release()
            self._lease = None

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        view, lease = self._view, self._lease
        if view is None or lease is None:
            return
        grid = self.query_one(Grid)
        update = view.refresh()
        if update is not None:
            grid.show(update.listing, update.changed)
            self._follow_wish(grid)
        if now - self._ticked >= 1.0:
            self._ticked = now
            grid.tick()
        listing = view.listing
        feed = lease.feed
        freshness = feed.freshness
        named = (view.problem, len(listing.keys), len(lease.mirror), freshness, feed.complete, int(now))
        if named == self._named:
            return
        self._named = named
        self._retitle(len(listing.keys), len(lease.mirror), stale_note(freshness, now), loading=not feed.complete)
        if listing.keys:
            self.say_empty(None)
        elif view.problem == TOO_SLOW:
            self.say_empty([(Cell("▲ ", Tone.WARN), Cell(TOO_SLOW, Tone.WARN))])
        elif len(lease.mirror):
            self.say_empty([(Cell(f"none of {len(lease.mirror)} matches", Tone.QUIET),)])
        else:
            self.say_empty(emptiness(freshness, now, f"no {view.kind.resource.plural}", len(lease.mirror)))

    def _retitle(self, shown: int, total: int, note: str, *, loading: bool) -> None:
        view = self._view
        assert view is not None
        count = str(total) if shown == total else f"{shown} of {total}"
        words = [count]
        if view.problem == TOO_SLOW:
            words.append(TOO_SLOW)
        if view.query.text:
            words.append(f"/{view.query.text}")
        if view.query.faults_only:
            words.append("faults only")
        if loading and not note:
            words.append("loading …")
        if note:
            words.append(note)
        self.name_it(view.kind.resource.plural.capitalize(), "  ".join(words))

    def _columns_changed(self) -> None:
        assert self._view is not None
        grid = self.query_one(Grid)
        grid.set_columns(grid_columns(self._columns))
        grid.set_marks(frozenset())
        self._named = None
        self._say_order()

    @property
    def _columns(self) -> Sequence[Column[Any]]:
        assert self._view is not None
        return columns_of(self._view.kind, self._view.query.namespaces, 1)

    def _say_order(self) -> None:
        headers = [column.header for column in self._columns]
        sort = self.wanted.sort
        self.query_one(Grid).sort_by(headers.index(sort) if sort in headers else None, self.wanted.descending)

    def _follow_wish(self, grid: Grid) -> None:
        wish, view = self._wish, self._view
        if wish is None or view is None:
            return
        key = next((key for key in view.listing.keys if view.listing.ref(key) == wish), None)
        if key is not None and grid.move_to(key):
            self._wish = None

    # --- keys ---

    def sort(self, header: str) -> None:
        """Order by a column; again turns it round, a third time goes back to the names."""
        query = self.wanted
        if header not in [column.header for column in self._columns]:
            return
        if query.sort != header:
            sort, descending = header, False
        elif not query.descending:
            sort, descending = header, True
        else:
            sort, descending = None, False
        self.ask(Query(query.text, query.namespaces, sort, descending, query.faults_only))

    def sort_next(self) -> None:
        """Order by the column after the one that orders now."""
        headers = [column.header for column in self._columns]
        query = self.wanted
        at = headers.index(query.sort) + 1 if query.sort in headers else 0
        sort = headers[at] if at < len(headers) else None
        self.ask(Query(query.text, query.namespaces, sort, False, query.faults_only))

    def on_grid_sort_asked(self, message: Grid.SortAsked) -> None:
        message.stop()
        self.sort(self._columns[message.index].header)

    def want(self, verb: str) -> None:
        target = self._target(self.query_one(Grid).cursor_key)
        if target is not None:
            self.post_message(ObjectWanted(verb, target))

    def _target(self, key: Hashable | None) -> Target | None:
        view = self._view
        if view is None or key is None:
            return None
        row, ref = view.listing.row(key), view.listing.ref(key)
        return Target(ref, row.uid) if row is not None and ref is not None else None


class ClusterScreen(Frame):
    """One kind at a time; `:` goes to another, `/` narrows, enter goes into the object."""

    NAME = "cluster"
    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("top", "cluster")]
    AUTO_FOCUS = "Grid"

    def __init__(self, cluster: Cluster, clock: Clock = SYSTEM) -> None:
        super().__init__()
        self._cluster = cluster
        self._clock = clock

    def compose_body(self) -> ComposeResult:
        yield ObjectGrid(self._cluster, self._clock)

    def on_mount(self) -> None:
        if self.objects.kind is None:
            self.objects.show_kind(POD)

    @property
    def objects(self) -> ObjectGrid:
        """The grid."""
        return self.query_one(ObjectGrid)

    def update(self) -> None:
        self.objects.update_at(self._clock.wall())
        self.doubt_filter(self.objects.problem)

    def show_object(self, ref: Ref) -> None:
        """Show an object's kind with the cursor on it."""
        kind = find(ref.group_kind.kind)
        if kind is not None:
            self.objects.show_kind(kind)
            self.objects.go_to(ref)

    @property
    def filter_text(self) -> str:
        return self.objects.wanted.text

    def filter_by(self, text: str) -> str:
        query = self.objects.wanted
        return self.objects.ask(Query(text, query.namespaces, query.sort, query.descending, query.faults_only))

    def action_faults(self) -> None:
        """Show only what is not well, or everything again."""
        query = self.objects.wanted
        self.objects.ask(Query(query.text, query.namespaces, query.sort, query.descending, not query.faults_only))

    def action_sort(self, header: str) -> None:
        self.objects.sort(header)

    def action_sort_next(self) -> None:
        self.objects.sort_next()

    def action_clear(self) -> None:
        """Show everything again."""
        query = self.objects.wanted
        self.objects.ask(Query("", query.namespaces, query.sort, query.descending))
