"""Changes from the board's screen: made as one step, refused in words, taken back and done again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from screens.board.showing import Showing
from state.board import edits
from state.board.changes import Change, Step
from state.board.errors import ChangeRefused
from state.board.model import Board
from state.operation import Refused


class Changing(Showing):
    """What every key that changes the board goes through."""

    def change(self, make: Callable[[Board, Step], Iterable[Change]], seen: Board | None = None) -> tuple[Change, ...]:
        """Make and submit changes as one step; return them, none when they were refused, which is said.

        `seen` is the board that a dialog was opened on: what somebody else has set differently since is asked about.
        """
        board = seen or self.desk.board
        if board is None:
            return ()
        try:
            changes = tuple(make(board, self.desk.step()))
            if seen is None:
                self.desk.submit(changes)
            else:
                changes = self.desk.propose(changes)
        except (ChangeRefused, Refused) as error:
            self.notify(str(error), severity="warning", markup=False)
            return ()
        if seen is not None and self.desk.clashes:
            self.update()
        return changes

    def set_fields(self, uids: Sequence[str], fields: Mapping[str, Any], seen: Board | None = None) -> None:
        """Set fields of cards as one step, as `change` does."""
        if self.change(lambda board, by: edits.set_fields(board, by, uids, fields), seen):
            self.update()

    def action_undo(self) -> None:
        self._turn(self.desk.undo, "there is nothing to take back")

    def action_redo(self) -> None:
        self._turn(self.desk.redo, "there is nothing to do again")

    def _turn(self, turn: Callable[[], tuple[Change, ...]], nothing: str) -> None:
        try:
            changes = turn()
        except (ChangeRefused, Refused) as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        if changes:
            self.go_to(changes[0].card)
        else:
            self.notify(nothing, markup=False)
