"""What concerns the board as a whole: its phases, its settings, its history, and what others have done to it."""

from collections.abc import Hashable, Mapping
from typing import Any

from screens.board.changing import Changing
from screens.dialogs.board_settings import BoardSettings
from screens.dialogs.clash import ClashDialog
from screens.dialogs.history import CardHistory
from screens.dialogs.phase_action import PhaseAction
from screens.dialogs.phases import Phases
from state.board import edits
from state.board.errors import ChangeRefused
from state.board.model import Board
from state.operation import Refused


class Administering(Changing):
    """The board itself."""

    _asking = False

    def update(self) -> None:
        super().update()
        self._ask()

    def _ask(self) -> None:
        """Ask which value stands where somebody else and I have set one field differently, one question at a time."""
        if self._asking or not self.desk.clashes or not self.is_current:
            return
        clash = self.desk.clashes[0]
        self._asking = True

        def settle(answer: Hashable | None) -> None:
            self._asking = False
            try:
                self.desk.answer(clash, answer == "mine")
            except (ChangeRefused, Refused) as error:
                self.notify(str(error), severity="warning", markup=False)
            self.update()

        self.app.push_screen(ClashDialog(clash), settle)

    def action_phases(self) -> None:
        board = self.desk.board
        if board is None:
            return

        def take(action: PhaseAction) -> Board:
            assert self.desk.board is not None
            self.desk.submit(action.changes(self.desk.board, self.desk.step()))
            self.update()
            return self.desk.board

        self.app.push_screen(Phases(board, take, self.today))

    def action_settings(self) -> None:
        board = self.desk.board
        if board is None:
            return

        def keep(answer: Mapping[str, Any] | None) -> None:
            fields = answer or {}
            made = self.change(
                lambda board, by: [
                    change for name, value in fields.items() for change in edits.set_setting(board, by, name, value)
                ],
                board,
            )
            if made:
                self.update()

        self.app.push_screen(BoardSettings(board.settings, self.today, board.planned), keep)

    def action_history(self, whole: bool = False) -> None:
        """Show who did what to the card, or to the whole board."""
        board, card = self.desk.board, self.card
        if board is None or (card is None and not whole):
            return

        def go(uid: str | None) -> None:
            if uid is not None:
                self.go_to(uid)

        self.app.push_screen(CardHistory(self.desk.history, board, None if whole else card, self.clock), go)
