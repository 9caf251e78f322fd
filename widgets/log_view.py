"""Text that grows, whose lines can be marked: a cursor when it is asked for, marks at the left edge."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from state.cell import Tone
from widgets.text_lines import Remark, TextLines
from widgets.text_paint import plain
from widgets.text_view import Paint, TextView
from widgets.tone_style import palette_of


class LogView(TextView):
    """Follows the newest line. What stands at a line's beginning besides its text is not searched."""

    DEFAULT_CSS = "LogView { padding: 0; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", id="view.mark", show=False),
        Binding("ctrl+space,ctrl+@", "mark_range", "mark to here", id="view.mark_range", show=False),
        Binding("ctrl+backslash", "clear_marks", "no marks", id="view.clear_marks", show=False),
    ]

    class Marked(Message):
        """The marks changed, or the cursor came or went."""

    def __init__(
        self, paint: Paint = plain, *, limit: int, head: Callable[[str], int] = lambda text: 0, id: str | None = None
    ) -> None:
        """`head` gives the characters that stand before a line's own text."""
        super().__init__(paint, follows=True, limit=limit, id=id)
        self.marks: set[int] = set()
        """The numbers of the marked lines."""
        self.cursor: int | None = None
        """The number of the line under the cursor; None while there is none."""
        self._head = head
        self._anchor: int | None = None

    # --- marks ---

    def show_instead(self, fresh: TextLines, top: int | None = None, marks: Iterable[int] = ()) -> int:
        """Show these lines in place of all others, some of them marked. The cursor goes."""
        self.marks = set(marks)
        self.cursor = self._anchor = None
        return super().show_instead(fresh, top)

    def append(self, lines: Iterable[str]) -> None:
        super().append(lines)
        if self.marks and min(self.marks) < self.lines.first:
            self.marks = {number for number in self.marks if number >= self.lines.first}
            self.post_message(self.Marked())
        if self.cursor is not None and self.cursor < self.lines.first:
            self.cursor = self.lines.first

    @property
    def marked(self) -> list[str]:
        """The marked lines, from the oldest on."""
        return [self.lines[number] for number in sorted(self.marks) if self.lines.first <= number < self.lines.end]

    def set_follow(self, follow: bool) -> None:
        if follow:
            self._put_cursor(None)
        super().set_follow(follow)

    def drop_marks(self) -> None:
        """Take all marks and the cursor away."""
        self.marks, self._anchor = set(), None
        self._put_cursor(None)

    def action_mark(self) -> None:
        """Bring the cursor, to the last line in sight; with it there, mark its line or take its mark away."""
        if not self.lines:
            return
        if self.cursor is None:
            self.follow = False
            self._put_cursor(self.lines.place(min(self.lines.end_row, self._top_row + self._height) - 1).line)
            return
        self._anchor = self.cursor
        if not isinstance(self.lines[self.cursor], Remark):
            self.marks ^= {self.cursor}
        self._changed()

    def action_mark_range(self) -> None:
        """Mark all lines from the last one marked to the cursor."""
        if self.cursor is None:
            self.action_mark()
            return
        low, high = sorted((self.cursor, self.cursor if self._anchor is None else self._anchor))
        low = max(low, self.lines.first)
        self.marks |= {n for n in range(low, high + 1) if not isinstance(self.lines[n], Remark)}
        self._anchor = self.cursor
        self._changed()

    def action_clear_marks(self) -> None:
        self.drop_marks()

    def _put_cursor(self, line: int | None) -> None:
        self.cursor = line
        self._changed()

    def _changed(self) -> None:
        self.refresh()
        if self.is_mounted:
            self.post_message(self.Marked())

    # --- moving ---

    def action_move(self, rows: int) -> None:
        if self.cursor is None:
            super().action_move(rows)
            return
        lines = self.lines
        self.cursor = min(max(self.cursor + rows, lines.first), lines.end - 1)
        first, end = lines.row_of(self.cursor), lines.row_of(self.cursor + 1)
        if first < self._top_row:
            self._settle(first)
        elif end > self._top_row + self._height:
            self._settle(min(first, end - self._height))
        self.refresh()

    def action_first(self) -> None:
        if self.cursor is not None:
            self.cursor = self.lines.first
        super().action_move(-max(1, self.scroll_offset.y))

    # --- drawing ---

    @property
    def _width(self) -> int:
        return max(0, self.scrollable_content_region.width - 1)

    def _matches_in(self, line: int) -> list[tuple[int, int]]:
        head = self._head(self.lines[line])
        return [(begin, end) for begin, end in super()._matches_in(line) if begin >= head]

    def render_line(self, y: int) -> Strip:
        strip, palette = super().render_line(y), palette_of(self)
        row = y + self._top_row
        line = self.lines.place(row).line if self.lines.first_row <= row < self.lines.end_row else None
        marked = line is not None and line in self.marks
        edge = Segment(palette.text("•") if marked else " ", palette.style(Tone.FOCUS, bold=marked))
        strip = Strip([edge, *strip])
        if line is None or line != self.cursor:
            return strip
        over = Style(reverse=True) if palette.no_color else Style(bgcolor=palette.cursor)
        return Strip(Segment.apply_style(strip, None, over), strip.cell_length)
