"""What a card looks like in a column: two lines."""

from dataclasses import dataclass, field

from rich.segment import Segment
from textual.strip import Strip

from state.cell import BLANK, Cell, Tone
from widgets.cell_lines import strip_of
from widgets.cell_text import place, width_of
from widgets.tone_style import Palette

HEIGHT = 2
_ROOMY = 20
"""Cells from which on a column has air at its right end."""


@dataclass(frozen=True, slots=True)
class CardFace:
    """A card as a column shows it: the glyph of its state, number, title and points; below, who and what else."""

    glyph: Cell
    number: str
    title: str
    points: Cell = BLANK
    below: tuple[Cell, ...] = field(default=())
    floor: bool = False


@dataclass(frozen=True, slots=True)
class CardLook:
    """What sets a card apart at this moment."""

    cursor: bool = False
    marked: bool = False
    carried: bool = False
    """It is being dragged elsewhere."""
    target: int | None = None
    """The line (0 or 1) that something dragged would be put beside: above the card, or below it."""


def draw_card(face: CardFace, look: CardLook, part: int, width: int, palette: Palette) -> Strip:
    """Return line `part` (0 or 1) of a card in exactly `width` cells."""
    if width < 8:
        return strip_of((Cell(face.number),) if part == 0 else (), max(0, width), palette)
    cursor = look.cursor
    blank = palette.style(Tone.TEXT, cursor=cursor)
    bar = palette.text("▌") if cursor or face.floor else " "
    head = [Segment(bar, palette.style(Tone.FOCUS if cursor else Tone.PLAN))]
    if look.target == part:
        head = [Segment(palette.text("▸"), palette.style(Tone.FOCUS, bold=True))]
    margin = 2 if width >= _ROOMY else 1
    room = width - 3 - margin
    if part == 0:
        head += [
            Segment(palette.text(face.glyph.text or " "), palette.style(face.glyph.tone, cursor=cursor)),
            Segment(" ", blank),
            *_first_line(face, look, room, palette),
        ]
    else:
        head += [
            Segment(palette.text("•") if look.marked else " ", palette.style(Tone.FOCUS, cursor=cursor, bold=True)),
            Segment(" ", blank),
        ]
        for text, tone in _cut_line(face.below, room, palette):
            head.append(Segment(text, palette.style(tone, cursor=cursor)))
    head.append(Segment(" " * margin, palette.blank))
    return Strip(head, width)


def _first_line(face: CardFace, look: CardLook, room: int, palette: Palette) -> list[Segment]:
    cursor = look.cursor
    number = f"{face.number} "
    points = palette.text(face.points.text)
    points_room = max(2, width_of(points)) + 1 if points else 0
    title_room = room - width_of(number) - points_room
    if title_room < 4:
        # The number is what a card is called; its points are on the card itself and in the column's head.
        points_room, title_room = 0, room - width_of(number)
    if title_room < 4:
        number, title_room = "", room
    style = palette.style
    title = place(palette.text(face.title), title_room, mark=palette.text("…"))
    text = Tone.FAINT if look.carried else Tone.TEXT
    segments = [
        Segment(number, style(Tone.FOCUS if look.marked else Tone.QUIET, cursor=cursor, bold=look.marked)),
        Segment(title, style(text, cursor=cursor, bold=cursor)),
    ]
    if points_room:
        segments.append(Segment(place(points, points_room, right=True), style(face.points.tone, cursor=cursor)))
    return [segment for segment in segments if segment.text]


def _cut_line(cells: tuple[Cell, ...], room: int, palette: Palette) -> list[tuple[str, Tone]]:
    """Return cells two spaces apart, cut to the room and padded to it."""
    parts: list[tuple[str, Tone]] = []
    for cell in cells:
        if not cell.text:
            continue
        if parts:
            parts.append(("  ", Tone.TEXT))
        parts.append((palette.text(cell.text), cell.tone))
    drawn: list[tuple[str, Tone]] = []
    for text, tone in parts:
        if room <= 0:
            break
        fitted = place(text, min(room, width_of(text)), mark=palette.text("…"))
        drawn.append((fitted, tone))
        room -= width_of(fitted)
    if room > 0:
        drawn.append((" " * room, Tone.TEXT))
    return drawn
