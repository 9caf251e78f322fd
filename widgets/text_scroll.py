"""Lines of text, any number of them, that scroll: wrapped, followed, with the user's place among them kept."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

from widgets.scroll_bar import ThinScrollBar
from widgets.text_lines import NARROWEST, Place, TextLines
from widgets.text_places import found_again
from widgets.tone_style import ASCII_CLASS

LONGEST = 50_000
SLICE_SECONDS = 0.008
"""How long a part of some work may hold the loop."""
_CHARACTERS_A_LOOK = 10_000


class TextScroll(ScrollView, can_focus=True):
    """Keeps lines and which of their rows are seen. Of more lines than its limit the newest are kept."""

    DEFAULT_CSS = """
    TextScroll {
        height: 1fr;
        width: 1fr;
        padding: 0 0 0 1;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: transparent;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", id="view.down", show=False),
        Binding("k,up", "move(-1)", "up", id="view.up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="view.page_down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="view.page_up", show=False),
        Binding("home,g", "first", "first", id="view.first", show=False),
        Binding("end,G", "last", "last", id="view.last", show=False),
        Binding("left,h", "sideways(-8)", "left", id="view.left", show=False),
        Binding("right,l", "sideways(8)", "right", id="view.right", show=False),
    ]

    def __init__(self, *, follows: bool = False, limit: int = LONGEST, id: str | None = None) -> None:
        """`follows` keeps the newest line in sight."""
        super().__init__(id=id)
        self.lines = TextLines(limit)
        """What is shown; to be looked at only."""
        self.follow = follows
        """Whether the newest line is kept in sight."""
        self._limit = limit
        self._follows = follows
        self._wrap = False
        self._laying_out = False
        """Whether another slice of the lines is about to be counted."""
        self._moving = False
        self._base_row = 0
        """The number of the row that the scroll offset 0 means."""

    # --- what it shows ---

    def show(self, lines: Iterable[str], top: int | None = None) -> None:
        """Show these lines in place of all others, as `show_instead` does."""
        fresh = self.fresh_lines()
        fresh.append(lines)
        self.show_instead(fresh, top)

    def fresh_lines(self) -> TextLines:
        """Return lines without any yet, to be filled a part at a time and then shown by `show_instead`."""
        fresh = TextLines(self._limit)
        fresh.wrap_at(self.lines.wanted)
        fresh.count(1)
        return fresh

    def show_instead(self, fresh: TextLines, top: int | None = None) -> int:
        """Show other lines in place of those that are shown; return which of them is at the top of the screen.

        That is line `top`, or without it the line that was there, where it is now. What it costs does not depend on
        how many lines there are.
        """
        before, below, text = self.top, self._top_row - self.lines.row_of(self.top), self._text_at(self.top)
        self.lines = fresh
        self.clear_selection()
        self._measure()
        if top is None:
            top = found_again(self._text_at, text, before)
            row = fresh.row_of(top)
            self._settle(min(row + below, max(row, fresh.row_of(top + 1) - 1)))
        else:
            self._settle(fresh.row_of(top))
        self._lay_out_if_other()
        self.refresh()
        return top

    def append(self, lines: Iterable[str]) -> None:
        """Add lines at the end; the oldest go beyond the limit. The place on the screen stays."""
        row, was_full = self._top_row, self.lines.end_row - self._top_row >= self._height
        self.lines.append(lines)
        self._measure()
        self._settle(row)
        if self.follow or not was_full or row < self.lines.first_row:
            self.refresh()

    @property
    def top(self) -> int:
        """The number of the line at the top of the screen."""
        row = self._top_row
        return self.lines.place(row).line if self.lines.first_row <= row < self.lines.end_row else self.lines.first

    @property
    def wrap(self) -> bool:
        """Whether long lines go on in the next row."""
        return self._wrap

    def set_wrap(self, wrap: bool) -> None:
        """Let long lines go on in the next row, or be cut at the edge; of much text a moment later."""
        self._wrap = wrap
        self._lay_out_if_other()

    def set_follow(self, follow: bool) -> None:
        """Go to the newest line and stay with it, or stay where the screen is."""
        self.follow = follow
        self._settle(self._top_row)

    # --- places ---

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _height(self) -> int:
        return max(1, self.scrollable_content_region.height)

    @property
    def _wrapped(self) -> bool:
        """Whether the rows that are drawn are cut at a width: a moment after `wrap` has changed they are too."""
        return self.lines.width is not None

    @property
    def _top_row(self) -> int:
        """The number of the row at the top of the screen."""
        return self._base_row + self.scroll_offset.y

    def _text_at(self, line: int) -> str | None:
        return self.lines[line] if self.lines.first <= line < self.lines.end else None

    def _in_sight(self, row: int) -> bool:
        return self._top_row <= row < self._top_row + self._height

    def _measure(self) -> None:
        """Tell the scroll bar how long the text is; no layout of the screen, for the bar is always there."""
        lines = self.lines
        self._base_row = lines.first_row
        size = Size(lines.widest if not self._wrapped else self._width, lines.end_row - lines.first_row)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height

    def _settle(self, row: int) -> None:
        """Put a row at the top of the screen, or the end at its bottom while it is followed."""
        if not self.is_mounted:
            return
        y = self.max_scroll_y if self.follow else row - self._base_row
        self._moving = True
        self.scroll_to(y=max(0, y), animate=False, force=True, immediate=True)
        self._moving = False

    def _sideways_to(self, x: int) -> None:
        self.scroll_to(x=x, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._moving and new_value < old_value and new_value < self.max_scroll_y:
            self.follow = False

    def on_mount(self) -> None:
        if not self.app.has_class(ASCII_CLASS):
            self.vertical_scrollbar.renderer = ThinScrollBar  # type: ignore[misc]

    def on_resize(self) -> None:
        if not self._lay_out_if_other():
            self._settle(self._top_row)

    def _lay_out_if_other(self) -> bool:
        """Count the rows again when they should have another width; the line at the top stays there."""
        wanted = max(NARROWEST, self._width) if self._wrap else None
        if not (self.is_mounted and self._width) or self.lines.wanted == wanted:
            return False
        self.lines.wrap_at(wanted)
        if not self._laying_out:
            self._lay_out_on()
        return True

    def _lay_out_on(self) -> None:
        """Count as many lines as there is time for, then let others do something and go on."""
        lines, deadline = self.lines, perf_counter() + SLICE_SECONDS
        place = lines.place(min(self._top_row, lines.end_row - 1)) if lines else Place(0, 0, 0)
        while not lines.count(_CHARACTERS_A_LOOK):
            self._laying_out = perf_counter() >= deadline
            if self._laying_out:
                self._go_on(self._lay_out_on)
                return
        self._laying_out = False
        self.clear_selection()
        self._measure()
        self._sideways_to(0)
        self._settle(lines.row_at(place.line, place.begin))
        self.refresh()

    def _go_on(self, work: Callable[..., None], *arguments: object) -> None:
        """Do more of some work after everybody else had a turn: the widget's own messages alone hold the loop."""
        asyncio.get_running_loop().call_soon(self.call_later, partial(work, *arguments))

    def clear_selection(self) -> None:
        """Let go of what is selected, because rows are others now."""
        if self.is_attached and self.text_selection is not None:
            self.screen.clear_selection()

    # --- keys ---

    def action_move(self, rows: int) -> None:
        if rows < 0:
            self.follow = False
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True, immediate=True)

    def action_page(self, pages: int) -> None:
        self.action_move(pages * max(1, self._height - 1))

    def action_first(self) -> None:
        self.action_move(-max(1, self.scroll_offset.y))

    def action_last(self) -> None:
        self.set_follow(self._follows)
        if not self.follow:
            self._settle(self.lines.end_row)

    def action_sideways(self, cells: int) -> None:
        if not self._wrapped:
            self._sideways_to(max(0, self.scroll_offset.x + cells))
