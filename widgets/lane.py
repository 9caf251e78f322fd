"""A column of a board: cards under each other, of which only the visible ones are drawn."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

from textual.message import Message
from textual.strip import Strip

from widgets.card_face import HEIGHT, CardFace, CardLook, draw_card
from widgets.keyed_view import KeyedView
from widgets.tone_style import Palette, palette_of

Faces = Callable[[Hashable], CardFace | None]
_KEPT_STRIPS = 512


class Lane(KeyedView):
    """Cards by key, with a cursor that stays on its card and marks that are set from outside."""

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

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._face_of: Faces = lambda key: None
        self._faces: dict[Hashable, CardFace | None] = {}
        self._marks: frozenset[Hashable] = frozenset()
        self._palette: Palette | None = None
        self._strips: dict[tuple[CardFace, CardLook, int], Strip] = {}

    def show(self, keys: Sequence[Hashable], face_of: Faces, marks: Collection[Hashable] = ()) -> None:
        """Show these cards in this order. Only what differs from before is drawn again."""
        self._face_of, self._marks = face_of, frozenset(marks)
        self._faces.clear()
        self.set_order(tuple(keys))
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

    def restyled(self) -> None:
        self._palette = None
        self._strips.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self._palette is not None and self._palette != palette_of(self):
            self.repaint()

    def state_of(self, key: Hashable) -> tuple[CardFace | None, CardLook]:
        if key not in self._faces:
            self._faces[key] = self._face_of(key)
        return self._faces[key], CardLook(key == self.cursor_key and self.shows_cursor, key in self._marks)

    def draw_line(self, key: Hashable, part: int) -> Strip:
        face, look = self.state_of(key)
        if face is None:
            return self.draw_blank()
        strip = self._strips.get((face, look, part))
        if strip is None:
            if len(self._strips) > _KEPT_STRIPS:
                self._strips.clear()
            strip = draw_card(face, look, part, self.size.width, self._drawing_palette)
            self._strips[face, look, part] = strip
        return strip

    def draw_blank(self) -> Strip:
        return Strip.blank(self.size.width, self._drawing_palette.blank)

    @property
    def _drawing_palette(self) -> Palette:
        if self._palette is None:
            self._palette = palette_of(self)
        return self._palette
