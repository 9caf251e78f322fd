"""Which cards of the board are wanted: those of a filter, those that others have changed."""

from datetime import UTC, date, datetime

from screens.frame import Frame
from state.board.desk import Desk
from state.board.filter import CardFilter, FilterError, read_filter
from state.board.looked import Looked
from state.board.model import Board
from state.clock import Clock

EVERYTHING = CardFilter("")
_CHANGED = "changed"


class Finding(Frame):
    """A screen of a board that is narrowed in place."""

    FILTERS = True

    def __init__(self, desk: Desk, clock: Clock, looked: Looked) -> None:
        super().__init__()
        self.desk = desk
        self.clock = clock
        self.looked = looked
        self.filter = EVERYTHING
        self.fresh: frozenset[str] = frozenset()
        """The uids of the cards that others have changed since I last looked."""

    @property
    def today(self) -> date:
        """The day where the user is."""
        return datetime.fromtimestamp(self.clock.wall(), UTC).astimezone().date()

    def found(self, board: Board) -> frozenset[str]:
        """Return the uids of the cards that match the filter, which is asked anew what is fresh."""
        fresh = self.desk.fresh(self.looked.since)
        if fresh != self.fresh:
            self.fresh = fresh
            self._read(self.filter.text)
        if self.filter is EVERYTHING:
            return frozenset(board.cards)
        return frozenset(uid for uid, card in board.cards.items() if self.filter.matches(board, card))

    @property
    def filter_text(self) -> str:
        return self.filter.text

    def filter_by(self, text: str) -> str:
        """Show the cards that match; return what is wrong with the text."""
        try:
            self._read(text)
        except FilterError as error:
            return str(error)
        self.update()
        return ""

    def _read(self, text: str) -> None:
        """Take over a filter. Raises FilterError."""
        self.filter = read_filter(text, self.fresh, self.today) if text.strip() else EVERYTHING

    def action_changed(self) -> None:
        """Show what others have changed since I last looked; pressed again, that is seen."""
        if self.filter.text == _CHANGED:
            self.looked.now()
            self.filter = EVERYTHING
        elif self.fresh:
            self._read(_CHANGED)
        else:
            self.notify("nobody else has changed anything since you last looked", markup=False)
        self.update()
