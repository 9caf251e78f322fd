"""Lines of text, any number of them: searched, selected, in tones; only what is seen is drawn."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from state.pattern import TOO_SLOW, BadPattern, TooSlow, compiled
from widgets.cell_lines import Line
from widgets.text_lines import Place, TextLines
from widgets.text_paint import CURRENT, MARK, Span, draw, fitted, plain, prefix, within
from widgets.text_places import found_again
from widgets.text_scroll import LONGEST, SLICE_SECONDS, TextScroll
from widgets.text_search import Match, Matches, Seeking
from widgets.tone_style import palette_of

Paint = Callable[[str], Line]


class TextView(TextScroll):
    """Shows printable lines and keeps the user's place among them. Of more than its limit the newest are kept."""

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
        super().__init__(follows=follows, limit=limit, id=id)
        self._paint = paint
        self._pattern: re.Pattern[str] | None = None
        self._matches = Matches()
        self._current: Match | None = None
        """The match that was gone to."""
        self._seeking: Seeking | None = None

    def show_instead(self, fresh: TextLines, top: int | None = None) -> int:
        """Show other lines as a `TextScroll` does; where the top keeps its line, a search goes on from its match."""
        match, before = self._current, self.top
        match_text = self._text_at(match[0]) if match is not None else None
        self._forget()
        at = super().show_instead(fresh, top)
        if top is None and match is not None:
            self._current = found_again(self._text_at, match_text, match[0] + at - before), match[1]
        return at

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
        self._seeking = Seeking(begin, direction, len(self.lines))
        self._seek(self._seeking)

    def _seek(self, seeking: Seeking) -> None:
        """Look at as many lines as there is time for, then let others do something and go on."""
        pattern = self._pattern
        if seeking is not self._seeking or pattern is None:
            return
        try:
            found = seeking.part(self.lines, pattern, SLICE_SECONDS)
        except TooSlow:
            self._give_up()
            return
        if found is not None:
            self._arrive(*found)
        elif seeking.left > 0 and self.lines:
            self._go_on(self._seek, seeking)
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
        try:
            return self._matches.of(line, self.lines[line], pattern)
        except TooSlow:
            # Drawing goes on; the rest of the text is drawn without marks.
            self._pattern = None
            self.call_later(self._give_up)
            return []

    def _forget(self) -> None:
        self._matches.forget()
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
        lines = self.lines
        first = lines.first_row if selection.start is None else max(lines.first_row, selection.start.y)
        last = lines.end_row - 1 if selection.end is None else min(lines.end_row - 1, selection.end.y)
        parts: list[str] = []
        line_before = -1
        for row in range(first, last + 1):
            place, span = lines.place(row), selection.get_span(row)
            if span is None:
                continue
            text = lines[place.line][place.begin : place.end]
            begin, stop = span
            parts += ["\n"] if parts and place.line != line_before else []
            parts.append(text[begin : len(text) if stop == -1 else stop])
            line_before = place.line
        return "".join(parts), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()
