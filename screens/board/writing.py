"""Cards written down and filled in: quick capture, points, the card's dialog."""

from collections.abc import Mapping
from typing import Any

from screens.board.changing import Changing
from screens.board_view import BoardView
from screens.dialogs.card import AskPoints, EditCard, NewCard, read_points
from state.board import edits
from state.board.capture import capture
from state.board.needs import open_needs


class Writing(Changing):
    """What is in a card."""

    def action_points(self) -> None:
        board, uids = self.desk.board, self.targets
        if board is None or not uids:
            return
        card = board.cards[uids[0]]
        title = f"Points of {card.label}" if len(uids) == 1 else f"Points of {len(uids)} cards"

        def estimate(answer: str | None) -> None:
            if answer is not None:
                self.set_fields(uids, {"points": read_points(answer)})

        self.app.push_screen(AskPoints(title, card.points), estimate)

    def action_new_card(self) -> None:
        board = self.desk.board
        if board is None:
            return
        phases, here = board.phases, self.view.phase

        def add(line: str | None) -> None:
            if line is None:
                return
            said = capture(line, phases)
            fields: dict[str, Any] = {"tags": said.tags, "owner": said.owner, "moscow": said.moscow}
            if said.points is not None:
                fields["points"] = said.points
            made = self.change(
                lambda board, step: [edits.new_card(board, step, said.title, phase=said.phase or here, **fields)]
            )
            if made:
                self.go_to(made[0].card)

        name = next(phase.name for phase in phases if phase.id == here)
        self.app.push_screen(NewCard(name, phases), add)

    def action_edit(self) -> None:
        board, card = self.desk.board, self.card
        if board is None or card is None:
            return
        waiting = open_needs(board, card)
        about = "needs " + ", ".join(f"{need.label} {need.title}" for need in waiting) if waiting else ""

        def change(answer: Mapping[str, Any] | None) -> None:
            if answer:
                self.set_fields((card.uid,), answer)

        self.app.push_screen(EditCard(card, about), change)

    def on_board_view_chosen(self, message: BoardView.Chosen) -> None:
        self.action_edit()
