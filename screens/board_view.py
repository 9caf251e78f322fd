"""What the board's screen asks of each way to look at the cards: columns, story map, flow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.message import Message
from textual.widget import Widget

from state.board.model import Board


@dataclass(frozen=True, slots=True)
class Picture:
    """One moment of the board as it is to be shown."""

    board: Board
    shown: frozenset[str]
    """The uids of the cards that match the filter."""
    marks: frozenset[str]
    fresh: frozenset[str]
    """The uids of the cards that others have changed since I last looked."""
    locked: frozenset[str]
    """The floor with its needs."""
    now: float
    """Wall-clock seconds."""


class BoardView(Widget):
    """One way to look at the cards. It shows a picture and says where the user is in it; it changes nothing."""

    class Entered(Message):
        """The user has gone to another card or column."""

    class Chosen(Message):
        """A card is wanted: enter or a second click."""

        def __init__(self, uid: str) -> None:
            super().__init__()
            self.uid = uid

    class Held(Message):
        """A card is dragged over a phase, or over none any more."""

        def __init__(self, uid: str, phase: str | None) -> None:
            super().__init__()
            self.uid = uid
            self.phase = phase

    class LetGo(Message):
        """A dragged card was let go where cards have these fields. `phase` None: it stays in its own."""

        def __init__(self, uid: str, phase: str | None, fields: Mapping[str, Any]) -> None:
            super().__init__()
            self.uid = uid
            self.phase = phase
            self.fields = fields

    PHASES_BELOW: ClassVar[bool] = False
    """Whether phases stand under each other, so that a card that is moved down goes to the next one."""

    def show(self, picture: Picture) -> None:
        """Show a picture; the cursor stays on its card while that is there, else it goes to the nearest."""
        raise NotImplementedError

    @property
    def card(self) -> str | None:
        """The uid of the card under the cursor."""
        raise NotImplementedError

    @property
    def phase(self) -> str:
        """The id of the phase in which a new card belongs here."""
        raise NotImplementedError

    @property
    def step(self) -> str:
        """The step of the journey in which a new card belongs here, empty for none."""
        return ""

    def go_to(self, uid: str) -> bool:
        """Put the cursor on a card and bring it into sight; return whether it is shown."""
        raise NotImplementedError

    @property
    def stack(self) -> tuple[str, ...]:
        """The uids of the cards under each other where the cursor is, from top to bottom: what ranks move among."""
        return ()

    def go_beside(self, by: int) -> None:
        """Go one place to the side, where the view leaves the keys for that to the screen."""

    def fields_beside(self, by: int) -> Mapping[str, Any] | None:
        """Return the fields that a card takes on by going so many places to the side, none beyond the last place.

        None where phases stand beside each other.
        """
        return None

    def phase_below(self, by: int) -> str | None:
        """Return the phase so many places down where phases stand under each other, None beyond the last one."""
        return None

    def go_on(self) -> None:
        """Go on to the next card, once one is marked."""

    def enter(self) -> None:
        """Take the keys."""
        raise NotImplementedError
