"""A plot as lines of cells: its title with the newest values, the lines drawn in dots, and the axes."""

import math
from collections.abc import Sequence
from itertools import groupby

from state.cell import Cell, Tone
from widgets.cell_lines import Bold, Line
from widgets.cell_text import place, width_of
from widgets.plot_axis import time_ticks, top_of, value_ticks
from widgets.plot_model import PlotData, Points

AXIS = 8
"""Columns of the axis of values."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a Braille cell's dots, from its top row, left and right."""
_FIRST = 0x2800
_LETTERS = "*o+x"
_ASCII = str.maketrans({"┤": "+", "│": "|", "└": "+", "┬": "+", "─": "-", "◆": "#", "▲": "!", "…": "~"})
_Place = tuple[int, int]


def plot_lines(data: PlotData, width: int, height: int, *, ascii_only: bool = False) -> list[Line]:
    """Return a plot drawn in `width` columns and `height` rows, three of which are the title and the time axis.

    In ASCII each cell is one dot in place of eight.
    """
    drawn = _drawn(data, width, height, ascii_only=ascii_only)
    if not ascii_only:
        return drawn
    return [[cell._replace(text=cell.text.translate(_ASCII)) for cell in line] for line in drawn]


def _drawn(data: PlotData, width: int, height: int, *, ascii_only: bool) -> list[Line]:
    rows, columns = max(1, height - 3), max(1, width - AXIS - 1)
    known = [value for line in data.lines for value in line.points if value is not None]
    if not known:
        return [_title(data), *_empty(data, rows), *_times(data, columns)]
    top = top_of(max(known), data.limit)
    canvas = _Canvas(columns, rows, ascii_only=ascii_only)
    for mark in data.marks:
        if mark.upright and (column := _column(data, mark.when, columns)) is not None:
            canvas.upright(column)
    if data.limit is not None and data.limit <= top:
        canvas.level(data.limit / top)
    for number, line in enumerate(data.lines):
        canvas.line(line.points, top, line.tone, _LETTERS[number % len(_LETTERS)])
    ticks = value_ticks(rows)
    labels = {row: data.format(share * top) for row, share in ticks.items()}
    body = [
        [
            Cell(place(labels.get(row, ""), AXIS - 1, right=True), Tone.FAINT),
            Cell(_edge(row, ticks), Tone.FAINT),
            *cells,
        ]
        for row, cells in enumerate(canvas.rows())
    ]
    return [_title(data), *body, *_times(data, columns)]


def _title(data: PlotData) -> Line:
    cells: list[Cell] = [Bold(data.title)]
    for line in data.lines:
        newest = next((value for value in reversed(line.points) if value is not None), None)
        if newest is None:
            continue
        name = f"{line.name} " if len(data.lines) > 1 else ""
        cells.append(Cell(f"  {name}{data.format(newest)}", line.tone))
    if len(data.lines) == 1 and (known := [value for value in data.lines[0].points if value is not None]):
        cells.append(Cell(f"  most {data.format(max(known))}", Tone.QUIET))
    if data.note and any(value is not None for line in data.lines for value in line.points):
        cells.append(Cell(f"  {data.note}", Tone.FAINT))
    return cells


def _empty(data: PlotData, rows: int) -> list[Line]:
    words: Line = [Cell(" " * AXIS), Cell(data.note or "nothing was measured", Tone.QUIET)]
    return [words if row == rows // 2 else [] for row in range(rows)]


def _edge(row: int, ticks: dict[int, float]) -> str:
    return "┤" if row in ticks else "│"


def _times(data: PlotData, columns: int) -> list[Line]:
    """Return the time axis with the marks on it, and the times below it."""
    axis = ["─"] * columns
    ticks = time_ticks(data.start, data.end, columns)
    for column, _ in ticks:
        axis[column] = "┬"
    marked: dict[int, Cell] = {}
    for mark in data.marks:
        spot = _column(data, mark.when, columns)
        if spot is not None:
            marked[spot] = Cell(mark.glyph, mark.tone)
    cells = [marked.get(column, Cell(glyph, Tone.FAINT)) for column, glyph in enumerate(axis)]
    line: list[Cell] = [Cell(" " * (AXIS - 1) + "└", Tone.FAINT), *_joined(cells)]
    words, at = "", 0
    for column, text in ticks:
        words += " " * (column - at) + text
        at = column + width_of(text)
    return [line, [Cell(" " * AXIS), Cell(words, Tone.FAINT)]]


def _column(data: PlotData, when: float, columns: int) -> int | None:
    if not data.start <= when <= data.end or data.end <= data.start:
        return None
    return round((when - data.start) / (data.end - data.start) * (columns - 1))


def _joined(cells: Sequence[Cell]) -> list[Cell]:
    """Return neighbours of one tone as one cell."""
    return [Cell("".join(cell.text for cell in run), tone) for tone, run in groupby(cells, key=lambda cell: cell.tone)]


class _Canvas:
    """Cells of dots, each cell in the tone of what was drawn last in it."""

    def __init__(self, columns: int, rows: int, *, ascii_only: bool) -> None:
        self._columns, self._rows = columns, rows
        self._across, self._down = (1, 1) if ascii_only else (2, 4)
        self._ascii = ascii_only
        self._bits: dict[_Place, int] = {}
        self._tones: dict[_Place, Tone] = {}
        self._letters: dict[_Place, str] = {}
        self._glyphs: dict[_Place, str] = {}
        """What stands where no dot is."""

    def upright(self, column: int) -> None:
        """Draw a mark through all rows."""
        for row in range(self._rows):
            self._glyphs[row, column] = "|" if self._ascii else "┊"

    def level(self, share: float) -> None:
        """Draw a level, given as its share of the axis."""
        row = min(self._rows - 1, int((1 - share) * self._rows))
        for column in range(self._columns):
            self._glyphs.setdefault((row, column), "." if self._ascii else "╌")

    def line(self, points: Points, top: float, tone: Tone, letter: str) -> None:
        """Draw values from left to right, joined where they follow each other; in ASCII with a letter."""
        before: _Place | None = None
        for x, value in enumerate(self._spread(points)):
            if value is None:
                before = None
                continue
            height = self._rows * self._down - 1
            y = height - round(max(0.0, min(1.0, value / top)) * height)
            # From the dot before to this one all rows between are drawn, half of them in each column.
            low, high = (y, y) if before is None else sorted((before[1], y))
            for between in range(low, high + 1):
                nearer_before = before is not None and abs(between - before[1]) < abs(between - y)
                self._dot(x - 1 if nearer_before and before is not None else x, between, tone, letter)
            before = x, y

    def rows(self) -> list[list[Cell]]:
        """Return the rows from the top."""
        return [_joined([self._cell((row, column)) for column in range(self._columns)]) for row in range(self._rows)]

    def _spread(self, points: Points) -> list[float | None]:
        """Return a value for each column of dots: of several the highest, so that no spike is lost."""
        wide, count = self._columns * self._across, len(points)
        if count >= wide:
            shares = [points[at * count // wide : (at + 1) * count // wide] for at in range(wide)]
            return [max((value for value in share if value is not None), default=None) for share in shares]
        if count < 2:
            return [points[0] if points else None] * wide
        return [_between(points, at * (count - 1) / (wide - 1)) for at in range(wide)]

    def _dot(self, x: int, y: int, tone: Tone, letter: str) -> None:
        spot = y // self._down, x // self._across
        self._bits[spot] = self._bits.get(spot, 0) | _DOTS[y % self._down][x % self._across]
        self._tones[spot] = tone
        self._letters[spot] = letter

    def _cell(self, spot: _Place) -> Cell:
        bits = self._bits.get(spot)
        if bits:
            return Cell(self._letters[spot] if self._ascii else chr(_FIRST + bits), self._tones[spot])
        return Cell(self._glyphs.get(spot, " "), Tone.FAINT)


def _between(points: Points, at: float) -> float | None:
    """Return the value between two points; next to a gap it is that of the point within half a step, or none."""
    low = math.floor(at)
    high = min(low + 1, len(points) - 1)
    before, after, share = points[low], points[high], at - low
    if before is not None and after is not None:
        return before + (after - before) * share
    return before if share < 0.5 else after
