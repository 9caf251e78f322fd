"""A card where there is little room for it: one line, or two of which the title has one to itself."""

from rich.segment import Segment

from state.cell import BLANK, Tone
from widgets.card_face import CardFace, CardLook
from widgets.cell_text import place, width_of
from widgets.tone_style import Palette

INDENT = 3
"""Cells before the number: the bar, the glyph of the state, the mark."""
MARGIN = 1
_LEAST_TITLE = 4


def draw_card_line(face: CardFace, look: CardLook, width: int, palette: Palette) -> list[Segment]:
    """Return all of a card in one line of `width` cells: state, number, title and points; the title is cut first."""
    return _first(face, look, width, palette, _title(face, look, _room(face, width, palette), palette))


def draw_head(face: CardFace, look: CardLook, width: int, palette: Palette) -> list[Segment]:
    """Return the first of two lines: state, number and points, and between them what is first below the card."""
    who = face.below[0] if face.below else BLANK
    text = place(palette.text(who.text), _room(face, width, palette), mark=palette.text("…"))
    return _first(face, look, width, palette, Segment(text, palette.style(who.tone, cursor=look.cursor)))


def draw_title(face: CardFace, look: CardLook, width: int, palette: Palette) -> list[Segment]:
    """Return the second of two lines: the title."""
    return [
        _bar(face, look, palette),
        Segment(" " * (INDENT - 1), palette.style(Tone.TEXT, cursor=look.cursor)),
        _title(face, look, max(0, width - INDENT - MARGIN), palette),
        Segment(" " * MARGIN, palette.blank),
    ]


def _title(face: CardFace, look: CardLook, room: int, palette: Palette) -> Segment:
    text = place(palette.text(face.title), room, mark=palette.text("…"))
    tone = Tone.FAINT if look.carried else Tone.TEXT
    return Segment(text, palette.style(tone, cursor=look.cursor, bold=look.cursor))


def _first(face: CardFace, look: CardLook, width: int, palette: Palette, middle: Segment) -> list[Segment]:
    """A line with a card's state, number and points around what stands between them."""
    cursor, style = look.cursor, palette.style
    number, points = _ends(face, width, palette)
    return [
        _bar(face, look, palette),
        Segment(palette.text(face.glyph.text or " "), style(face.glyph.tone, cursor=cursor)),
        Segment(palette.text("•") if look.marked else " ", style(Tone.FOCUS, cursor=cursor, bold=True)),
        Segment(number, style(Tone.FOCUS if look.marked else Tone.QUIET, cursor=cursor, bold=look.marked)),
        middle,
        Segment(points, style(face.points.tone, cursor=cursor)),
        Segment(" " * MARGIN, palette.blank),
    ]


def _bar(face: CardFace, look: CardLook, palette: Palette) -> Segment:
    text = palette.text("▌") if look.cursor or face.floor else " "
    return Segment(text, palette.style(Tone.FOCUS if look.cursor else Tone.PLAN))


def _ends(face: CardFace, width: int, palette: Palette) -> tuple[str, str]:
    """What stands at the left and the right of a line: the number goes where there is no room, then the points."""
    room = width - INDENT - MARGIN
    number, points = f"{face.number} ", palette.text(face.points.text)
    if points:
        points = " " + place(points, max(2, width_of(points)), right=True)
    if room - width_of(number) - width_of(points) < _LEAST_TITLE:
        number = ""
    if room - width_of(number) - width_of(points) < _LEAST_TITLE:
        points = ""
    return number, points


def _room(face: CardFace, width: int, palette: Palette) -> int:
    """The cells between number and points."""
    number, points = _ends(face, width, palette)
    return max(0, width - INDENT - MARGIN - width_of(number) - width_of(points))
