"""What the board's screen asks of each way to look at the cards: columns, story map, flow."""

from dataclasses import dataclass

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

    def go_to(self, uid: str) -> bool:
        """Put the cursor on a card and bring it into sight; return whether it is shown."""
        raise NotImplementedError

    @property
    def stack(self) -> tuple[str, ...]:
        """The uids of the cards under each other where the cursor is, from top to bottom: what ranks move among."""
        return ()

    def go_beside(self, by: int) -> None:
        """Go one place to the side, where the view leaves the keys for that to the screen."""

    def go_on(self) -> None:
        """Go on to the next card, once one is marked."""

    def enter(self) -> None:
        """Take the keys."""
        raise NotImplementedError
