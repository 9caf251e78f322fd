"""The rows of one kind, of one context or several: shown, marked, ordered."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.message import Message

from screens.cluster.columns import grid_columns
from screens.cluster.edge import Seen
from screens.cluster.marks import Marks
from screens.cluster.reading import Reading
from screens.cluster.stops import Stop, Way
from screens.panes.wanting import Wanting
from screens.wanted import Target
from state.clock import Clock
from state.cluster.kinds.kind import Kind, Row
from state.cluster.live import Cluster
from state.freshness import Freshness, Health
from state.listing import Listing
from state.printable import printable
from state.query import Query, View
from state.ref import Ref
from widgets.grid import Grid


class ObjectList(Wanting):
    """The rows of one kind, what its edge says of them, and which are marked."""

    class Asked(Message):
        """What is shown is narrowed or ordered in another way now."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(title="Pods", id="object-grid")
        self._clock = clock
        self._reading: Reading | None = None
        self._told: frozenset[str] = frozenset()
        """Clusters of which it has been said that they measure no usage."""
        self._way: Way = ()
        self._wish: Ref | Hashable | None = None
        self._ticked = 0.0
        self._named: object = None
        self._marks = Marks()
        self._wide = False

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(letters_shift=False)

    # --- what it shows ---

    @property
    def kind(self) -> Kind[Any] | None:
        return self._reading.kind if self._reading is not None else None

    @property
    def wanted(self) -> Query:
        return self._reading.query if self._reading is not None else Query()

    @property
    def problem(self) -> str:
        """What is wrong with the filter, in a sentence; empty when nothing is."""
        return self._view.problem if self._view is not None else ""

    @property
    def freshness(self) -> Freshness:
        """What is to be said of all contexts together."""
        return self._reading.freshness if self._reading is not None else Freshness(Health.CONNECTING, 0.0)

    @property
    def _view(self) -> View[Any] | None:
        return self._reading.view if self._reading is not None else None

    def show(self, way: Way, clusters: Mapping[str, Cluster]) -> None:
        """Show the last stop of a way from now on, of these clusters."""
        stop = way[-1]
        self._way = way
        if self._reading is not None and self._reading.shows(stop, clusters):
            self.ask(stop.query)
        else:
            # Read before the others are given back, so that what is wanted again goes on.
            reading = Reading(stop, clusters, self._clock)
            self.release()
            self._reading = reading
            self._marks.clear()
            self.query_one(Grid).set_marks(())
            self._columns_changed()
        self._wish = stop.at
        self._named = None

    def ask(self, query: Query) -> str:
        """Narrow and order what is shown; return what is wrong with the filter as far as that is known at once."""
        view = self._view
        if view is None:
            return ""
        before = view.query
        view.ask(query)
        if (before.namespaces, before.within) != (query.namespaces, query.within):
            self._columns_changed()
        self._say_order()
        self._named = None
        self.post_message(self.Asked())
        return view.problem

    def release(self) -> None:
        """Read no longer."""
        if self._reading is not None:
            self._reading.release()

    def on_unmount(self) -> None:
        self.release()

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        reading = self._reading
        if reading is None:
            return
        grid = self.query_one(Grid)
        if reading.measure():
            self._ticked = 0.0
            self._tell_unmeasured(reading)
        update = reading.refresh()
        if update is not None:
            grid.show(update.listing, update.changed)
            self._mark_again(grid)
            self._follow_wish(grid)
        if now - self._ticked >= 1.0:
            self._ticked = now
            grid.tick()
        self._say(reading, now)

    def _tell_unmeasured(self, reading: Reading) -> None:
        """Say once of each context that gives no usage why not."""
        for name, problem in reading.unmeasured:
            if name not in self._told:
                self._told |= {name}
                words = printable(f"{name}: {problem}" if len(reading.readers) > 1 else problem)
                self.app.notify(words, severity="warning", markup=False)

    def _say(self, reading: Reading, now: float) -> None:
        """Say in the edge, or in place of rows that are not there, how things are."""
        view, marked = reading.view, len(self._marks)
        seen = Seen(
            view.query,
            view.problem,
            len(view.listing.keys),
            view.listing.total,
            reading.sources,
            reading.complete,
            marked,
            marked - len(self.query_one(Grid).marks),
            self._wide,
            self.size.width,
        )
        if (seen, int(now)) == self._named:
            return
        self._named = seen, int(now)
        self.name_it(*seen.edge(self._way, now))
        self.say_empty(seen.empty(view.kind.resource.plural, reading.freshness, now))

    def _columns_changed(self) -> None:
        if self._reading is None:
            return
        grid = self.query_one(Grid)
        grid.set_columns(grid_columns(self._reading.columns, wide=self._wide))
        self._named = None
        self._say_order()

    @property
    def _headers(self) -> list[str]:
        return self._reading.headers if self._reading is not None else []

    def _say_order(self) -> None:
        headers, query = self._headers, self.wanted
        self.query_one(Grid).sort_by(headers.index(query.sort) if query.sort in headers else None, query.descending)

    def _follow_wish(self, grid: Grid) -> None:
        reading = self._reading
        if reading is None or self._wish is None:
            return
        key = reading.key_of(self._wish) if isinstance(self._wish, Ref) else self._wish
        if key is not None and grid.move_to(key):
            self._wish = None

    # --- marks ---

    @property
    def targets(self) -> tuple[Target, ...]:
        """What an operation is meant for: all that is marked, shown or not, or what is under the cursor."""
        grid = self.query_one(Grid)
        keys = (*grid.targets, *self._marks.hidden(grid.marks)) if self._marks else grid.targets
        return self._targets(keys)

    @property
    def hidden(self) -> tuple[Target, ...]:
        """What is marked and not shown."""
        return self._targets(self._marks.hidden(self.query_one(Grid).marks))

    def clear_marks(self) -> None:
        """Mark nothing."""
        self.query_one(Grid).action_clear_marks()

    def on_grid_marked(self, message: Grid.Marked) -> None:
        message.stop()
        view = self._view
        if view is None:
            return
        if message.cleared:
            self._marks.clear()
        else:
            self._marks.take(message.keys, view)
        self._named = None

    def _mark_again(self, grid: Grid) -> None:
        if self._marks and self._view is not None:
            grid.set_marks(self._marks.keep(self._view))

    # --- what is under the cursor ---

    @property
    def pointed(self) -> Target | None:
        """What is under the cursor."""
        return self._target(self.query_one(Grid).cursor_key)

    @property
    def pointed_row(self) -> Row | None:
        """The row under the cursor."""
        return self._reading.row(self.query_one(Grid).cursor_key) if self._reading is not None else None

    @property
    def stop(self) -> Stop | None:
        """What is shown, to come back to."""
        if not self._way:
            return None
        return self._way[-1].matching(self.wanted, self.query_one(Grid).cursor_key)

    @property
    def listing(self) -> Listing[Any] | None:
        """The rows as they are narrowed and ordered now."""
        return self._view.listing if self._view is not None else None

    def those(self, meant: Callable[[Row], bool]) -> tuple[Target, ...]:
        """Return those of the objects that are listed of which something holds."""
        listing = self.listing
        if listing is None:
            return ()
        return self._targets([key for key in listing.keys if (row := listing.row(key)) is not None and meant(row)])

    def cells(self) -> Sequence[tuple[str, str]]:
        """Return the row under the cursor, each column's header with its text."""
        return self._reading.cells(self.query_one(Grid).cursor_key) if self._reading is not None else ()

    def _target(self, key: Hashable | None) -> Target | None:
        return self._reading.target(key) if self._reading is not None else None

    def _targets(self, keys: Sequence[Hashable]) -> tuple[Target, ...]:
        return tuple(target for key in keys if (target := self._target(key)) is not None)
