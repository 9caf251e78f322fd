"""A column of a board: cards under each other, of which only the visible ones are drawn."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from widgets.card_face import HEIGHT, CardFace, CardLook, draw_card
from widgets.cell_lines import Line
from widgets.dragging import Dragging
from widgets.keyed_view import KeyedView
from widgets.lane_drag import Drag, Place
from widgets.lane_heading import draw_heading

Faces = Callable[[Hashable], CardFace | None]
_KEPT_STRIPS = 512


class Lane(KeyedView, Dragging):
    """Cards by key, with a cursor that stays on its card and marks that are set from outside.

    A card can be taken by the mouse and carried elsewhere, out of the lane too: who knows the other lanes hears
    where it is and where it was let go.
    """

    row_lines = HEIGHT

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another card; None when there is none left."""

        lane: "Lane"
        key: Hashable | None

        @property
        def control(self) -> "Lane":
            return self.lane

    @dataclass
    class Chosen(Message):
        """The card is wanted: enter, a double click, or a click on the card that was clicked before."""

        lane: "Lane"
        key: Hashable

        @property
        def control(self) -> "Lane":
            return self.lane

    @dataclass
    class Carried(Message):
        """A card is being dragged, or was let go or given up; the drag says how it stands."""

        lane: "Lane"
        drag: Drag

        @property
        def control(self) -> "Lane":
            return self.lane

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._face_of: Faces = lambda key: None
        self._faces: dict[Hashable, CardFace | None] = {}
        self._marks: frozenset[Hashable] = frozenset()
        self._headings: Mapping[Hashable, Line] = {}
        self._carried: frozenset[Hashable] = frozenset()
        self._target: tuple[Hashable, int] | None = None
        self._strips: dict[tuple[CardFace, CardLook, int], Strip] = {}

    def show(
        self,
        keys: Sequence[Hashable],
        face_of: Faces,
        marks: Collection[Hashable] = (),
        headings: Mapping[Hashable, Line] | None = None,
    ) -> None:
        """Show these cards in this order, some with a heading above them. Only what differs is drawn again."""
        self._face_of, self._marks, self._headings = face_of, frozenset(marks), headings or {}
        self._faces.clear()
        headed = tuple(at for at, key in enumerate(keys) if key in self._headings) if self._headings else ()
        self.set_order(tuple(keys), headed)
        self.settle()

    def show_drag(self, carried: Collection[Hashable] = (), target: Place | None = None) -> None:
        """Show which cards are being carried away, and beside which one they would be put."""
        self._carried = frozenset(carried)
        self._target = None if target is None or target.beside is None else (target.beside, int(target.below))
        self.settle()

    @property
    def keys(self) -> Sequence[Hashable]:
        """The cards from top to bottom."""
        return self._keys

    def move_to_index(self, index: int) -> None:
        """Put the cursor on a place, or the nearest there is."""
        self.go(self._cursor.at(index, self._keys))

    def highlighted(self, key: Hashable | None) -> None:
        self.post_message(self.Highlighted(self, key))

    def chosen(self, key: Hashable) -> None:
        self.post_message(self.Chosen(self, key))

    # The mouse

    def place_at(self, y: int) -> Place:
        """Return the place between cards that line `y` of the screen stands for."""
        index, part = self.row_at(y - self.content_region.y + self.scroll_offset.y)
        if not self._keys:
            return Place(None)
        if index >= len(self._keys):
            return Place(self._keys[-1], below=True)
        return Place(self._keys[max(0, index)], below=index >= 0 and part > 0)

    def scroll_towards(self, y: int) -> None:
        """Bring the next card into sight when line `y` of the screen is the first or the last one of the lane."""
        region = self.content_region
        if y <= region.y:
            self._scroll_to_row(max(0, self.first_row - 1))
        elif y >= region.bottom - 1:
            self._scroll_to_row(self.first_row + 1)

    def card_at(self, at: Offset) -> Hashable | None:
        index, part = self.row_at(at.y + self.scroll_offset.y)
        return self._keys[index] if part >= 0 and index < len(self._keys) else None

    def carry(self, drag: Drag) -> None:
        self.post_message(self.Carried(self, drag))

    def on_click(self, event: events.Click) -> None:
        self.ends_drag(event)

    # Drawing

    def restyled(self) -> None:
        self._strips.clear()

    def state_of(self, key: Hashable) -> tuple[CardFace | None, CardLook, Line | None]:
        if key not in self._faces:
            self._faces[key] = self._face_of(key)
        target = self._target[1] if self._target is not None and self._target[0] == key else None
        look = CardLook(key == self.cursor_key and self.shows_cursor, key in self._marks, key in self._carried, target)
        return self._faces[key], look, self._headings.get(key)

    def draw_line(self, key: Hashable, part: int) -> Strip:
        face, look, _ = self.state_of(key)
        if face is None:
            return self.draw_blank()
        strip = self._strips.get((face, look, part))
        if strip is None:
            if len(self._strips) > _KEPT_STRIPS:
                self._strips.clear()
            strip = draw_card(face, look, part, self.size.width, self.palette)
            self._strips[face, look, part] = strip
        return strip

    def draw_heading(self, key: Hashable) -> Strip:
        heading = self._headings.get(key)
        if heading is None:
            return self.draw_blank()
        return draw_heading(heading, self.size.width, self.palette)

    def draw_blank(self) -> Strip:
        return Strip.blank(self.size.width, self.palette.blank)
