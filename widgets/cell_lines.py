"""Lines of cells, drawn as they are: what is no table and no picture."""

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from state.cell import Cell
from widgets.cell_text import cut, width_of
from widgets.tone_style import Palette, palette_of

Line = Sequence[Cell]


class Bold(Cell):
    """A cell whose text is written in bold."""

    __slots__ = ()


def line_width(line: Line) -> int:
    """Return how many terminal cells a line takes."""
    return sum(width_of(cell.text) for cell in line)


def strip_of(line: Line, width: int, palette: Palette) -> Strip:
    """Return `line` drawn in exactly `width` cells, cut with `…` when it is longer."""
    segments: list[Segment] = []
    room = width
    for cell in line:
        text = palette.text(cell.text)
        if not text:
            continue
        fitted = cut(text, room, mark=palette.text("…"))
        if fitted:
            segments.append(Segment(fitted, palette.style(cell.tone, bold=isinstance(cell, Bold))))
        room -= width_of(fitted)
        if fitted != text:
            break
    if room > 0:
        segments.append(Segment(" " * room, palette.blank))
    return Strip(segments, width)


class LineWidget(Widget):
    """Draws the lines of cells that it makes for its width, and repaints only those that changed."""

    DEFAULT_CSS = """
    LineWidget { height: auto; width: 1fr; }
    """

    _lines: Sequence[Line] | None = None
    _lines_width = -1

    def lines_at(self, width: int) -> Sequence[Line]:
        """Return what to show in `width` cells."""
        raise NotImplementedError

    def update(self) -> None:
        """Make the lines again and repaint those that differ."""
        before, self._lines = self._lines, None
        if not self.is_mounted:
            return
        after = self._current()
        if before is None or len(before) != len(after):
            self.refresh(layout=True)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The longest line's width, for `width: auto`."""
        return max((line_width(line) for line in self.lines_at(container.width)), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row a line, for `height: auto`."""
        return len(self.lines_at(width))

    def render_line(self, y: int) -> Strip:
        lines = self._current()
        return strip_of(lines[y] if y < len(lines) else (), self.size.width, palette_of(self))

    def _current(self) -> Sequence[Line]:
        width = self.size.width
        if self._lines is None or width != self._lines_width:
            self._lines = [tuple(line) for line in self.lines_at(width)]
            self._lines_width = width
        return self._lines


class CellLines(LineWidget):
    """Shows the lines it is given. Its height is theirs."""

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._given = tuple(lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines from now on."""
        self._given = tuple(lines)
        self.update()

    def lines_at(self, width: int) -> Sequence[Line]:
        return self._given
