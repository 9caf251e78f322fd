"""A column of a board: cards under each other, of which only the visible ones are drawn."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from state.cell import Cell
from widgets.card_face import HEIGHT, CardFace, CardLook, draw_card
from widgets.cell_text import cut, width_of
from widgets.keyed_view import KeyedView
from widgets.lane_drag import Drag, Place, PressedCard
from widgets.tone_style import Palette, palette_of

Faces = Callable[[Hashable], CardFace | None]
_KEPT_STRIPS = 512
_INDENT = 3
"""Cells before the words of a heading: they stand over the numbers of the cards."""


class Lane(KeyedView):
    """Cards by key, with a cursor that stays on its card and marks that are set from outside.

    A card can be taken by the mouse and carried elsewhere, out of the lane too: who knows the other lanes hears
    where it is and where it was let go.
    """

    ALLOW_SELECT = False

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
        self._headings: Mapping[Hashable, Cell] = {}
        self._carried: frozenset[Hashable] = frozenset()
        self._target: tuple[Hashable, int] | None = None
        self._pressed: PressedCard | None = None
        self._let_go = False
        self._palette: Palette | None = None
        self._strips: dict[tuple[CardFace, CardLook, int], Strip] = {}

    def show(
        self,
        keys: Sequence[Hashable],
        face_of: Faces,
        marks: Collection[Hashable] = (),
        headings: Mapping[Hashable, Cell] | None = None,
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

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._let_go = False
        place = event.get_content_offset(self)
        if event.button != 1 or place is None:
            return
        index, part = self.row_at(place.y + self.scroll_offset.y)
        if part >= 0 and index < len(self._keys):
            self._pressed = PressedCard(self._keys[index], event.screen_offset)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        pressed = self._pressed
        if pressed is None:
            return
        if not event.button:
            # The button was released where the terminal does not see it.
            self.give_up_drag()
            return
        if not pressed.moving and pressed.moves(event.screen_offset):
            pressed.moving = True
            self.capture_mouse()
        if pressed.moving:
            event.stop()
            self.post_message(self.Carried(self, Drag(pressed.key, event.screen_offset)))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed.moving:
            event.stop()
            self.release_mouse()
            self._let_go = True
            self.post_message(self.Carried(self, Drag(pressed.key, event.screen_offset, ended=True)))

    def give_up_drag(self) -> None:
        """Leave the card where it was."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed.moving:
            self.release_mouse()
            self._let_go = True
            self.post_message(self.Carried(self, Drag(pressed.key, None, ended=True)))

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and self._pressed is not None and self._pressed.moving:
            event.stop()
            event.prevent_default()
            self.give_up_drag()

    def on_click(self, event: events.Click) -> None:
        if self._let_go:
            # The click that ends a drag.
            self._let_go = False
            event.stop()
            event.prevent_default()

    # Drawing

    def restyled(self) -> None:
        self._palette = None
        self._strips.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self._palette is not None and self._palette != palette_of(self):
            self.repaint()

    def state_of(self, key: Hashable) -> tuple[CardFace | None, CardLook, Cell | None]:
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
            strip = draw_card(face, look, part, self.size.width, self._drawing_palette)
            self._strips[face, look, part] = strip
        return strip

    def draw_heading(self, key: Hashable) -> Strip:
        heading = self._headings.get(key)
        if heading is None:
            return self.draw_blank()
        palette, width = self._drawing_palette, self.size.width
        words = cut(palette.text(heading.text), max(0, width - _INDENT - 2), mark=palette.text("…"))
        rule = palette.text("─")
        before = f" {rule} "[:width]
        rest = max(0, width - width_of(before) - width_of(words) - 2)
        return Strip(
            [
                Segment(before, palette.line),
                Segment(words, palette.style(heading.tone)),
                Segment((" " + rule * rest).ljust(width - width_of(before) - width_of(words)), palette.line),
            ],
            width,
        )

    def draw_blank(self) -> Strip:
        return Strip.blank(self.size.width, self._drawing_palette.blank)

    @property
    def _drawing_palette(self) -> Palette:
        if self._palette is None:
            self._palette = palette_of(self)
        return self._palette
