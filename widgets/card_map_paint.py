"""The lines of a map of cards, drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip

from state.cell import Tone
from widgets.card_face import CardFace, CardLook
from widgets.card_line import INDENT, MARGIN, draw_card_line, draw_head, draw_title
from widgets.card_map_layout import Window
from widgets.card_map_model import Band, Heading
from widgets.cell_text import cut, place, width_of
from widgets.meter import EMPTY
from widgets.tone_style import Palette


@dataclass(frozen=True, slots=True)
class MapPaint:
    """Draws lines of `width` cells."""

    palette: Palette
    width: int

    def blank(self) -> Strip:
        """Return a line without anything."""
        return Strip.blank(self.width, self.palette.blank)

    def headings(self, headings: Sequence[Heading], seen: Window, here: int) -> Strip:
        """Return the columns' names; the one of the cursor stands out."""
        segments: list[Segment] = []
        for column, width in zip(seen.columns, seen.widths, strict=True):
            heading, at = headings[column], column == here
            number = self.palette.text(heading.number.text)
            room = width - INDENT - MARGIN - width_of(number)
            name = place(self.palette.text(heading.name), max(0, room), mark=self.palette.text("…"))
            segments += (
                Segment(" " * INDENT, self.palette.blank),
                Segment(name, self.palette.style(Tone.TEXT if at else Tone.QUIET, bold=at)),
                Segment(number, self.palette.style(heading.number.tone)),
                Segment(" " * MARGIN, self.palette.blank),
            )
        return self._strip(segments)

    def title(self, band: Band, *, lit: bool, pointers: tuple[int, int] = (0, 0)) -> Strip:
        """Return a band's title in a rule. `pointers` count the columns out of sight on the left and on the right."""
        before, after = pointers
        words = (f"‹ {before}" if before else "", f"{after} ›" if after else "")
        beyond = self.palette.text("   ".join(word for word in words if word))
        style = self.palette.style(Tone.FOCUS) if lit else self.palette.line
        rule = self.palette.text(EMPTY)
        end = f" {beyond} {rule}" if beyond else ""
        room = self.width - 4 - width_of(end)
        name = cut(self.palette.text(band.title), max(0, room), mark=self.palette.text("…"))
        count = cut(self.palette.text(f"  {band.count}"), max(0, room - width_of(name)), mark=self.palette.text("…"))
        line = max(0, self.width - 3 - width_of(name) - width_of(count) - width_of(end))
        quiet = self.palette.style(Tone.QUIET)
        segments = [
            Segment(f"{rule} ", style),
            Segment(name, self.palette.style(Tone.TEXT if lit else Tone.QUIET, bold=lit)),
            Segment(f"{count} ", quiet),
            Segment(rule * line, style),
        ]
        if beyond:
            segments += (Segment(f" {beyond} ", quiet), Segment(rule, style))
        return self._strip(segments)

    def words(self, band: Band, seen: Window, here: int | None, *, cursor: bool) -> Strip:
        """Return what the slots of a band say. `here` is the cursor's column, `cursor` whether it stands on words."""
        strips = []
        for column, width in zip(seen.columns, seen.widths, strict=True):
            slot, on = band.slots[column], cursor and column == here
            style = self.palette.style
            number = self.palette.text(slot.number.text)
            room = max(0, width - INDENT - MARGIN - width_of(number))
            segments = [
                Segment(self.palette.text("▌") if on else " ", style(Tone.FOCUS)),
                Segment(place(self.palette.text(slot.glyph.text), 1), style(slot.glyph.tone, cursor=on)),
                Segment(" ", style(Tone.TEXT, cursor=on)),
            ]
            for word in slot.words:
                text = cut(self.palette.text(word.text), room, mark=self.palette.text("…"))
                segments.append(Segment(text, style(word.tone, cursor=on)))
                room -= width_of(text)
            segments += (
                Segment(" " * room, style(Tone.TEXT, cursor=on)),
                Segment(number, style(slot.number.tone, cursor=on)),
                Segment(" " * MARGIN, self.palette.blank),
            )
            strips.append(Strip(segments).adjust_cell_length(width, self.palette.blank))
        return self._strip([segment for strip in strips for segment in strip])

    def cards(
        self, cards: Sequence[tuple[CardFace, CardLook] | None], seen: Window, line: int, card_lines: int
    ) -> Strip:
        """Return line `line` of one card of each column in sight, or a blank where a slot has no more."""
        draw = draw_card_line if card_lines == 1 else draw_head if line == 0 else draw_title
        segments: list[Segment] = []
        for card, width in zip(cards, seen.widths, strict=True):
            if card is None:
                segments.append(Segment(" " * width, self.palette.blank))
            else:
                segments += draw(*card, width, self.palette)
        return self._strip(segments)

    def _strip(self, segments: list[Segment]) -> Strip:
        return Strip([segment for segment in segments if segment.text]).adjust_cell_length(
            self.width, self.palette.blank
        )
