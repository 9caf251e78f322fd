"""Picks the cards that a card needs."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from screens.dialogs.card_words import STATES
from screens.dialogs.dialog import Dialog
from screens.dialogs.leave import LeaveForm
from screens.dialogs.said import Said, refusal
from state.board.model import DROPPED, Board, Card
from state.board.needs import cycle
from state.cell import BLANK, Cell, Tone
from state.printable import printable
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.key_line import Key

_COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("", 5, importance=0),
    GridColumn("", 1, importance=0),
    GridColumn("", 9, importance=1),
    GridColumn("", 30, grows=True, importance=0),
)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Cards that can be needed, and which of them are."""

    keys: tuple[str, ...]
    board: Board
    needed: frozenset[str]

    def cells(self, key: Hashable) -> tuple[Cell, ...] | None:
        card = self.board.cards.get(str(key))
        if card is None:
            return None
        phase = self.board.phase(card.phase) or self.board.phases[0]
        return (
            Cell("●", Tone.FOCUS) if card.uid in self.needed else BLANK,
            Cell(card.label, Tone.QUIET),
            STATES[card.state],
            Cell(printable(phase.name), Tone.WARN if card.phase == DROPPED else Tone.QUIET),
            Cell(printable(card.title)),
        )


class PickNeeds(Dialog[tuple[str, ...]]):
    """All cards, those that are needed first; typing narrows the list. Answers the uids of what is needed."""

    DEFAULT_CSS = """
    PickNeeds > .dialog { width: 84; }
    PickNeeds Grid { margin-top: 1; }
    PickNeeds #needs-said { min-height: 1; }
    PickNeeds .dialog--keys { margin-top: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("ctrl+s", "save", show=False),
    ]

    def __init__(self, board: Board, card: Card) -> None:
        super().__init__(f"What {card.label} {printable(card.title)} needs")
        self._board = board
        self._card = card
        self._needs = card.needs
        others = [one for column in board.columns().values() for one in column if one.uid != card.uid]
        self._order = tuple(sorted(others, key=lambda one: one.uid not in card.needs))

    def compose_dialog(self) -> ComposeResult:
        yield Input(placeholder="a number, or words of a title", compact=True)
        grid = Grid(_COLUMNS, header=False, marking=False, keeps_cursor=True)
        grid.can_focus = False
        grid.styles.height = min(14, max(1, len(self._order)))
        yield grid
        yield Said(id="needs-said")

    def on_mount(self) -> None:
        self._show()

    def keys(self) -> tuple[Key, ...]:
        return Key("↑↓", "move"), Key("enter", "needs it or not"), Key("ctrl+s", "save"), Key("esc", "leave it")

    def _show(self, said: str = "") -> None:
        wanted = self.query_one(Input).value.casefold().split()
        keys = tuple(card.uid for card in self._order if _matches(card, wanted))
        self.query_one(Grid).show(_Rows(keys, self._board, frozenset(self._needs)))
        named = " ".join(self._board.cards[uid].label for uid in self._needs if uid in self._board.cards)
        count = Cell(f"needs {named}" if named else "needs nothing", Tone.QUIET)
        self.query_one("#needs-said", Said).show(refusal(said) or [(count,)])

    @on(Input.Changed)
    def _narrowed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    def action_move(self, by: int) -> None:
        self.query_one(Grid).action_move(by)

    def action_page(self, by: int) -> None:
        self.query_one(Grid).action_page(by)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._toggle(self.query_one(Grid).cursor_key)

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self._toggle(message.key)

    def _toggle(self, key: Hashable | None) -> None:
        if key is None:
            self._show("no card is like that")
            return
        uid = str(key)
        if uid in self._needs:
            self._needs = tuple(one for one in self._needs if one != uid)
            self._show()
            return
        circle = cycle(self._board, self._card.uid, uid)
        if circle:
            around = " → ".join(card.label for card in (*circle, circle[0]))
            self._show(f"{self._card.label} would need itself: {around}")
            return
        self._needs = (*self._needs, uid)
        self._show()

    def action_save(self) -> None:
        self.dismiss(self._needs)

    def action_cancel(self) -> None:
        if set(self._needs) == set(self._card.needs):
            self.dismiss(None)
        else:
            self.app.push_screen(LeaveForm(["needs"]), self._leave)

    def _leave(self, answer: str | None) -> None:
        if answer == "leave":
            self.dismiss(None)
        elif answer == "save":
            self.action_save()


def _matches(card: Card, words: list[str]) -> bool:
    text = f"{card.label} {card.title}".casefold()
    return all(word in text for word in words)
