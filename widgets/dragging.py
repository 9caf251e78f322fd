"""Cards that the mouse takes and carries, out of the widget too."""

from collections.abc import Hashable

from textual import events
from textual.geometry import Offset
from textual.widget import Widget

from widgets.lane_drag import Drag, PressedCard


class Dragging(Widget):
    """A widget whose cards can be dragged. Escape leaves a card where it was."""

    ALLOW_SELECT = False

    _pressed: PressedCard | None = None
    _let_go = False

    # A subclass's part

    def card_at(self, at: Offset) -> Hashable | None:
        """Return the card at a place of the content, None where there is none."""
        raise NotImplementedError

    def carry(self, drag: Drag) -> None:
        """A card is being dragged, or was let go or given up; the drag says how it stands."""
        raise NotImplementedError

    def ends_drag(self, event: events.Click) -> bool:
        """Return whether a click is only the end of a drag; nobody else hears of it then."""
        ends, self._let_go = self._let_go, False
        if ends:
            event.stop()
            event.prevent_default()
        return ends

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._let_go = False
        place = event.get_content_offset(self)
        key = self.card_at(place) if event.button == 1 and place is not None else None
        if key is not None:
            self._pressed = PressedCard(key, event.screen_offset)
            # A quick hand is out of the widget before its first move is told.
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        pressed = self._pressed
        if pressed is None:
            return
        if not event.button:
            # The button was released where the terminal does not see it.
            self.give_up_drag()
            return
        pressed.moving = pressed.moving or pressed.moves(event.screen_offset)
        if pressed.moving:
            event.stop()
            self.carry(Drag(pressed.key, event.screen_offset))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            self.release_mouse()
        if pressed is not None and pressed.moving:
            event.stop()
            self._let_go = True
            self.carry(Drag(pressed.key, event.screen_offset, ended=True))

    def give_up_drag(self) -> None:
        """Leave the card where it was."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            self.release_mouse()
        if pressed is not None and pressed.moving:
            self._let_go = True
            self.carry(Drag(pressed.key, None, ended=True))

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and self._pressed is not None and self._pressed.moving:
            event.stop()
            event.prevent_default()
            self.give_up_drag()
