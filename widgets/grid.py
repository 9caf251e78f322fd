"""A table that draws the rows that are seen and nothing else, so that its cost does not grow with what it holds."""

from collections.abc import Callable, Collection, Hashable, Sequence, Set
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from state.cell import Cell
from widgets.cursor import Cursor
from widgets.grid_layout import fit
from widgets.grid_model import GridColumn, GridRows
from widgets.grid_paint import GUTTER, PLAIN, GridPaint, Look
from widgets.tone_style import palette_of

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


class Grid(ScrollView, can_focus=True):
    """Rows by key in columns, with a cursor, marks, and a header that says the order."""

    DEFAULT_CSS = """
    Grid {
        height: 1fr;
        width: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: transparent;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", id="grid.up", show=False),
        Binding("down,j", "move(1)", "down", id="grid.down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="grid.page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="grid.page_down", show=False),
        Binding("home,g", "first", "first", id="grid.first", show=False),
        Binding("end,G", "last", "last", id="grid.last", show=False),
        Binding("left", "shift(-1)", "columns left", id="grid.left", show=False),
        Binding("right", "shift(1)", "columns right", id="grid.right", show=False),
        Binding("h", "letter_shift(-1)", "columns left", id="grid.h", show=False),
        Binding("l", "letter_shift(1)", "columns right", id="grid.l", show=False),
        Binding("enter", "choose", "open", id="grid.choose", show=False),
        Binding("space", "mark", "mark", id="grid.mark", show=False),
        Binding("ctrl+space,ctrl+at", "mark_range", "mark to here", id="grid.mark_range", show=False),
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
        """The row is wanted: enter, a double click, or a click on the row under the cursor."""

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
        """The marks changed; these are all of them."""

        grid: "Grid"
        keys: frozenset[Hashable]

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
        clock: Callable[[], float] = monotonic,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`header` shows the headers; `letters_shift` gives `h` and `l` to the columns where they do not fit;
        `keeps_cursor` shows the cursor without focus too; `marking` gives the space key to marks; `clock` tells
        seconds for the moments that changed cells stay bright."""
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._header = 1 if header else 0
        self._letters_shift = letters_shift
        self._keeps_cursor = keeps_cursor
        self._marking = marking
        self._clock = clock
        self._rows: GridRows = NoRows()
        self._keys: Sequence[Hashable] = ()
        self._cursor = Cursor()
        self._marks: frozenset[Hashable] = frozenset()
        self._anchor: Hashable | None = None
        self._shift = 0
        self._sort: tuple[int | None, bool] = (None, False)
        self._flashes: dict[Hashable, tuple[frozenset[int], float]] = {}
        self._flash_timer: Timer | None = None
        self._paint: GridPaint | None = None
        self._drawn: dict[Hashable, _Drawn] = {}
        self._seen: dict[int, tuple[Hashable, Look, Cells | None]] = {}
        self._clicked: Hashable | None = None

    # What it shows

    def set_columns(self, columns: Sequence[GridColumn]) -> None:
        """Show other columns. The rows' cells follow their order from now on."""
        self._columns = tuple(columns)
        self._shift = 0
        self._sort = (None, False)
        self._flashes.clear()
        self._repaint()

    def show(self, rows: GridRows, changed: Collection[Hashable] | None = None) -> None:
        """Show these rows. `changed` names the keys whose cells differ since the last call, None if any may.

        Only visible lines that differ are drawn again. The cursor stays on its key or goes to its neighbour, and
        keeps its place on the screen.
        """
        before = self._keys
        self._rows = rows
        if changed is None:
            self._drawn.clear()
            self._flashes.clear()
        else:
            self._forget(changed if isinstance(changed, Set) else frozenset(changed))
        after = rows.keys
        if after is not before and (len(after) != len(before) or after != before):
            self._reorder(before, after)
        else:
            self._keys = after
        self._settle()

    def tick(self) -> None:
        """Ask the visible rows again and draw those that changed with the clock."""
        for key, drawn in list(self._drawn.items()):
            cells = self._ask(key)
            if cells != drawn.cells:
                self._drawn[key] = _Drawn(cells, {})
        self._settle()

    def sort_by(self, column: int | None, reverse: bool = False) -> None:
        """Say in the header which column the rows are sorted by; it does not sort."""
        self._sort = (column, reverse)
        if self._header and self.is_mounted:
            self.refresh(Region(0, 0, self.size.width, 1))

    # Where the user is

    @property
    def cursor_key(self) -> Hashable | None:
        """The key under the cursor, None when there are no rows."""
        return self._cursor.key

    @property
    def cursor_index(self) -> int:
        """The index of the row under the cursor."""
        return self._cursor.index

    @property
    def marks(self) -> frozenset[Hashable]:
        """The marked keys that are still there."""
        return self._marks

    @property
    def targets(self) -> tuple[Hashable, ...]:
        """What an operation is meant for: the marked rows in their order, or the one under the cursor."""
        if self._marks:
            return tuple(key for key in self._keys if key in self._marks)
        return () if self._cursor.key is None else (self._cursor.key,)

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on `key` and bring it into sight. False when there is no such row."""
        moved = self._cursor.to(key, self._keys)
        if moved.key != key:
            return False
        self._go(moved)
        return True

    def set_marks(self, keys: Collection[Hashable]) -> None:
        """Mark exactly these keys."""
        marks = frozenset(keys)
        if marks != self._marks:
            self._marks = marks
            self._settle()
            self.post_message(self.Marked(self, marks))

    # Keys

    def action_move(self, by: int) -> None:
        self._go(self._cursor.at(self._cursor.index + by, self._keys))

    def action_page(self, by: int) -> None:
        page = max(1, self._height - 1)
        if self._keys:
            self.scroll_to(y=self.scroll_offset.y + by * page, animate=False, force=True)
        self._go(self._cursor.at(self._cursor.index + by * page, self._keys))

    def action_first(self) -> None:
        self._go(self._cursor.at(0, self._keys))

    def action_last(self) -> None:
        self._go(self._cursor.at(len(self._keys) - 1, self._keys))

    def action_shift(self, by: int) -> None:
        layout = self._painter.layout
        if by > 0 and not layout.after:
            return
        self._shift = max(0, layout.before + by)
        self._repaint()

    def action_letter_shift(self, by: int) -> None:
        self.action_shift(by)

    def action_choose(self) -> None:
        if self._cursor.key is not None:
            self.post_message(self.Chosen(self, self._cursor.key))

    def action_mark(self) -> None:
        key = self._cursor.key
        if key is not None:
            self._anchor = key
            self.set_marks(self._marks ^ {key})
            self.action_move(1)

    def action_mark_range(self) -> None:
        key = self._cursor.key
        if key is None:
            return
        start = self._cursor.to(self._anchor, self._keys).index if self._anchor is not None else self._cursor.index
        low, high = sorted((start, self._cursor.index))
        self._anchor = key
        self.set_marks(self._marks | set(self._keys[low : high + 1]))

    def action_clear_marks(self) -> None:
        self._anchor = None
        self.set_marks(())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "letter_shift":
            return self._letters_shift and not self._painter.layout.complete
        if action in ("mark", "mark_range"):
            return self._marking
        return True

    # Mouse

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        event.stop()
        if place.y < self._header:
            column = self._painter.layout.at(place.x - GUTTER)
            if column is not None:
                self.post_message(self.SortAsked(self, column))
            return
        index = place.y - self._header + self.scroll_offset.y
        if index >= len(self._keys):
            return
        key = self._keys[index]
        again = key == self._clicked and key == self._cursor.key
        self._go(self._cursor.at(index, self._keys))
        self._clicked = key
        if again:
            self.action_choose()

    # Textual's own events

    def on_resize(self) -> None:
        self._repaint()
        if self._cursor.held:
            self._into_sight()

    def on_focus(self) -> None:
        if self._keys:
            self._cursor = self._cursor.at(self._cursor.index, self._keys)
        self._settle()

    def on_blur(self) -> None:
        self._clicked = None
        self._settle()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self._paint is not None and self._paint.palette != palette_of(self):
            self._repaint()

    # Drawing

    def render_line(self, y: int) -> Strip:
        painter = self._painter
        if y < self._header:
            return painter.header(*self._sort)
        index = y - self._header + self.scroll_offset.y
        if index >= len(self._keys):
            self._seen.pop(y, None)
            return painter.blank()
        key = self._keys[index]
        look = self._look(key)
        drawn = self._row(key)
        self._seen[y] = (key, look, drawn.cells)
        if drawn.cells is None:
            return painter.blank()
        strip = drawn.strips.get(look)
        if strip is None:
            drawn.strips[look] = strip = painter.row(drawn.cells, look)
        return strip

    @property
    def _painter(self) -> GridPaint:
        if self._paint is None:
            layout = fit(self._columns, max(0, self.size.width - 2 * GUTTER), self._shift)
            self._paint = GridPaint(self._columns, layout, palette_of(self))
        return self._paint

    @property
    def _height(self) -> int:
        """How many rows are in sight."""
        return max(0, self.size.height - self._header)

    @property
    def _first(self) -> int:
        return self.scroll_offset.y

    def _look(self, key: Hashable) -> Look:
        cursor = key == self._cursor.key and (self.has_focus or self._keeps_cursor)
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

    def _settle(self) -> None:
        """Draw again the lines that no longer say what they should."""
        if not self.is_mounted:
            return
        keys, first = self._keys, self._first
        in_sight = keys[first : first + self._height]
        width = self.size.width
        stale: list[Region] = []
        for y in range(self._header, self.size.height):
            row = y - self._header
            seen = self._seen.get(y)
            if row < len(in_sight):
                key = in_sight[row]
                if seen != (key, self._look(key), self._row(key).cells):
                    stale.append(Region(0, y, width, 1))
            elif seen is not None:
                stale.append(Region(0, y, width, 1))
        if stale:
            self.refresh(*stale)
        if len(self._drawn) > 4 * max(25, len(in_sight)):
            kept = set(in_sight)
            self._drawn = {key: drawn for key, drawn in self._drawn.items() if key in kept}

    def _repaint(self) -> None:
        """Draw everything again."""
        self._paint = None
        self._drawn.clear()
        self._seen.clear()
        if self.is_mounted:
            self._measure()
            self.refresh()

    def _measure(self) -> None:
        """Tell the scroll bar how long the list is, without a layout of the screen unless the bar comes or goes."""
        size = Size(self.size.width, len(self._keys) + self._header)
        if size == self.virtual_size:
            return
        height = self.size.height
        if (size.height > height) != (self.virtual_size.height > height) or not self.show_vertical_scrollbar:
            self.virtual_size = size
        else:
            self.set_reactive(Widget.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    # Changes

    def _forget(self, changed: Set[Hashable]) -> None:
        """Ask the changed rows again; those in sight show what is new in them for a moment."""
        in_sight = set(self._keys[self._first : self._first + self._height])
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
        self._settle()

    def _reorder(self, before: Sequence[Hashable], after: Sequence[Hashable]) -> None:
        self._keys = after
        was = self._cursor
        first, height = self._first, self._height
        self._cursor = was.follow(before, after)
        if self._marks:
            there = self._marks.intersection(after)
            if there != self._marks:
                self._marks = frozenset(there)
                self.post_message(self.Marked(self, self._marks))
        if self.is_mounted:
            self._measure()
            if self._cursor.held and first <= was.index < first + height:
                self.scroll_to(y=self._cursor.index - (was.index - first), animate=False, force=True)
        if self._cursor.key != was.key:
            self.post_message(self.Highlighted(self, self._cursor.key))

    def _go(self, cursor: Cursor) -> None:
        was, self._cursor = self._cursor, cursor
        self._clicked = None
        self._into_sight()
        self._settle()
        if cursor.key != was.key:
            self.post_message(self.Highlighted(self, cursor.key))

    def _into_sight(self) -> None:
        first, height, index = self._first, self._height, self._cursor.index
        if height and not first <= index < first + height:
            self.scroll_to(y=index if index < first else index - height + 1, animate=False, force=True)
