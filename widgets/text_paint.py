"""One row of a text drawn: its tones, what is marked in it, what is selected."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from state.cell import Cell, Tone
from widgets.cell_lines import Line
from widgets.text_lines import Remark, cells_of
from widgets.tone_style import Palette

MARK = Style(reverse=True)
CURRENT = Style(reverse=True, bold=True, underline=True)


class Span(NamedTuple):
    """Characters `begin` to `end` of a row, and the style that goes over theirs."""

    begin: int
    end: int
    style: Style


def plain(text: str) -> Line:
    """Return a line in the tone of text, a remark in a faint one."""
    return (Cell(text, Tone.FAINT if isinstance(text, Remark) else Tone.TEXT),)


def within(line: Line, begin: int, end: int) -> list[Cell]:
    """Return the part of a line between two characters."""
    found, at = [], 0
    for cell in line:
        part = cell.text[max(0, begin - at) : max(0, end - at)]
        if part:
            found.append(Cell(part, cell.tone))
        at += len(cell.text)
    return found


def draw(cells: Sequence[Cell], spans: Sequence[Span], palette: Palette) -> Strip:
    """Return cells with their spans drawn as wide as they are; later spans go over earlier ones."""
    cuts = sorted({cut for span in spans for cut in span[:2]})
    segments: list[Segment] = []
    at = 0
    for cell in cells:
        base, end, begin = palette.style(cell.tone), at + len(cell.text), at
        for cut in [*(cut for cut in cuts if at < cut < end), end]:
            style = base
            for span in spans:
                if span.begin <= begin and cut <= span.end:
                    style += span.style
            segments.append(Segment(palette.text(cell.text[begin - at : cut - at]), style))
            begin = cut
        at = end
    return Strip(segments)


def fitted(strip: Strip, width: int, palette: Palette, *, goes_on: bool = False) -> Strip:
    """Return a strip at exactly `width` cells; where it `goes_on` beyond them, its last cell says so."""
    if goes_on and width > 1:
        more = Segment(palette.text("›"), palette.style(Tone.FAINT))
        return Strip([*strip.adjust_cell_length(width - 1, palette.blank), more], width)
    return strip.adjust_cell_length(width, palette.blank)


def prefix(text: str, cells: int) -> str:
    """Return a beginning of `text` that takes at least so many cells, without looking at all of a long one."""
    size = cells + 2
    while size < len(text) and cells_of(text[:size]) < cells + 2:
        size *= 2
    return text[:size]
