"""The phases of a board: added, changed, put in order, merged, taken away, made current."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.dialogs.ask import Ask
from screens.dialogs.choose import Choose, Option
from screens.dialogs.confirm import Confirm
from screens.dialogs.dialog import Dialog
from screens.dialogs.phase import EditPhase
from screens.dialogs.phase_action import PhaseAction
from screens.dialogs.said import Said, refusal, sentence
from state.board.changes import step
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, UNPLANNED, Board, Card, CardKind, Phase
from state.cell import BLANK, Cell, Tone
from state.operation import Preview, Refused
from state.printable import printable
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.key_line import Key

_COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("", 16, grows=True, importance=0),
    GridColumn("cards", 6, right=True, importance=0),
    GridColumn("points", 6, right=True, importance=1),
    GridColumn("window", 23, importance=2),
    GridColumn("weeks", 5, right=True, importance=3),
)

_NOBODY = step("", 0.0)
"""Who makes the changes that are only tried."""


@dataclass(frozen=True, slots=True)
class _Rows:
    keys: tuple[str, ...]
    board: Board
    cards: Mapping[str, Sequence[Card]]

    def cells(self, key: Hashable) -> tuple[Cell, ...] | None:
        phase = self.board.phase(str(key))
        if phase is None:
            return None
        cards = self.cards[phase.id]
        current = phase.id == self.board.settings.current
        minor = phase.id in (UNPLANNED, DROPPED)
        points = sum(card.points or 0 for card in cards if card.kind is CardKind.CAPABILITY)
        return (
            Cell("●", Tone.FOCUS) if current else BLANK,
            Cell(printable(phase.name), Tone.QUIET if minor else Tone.TEXT),
            Cell(str(len(cards))),
            Cell(f"{points:g}", Tone.QUIET),
            Cell(_window(phase), Tone.QUIET),
            Cell("" if phase.appetite is None else str(phase.appetite), Tone.QUIET),
        )


class Phases(Dialog[None]):
    """All phases in order, the current one marked. Stays open; each action is handed over as it is asked for."""

    DEFAULT_CSS = """
    Phases > .dialog { width: 84; }
    Phases #phases-said { min-height: 1; margin-top: 1; }
    Phases .dialog--keys { margin-top: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", show=False),
        Binding("e", "edit", show=False),
        Binding("shift+up", "shift(-1)", show=False),
        Binding("shift+down", "shift(1)", show=False),
        Binding("M", "merge", show=False),
        Binding("ctrl+d,delete", "remove", show=False),
        Binding("c", "current", show=False),
        Binding("q", "cancel", show=False),
    ]

    def __init__(self, board: Board, take: Callable[[PhaseAction], Board], today: date) -> None:
        """`take` does an action and returns the board after it; raises ChangeRefused or Refused."""
        super().__init__("Phases")
        self._board = board
        self._take = take
        self._today = today
        self._refused_of: str | None = None
        """The phase of which it is said that something cannot be."""

    def compose_dialog(self) -> ComposeResult:
        yield Grid(_COLUMNS, marking=False, letters_shift=False)
        yield Said(id="phases-said")

    def on_mount(self) -> None:
        self._show()
        grid = self.query_one(Grid)
        grid.move_to(self._board.settings.current)
        grid.focus()

    def keys(self) -> tuple[Key, ...]:
        return (
            Key("n", "new"),
            Key("e", "edit"),
            Key("⇧↑↓", "order"),
            Key("M", "merge"),
            Key("ctrl+d", "remove"),
            Key("c", "make current"),
            Key("esc", "back"),
        )

    def _show(self, said: str = "") -> None:
        keys = tuple(phase.id for phase in self._board.phases)
        grid = self.query_one(Grid)
        grid.styles.height = min(14, len(keys) + 1)
        grid.show(_Rows(keys, self._board, self._board.columns()))
        self._refused_of = self._phase.id if said else None
        self.query_one("#phases-said", Said).show(refusal(said) or [sentence(self._outcome)])

    @property
    def _phase(self) -> Phase:
        return self._board.phase(str(self.query_one(Grid).cursor_key)) or self._board.phases[0]

    @property
    def _outcome(self) -> str:
        return printable(self._phase.outcome)

    def _do(self, action: PhaseAction) -> None:
        before = {phase.id for phase in self._board.phases}
        try:
            self._board = self._take(action)
        except (ChangeRefused, Refused) as refused:
            self._show(str(refused))
            return
        new = next((phase.id for phase in self._board.phases if phase.id not in before), action.into or action.phase)
        self._show()
        self.query_one(Grid).move_to(new)

    def _refused(self, action: PhaseAction) -> bool:
        """Say why an action cannot be, before anything is asked about it; return whether that is so."""
        try:
            action.changes(self._board, _NOBODY)
        except ChangeRefused as refused:
            self._show(str(refused))
            return True
        return False

    def on_grid_highlighted(self, message: Grid.Highlighted) -> None:
        message.stop()
        # The word of the cursor's move may come after the key that was refused there.
        if message.key != self._refused_of:
            self._show()

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_edit()

    def action_add(self) -> None:
        after = "" if self._phase.id == DROPPED else self._phase.id

        def add(name: str | None) -> None:
            if name:
                self._do(PhaseAction("add", after, name=name))

        check = "" if not after else f"it comes after {printable(self._phase.name)}"
        self.app.push_screen(Ask("New phase", hint=f"its name; {check}" if check else "its name"), add)

    def action_edit(self) -> None:
        phase = self._phase

        def edit(fields: Mapping[str, Any] | None) -> None:
            if fields:
                self._do(PhaseAction("edit", phase.id, fields=fields))

        self.app.push_screen(EditPhase(phase, self._today), edit)

    def action_shift(self, by: int) -> None:
        self._do(PhaseAction("shift", self._phase.id, places=by))

    def action_current(self) -> None:
        self._do(PhaseAction("current", self._phase.id))

    def action_merge(self) -> None:
        phase = self._phase
        others = [one.id for one in self._board.planned if one.id != phase.id]
        if self._refused(PhaseAction("merge", phase.id, into=others[0] if others else phase.id)):
            return
        options = [Option(one.id, Cell(printable(one.name))) for one in self._board.planned if one.id != phase.id]

        def merge(into: Hashable | None) -> None:
            if into is not None:
                self._do(PhaseAction("merge", phase.id, into=str(into)))

        self.app.push_screen(Choose(f"Merge {printable(phase.name)} into", options), merge)

    def action_remove(self) -> None:
        phase = self._phase
        removal = PhaseAction("remove", phase.id)
        if self._refused(removal):
            return
        count = len(self._board.columns()[phase.id])
        ideas = printable(self._board.phases[0].name)
        cards = "no card is in it" if not count else f"its {count} card{'s go' if count > 1 else ' goes'} to {ideas}"
        preview = Preview(((Cell(cards, Tone.WARN if count else Tone.QUIET),),))

        def remove(sure: bool | None) -> None:
            if sure:
                self._do(removal)

        self.app.push_screen(Confirm(f"Remove {printable(phase.name)}", preview), remove)


def _window(phase: Phase) -> str:
    if phase.starts is None and phase.ends is None:
        return ""
    return f"{phase.starts or '…'} – {phase.ends or '…'}"
