"""Text whose indented parts fold away, with a cursor that says which."""

from collections.abc import Iterable, Sequence

from rich.style import Style
from textual import events
from textual.strip import Strip

from state.folding import Fold, fold_at, folded, folds_of
from state.pattern import TooSlow, time_limit
from widgets.text_lines import TextLines
from widgets.text_paint import plain
from widgets.text_places import found_again
from widgets.text_view import Paint, TextView
from widgets.tone_style import palette_of

_LIMIT_SECONDS = 0.05


class FoldView(TextView):
    """A text view of lines that fold. What is searched for is found in closed folds too: they open for it."""

    def __init__(self, paint: Paint = plain, *, id: str | None = None) -> None:
        super().__init__(paint, id=id)
        self.closed: set[str] = set()
        """The keys of the folds that are closed."""
        self._whole: Sequence[str] = ()
        self._folds: list[Fold] | None = None
        self._opened: frozenset[str] = frozenset()
        """Closed folds that are open as long as something in them is searched for."""
        self._numbers: Sequence[int] = ()
        self._cursor = 0
        """The number of a line of the whole text."""

    # --- what it shows ---

    def show(self, lines: Iterable[str], top: int | None = None) -> None:
        cursor_text = self._whole[self._cursor] if self._cursor < len(self._whole) else None
        self._whole, self._folds = list(lines), None
        if top is not None:
            self._cursor = 0
        elif cursor_text is not None:
            self._cursor = min(found_again(self._whole_line, cursor_text, self._cursor), max(0, len(self._whole) - 1))
        self._open_for_search()
        self._show_folded(top)
        if top is not None:
            self._to_line(self.top)

    def show_closed(self, lines: Iterable[str], top: int, closed: set[str]) -> None:
        """Show another text, line `top` at the top of the screen, with the folds of these keys closed."""
        self.closed = closed
        self.show(lines, top)

    @property
    def whole(self) -> Sequence[str]:
        """All lines, whatever is folded."""
        return self._whole

    @property
    def cursor_line(self) -> str:
        """The line under the cursor as the text has it, empty where there is none."""
        return self._whole[self._cursor] if self._cursor < len(self._whole) else ""

    def _whole_line(self, number: int) -> str | None:
        return self._whole[number] if 0 <= number < len(self._whole) else None

    def _show_folded(self, top: int | None = None) -> None:
        closed = self.closed - self._opened
        if closed:
            shown, numbers = folded(self._whole, self._all_folds, closed)
        else:
            shown, numbers = list(self._whole), list(range(len(self._whole)))
        self._numbers = numbers
        super().show(shown, top)

    @property
    def _all_folds(self) -> list[Fold]:
        if self._folds is None:
            self._folds = folds_of(self._whole)
        return self._folds

    # --- the cursor ---

    @property
    def _row_line(self) -> int:
        """The shown line that the cursor is on: its own, or the closed fold that holds it."""
        low, high = 0, len(self._numbers)
        while low < high:
            middle = (low + high) // 2
            if self._numbers[middle] <= self._cursor:
                low = middle + 1
            else:
                high = middle
        return max(0, low - 1)

    def _to_line(self, shown: int) -> None:
        if not self._numbers:
            return
        before = self._row_line
        shown = min(max(0, shown), len(self._numbers) - 1)
        self._cursor = self._numbers[shown]
        if shown != before:
            self.refresh()

    def _into_sight(self) -> None:
        lines = self.lines
        if not lines:
            return
        first, end = lines.row_of(self._row_line), lines.row_of(self._row_line + 1)
        if first < self._top_row:
            self._settle(first)
        elif end > self._top_row + self._height:
            self._settle(min(first, end - self._height))

    def action_move(self, rows: int) -> None:
        self._to_line(self._row_line + rows)
        self._into_sight()

    def action_page(self, pages: int) -> None:
        step = pages * max(1, self._height - 1)
        target = self._row_line + step
        super().action_move(step)
        self._to_line(target)
        self._into_sight()

    def action_first(self) -> None:
        self._to_line(0)
        super().action_move(-max(1, self.scroll_offset.y))

    def action_last(self) -> None:
        super().action_last()
        self._to_line(len(self._numbers) - 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._moving and self.lines:
            # The wheel takes the cursor along.
            last = self._top_row + self._height - 1
            row = self.lines.row_of(self._row_line)
            if row < self._top_row:
                self._to_line(self._line_of_row(self._top_row))
            elif row > last:
                self._to_line(self._line_of_row(last))

    def _line_of_row(self, row: int) -> int:
        lines: TextLines = self.lines
        return lines.place(min(max(lines.first_row, row), lines.end_row - 1)).line

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or not self.lines or self.text_selection is not None:
            return
        row = place.y + self._top_row
        if row < self.lines.end_row:
            self._to_line(self._line_of_row(row))
            if event.chain == 2:
                self.fold()

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        row = y + self._top_row
        if not self.has_focus or not self.lines.first_row <= row < self.lines.end_row:
            return strip
        if self.lines.place(row).line != self._row_line:
            return strip
        palette = palette_of(self)
        return strip.apply_style(Style(reverse=True) if palette.no_color else Style(bgcolor=palette.cursor))

    # --- folding ---

    def fold(self) -> None:
        """Close what the cursor is in, or open it again."""
        at = self._numbers[self._row_line] if self._numbers else 0
        fold = fold_at(self._all_folds, at)
        if fold is None:
            return
        if fold.key in self.closed - self._opened:
            self.closed.discard(fold.key)
        else:
            self.closed.add(fold.key)
            self._opened -= {fold.key}
        self._cursor = fold.begin
        self._show_folded()
        self._into_sight()

    def fold_all(self) -> None:
        """Close all outermost folds, or open every one."""
        if self.closed:
            self.closed.clear()
        else:
            self.closed.update(fold.key for fold in self._all_folds if fold.key.count("/") == 1)
        self._opened = frozenset()
        self._show_folded()
        self._into_sight()

    # --- searching ---

    def search(self, text: str) -> str:
        wrong = super().search(text)
        if not wrong:
            before = self._opened
            self._open_for_search()
            if self._opened != before:
                self._show_folded()
        return wrong

    def _open_for_search(self) -> None:
        """Open every closed fold that holds a match."""
        self._opened = frozenset()
        pattern = self._pattern
        if pattern is None or not self.closed:
            return
        closed = [fold for fold in self._all_folds if fold.key in self.closed]
        found: set[str] = set()
        try:
            with time_limit(_LIMIT_SECONDS):
                for fold in closed:
                    if any(pattern.search(line) for line in self._whole[fold.begin + 1 : fold.end]):
                        found.add(fold.key)
        except TooSlow:
            return  # the search itself says that it takes too long
        self._opened = frozenset(found)

    def _arrive(self, line: int, character: int) -> None:
        self._to_line(line)
        super()._arrive(line, character)
