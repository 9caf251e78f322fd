"""Cards that go to another phase or another rank, and the question when that tears apart what needs each other."""

from collections.abc import Hashable, Sequence

from screens.board.changing import Changing
from screens.board_faces import left_behind, needed_from_later
from screens.dialogs.choose import Choose, Option
from state.board import edits
from state.board.changes import Change, Step
from state.board.model import Board
from state.cell import Cell, Tone


class Moving(Changing):
    """Moves by key."""

    def action_phase(self, by: int) -> None:
        """Move the targets to the phase beside this one; what a move tears apart is named, and asked about."""
        board, uids = self.desk.board, self.targets
        if board is None or not uids:
            return
        ids = [phase.id for phase in board.phases]
        at = ids.index(self.view.phase) + by
        if not 0 <= at < len(ids):
            return
        target = board.phases[at]
        needed, waiting = needed_from_later(board, uids, target.id), left_behind(board, uids, target.id)
        torn = needed or waiting
        if not torn:
            self._move(uids, target.id)
            return
        named = ", ".join(card.label for card in torn[:6]) + ("…" if len(torn) > 6 else "")
        points = sum(board.cards[uid].points or 0 for uid in (*uids, *(card.uid for card in torn)))
        count = Cell(f"{len(torn) + len(uids)} cards, {points:g} points to {target.name}", Tone.QUIET)
        if needed:
            title, along, alone = (
                f"Needs {named} from a later phase",
                "take along what it needs",
                "it will wait for them",
            )
        else:
            title, along, alone = f"{named} need it earlier", "take along what needs it", "they will wait for it"
        options = (
            Option("with", Cell(along), count),
            Option("alone", Cell("move it alone"), Cell(alone, Tone.QUIET)),
        )

        def move(answer: Hashable | None) -> None:
            if answer is not None:
                self._move((*uids, *(card.uid for card in torn)) if answer == "with" else uids, target.id)

        self.app.push_screen(Choose(title, options), move)

    def _move(self, uids: Sequence[str], phase: str) -> None:
        under_cursor = self.view.card
        if self.change(lambda board, step: edits.move(board, step, uids, phase)):
            self.go_to(under_cursor if under_cursor is not None and under_cursor in uids else uids[0])

    def action_rank(self, by: int) -> None:
        def shifted(board: Board, step: Step) -> tuple[Change, ...]:
            here = {card.uid for card in board.columns()[self.view.phase]}
            return edits.shift(board, step, [uid for uid in self.targets if uid in here], by)

        if self.change(shifted):
            self.update()
