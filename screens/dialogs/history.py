"""Who did what to a card, or to the whole board, and when."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.binding import Binding

from screens.dialogs.dialog import Dialog
from state.board.changes import Change
from state.board.model import Board, Card
from state.board.telling import Told, told_steps
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.printable import printable
from widgets.cell_lines import CellLines
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.key_line import Key


@dataclass(frozen=True, slots=True)
class _Rows:
    keys: tuple[int, ...]
    told: Sequence[Told]
    now: datetime
    one_card: bool

    def cells(self, key: Hashable) -> tuple[Cell, ...] | None:
        if not isinstance(key, int):
            return None
        one = self.told[key]
        when = one.when.astimezone(self.now.tzinfo)
        form = "%d %b %H:%M" if when.year == self.now.year else "%d %b %Y"
        cells = (Cell(f"{when:{form}}", Tone.QUIET), Cell(one.age, Tone.FAINT), Cell(one.who, Tone.FOCUS))
        return (*cells, Cell(one.what)) if self.one_card else (*cells, Cell(one.subject, Tone.QUIET), Cell(one.what))


class CardHistory(Dialog[str]):
    """What was done, the newest first; answers the uid of the card that was chosen, None when it was left."""

    DEFAULT_CSS = """
    CardHistory > .dialog { width: 112; height: 36; }
    """
    BINDINGS = [Binding("q", "cancel", show=False)]

    def __init__(
        self, changes: Sequence[Change], board: Board, card: Card | None = None, clock: Clock = SYSTEM
    ) -> None:
        """`changes` are all that are known, oldest first; of one card where `card` is given."""
        super().__init__(f"History of {card.label} {printable(card.title)}" if card else "History of the board")
        now = clock.wall()
        kept = changes if card is None else [change for change in changes if change.card == card.uid]
        self._told = told_steps(kept, board, now)
        self._board = board
        self._card = card
        self._now = datetime.fromtimestamp(now).astimezone()

    def compose_dialog(self) -> ComposeResult:
        subject = () if self._card else (GridColumn("what", 9, importance=0),)
        yield Grid(
            (
                GridColumn("when", 12, importance=1),
                GridColumn("ago", 4, right=True, importance=0),
                GridColumn("who", 8, importance=0),
                *subject,
                GridColumn("change", 30, grows=True, importance=0),
            ),
            marking=False,
        )
        if not self._told:
            yield CellLines([(Cell("nothing was changed yet", Tone.QUIET),)])

    def on_mount(self) -> None:
        grid = self.query_one(Grid)
        grid.show(_Rows(tuple(range(len(self._told))), self._told, self._now, self._card is not None))
        grid.focus()

    def keys(self) -> tuple[Key, ...]:
        go = () if self._card else (Key("enter", "go to the card"),)
        return *go, Key("esc", "back")

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        if isinstance(message.key, int) and self._told[message.key].card in self._board.cards:
            self.dismiss(self._told[message.key].card)
