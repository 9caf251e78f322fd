"""Lines of text, any number of them: scrolled, searched, wrapped, followed; only what is seen is drawn."""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from state.pattern import TOO_SLOW, BadPattern, TooSlow, compiled, time_limit
from widgets.cell_lines import Line
from widgets.scroll_bar import ThinScrollBar
from widgets.text_lines import Place, TextLines
from widgets.text_paint import CURRENT, MARK, Span, draw, fitted, plain, prefix, within
from widgets.tone_style import ASCII_CLASS, palette_of

LONGEST = 50_000
Paint = Callable[[str], Line]
_SLICE_SECONDS = 0.008
_LIMIT_SECONDS = 0.05
_LINES_A_LOOK = 32
_CHARACTERS_A_LOOK = 10_000
_MOVED_LINES = 200
_REMEMBERED = 500


class TextView(ScrollView, can_focus=True):
    """Shows printable lines and keeps the user's place among them. Of more than its limit the newest are kept."""

    DEFAULT_CSS = """
    TextView {
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

    @dataclass
    class Sought(Message):
        """A search came to its end."""

        view: "TextView"
        found: bool
        problem: str
        """Why it was given up, empty when it was not."""

        @property
        def control(self) -> "TextView":
            return self.view

    def __init__(
        self, paint: Paint = plain, *, follows: bool = False, limit: int = LONGEST, id: str | None = None
    ) -> None:
        """`paint` gives a line its tones and none but its characters; `follows` keeps the newest line in sight."""
        super().__init__(id=id)
        self.lines = TextLines(limit)
        """What is shown; to be looked at only."""
        self.follow = follows
        """Whether the newest line is kept in sight."""
        self._paint = paint
        self._follows = follows
        self._wrap = False
        self._laying_out = False
        """Whether another slice of the lines is about to be counted."""
        self._pattern: re.Pattern[str] | None = None
        self._matches: dict[int, list[tuple[int, int]]] = {}
        self._current: tuple[int, int] | None = None
        """The match that was gone to: its line and the character it begins at."""
        self._seeking: object = None
        self._moving = False
        self._base_row = 0
        """The number of the row that the scroll offset 0 means."""

    # --- what it shows ---

    def show(self, lines: Iterable[str], top: int | None = None) -> None:
        """Show these lines in place of all others.

        Line `top` comes to the top of the screen; without it the line that was there, where it is now, and a search
        goes on from its match.
        """
        before, below, text = self.top, self._top_row - self.lines.row_of(self.top), self._text_at(self.top)
        match = self._current
        match_text = self._text_at(match[0]) if match is not None else None
        self.lines.replace(lines)
        self._forget()
        self.clear_selection()
        self._measure()
        if top is None:
            top = self._found_again(text, before)
            if match is not None:
                self._current = self._found_again(match_text, match[0] + top - before), match[1]
            row = self.lines.row_of(top)
            self._settle(min(row + below, max(row, self.lines.row_of(top + 1) - 1)))
        else:
            self._settle(self.lines.row_of(top))
        self.refresh()

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
        if self.is_mounted and self._width:
            self._lay_out()

    def set_follow(self, follow: bool) -> None:
        """Go to the newest line and stay with it, or stay where the screen is."""
        self.follow = follow
        self._settle(self._top_row)

    # --- searching ---

    @property
    def pattern(self) -> str:
        """The regular expression whose matches are marked, empty for none."""
        return self._pattern.pattern if self._pattern is not None else ""

    def search(self, text: str) -> str:
        """Mark what matches a regular expression, letters of either case; return what is wrong with it, or `""`."""
        try:
            pattern = compiled(text) if text else None
        except BadPattern as error:
            return str(error)
        self._forget()
        self._pattern = pattern
        self.refresh()
        return ""

    def go_to_match(self, direction: int, *, here: bool = False) -> None:
        """Go to the next line that matches (1) or the one before (-1), round the ends; `here`: this line may be it.

        Goes on from the match gone to last while it is in sight, else from the top of the screen. A `Sought` tells
        what came of it, a moment later when the text is long.
        """
        if self._pattern is None or not self.lines:
            return
        begin = self.top
        if self._current is not None and self._in_sight(self.lines.row_at(*self._current)):
            begin = self._current[0]
        if not here:
            begin += direction
        self._seeking = seeking = object()
        self._seek(seeking, begin, direction, len(self.lines))

    def _seek(self, seeking: object, number: int, direction: int, left: int) -> None:
        """Look at as many lines as there is time for, then let others do something and go on."""
        pattern, deadline = self._pattern, perf_counter() + _SLICE_SECONDS
        if seeking is not self._seeking or pattern is None:
            return
        lines, found = self.lines, None
        try:
            with time_limit(_LIMIT_SECONDS):
                while found is None and left > 0 and lines and perf_counter() < deadline:
                    for _ in range(min(left, _LINES_A_LOOK)):
                        number = lines.first + (number - lines.first) % len(lines)
                        found = pattern.search(lines[number])
                        if found is not None:
                            break
                        number += direction
                        left -= 1
        except TooSlow:
            self._give_up()
            return
        if found is not None:
            self._arrive(number, found.start())
        elif left > 0:
            self._go_on(self._seek, seeking, number, direction, left)
        else:
            self.post_message(self.Sought(self, False, ""))

    def _arrive(self, line: int, character: int) -> None:
        self._current = line, character
        self.follow = False
        row = self.lines.row_at(line, character)
        if not self._in_sight(row):
            self._settle(row - self._height // 3)
        if not self._wrapped:
            cell = len(self.lines[line][:character])
            if not self.scroll_offset.x <= cell < self.scroll_offset.x + self._width - 1:
                self._sideways_to(max(0, cell - self._width // 2))
        self.refresh()
        self.post_message(self.Sought(self, True, ""))

    def _give_up(self) -> None:
        self._forget()
        self._pattern = None
        self.refresh()
        self.post_message(self.Sought(self, False, TOO_SLOW))

    def _matches_in(self, line: int) -> list[tuple[int, int]]:
        """The characters that match in a line that is drawn."""
        pattern = self._pattern
        if pattern is None:
            return []
        found = self._matches.get(line)
        if found is None:
            if len(self._matches) > _REMEMBERED:
                self._matches.clear()
            try:
                with time_limit(_LIMIT_SECONDS):
                    found = [match.span() for match in pattern.finditer(self.lines[line]) if match[0]]
            except TooSlow:
                # Drawing goes on; the rest of the text is drawn without marks.
                self._pattern = None
                self.call_later(self._give_up)
                return []
            self._matches[line] = found
        return found

    def _forget(self) -> None:
        self._matches.clear()
        self._current = self._seeking = None

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        palette, width = palette_of(self), self._width
        row = y + self._top_row
        if not self.lines.first_row <= row < self.lines.end_row:
            return fitted(Strip([]), width, palette)
        place = self.lines.place(row)
        left = 0 if self._wrapped else self.scroll_offset.x
        text = self.lines[place.line]
        end = place.end if self._wrapped else min(place.end, len(prefix(text, left + width)))
        cells = within(self._paint(text), place.begin, end)
        strip = draw(cells, self._spans(place, end, row), palette)
        goes_on = end < place.end or strip.cell_length > left + width
        if left or goes_on:
            strip = strip.crop(left, left + width)
        return fitted(strip, width, palette, goes_on=goes_on and not self._wrapped).apply_offsets(left, row)

    def _spans(self, place: Place, end: int, row: int) -> list[Span]:
        shift = place.begin
        spans = [
            Span(max(0, a - shift), b - shift, CURRENT if self._current == (place.line, a) else MARK)
            for a, b in self._matches_in(place.line)
            if a < end and b > shift
        ]
        selected = self.text_selection
        chosen = selected.get_span(row) if selected is not None else None
        if chosen is not None:
            begin, stop = chosen
            length = end - shift
            style = self.screen.get_component_rich_style("screen--selection")
            spans.append(Span(begin, length if stop == -1 else min(stop, length), style))
        return spans

    # --- selecting ---

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return what is selected; rows of one line come together again."""
        first = self.lines.first_row if selection.start is None else max(self.lines.first_row, selection.start.y)
        last = self.lines.end_row - 1 if selection.end is None else min(self.lines.end_row - 1, selection.end.y)
        parts: list[str] = []
        line_before = -1
        for row in range(first, last + 1):
            place, span = self.lines.place(row), selection.get_span(row)
            if span is None:
                continue
            text = self.lines[place.line][place.begin : place.end]
            begin, stop = span
            parts += ["\n"] if parts and place.line != line_before else []
            parts.append(text[begin : len(text) if stop == -1 else stop])
            line_before = place.line
        return "".join(parts), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def clear_selection(self) -> None:
        """Let go of what is selected, because rows are others now."""
        if self.is_attached and self.text_selection is not None:
            self.screen.clear_selection()

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

    def _found_again(self, text: str | None, near: int) -> int:
        """Return the line next to `near` that says the same, else `near`."""
        if text is None or not text.strip():
            return near
        for distance in range(_MOVED_LINES):
            for line in (near + distance, near - distance):
                if self._text_at(line) == text:
                    return line
        return near

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
        if self._wrap and self.lines.wanted != self._width:
            self._lay_out()
        else:
            self._settle(self._top_row)

    def _lay_out(self) -> None:
        """Count the rows again; the line at the top stays there."""
        self.lines.wrap_at(self._width if self._wrap else None)
        if not self._laying_out:
            self._lay_out_on()

    def _lay_out_on(self) -> None:
        """Count as many lines as there is time for, then let others do something and go on."""
        lines, deadline = self.lines, perf_counter() + _SLICE_SECONDS
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
