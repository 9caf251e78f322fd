"""The line over the cards of a lane: words in a rule, as a title stands in the edge of a pane."""

from rich.segment import Segment
from textual.strip import Strip

from widgets.cell_lines import Line
from widgets.cell_text import cut, width_of
from widgets.tone_style import Palette

_BEFORE = " {} "
"""Before the words, so that they stand over the numbers of the cards."""


def draw_heading(heading: Line, width: int, palette: Palette) -> Strip:
    """Return a heading in exactly `width` cells; of its cells the first stays longest, cut if it must be."""
    rule = palette.text("─")
    segments = [Segment(_BEFORE.format(rule), palette.line)]
    room = width - len(_BEFORE) - 2
    for at, cell in enumerate(heading):
        text = palette.text(cell.text)
        if width_of(text) > room:
            text = cut(text, max(0, room), mark=palette.text("…")) if at == 0 else ""
        if not text:
            break
        segments.append(Segment(text, palette.style(cell.tone)))
        room -= width_of(text)
    segments.append(Segment(f" {rule * max(0, room)} ", palette.line))
    return Strip(segments).adjust_cell_length(width, palette.blank)
