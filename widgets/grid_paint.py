"""How one line of a grid looks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from state.cell import Cell, Tone
from widgets.cell_text import cut, place
from widgets.grid_layout import Layout
from widgets.grid_model import GridColumn
from widgets.tone_style import Palette

GUTTER = 1
"""Cells left of the first column, where a mark stands, and right of the last one."""


@dataclass(frozen=True, slots=True)
class Look:
    """What sets a row apart at this moment. `flash` holds the indexes of the columns that just changed."""

    cursor: bool = False
    marked: bool = False
    flash: frozenset[int] = frozenset()


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class GridPaint:
    """Draws the lines of a grid with these columns in this layout and palette."""

    columns: tuple[GridColumn, ...]
    layout: Layout
    palette: Palette

    @property
    def width(self) -> int:
        return self.layout.width + 2 * GUTTER

    @property
    def name_column(self) -> int:
        """The column that names the row: the one headed so, else the first that grows, else the first of all."""
        named = next((index for index, column in enumerate(self.columns) if column.header == "NAME"), None)
        if named is not None:
            return named
        return next((index for index, column in enumerate(self.columns) if column.grows), 0)

    def row(self, cells: Sequence[Cell], look: Look) -> Strip:
        """Return a row drawn."""
        palette, name = self.palette, self.name_column
        mark = Segment(palette.text("•") if look.marked else " " * GUTTER, palette.style(Tone.FOCUS, bold=look.marked))

        def style(index: int, cell: Cell) -> Style:
            tone = Tone.FOCUS if look.marked and index == name else cell.tone
            bold = look.cursor and index == name
            return palette.style(tone, cursor=look.cursor, bold=bold, flash=index in look.flash)

        return self._line(
            mark,
            lambda index: cells[index] if index < len(cells) else Cell(""),
            style,
            palette.style(Tone.TEXT, cursor=look.cursor),
        )

    def header(self, sort: int | None, reverse: bool) -> Strip:
        """Return the line of headers, with an arrow at the column that is sorted by."""
        palette = self.palette
        arrow = "↓" if reverse else "↑"
        widths = {placed.index: placed.width for placed in self.layout.places}

        def header(index: int) -> Cell:
            text = self.columns[index].header
            if index != sort:
                return Cell(text, Tone.QUIET)
            return Cell(cut(text, widths[index] - 1, mark=palette.text("…")) + arrow)

        before = palette.text("‹") if self.layout.before else " " * GUTTER
        line = self._line(
            Segment(before, palette.style(Tone.FOCUS)),
            header,
            lambda index, cell: palette.style(cell.tone, bold=index == sort),
            palette.blank,
        )
        if not self.layout.after:
            return line
        more = Segment(palette.text("›"), palette.style(Tone.FOCUS))
        return Strip([*line.crop(0, self.width - GUTTER), more], self.width)

    def blank(self) -> Strip:
        """Return an empty line."""
        return Strip.blank(self.width, self.palette.blank)

    def _line(
        self, first: Segment, cell_at: Callable[[int], Cell], style_of: Callable[[int, Cell], Style], gap: Style
    ) -> Strip:
        palette, columns = self.palette, self.columns
        segments = [first]
        end = 0
        for placed in self.layout.places:
            if placed.x > end:
                segments.append(Segment(" " * (placed.x - end), gap))
            column = columns[placed.index]
            cell = cell_at(placed.index)
            text = place(
                palette.text(cell.text),
                placed.width,
                right=column.right,
                middle=column.middle,
                mark=palette.text("…"),
            )
            segments.append(Segment(text, style_of(placed.index, cell)))
            end = placed.x + placed.width
        if self.layout.width > end:
            segments.append(Segment(" " * (self.layout.width - end), gap))
        segments.append(Segment(" " * GUTTER, palette.blank))
        return Strip(segments, self.width)
