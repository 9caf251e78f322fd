"""A map of cards: bands down, columns across, of which only what is in sight is drawn."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from widgets.card_face import CardFace, CardLook
from widgets.card_map_cursor import below, beside, follow, nearest
from widgets.card_map_layout import Window, window
from widgets.card_map_model import HEAD, Sheet, Spot
from widgets.card_map_paint import Card, Cards, Headings, MapLine, MapPaint, Title, Words
from widgets.dragging import Dragging
from widgets.lane_drag import Drag
from widgets.line_view import LineView

Faces = Callable[[Hashable], CardFace | None]
_TITLE, _WORDS = range(HEAD)
_ROOMY = 2


class CardMap(LineView[MapLine], Dragging):
    """Cards in slots, with a cursor that goes from slot to slot and stays on its card.

    The headings stay at the top, and under them the title of the band that is there. Columns that do not fit come
    into sight with the cursor. A card can be dragged to another slot.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", id="list.up", show=False),
        Binding("down,j", "move(1)", "down", id="list.down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="list.page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="list.page_down", show=False),
        Binding("home,g", "first", "first", id="list.first", show=False),
        Binding("end,G", "last", "last", id="list.last", show=False),
        Binding("enter", "choose", "open", id="list.choose", show=False),
    ]

    top_lines = 1

    @dataclass
    class Moved(Message):
        """The cursor has gone to another card or slot."""

    @dataclass
    class Chosen(Message):
        """The card is wanted: enter, or a click on the card that was clicked before."""

        key: Hashable

    @dataclass
    class Carried(Message):
        """A card is being dragged over a slot, or over none, or `ended` there. The spot's index says nothing."""

        key: Hashable
        spot: Spot | None
        ended: bool

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._sheet = Sheet()
        self._spot = Spot()
        self._face_of: Faces = lambda key: None
        self._faces: dict[Hashable, CardFace | None] = {}
        self._marks: frozenset[Hashable] = frozenset()
        self._carried: frozenset[Hashable] = frozenset()
        self._target: Spot | None = None
        self._first_column = 0
        self._clicked: Spot | None = None
        self._paint: MapPaint | None = None

    def show(self, sheet: Sheet, face_of: Faces, marks: Collection[Hashable] = ()) -> None:
        """Show these cards. The cursor stays on its card; only what differs from before is drawn again."""
        spot = follow(self._sheet, sheet, self._spot)
        followed = spot != self._spot
        self._sheet, self._face_of, self._marks = sheet, face_of, frozenset(marks)
        self._faces.clear()
        self._fit()
        if self.is_mounted:
            self.measure()
        if followed:
            self._go(spot)
        self.settle()

    def _fit(self) -> None:
        """Give each card two lines when all of them have room for that."""
        room = self.size.height - self.top_lines
        roomy = replace(self._sheet, card_lines=_ROOMY)
        self._sheet = roomy if roomy.starts[-1] <= room else replace(self._sheet, card_lines=1)

    # Where the user is

    @property
    def spot(self) -> Spot:
        """The place of the cursor."""
        return self._spot

    @property
    def key(self) -> Hashable | None:
        """The card under the cursor, None in an empty slot."""
        return self._sheet.key(self._spot)

    @property
    def keys(self) -> tuple[Hashable, ...]:
        """The cards of the cursor's slot, from top to bottom."""
        return self._sheet.slot(self._spot).keys if self._sheet.bands else ()

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on a card and bring it into sight. False when there is no such card."""
        spot = self._sheet.spots.get(key)
        if spot is not None:
            self._go(spot)
        return spot is not None

    def move_to_spot(self, spot: Spot) -> None:
        """Put the cursor on a place, or the nearest there is."""
        self._go(nearest(self._sheet, spot))

    def go_beside(self, by: int) -> None:
        """Go so many columns to the right."""
        self._go(beside(self._sheet, self._spot, by))

    def action_move(self, by: int) -> None:
        self._go(below(self._sheet, self._spot, by))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - self.top_lines - HEAD))

    def action_first(self) -> None:
        self.move_to_spot(Spot(0, self._spot.column, 0))

    def action_last(self) -> None:
        last = len(self._sheet.bands) - 1
        while last > 0 and not self._sheet.bands[last].slots[self._spot.column].keys:
            last -= 1
        self.move_to_spot(Spot(last, self._spot.column, len(self._sheet.spots)))

    def action_choose(self) -> None:
        key = self.key
        if key is not None:
            self.post_message(self.Chosen(key))

    # The mouse

    def spot_at(self, at: Offset) -> Spot | None:
        """Return the place at a point of the content, None beside all slots. Its index may be beyond the cards."""
        column, place = self._window.at(at.x), self._place(at.y) if at.y >= self.top_lines else None
        if column is None or place is None:
            return None
        return Spot(place[0], column, max(-1, (place[1] - HEAD) // self._sheet.card_lines))

    def card_at(self, at: Offset) -> Hashable | None:
        spot = self.spot_at(at)
        return None if spot is None or spot.index < 0 else self._sheet.key(spot)

    def show_drag(self, carried: Collection[Hashable] = (), target: Spot | None = None) -> None:
        """Show which cards are being carried away, and to which slot."""
        self._carried, self._target = frozenset(carried), target
        self.settle()

    def carry(self, drag: Drag) -> None:
        spot = None if drag.at is None else self.spot_at(drag.at - self.content_region.offset)
        if drag.at is not None and not drag.ended:
            self._scroll_towards(drag.at.y - self.content_region.y)
        self.post_message(self.Carried(drag.key, spot, drag.ended))

    def _scroll_towards(self, y: int) -> None:
        """Bring the next line into sight when a card is held at the upper or the lower end."""
        if y <= self.top_lines:
            self.scroll_to_line(max(0, self.scroll_offset.y - 1))
        elif y >= self.size.height - 1:
            self.scroll_to_line(self.scroll_offset.y + 1)

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        spot = None if self.ends_drag(event) or at is None else self.spot_at(at)
        if spot is None:
            return
        event.stop()
        spot = nearest(self._sheet, spot)
        again = spot == self._clicked == self._spot
        self._go(spot)
        self._clicked = spot
        if again:
            self.action_choose()

    def _go(self, spot: Spot) -> None:
        moved, self._spot = spot != self._spot, spot
        self._clicked = None
        self._into_sight()
        self.settle()
        if moved:
            self.post_message(self.Moved())

    def _into_sight(self) -> None:
        if not self._sheet.bands or not self.size:
            # Without a size every column is out of sight.
            return
        seen = self._window
        self._first_column = seen.first
        line, first, room = self._sheet.line(self._spot), self.scroll_offset.y, self.size.height - self.top_lines
        top = line - 1
        if self._spot.index == 0:
            # With the first card of a slot comes what is said of the slot.
            top = self._sheet.starts[self._spot.band]
        if top < first:
            self.scroll_to_line(top)
        elif line >= first + room:
            self.scroll_to_line(max(line - room + 1, 0))

    # Drawing

    @property
    def line_count(self) -> int:
        return self._sheet.starts[-1]

    @property
    def _window(self) -> Window:
        return window(len(self._sheet.headings), self._first_column, self._spot.column, self.size.width)

    def _place(self, y: int) -> tuple[int, int] | None:
        """The band of line `y` of the view, and which of its lines that is; the topmost is always a title."""
        line = y - self.top_lines + self.scroll_offset.y
        starts = self._sheet.starts
        if not 0 <= line < starts[-1]:
            return None
        band = next(at for at, start in enumerate(starts) if start > line) - 1
        return band, _TITLE if y == self.top_lines else line - starts[band]

    def line_at(self, y: int) -> MapLine:
        seen, spot, sheet = self._window, self._spot, self._sheet
        if y < self.top_lines:
            return Headings(seen, sheet.headings, spot.column)
        place = self._place(y)
        if place is None:
            return None
        at, part = place
        band, here = sheet.bands[at], self.has_focus and at == spot.band
        if part == _TITLE:
            beyond = (seen.first, seen.after) if y == self.top_lines else (0, 0)
            return Title(band.title, band.count, here, *beyond)
        slots = tuple(band.slots[column] for column in seen.columns)
        if part == _WORDS:
            return Words(seen, slots, spot.column if here and self.key is None else None, self._target_in(at))
        index, line = divmod(part - HEAD, sheet.card_lines)
        return Cards(seen, tuple(self._card(slot.keys, index) for slot in slots), line, sheet.card_lines)

    def draw(self, line: MapLine) -> Strip:
        if self._paint is None:
            self._paint = MapPaint(self.palette, self.size.width)
        return self._paint.draw(line)

    def _target_in(self, band: int) -> int | None:
        """The column of the slot of a band that a card is dragged to."""
        return self._target.column if self._target is not None and self._target.band == band else None

    def _card(self, keys: tuple[Hashable, ...], index: int) -> Card | None:
        if index >= len(keys):
            return None
        key = keys[index]
        if key not in self._faces:
            self._faces[key] = self._face_of(key)
        face = self._faces[key]
        look = CardLook(key == self.key and self.has_focus, key in self._marks, key in self._carried)
        return None if face is None else (face, look)

    def restyled(self) -> None:
        self._paint = None
        self._fit()

    def resized(self) -> None:
        self._into_sight()
