"""What makes a card smaller or takes it out of the plan: splitting, thinning, dropping, and taking back."""

from screens.board.moving import Moving
from screens.board.spots import Spot
from screens.dialogs.split import SplitCard, ThinCard
from state.board import splitting
from state.board.model import DROPPED
from state.board.moves import take_back
from state.board.needs import comes_later


class Cutting(Moving):
    """The scope, cut without losing a point."""

    def action_split(self) -> None:
        board, card = self.desk.board, self.card
        if board is None or card is None:
            return

        def split(answer: tuple[str, float, str] | None) -> None:
            if answer is None:
                return
            title, points, phase = answer
            made = self.change(lambda board, by: splitting.split(board, by, card.uid, title, points, phase))
            if made:
                self.go_to(card.uid)

        self.app.push_screen(SplitCard(card, [phase for phase in board.phases if phase.id != DROPPED]), split)

    def action_thin(self) -> None:
        board, card = self.desk.board, self.card
        if board is None or card is None:
            return
        later = [phase for phase in (*board.planned, board.phases[-1]) if comes_later(board, phase.id, card.phase)]
        if not later:
            self.notify(f"{card.label} is dropped; take it back before it is thinned", markup=False)
            return

        def thin(answer: tuple[float, str, str] | None) -> None:
            if answer is None:
                return
            points, rest, reason = answer
            if self.change(lambda board, by: splitting.thin(board, by, card.uid, points, rest, reason)):
                self.go_to(card.uid)

        self.app.push_screen(ThinCard(card, later), thin)

    def action_drop(self) -> None:
        """Drop the targets, with a reason; what is dropped already goes back to where it came from."""
        board, uids = self.desk.board, self.targets
        if board is None or not uids:
            return
        if all(board.cards[uid].phase == DROPPED for uid in uids):
            if self.change(lambda board, by: take_back(board, by, uids)):
                self.go_to(self.card.uid if self.card is not None and self.card.uid in uids else uids[0])
            return
        self.send([uid for uid in uids if board.cards[uid].phase != DROPPED], Spot(DROPPED))
