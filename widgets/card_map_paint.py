"""The lines of a map of cards: what each depends on, and how it is drawn."""

from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip

from state.cell import Tone
from widgets.card_face import CardFace, CardLook
from widgets.card_line import INDENT, MARGIN, draw_card_line, draw_head, draw_title
from widgets.card_map_layout import Window
from widgets.card_map_model import Heading, Slot
from widgets.cell_text import cut, place, width_of
from widgets.meter import EMPTY
from widgets.tone_style import Palette

Card = tuple[CardFace, CardLook]


@dataclass(frozen=True, slots=True)
class Headings:
    """The names of the columns; the one of the cursor stands out."""

    seen: Window
    headings: tuple[Heading, ...]
    cursor: int


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a band in a rule, and how many columns are out of sight on either side."""

    name: str
    count: str
    lit: bool
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """What the slots of a band say; the columns where the cursor stands, and where a card is dragged to."""

    seen: Window
    slots: tuple[Slot, ...]
    cursor: int | None = None
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """Line `part` of one card of each column in sight, None where a slot has no more; each takes `lines` lines."""

    seen: Window
    cards: tuple[Card | None, ...]
    part: int = 0
    lines: int = 1


MapLine = Headings | Title | Words | Cards | None
"""A line of a map; None is a blank one."""


@dataclass(frozen=True, slots=True)
class MapPaint:
    """Draws lines of `width` cells."""

    palette: Palette
    width: int

    def draw(self, line: MapLine) -> Strip:
        """Return a line drawn."""
        match line:
            case Headings():
                segments = self._headings(line)
            case Title():
                segments = self._title(line)
            case Words():
                segments = self._words(line)
            case Cards():
                segments = self._cards(line)
            case None:
                segments = []
        return Strip([segment for segment in segments if segment.text]).adjust_cell_length(
            self.width, self.palette.blank
        )

    def _headings(self, line: Headings) -> list[Segment]:
        segments: list[Segment] = []
        for column, width in zip(line.seen.columns, line.seen.widths, strict=True):
            heading, here = line.headings[column], column == line.cursor
            number = self.palette.text(heading.number.text)
            room = width - INDENT - MARGIN - width_of(number)
            name = place(self.palette.text(heading.name), max(0, room), mark=self.palette.text("…"))
            segments += (
                Segment(" " * INDENT, self.palette.blank),
                Segment(name, self.palette.style(Tone.TEXT if here else Tone.QUIET, bold=here)),
                Segment(number, self.palette.style(heading.number.tone)),
                Segment(" " * MARGIN, self.palette.blank),
            )
        return segments

    def _title(self, line: Title) -> list[Segment]:
        words = (f"‹ {line.before}" if line.before else "", f"{line.after} ›" if line.after else "")
        beyond = self.palette.text("   ".join(word for word in words if word))
        mark, rule = self.palette.text("…"), self.palette.text(EMPTY)
        quiet = self.palette.style(Tone.QUIET)
        style = self.palette.style(Tone.FOCUS) if line.lit else self.palette.line
        end = [Segment(f" {beyond} ", quiet), Segment(rule, style)] if beyond else []
        room = max(0, self.width - 4 - sum(width_of(segment.text) for segment in end))
        name = cut(self.palette.text(line.name), room, mark=mark)
        count = cut(self.palette.text(f"  {line.count}"), room - width_of(name), mark=mark)
        return [
            Segment(f"{rule} ", style),
            Segment(name, self.palette.style(Tone.TEXT if line.lit else Tone.QUIET, bold=line.lit)),
            Segment(f"{count} ", quiet),
            Segment(rule * (room + 1 - width_of(name) - width_of(count)), style),
            *end,
        ]

    def _words(self, line: Words) -> list[Segment]:
        segments: list[Segment] = []
        for column, width, slot in zip(line.seen.columns, line.seen.widths, line.slots, strict=True):
            segments += self._slot(slot, width, cursor=column == line.cursor, target=column == line.target)
        return segments

    def _slot(self, slot: Slot, width: int, *, cursor: bool, target: bool) -> list[Segment]:
        text, style = self.palette.text, self.palette.style
        number = text(slot.number.text)
        room = max(0, width - INDENT - MARGIN - width_of(number))
        segments = [
            Segment(text("▸" if target else "▌" if cursor else " "), style(Tone.FOCUS)),
            Segment(place(text(slot.glyph.text), 1), style(slot.glyph.tone, cursor=cursor)),
            Segment(" ", style(Tone.TEXT, cursor=cursor)),
        ]
        for word in slot.words:
            fitted = cut(text(word.text), room, mark=text("…"))
            segments.append(Segment(fitted, style(word.tone, cursor=cursor)))
            room -= width_of(fitted)
        segments += (
            Segment(" " * room, style(Tone.TEXT, cursor=cursor)),
            Segment(number, style(slot.number.tone, cursor=cursor)),
            Segment(" " * MARGIN, self.palette.blank),
        )
        return list(Strip(segments).adjust_cell_length(width, self.palette.blank))

    def _cards(self, line: Cards) -> list[Segment]:
        draw = draw_card_line if line.lines == 1 else draw_head if line.part == 0 else draw_title
        segments: list[Segment] = []
        for card, width in zip(line.cards, line.seen.widths, strict=True):
            segments += [Segment(" " * width, self.palette.blank)] if card is None else draw(*card, width, self.palette)
        return segments
