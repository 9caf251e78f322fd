"""A table that draws the rows that are seen and nothing else, so that its cost does not grow with what it holds."""

from collections.abc import Callable, Collection, Hashable, Sequence, Set
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from state.cell import Cell
from widgets.grid_layout import fit
from widgets.grid_model import GridColumn, GridRows
from widgets.grid_paint import GUTTER, PLAIN, GridPaint, Look
from widgets.keyed_view import KeyedView

FLASH_SECONDS = 0.7
"""How long a changed cell stays bright."""

Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class NoRows:
    """The rows of a grid that was given none."""

    keys: Sequence[Hashable] = ()

    def cells(self, key: Hashable) -> None:
        return None


@dataclass(slots=True)
class _Drawn:
    """What a row said when it was last asked, and its lines by look."""

    cells: Cells | None
    strips: dict[Look, Strip]


class Grid(KeyedView):
    """Rows by key in columns, with a cursor, marks, and a header that says the order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "open", id="grid.choose", show=False),
        Binding("left", "shift(-1)", "columns left", id="grid.left", show=False),
        Binding("right", "shift(1)", "columns right", id="grid.right", show=False),
        Binding("h", "letter_shift(-1)", "columns left", id="grid.h", show=False),
        Binding("l", "letter_shift(1)", "columns right", id="grid.l", show=False),
        Binding("space", "mark", "mark", id="grid.mark", show=False),
        Binding("ctrl+space,ctrl+@", "mark_range", "mark to here", id="grid.mark_range", show=False),
        Binding("ctrl+backslash", "clear_marks", "no marks", id="grid.clear_marks", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another row; None when there is none left."""

        grid: "Grid"
        key: Hashable | None

        @property
        def control(self) -> "Grid":
            return self.grid

    @dataclass
    class Chosen(Message):
        """The row is wanted: enter, a double click, or a click on the row that was clicked before."""

        grid: "Grid"
        key: Hashable

        @property
        def control(self) -> "Grid":
            return self.grid

    @dataclass
    class SortAsked(Message):
        """The header of a column was clicked."""

        grid: "Grid"
        index: int

        @property
        def control(self) -> "Grid":
            return self.grid

    @dataclass
    class Marked(Message):
        """The marks changed; these are all of them. `cleared`: the user wants none."""

        grid: "Grid"
        keys: frozenset[Hashable]
        cleared: bool = False

        @property
        def control(self) -> "Grid":
            return self.grid

    def __init__(
        self,
        columns: Sequence[GridColumn] = (),
        *,
        header: bool = True,
        letters_shift: bool = True,
        keeps_cursor: bool = False,
        marking: bool = True,
        focus_holds: bool = True,
        clock: Callable[[], float] = monotonic,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`header` shows the headers; `letters_shift` gives `h` and `l` to the columns where they do not fit;
        `keeps_cursor` shows the cursor without focus too; `marking` gives the space key to marks; with
        `focus_holds` the cursor keeps to its row from the focus on, not only once it was moved; `clock` tells
        seconds for the moments that changed cells stay bright."""
        super().__init__(keeps_cursor=keeps_cursor, id=id, classes=classes)
        self.top_lines = 1 if header else 0
        self._columns = tuple(columns)
        self._letters_shift = letters_shift
        self._marking = marking
        self.focus_holds = focus_holds
        self._clock = clock
        self._rows: GridRows = NoRows()
        self._marks: frozenset[Hashable] = frozenset()
        self._anchor: Hashable | None = None
        self._shift = 0
        self._sort: tuple[int | None, bool] = (None, False)
        self._flashes: dict[Hashable, tuple[frozenset[int], float]] = {}
        self._flash_timer: Timer | None = None
        self._paint: GridPaint | None = None
        self._drawn: dict[Hashable, _Drawn] = {}

    # What it shows

    def set_columns(self, columns: Sequence[GridColumn]) -> None:
        """Show other columns. The rows' cells follow their order from now on."""
        self._columns = tuple(columns)
        self._shift = 0
        self._sort = (None, False)
        self._flashes.clear()
        self.repaint()

    def show(self, rows: GridRows, changed: Collection[Hashable] | None = None) -> None:
        """Show these rows. `changed` names the keys whose cells differ since the last call, None if any may.

        Only visible lines that differ are drawn again. The cursor stays on its key or goes to its neighbour, and
        keeps its place on the screen.
        """
        self._rows = rows
        if changed is None:
            self._drawn.clear()
            self._flashes.clear()
        else:
            self._forget(changed if isinstance(changed, Set) else frozenset(changed))
        before = self._keys
        self.set_order(rows.keys)
        if self._marks and self._keys is not before:
            self.set_marks(self._marks.intersection(self._keys))
        self.settle()

    def tick(self) -> None:
        """Ask the visible rows again and draw those that changed with the clock."""
        for key, drawn in list(self._drawn.items()):
            cells = self._ask(key)
            if cells != drawn.cells:
                self._drawn[key] = _Drawn(cells, {})
        self.settle()

    def sort_by(self, column: int | None, reverse: bool = False) -> None:
        """Say in the header which column the rows are sorted by; it does not sort."""
        self._sort = (column, reverse)
        if self.top_lines and self.is_mounted:
            self.refresh(Region(0, 0, self.size.width, 1))

    # Marks

    @property
    def marks(self) -> frozenset[Hashable]:
        """The marked keys that are still there."""
        return self._marks

    @property
    def targets(self) -> tuple[Hashable, ...]:
        """What an operation is meant for: the marked rows in their order, or the one under the cursor."""
        if self._marks:
            return tuple(key for key in self._keys if key in self._marks)
        return () if self.cursor_key is None else (self.cursor_key,)

    def set_marks(self, keys: Collection[Hashable]) -> None:
        """Mark exactly these keys."""
        marks = frozenset(keys)
        if marks != self._marks:
            self._marks = marks
            self.settle()
            self.post_message(self.Marked(self, marks))

    def action_mark(self) -> None:
        key = self.cursor_key
        if key is not None:
            self._anchor = key
            self.set_marks(self._marks ^ {key})
            self.action_move(1)

    def action_mark_range(self) -> None:
        key = self.cursor_key
        if key is None:
            return
        start = self.cursor_index if self._anchor is None else self._cursor.to(self._anchor, self._keys).index
        low, high = sorted((start, self.cursor_index))
        self._anchor = key
        self.set_marks(self._marks | set(self._keys[low : high + 1]))

    def action_clear_marks(self) -> None:
        self._anchor = None
        self._marks = frozenset()
        self.settle()
        self.post_message(self.Marked(self, self._marks, cleared=True))

    # Columns

    def action_shift(self, by: int) -> None:
        layout = self._painter.layout
        if by > 0 and not layout.after:
            return
        self._shift = max(0, layout.before + by)
        self.repaint()

    def action_letter_shift(self, by: int) -> None:
        self.action_shift(by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "letter_shift":
            return self._letters_shift and not self._painter.layout.complete
        if action in ("mark", "mark_range"):
            return self._marking
        return True

    # What a list asks of it

    def highlighted(self, key: Hashable | None) -> None:
        self.post_message(self.Highlighted(self, key))

    def chosen(self, key: Hashable) -> None:
        self.post_message(self.Chosen(self, key))

    def top_clicked(self, x: int) -> None:
        column = self._painter.layout.at(x - GUTTER)
        if column is not None:
            self.post_message(self.SortAsked(self, column))

    def restyled(self) -> None:
        self._paint = None
        self._drawn.clear()

    def state_of(self, key: Hashable) -> tuple[Look, Cells | None]:
        return self._look(key), self._row(key).cells

    def draw_line(self, key: Hashable, part: int) -> Strip:
        drawn, look = self._row(key), self._look(key)
        if drawn.cells is None:
            return self.draw_blank()
        strip = drawn.strips.get(look)
        if strip is None:
            drawn.strips[look] = strip = self._painter.row(drawn.cells, look)
        return strip

    def draw_top(self, y: int) -> Strip:
        return self._painter.header(*self._sort)

    def draw_blank(self) -> Strip:
        return self._painter.blank()

    def settle(self) -> None:
        super().settle()
        in_sight = self.keys_in_sight
        if len(self._drawn) > 4 * max(25, len(in_sight)):
            kept = set(in_sight)
            self._drawn = {key: drawn for key, drawn in self._drawn.items() if key in kept}

    # Rows

    @property
    def _painter(self) -> GridPaint:
        if self._paint is None:
            layout = fit(self._columns, max(0, self.size.width - 2 * GUTTER), self._shift)
            self._paint = GridPaint(self._columns, layout, self.palette)
        return self._paint

    def _look(self, key: Hashable) -> Look:
        cursor = key == self.cursor_key and self.shows_cursor
        flash = self._flashes.get(key)
        if not cursor and flash is None and key not in self._marks:
            return PLAIN
        return Look(cursor, key in self._marks, flash[0] if flash else frozenset())

    def _ask(self, key: Hashable) -> Cells | None:
        cells = self._rows.cells(key)
        return None if cells is None else tuple(cells)

    def _row(self, key: Hashable) -> _Drawn:
        drawn = self._drawn.get(key)
        if drawn is None:
            self._drawn[key] = drawn = _Drawn(self._ask(key), {})
        return drawn

    # What is new

    def _forget(self, changed: Set[Hashable]) -> None:
        """Ask the changed rows again; those in sight show what is new in them for a moment."""
        in_sight = set(self.keys_in_sight)
        for key in [key for key in self._drawn if key in changed]:
            before = self._drawn.pop(key).cells
            if key not in in_sight or before is None:
                continue
            after = self._row(key).cells
            if after is not None and after != before:
                self._flash(key, before, after)

    def _flash(self, key: Hashable, before: Cells, after: Cells) -> None:
        if self.app.animation_level == "none":
            return
        news = frozenset(
            index
            for index, (old, new) in enumerate(zip(before, after, strict=False))
            if old != new and index < len(self._columns) and not self._columns[index].ticks
        )
        if not news:
            return
        old = self._flashes.get(key, (frozenset(), 0.0))[0]
        self._flashes[key] = (news | old, self._clock() + FLASH_SECONDS)
        if self._flash_timer is None and self.is_mounted:
            self._flash_timer = self.set_interval(0.2, self._fade)

    def _fade(self) -> None:
        now = self._clock()
        self._flashes = {key: flash for key, flash in self._flashes.items() if flash[1] > now}
        if not self._flashes and self._flash_timer is not None:
            self._flash_timer.stop()
            self._flash_timer = None
        self.settle()
