"""A scrolling list of keyed rows that draws only what is seen and keeps the user where he is.

What a row looks like is a subclass's: it says what a row's drawing depends on (`state_of`) and draws its lines.
"""

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from widgets.cursor import Cursor
from widgets.scroll_bar import ThinScrollBar
from widgets.tone_style import ASCII_CLASS


class KeyedView(ScrollView, can_focus=True):
    """Rows of `row_lines` lines each, under `top_lines` lines that do not scroll, with a cursor kept by key."""

    DEFAULT_CSS = """
    KeyedView {
        height: 1fr;
        width: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: transparent;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", id="list.up", show=False),
        Binding("down,j", "move(1)", "down", id="list.down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="list.page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="list.page_down", show=False),
        Binding("home,g", "first", "first", id="list.first", show=False),
        Binding("end,G", "last", "last", id="list.last", show=False),
        Binding("enter", "choose", "open", id="list.choose", show=False),
    ]

    row_lines = 1
    top_lines = 0

    focus_holds = True
    """Whether the focus alone holds the cursor on its row. A list whose first row is what matters lets it stay first
    until the user moves it."""

    def __init__(self, *, keeps_cursor: bool = False, id: str | None = None, classes: str | None = None) -> None:
        """`keeps_cursor` shows the cursor without focus too."""
        super().__init__(id=id, classes=classes)
        self._keeps_cursor = keeps_cursor
        self._keys: Sequence[Hashable] = ()
        self._cursor = Cursor()
        self._seen: dict[int, tuple[Hashable, int, object]] = {}
        self._clicked: Hashable | None = None

    # A subclass's part

    def state_of(self, key: Hashable) -> object:
        """Return what the drawing of a row depends on; equal states are drawn the same."""
        raise NotImplementedError

    def draw_line(self, key: Hashable, part: int) -> Strip:
        """Return line `part` of a row."""
        raise NotImplementedError

    def draw_top(self, y: int) -> Strip:
        """Return line `y` of those that do not scroll."""
        raise NotImplementedError

    def draw_blank(self) -> Strip:
        """Return a line without a row."""
        raise NotImplementedError

    def restyled(self) -> None:
        """Forget what depends on size and style."""

    def highlighted(self, key: Hashable | None) -> None:
        """The cursor stands on another row."""

    def chosen(self, key: Hashable) -> None:
        """A row is wanted."""

    def top_clicked(self, x: int) -> None:
        """A line that does not scroll was clicked at cell `x`."""

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
    def shows_cursor(self) -> bool:
        """Whether the cursor is drawn."""
        return self.has_focus or self._keeps_cursor

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on `key` and bring it into sight. False when there is no such row."""
        moved = self._cursor.to(key, self._keys)
        if moved.key != key:
            return False
        self.go(moved)
        return True

    def go(self, cursor: Cursor) -> None:
        """Put the cursor somewhere and bring it into sight."""
        was, self._cursor = self._cursor, cursor
        self._clicked = None
        self._into_sight()
        self.settle()
        if cursor.key != was.key:
            self.highlighted(cursor.key)

    def hold(self) -> None:
        """Keep the cursor on its row from now on, wherever that goes."""
        if self._keys:
            self._cursor = self._cursor.at(self._cursor.index, self._keys)

    def action_move(self, by: int) -> None:
        self.go(self._cursor.at(self._cursor.index + by, self._keys))

    def action_page(self, by: int) -> None:
        page = max(1, self.rows_in_sight - 1)
        if self._keys:
            self._scroll_to_row(self.first_row + by * page)
        self.go(self._cursor.at(self._cursor.index + by * page, self._keys))

    def action_first(self) -> None:
        self.go(self._cursor.at(0, self._keys))

    def action_last(self) -> None:
        self.go(self._cursor.at(len(self._keys) - 1, self._keys))

    def action_choose(self) -> None:
        if self._cursor.key is not None:
            self.chosen(self._cursor.key)

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        event.stop()
        if place.y < self.top_lines:
            self.top_clicked(place.x)
            return
        index = (place.y - self.top_lines + self.scroll_offset.y) // self.row_lines
        if index >= len(self._keys):
            return
        key = self._keys[index]
        again = key == self._clicked and key == self._cursor.key
        self.go(self._cursor.at(index, self._keys))
        self._clicked = key
        if again:
            self.action_choose()

    # The order

    def set_order(self, keys: Sequence[Hashable]) -> None:
        """Take over an order of keys; the cursor stays on its key and in its place on the screen."""
        before, was = self._keys, self._cursor
        self._keys = keys
        if keys is before or (len(keys) == len(before) and keys == before):
            return
        first, height = self.first_row, self.rows_in_sight
        self._cursor = was.follow(before, keys)
        if self.is_mounted:
            self._measure()
            if self._cursor.held and first <= was.index < first + height:
                self._scroll_to_row(self._cursor.index - (was.index - first))
        if self._cursor.key != was.key:
            self.highlighted(self._cursor.key)

    @property
    def first_row(self) -> int:
        """The index of the first row in sight."""
        return self.scroll_offset.y // self.row_lines

    @property
    def rows_in_sight(self) -> int:
        """How many whole rows there is room for, at least one."""
        return max(1, (self.size.height - self.top_lines) // self.row_lines)

    @property
    def keys_in_sight(self) -> Sequence[Hashable]:
        """The keys that can be seen, one that is cut off included."""
        return self._keys[self.first_row : self.first_row + self.rows_in_sight + 2]

    # Drawing

    def render_line(self, y: int) -> Strip:
        if y < self.top_lines:
            return self.draw_top(y)
        index, part = divmod(y - self.top_lines + self.scroll_offset.y, self.row_lines)
        if index >= len(self._keys):
            self._seen.pop(y, None)
            return self.draw_blank()
        key = self._keys[index]
        self._seen[y] = (key, part, self.state_of(key))
        return self.draw_line(key, part)

    def settle(self) -> None:
        """Draw again the lines that no longer say what they should."""
        if not self.is_mounted:
            return
        scrolled, keys = self.scroll_offset.y, self._keys
        states: dict[int, object] = {}
        stale: list[Region] = []
        for y in range(self.top_lines, self.size.height):
            index, part = divmod(y - self.top_lines + scrolled, self.row_lines)
            seen = self._seen.get(y)
            if index >= len(keys):
                if seen is None:
                    continue
            else:
                if index not in states:
                    states[index] = self.state_of(keys[index])
                if seen == (keys[index], part, states[index]):
                    continue
            stale.append(Region(0, y, self.size.width, 1))
        if stale:
            self.refresh(*stale)

    def repaint(self) -> None:
        """Draw everything again."""
        self.restyled()
        self._seen.clear()
        if self.is_mounted:
            self._measure()
            self.refresh()

    def on_mount(self) -> None:
        if not self.app.has_class(ASCII_CLASS):
            self.vertical_scrollbar.renderer = ThinScrollBar  # type: ignore[misc]

    def on_resize(self) -> None:
        self.repaint()
        if self._cursor.held:
            self._into_sight()

    def on_focus(self) -> None:
        if self.focus_holds:
            self.hold()
        self.settle()

    def on_blur(self) -> None:
        self._clicked = None
        self.settle()

    def _measure(self) -> None:
        """Tell the scroll bar how long the list is, without a layout of the screen unless the bar comes or goes."""
        size = Size(self.size.width, len(self._keys) * self.row_lines + self.top_lines)
        if size == self.virtual_size:
            return
        height = self.size.height
        if (size.height > height) != (self.virtual_size.height > height) or not self.show_vertical_scrollbar:
            self.virtual_size = size
        else:
            self.set_reactive(Widget.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def _into_sight(self) -> None:
        first, index = self.first_row, self._cursor.index
        room = self.rows_in_sight
        if index < first or (index == first and self.scroll_offset.y % self.row_lines):
            self._scroll_to_row(index)
        elif index >= first + room:
            self._scroll_to_row(index - room + 1)

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to(y=row * self.row_lines, animate=False, force=True)
