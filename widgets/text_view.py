"""Lines of text, any number of them: scrolled, searched, wrapped, followed; only what is seen is drawn."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from state.cell import Cell, Tone
from widgets.cell_lines import Line, strip_of
from widgets.cell_text import head, width_of
from widgets.tone_style import palette_of

LONGEST = 50_000
_MARK = Style(reverse=True)
Paint = Callable[[str], Line]


def plain(text: str) -> Line:
    """Return a line in the tone of text."""
    return (Cell(text),)


def yaml_line(text: str) -> Line:
    """Return a line of YAML or of a description with its key quiet."""
    found = re.match(r"(\s*(?:- )?)([^\s:][^:]*:)(\s.*|$)", text)
    if found is None:
        return (Cell(text),)
    return (Cell(found[1]), Cell(found[2], Tone.QUIET), Cell(found[3]))


class TextView(ScrollView, can_focus=True):
    """Shows printable lines. The newest `LONGEST` are kept."""

    DEFAULT_CSS = """
    TextView {
        height: 1fr;
        width: 1fr;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
        background: transparent;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", "down", show=False),
        Binding("k,up", "scroll_by(-1)", "up", show=False),
        Binding("ctrl+f,pagedown", "page(1)", "page down", show=False),
        Binding("ctrl+b,pageup", "page(-1)", "page up", show=False),
        Binding("g,home", "top", "top", show=False),
        Binding("G,end", "bottom", "bottom", show=False),
        Binding("h,left", "sideways(-8)", "left", show=False),
        Binding("l,right", "sideways(8)", "right", show=False),
    ]

    def __init__(self, paint: Paint = plain, *, follow: bool = False, id: str | None = None) -> None:
        """`paint` gives a line its tones; `follow` keeps the newest line in sight."""
        super().__init__(id=id)
        self._paint = paint
        self._lines: list[str] = []
        self._places: list[tuple[int, int]] | None = None
        """With wrapping: for each row of the screen the line and where in it the row begins."""
        self._wrapped_at = 0
        self._widest = 0
        self._pattern: re.Pattern[str] | None = None
        self.follow = follow

    # --- what it shows ---

    @property
    def lines(self) -> Sequence[str]:
        return self._lines

    def show(self, lines: Iterable[str]) -> None:
        """Show these lines in place of all others; the place on the screen stays."""
        self._lines = list(lines)[-LONGEST:]
        self._measure()

    def append(self, lines: Iterable[str]) -> None:
        """Add lines at the end; the oldest go beyond the limit."""
        added = list(lines)
        if not added:
            return
        before = len(self._lines)
        self._lines += added
        gone = max(0, len(self._lines) - LONGEST)
        if gone:
            # A tenth at once, so that a full view is not measured anew with every line.
            gone += LONGEST // 10
            del self._lines[:gone]
            self._measure()
        else:
            self._measure(before)
        if gone and not self.follow:
            self.scroll_to(y=max(0, self.scroll_offset.y - gone), animate=False, immediate=True)

    @property
    def wrap(self) -> bool:
        """Whether long lines go on in the next row."""
        return self._places is not None

    def set_wrap(self, wrap: bool) -> None:
        """Let long lines go on in the next row, or be cut at the edge."""
        line = self._line_at(self.scroll_offset.y)
        self._places = [] if wrap else None
        self._measure()
        self.scroll_to(x=0, y=self._row_of(line), animate=False, immediate=True)

    def search(self, text: str) -> str:
        """Mark what matches a regular expression, letters of either case; return what is wrong with it, or `""`."""
        try:
            self._pattern = re.compile(text, re.IGNORECASE) if text else None
        except re.error as error:
            return f"not a regular expression: {error}"
        self.refresh()
        return ""

    def go_to_match(self, direction: int) -> bool:
        """Bring the next match (1) or the one before (-1) to the top; return whether there is any."""
        pattern = self._pattern
        if pattern is None or not self._lines:
            return False
        begin = self._line_at(self.scroll_offset.y)
        count = len(self._lines)
        for step in range(1, count + 1):
            index = (begin + direction * step) % count
            if pattern.search(self._lines[index]):
                self.follow = False
                row = (
                    index if self._places is None else next(n for n, (at, _) in enumerate(self._places) if at == index)
                )
                self.scroll_to(y=row, animate=False, immediate=True)
                return True
        return False

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        palette = palette_of(self)
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        if self._places is not None:
            if row >= len(self._places):
                return strip_of((), width, palette)
            index, begin = self._places[row]
            text = head(self._lines[index][begin:], width)
            return self._marked(strip_of(self._paint(text), width, palette), text)
        if row >= len(self._lines):
            return strip_of((), width, palette)
        text = self._lines[row]
        whole = strip_of(self._paint(text), max(width, width_of(text)), palette)
        return self._marked(whole, text).crop(self.scroll_offset.x, self.scroll_offset.x + width)

    def _marked(self, strip: Strip, text: str) -> Strip:
        if self._pattern is None:
            return strip
        spans = [(width_of(text[: m.start()]), width_of(text[: m.end()])) for m in self._pattern.finditer(text) if m[0]]
        if not spans:
            return strip
        cuts = sorted({cut for span in spans for cut in span} | {strip.cell_length})
        parts = strip.divide(cuts)
        begin, segments = 0, []
        for end, part in zip(cuts, parts, strict=False):
            inside = any(first <= begin < last for first, last in spans)
            segments += [Segment(s.text, s.style + _MARK if inside and s.style else s.style) for s in part]
            begin = end
        return Strip(segments, strip.cell_length)

    def _measure(self, begin: int = 0) -> None:
        """Count the rows again, from line `begin` on."""
        width = max(1, self.scrollable_content_region.width)
        lines = self._lines[begin:] if begin else self._lines
        if self._places is None:
            widest = max((width_of(line) for line in lines), default=0)
            self._widest = max(self._widest, widest) if begin else widest
            rows = len(self._lines)
        else:
            self._wrapped_at = self._widest = width
            if not begin:
                self._places = []
            self._places += [
                (n, at) for n, line in enumerate(lines, begin) for at in range(0, max(1, len(line)), width)
            ]
            rows = len(self._places)
        self.virtual_size = Size(self._widest, rows)
        if self.follow:
            self.scroll_end(animate=False, immediate=True)
        self.refresh()

    def on_resize(self) -> None:
        if self._places is not None and self._wrapped_at != self.scrollable_content_region.width:
            self._measure()

    def _line_at(self, row: int) -> int:
        if self._places is None:
            return row
        return self._places[min(row, len(self._places) - 1)][0] if self._places else 0

    def _row_of(self, line: int) -> int:
        if self._places is None:
            return line
        return next((row for row, (at, _) in enumerate(self._places) if at >= line), 0)

    # --- keys ---

    def action_scroll_by(self, rows: int) -> None:
        self._leave_end(rows)
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, immediate=True)

    def action_page(self, pages: int) -> None:
        self._leave_end(pages)
        rows = max(1, self.scrollable_content_region.height - 1)
        self.scroll_to(y=self.scroll_offset.y + pages * rows, animate=False, immediate=True)

    def action_top(self) -> None:
        self._leave_end(-1)
        self.scroll_home(animate=False, immediate=True)

    def action_bottom(self) -> None:
        self.scroll_end(animate=False, immediate=True)

    def action_sideways(self, columns: int) -> None:
        self.scroll_to(x=max(0, self.scroll_offset.x + columns), animate=False, immediate=True)

    def _leave_end(self, direction: int) -> None:
        if direction < 0:
            self.follow = False
