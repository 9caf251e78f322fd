"""A scrolling list of keyed rows that draws only what is seen and keeps the user where he is.

What a row looks like is a subclass's: it says what a row's drawing depends on (`state_of`) and draws its lines.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from widgets.cursor import Cursor
from widgets.line_view import LineView

RowLine = tuple[Hashable, int, object] | int | None
"""A line of a row: its key, which of the row's lines it is, what its drawing depends on. A number is a line of those
that do not scroll, None one without a row."""


class KeyedView(LineView[RowLine]):
    """Rows of `row_lines` lines each, under `top_lines` lines that do not scroll, with a cursor kept by key.

    A row may have a heading, one line above its own, that scrolls with it.
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

    focus_holds = True
    """Whether the focus alone holds the cursor on its row. A list whose first row is what matters lets it stay first
    until the user moves it."""

    def __init__(self, *, keeps_cursor: bool = False, id: str | None = None, classes: str | None = None) -> None:
        """`keeps_cursor` shows the cursor without focus too."""
        super().__init__(id=id, classes=classes)
        self._keeps_cursor = keeps_cursor
        self._keys: Sequence[Hashable] = ()
        self._headed: Sequence[int] = ()
        self._cursor = Cursor()
        self._clicked: Hashable | None = None

    # A subclass's part

    def state_of(self, key: Hashable) -> object:
        """Return what the drawing of a row depends on; equal states are drawn the same."""
        raise NotImplementedError

    def draw_line(self, key: Hashable, part: int) -> Strip:
        """Return line `part` of a row."""
        raise NotImplementedError

    def draw_heading(self, key: Hashable) -> Strip:
        """Return the line above a row that has a heading; `state_of` says what it depends on too."""
        return self.draw_blank()

    def draw_top(self, y: int) -> Strip:
        """Return line `y` of those that do not scroll."""
        raise NotImplementedError

    def draw_blank(self) -> Strip:
        """Return a line without a row."""
        raise NotImplementedError

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
        index, part = self.row_at(place.y - self.top_lines + self.scroll_offset.y)
        if index >= len(self._keys) or part < 0:
            return
        key = self._keys[index]
        again = key == self._clicked and key == self._cursor.key
        self.go(self._cursor.at(index, self._keys))
        self._clicked = key
        if again:
            self.action_choose()

    # The order

    def set_order(self, keys: Sequence[Hashable], headed: Sequence[int] = ()) -> None:
        """Take over an order of keys; the cursor stays on its key and in its place on the screen.

        `headed` are the indices of the rows that have a heading, rising.
        """
        before, was = self._keys, self._cursor
        same = keys is before or (len(keys) == len(before) and keys == before)
        if same and headed == self._headed:
            self._keys = keys
            return
        line = self.top_of(was.index) - self.scroll_offset.y
        seen = 0 <= line <= self.size.height - self.top_lines - self.row_lines
        self._keys, self._headed = keys, headed
        self._cursor = was.follow(before, keys)
        if self.is_mounted:
            self.measure()
            if self._cursor.held and seen:
                first = self.top_of(self._cursor.index) - line
                # Rows of unequal height do not all come to stand in whole; the first one in sight does.
                self.scroll_to_line(self.top_of(self.row_at(max(0, first))[0]) if headed else first)
        if self._cursor.key != was.key:
            self.highlighted(self._cursor.key)

    def top_of(self, index: int) -> int:
        """Return the line at which a row begins, its heading included, counted from the first row's."""
        return index * self.row_lines + bisect_left(self._headed, index)

    def row_at(self, line: int) -> tuple[int, int]:
        """Return the row that a line belongs to, and which of its lines it is, -1 for the heading."""
        if not self._headed:
            return divmod(line, self.row_lines)
        index = bisect_right(range(len(self._keys) + 1), line, key=self.top_of) - 1
        headed = bisect_left(self._headed, index + 1) > bisect_left(self._headed, index)
        return index, line - self.top_of(index) - headed

    @property
    def first_row(self) -> int:
        """The index of the first row in sight."""
        return self.row_at(self.scroll_offset.y)[0]

    @property
    def rows_in_sight(self) -> int:
        """How many whole rows there is room for, at least one."""
        return max(1, (self.size.height - self.top_lines) // self.row_lines)

    @property
    def keys_in_sight(self) -> Sequence[Hashable]:
        """The keys that can be seen, one that is cut off included."""
        return self._keys[self.first_row : self.first_row + self.rows_in_sight + 2]

    # Drawing

    @property
    def line_count(self) -> int:
        return self.top_of(len(self._keys))

    def line_at(self, y: int) -> RowLine:
        if y < self.top_lines:
            return y
        index, part = self.row_at(y - self.top_lines + self.scroll_offset.y)
        if index >= len(self._keys):
            return None
        key = self._keys[index]
        return key, part, self.state_of(key)

    def draw(self, line: RowLine) -> Strip:
        if line is None:
            return self.draw_blank()
        if isinstance(line, int):
            return self.draw_top(line)
        key, part, _ = line
        return self.draw_heading(key) if part < 0 else self.draw_line(key, part)

    def resized(self) -> None:
        if self._cursor.held:
            self._into_sight()

    def on_focus(self) -> None:
        if self.focus_holds:
            self.hold()

    def on_blur(self) -> None:
        self._clicked = None

    def _into_sight(self) -> None:
        index, scrolled = self._cursor.index, self.scroll_offset.y
        top, end = self.top_of(index), self.top_of(index + 1)
        room = self.size.height - self.top_lines
        if top < scrolled:
            self.scroll_to_line(top)
        elif end > scrolled + room:
            # The first row in sight is whole, where there is room for a whole one.
            self._scroll_to_row(min(index, self.row_at(end - room - 1)[0] + 1))

    def _scroll_to_row(self, row: int) -> None:
        self.scroll_to_line(self.top_of(row))
