"""The grid of one kind, of one context or several."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from screens.cluster.readers import Leased, Reader
from screens.cluster.stops import Stop, Way
from screens.cluster.words import crumbs, narrowing, notes
from screens.commands import bindings
from screens.emptiness import emptiness
from screens.panes.wanting import Wanting
from screens.wanted import ObjectWanted, Target
from state.cell import Cell, Tone
from state.clock import Clock
from state.cluster.kinds.kind import Column, Kind, Row
from state.cluster.kinds.pods import POD
from state.cluster.live import Cluster
from state.cluster.operations.offered import CONTAINER, OFFERS, offered
from state.cluster.usage_columns import HEADERS, MEASURED, UsageColumns
from state.freshness import Freshness, worst
from state.listing import columns_of
from state.own_kinds import GROUP, OwnRows
from state.pattern import TOO_SLOW
from state.printable import printable
from state.query import Query, View
from state.ref import GroupKind, Ref
from widgets.grid import Grid
from widgets.grid_model import GridColumn

_EDGE = 8
"""Cells of the edge that are no words."""
_READING = ("describe", "yaml", "events", "xray")
"""What is shown of objects that a server has; of a container it is shown of its pod."""


def _pod_of(target: Target) -> Target:
    """Return the pod of a container."""
    ref = target.ref
    pod, _, _ = ref.name.partition("/")
    uid, _, _ = target.uid.partition("/")
    return Target(Ref(ref.cluster, POD.resource.group_kind, ref.namespace, pod), uid, POD)


def grid_columns(columns: Sequence[Column[Any]]) -> tuple[GridColumn, ...]:
    """Return a kind's columns as a grid takes them."""
    return tuple(
        GridColumn(c.header, c.width, c.right, c.middle, c.grows, c.importance, ticks=c.ticks) for c in columns
    )


class ObjectGrid(Wanting):
    """The grid of one kind, with the keys of an object."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("object", "operation")]

    class Asked(Message):
        """What is shown is narrowed or ordered in another way now."""

    class Pointed(Message):
        """The cursor stands on another object."""

    def __init__(self, clock: Clock, why_not: Callable[[str, Target], str]) -> None:
        """`why_not` says why a verb does nothing to an object, in a sentence; empty when it does something."""
        super().__init__(title="Pods", id="object-grid")
        self._clock = clock
        self._why_not = why_not
        self._readers: dict[str, Reader] = {}
        self._view: View[Any] | None = None
        self._plain: Kind[Any] | None = None
        """The kind that is shown, without columns of usage."""
        self._usage: UsageColumns | None = None
        self._told: frozenset[str] = frozenset()
        """Clusters of which it has been said that they measure no usage."""
        self._way: Way = ()
        self._wish: Ref | Hashable | None = None
        self._ticked = 0.0
        self._named: object = None
        self._marks: frozenset[Hashable] = frozenset()

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(letters_shift=False)

    # --- what it shows ---

    @property
    def kind(self) -> Kind[Any] | None:
        return self._plain

    @property
    def wanted(self) -> Query:
        return self._view.query if self._view is not None else Query()

    @property
    def problem(self) -> str:
        """What is wrong with the filter, in a sentence; empty when nothing is."""
        return self._view.problem if self._view is not None else ""

    def show(self, way: Way, clusters: Mapping[str, Cluster]) -> None:
        """Show the last stop of a way from now on, of these clusters."""
        stop = way[-1]
        self._way = way
        if self._view is not None and self._plain is stop.kind and set(clusters) == set(self._readers):
            self.ask(stop.query)
        else:
            # Leased before the others are given back, so that what is wanted again goes on.
            readers: dict[str, Reader] = {}
            for name, cluster in clusters.items():
                readers[name] = OwnRows(stop.own) if stop.own is not None else Leased(cluster.lease(stop.kind))
            self.release()
            self._readers = readers
            mirrors = {name: reader.mirror for name, reader in readers.items()}
            self._plain = stop.kind
            if stop.own is None and stop.kind.resource.group_kind in MEASURED:
                self._usage = UsageColumns(stop.kind, clusters, self._clock)
            kind = stop.kind if self._usage is None else self._usage.kind
            self._view = View(kind, mirrors, stop.query, self._clock)
            self._marks = frozenset()
            self._columns_changed()
        self._wish = stop.at
        self._named = None

    def ask(self, query: Query) -> str:
        """Narrow and order what is shown; return what is wrong with the filter as far as that is known at once."""
        if self._view is None:
            return ""
        before = self.wanted
        self._view.ask(query)
        if (before.namespaces, before.within) != (query.namespaces, query.within):
            self._columns_changed()
        self._say_order()
        self._named = None
        self.post_message(self.Asked())
        return self._view.problem

    def go_to(self, ref: Ref) -> None:
        """Put the cursor on an object, as soon as it is listed."""
        self._wish = ref

    def release(self) -> None:
        """Read no longer."""
        for reader in self._readers.values():
            reader.release()
        self._readers = {}
        if self._usage is not None:
            self._usage.stop()
            self._usage = None

    def on_unmount(self) -> None:
        self.release()

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        view = self._view
        if view is None:
            return
        grid = self.query_one(Grid)
        for reader in self._readers.values():
            reader.refresh()
        self._look_at_usage(view)
        update = view.refresh()
        if update is not None:
            grid.show(update.listing, update.changed)
            self._mark_again(grid)
            self._follow_wish(grid)
        if now - self._ticked >= 1.0:
            self._ticked = now
            grid.tick()
        self._say(view, now)

    def _look_at_usage(self, view: View[Any]) -> None:
        """Take over what was measured; that nothing can be is said once."""
        usage = self._usage
        if usage is None or not usage.look({name: reader.mirror for name, reader in self._readers.items()}):
            return
        self._ticked = 0.0
        if view.query.sort in HEADERS:
            view.ask(view.query)
        for name, problem in usage.problems:
            if name not in self._told:
                self._told |= {name}
                words = printable(f"{name}: {problem}" if len(self._readers) > 1 else problem)
                self.app.notify(words, severity="warning", markup=False)

    @property
    def freshness(self) -> Freshness:
        """What is to be said of all contexts together."""
        return worst([reader.freshness for reader in self._readers.values()])

    def _say(self, view: View[Any], now: float) -> None:
        """Say in the edge, or in place of rows that are not there, how things are."""
        sources = [(name, reader.freshness) for name, reader in self._readers.items()]
        shown, total = len(view.listing.keys), view.listing.total
        complete = all(reader.complete for reader in self._readers.values())
        hidden = len(self._marks) - len(self.query_one(Grid).marks)
        named = (
            view.problem,
            shown,
            total,
            tuple(sources),
            complete,
            len(self._marks),
            hidden,
            self.size.width,
            int(now),
        )
        if named == self._named:
            return
        self._named = named
        query = view.query
        narrowed = bool(query.text or query.faults_only)
        whole = query.within is None and not query.namespaces
        words = [f"{shown} of {total}" if narrowed and whole else str(shown)]
        if view.problem == TOO_SLOW:
            words.append(TOO_SLOW)
        words += narrowing(query, tuple(self._readers))
        if self._marks:
            words.append(f"{len(self._marks)} marked{f', {hidden} of them not shown' if hidden else ''}")
        said = notes(sources, now)
        if not complete and not said:
            words.append("loading …")
        about = "  ".join([*words, *said])
        self.name_it(crumbs(self._way, self.size.width - len(about) - _EDGE), about)
        if shown:
            self.say_empty(None)
        elif view.problem == TOO_SLOW:
            self.say_empty([(Cell("▲ ", Tone.WARN), Cell(TOO_SLOW, Tone.WARN))])
        elif total and narrowed:
            self.say_empty([(Cell(f"none of {total} matches" if whole else "none matches", Tone.QUIET),)])
        else:
            self.say_empty(emptiness(self.freshness, now, f"no {view.kind.resource.plural}", total))

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
        return columns_of(self._view.kind, self.wanted.namespaces, len(self._readers), self.wanted.within)

    def _say_order(self) -> None:
        headers = [column.header for column in self._columns]
        sort = self.wanted.sort
        self.query_one(Grid).sort_by(headers.index(sort) if sort in headers else None, self.wanted.descending)

    def _follow_wish(self, grid: Grid) -> None:
        wish, view = self._wish, self._view
        if wish is None or view is None:
            return
        if isinstance(wish, Ref):
            key = next((key for key in view.listing.keys if view.listing.ref(key) == wish), None)
        else:
            key = wish
        if key is not None and grid.move_to(key):
            self._wish = None

    # --- marks ---

    @property
    def targets(self) -> tuple[Target, ...]:
        """What an operation is meant for: all that is marked, shown or not, or what is under the cursor."""
        grid = self.query_one(Grid)
        hidden = [key for key in self._marks if key not in grid.marks]
        keys = (*grid.targets, *hidden) if self._marks else grid.targets
        return tuple(target for key in keys if (target := self._target(key)) is not None)

    @property
    def hidden(self) -> tuple[Target, ...]:
        """What is marked and not shown."""
        shown = self.query_one(Grid).marks
        return tuple(t for key in self._marks if key not in shown and (t := self._target(key)) is not None)

    def clear_marks(self) -> None:
        """Mark nothing."""
        self.query_one(Grid).action_clear_marks()

    def on_grid_marked(self, message: Grid.Marked) -> None:
        message.stop()
        view = self._view
        if view is None:
            return
        # A filter takes rows out of sight, not out of what is marked.
        unseen = {key for key in self._marks if not view.lists(key) and view.listing.row(key) is not None}
        self._marks = frozenset() if message.cleared else message.keys | unseen
        self._named = None

    def _mark_again(self, grid: Grid) -> None:
        view = self._view
        if self._marks and view is not None:
            self._marks = frozenset(key for key in self._marks if view.listing.row(key) is not None)
            grid.set_marks({key for key in self._marks if view.lists(key)})

    # --- keys ---

    def sort(self, header: str) -> None:
        """Order by a column; again turns it round, a third time goes back to the names."""
        query = self.wanted
        if header not in [column.header for column in self._columns]:
            return
        if query.sort != header:
            self.ask(replace(query, sort=header, descending=False))
        elif not query.descending:
            self.ask(replace(query, descending=True))
        else:
            self.ask(replace(query, sort=None, descending=False))

    def sort_next(self) -> None:
        """Order by the column after the one that orders now."""
        headers = [column.header for column in self._columns]
        query = self.wanted
        at = headers.index(query.sort) + 1 if query.sort in headers else 0
        self.ask(replace(query, sort=headers[at] if at < len(headers) else None, descending=False))

    def on_grid_sort_asked(self, message: Grid.SortAsked) -> None:
        message.stop()
        self.sort(self._columns[message.index].header)

    def on_grid_highlighted(self, message: Grid.Highlighted) -> None:
        message.stop()
        self.post_message(self.Pointed())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        kind = self.kind
        verb = str(parameters[0]) if action == "operate" else action
        if kind is not None and not offered(verb, kind.resource):
            return False
        if kind is not None and kind.resource.group == GROUP and action in _READING:
            return False
        return super().check_action(action, parameters)

    def want(self, verb: str) -> None:
        target = self.pointed
        if target is None:
            return
        why = self._why_not(verb, target)
        if why:
            self.app.notify(printable(why), severity="warning", markup=False)
            return
        offer = OFFERS.get(verb)
        marked = self.targets if offer is not None and offer.several and self._marks else ()
        if verb in _READING and self.kind is not None and self.kind.resource.group_kind == CONTAINER:
            target = _pod_of(target)
        hidden = frozenset(one.ref for one in self.hidden) if marked else frozenset()
        self.post_message(ObjectWanted(verb, target, marked, hidden))

    def action_operate(self, verb: str) -> None:
        self._ask_for(verb)

    @property
    def pointed(self) -> Target | None:
        """What is under the cursor."""
        return self._target(self.query_one(Grid).cursor_key)

    @property
    def pointed_row(self) -> Row | None:
        """The row under the cursor."""
        key = self.query_one(Grid).cursor_key
        return self._view.listing.row(key) if self._view is not None and key is not None else None

    @property
    def reveals(self) -> bool:
        return self.kind is not None and self.kind.resource.group_kind == GroupKind("", "Secret")

    @property
    def stop(self) -> Stop | None:
        """What is shown, to come back to."""
        if not self._way:
            return None
        return self._way[-1].matching(self.wanted, self.query_one(Grid).cursor_key)

    def cells(self) -> Sequence[tuple[str, str]]:
        """Return the row under the cursor, each column's header with its text."""
        key = self.query_one(Grid).cursor_key
        found = self._view.listing.cells(key) if self._view is not None and key is not None else None
        if found is None or self._view is None:
            return []
        headers = [column.header for column in self._view.listing.columns]
        return [(header, cell.text) for header, cell in zip(headers, found, strict=True) if header]

    def _target(self, key: Hashable | None) -> Target | None:
        view = self._view
        if view is None or key is None:
            return None
        row, ref = view.listing.row(key), view.listing.ref(key)
        return Target(ref, row.uid, self._plain) if row is not None and ref is not None else None
