"""Cards written down and filled in: quick capture, pasted lines, one field by one key, the card's dialog."""

from collections.abc import Mapping, Sequence
from typing import Any

from textual import events

from screens.board.moving import Moving
from screens.board.spots import Spot
from screens.board_view import BoardView
from screens.dialogs.ask import Ask
from screens.dialogs.capture import NewCards
from screens.dialogs.card_dialog import CardDialog
from screens.dialogs.card_fields import owners, read_points, read_value
from screens.dialogs.confirm import Confirm
from screens.dialogs.needs import PickNeeds
from screens.dialogs.value import AskOwner, AskPoints, AskValue
from state.board import edits
from state.board.capture import Captured, CaptureError, add_captured, capture_all
from state.board.model import CardState
from state.cell import Cell, Tone
from state.operation import Preview

_ASKED_FROM = 20
"""So many pasted lines are shown before they become cards."""
_SHOWN = 10
_NEXT = {CardState.TODO: CardState.DOING, CardState.DOING: CardState.DONE, CardState.DONE: CardState.TODO}


class Writing(Moving):
    """What is in a card."""

    # One field

    def _of(self, uids: Sequence[str], what: str) -> str:
        """Name a field of one card, or of several."""
        board = self.desk.board
        one = board.cards[uids[0]].label if board is not None and len(uids) == 1 else f"{len(uids)} cards"
        return f"{what} of {one}"

    def action_points(self) -> None:
        board, uids = self.desk.board, self.targets
        if board is None or not uids:
            return

        def estimate(answer: str | None) -> None:
            if answer is not None:
                self.set_fields(uids, {"points": read_points(answer)}, board)

        self.app.push_screen(AskPoints(self._of(uids, "Points"), board.cards[uids[0]].points), estimate)

    def action_value(self) -> None:
        board, uids = self.desk.board, self.targets
        if board is None or not uids:
            return

        def value(answer: str | None) -> None:
            if answer is not None:
                self.set_fields(uids, {"value": read_value(answer)}, board)

        self.app.push_screen(AskValue(self._of(uids, "Value"), board.cards[uids[0]].value), value)

    def action_owner(self) -> None:
        board, uids = self.desk.board, self.targets
        if board is None or not uids:
            return

        def own(answer: str | None) -> None:
            if answer is not None:
                self.set_fields(uids, {"owner": answer}, board)

        ask = AskOwner(owners(board), self._of(uids, "Owner"), board.cards[uids[0]].owner)
        self.app.push_screen(ask, own)

    def action_state(self) -> None:
        """Take the targets on: from to do to doing, to done, and round to to do; all to where the first one goes."""
        board, uids = self.desk.board, self.targets
        if board is not None and uids:
            self.set_fields(uids, {"state": _NEXT[board.cards[uids[0]].state]})

    def action_needs(self) -> None:
        board, card = self.desk.board, self.card
        if board is None or card is None:
            return

        def need(answer: Sequence[str] | None) -> None:
            if answer is not None and self.change(
                lambda board, by: edits.set_needs(board, by, card.uid, answer), board
            ):
                self.update()

        self.app.push_screen(PickNeeds(board, card), need)

    def action_note(self) -> None:
        """Say something about a card."""
        card = self.card
        if card is None:
            return

        def say(text: str | None) -> None:
            if text and self.change(lambda board, by: edits.comment(board, by, card.uid, text)):
                self.notify(f"noted on {card.label}", markup=False)
                self.update()

        self.app.push_screen(Ask(f"Note on {card.label}", hint="what the next one should know"), say)

    # New cards

    def action_new_card(self) -> None:
        board = self.desk.board
        if board is None:
            return
        here, journey = self.view.phase, self.view.step
        name = next(phase.name for phase in board.phases if phase.id == here)

        def add(text: str | None) -> None:
            if text:
                self._add(capture_all(text, board.phases), here, journey)

        self.app.push_screen(NewCards(name, board.phases), add)

    def on_paste(self, event: events.Paste) -> None:
        """Make a card of every pasted line."""
        board = self.desk.board
        if board is None or not self.is_current:
            return
        event.stop()
        here, journey = self.view.phase, self.view.step
        try:
            lines = capture_all(event.text, board.phases)
        except CaptureError as error:
            self.notify(f"nothing was pasted: {error}", severity="warning", markup=False)
            return
        if len(lines) < _ASKED_FROM:
            self._add(lines, here, journey)
            return
        name = next(phase.name for phase in board.phases if phase.id == here)

        def add(sure: bool | None) -> None:
            if sure:
                self._add(lines, here, journey)

        self.app.push_screen(Confirm(f"Add {len(lines)} cards to {name}", _preview(lines)), add)

    def _add(self, lines: Sequence[Captured], phase: str, journey: str) -> None:
        made = self.change(lambda board, by: add_captured(board, by, lines, phase, journey)) if lines else ()
        if made:
            self.go_to(made[0].card)
        if len(made) > 1:
            self.notify(f"{len(made)} cards added, u takes them back", markup=False)

    # The whole card

    def action_edit(self) -> None:
        board, card = self.desk.board, self.card
        if board is None or card is None:
            return

        def change(answer: Mapping[str, Any] | None) -> None:
            fields = dict(answer or {})
            phase = fields.pop("phase", None)
            if fields:
                self.set_fields((card.uid,), fields, board)
            if phase is not None:
                self.send((card.uid,), Spot(phase), card.uid)

        self.app.push_screen(
            CardDialog(
                board,
                card,
                self.today,
                who=self.desk.who,
                changes=self.desk.history,
                clock=self.clock,
                life=self.alert_life(card),
            ),
            change,
        )

    def on_board_view_chosen(self, message: BoardView.Chosen) -> None:
        self.action_edit()


def _preview(lines: Sequence[Captured]) -> Preview:
    shown: list[tuple[Cell, ...]] = [(Cell(line.title),) for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        shown.append((Cell(f"and {len(lines) - _SHOWN} more", Tone.QUIET),))
    return Preview(tuple(shown))
