"""Cards that go to another phase or another rank, and the question when that tears apart what needs each other."""

from collections.abc import Hashable, Iterable, Sequence

from screens.board.carrying import Carrying
from screens.board.changing import Changing
from screens.board.columns import ColumnsView
from screens.board.head import gauge_share, held_parts
from screens.board.spots import Spot, further
from screens.board_view import BoardView
from screens.dialogs.drop import DropCards
from screens.dialogs.torn import TornDialog
from state.board import edits
from state.board.changes import Change, Step
from state.board.lanes import LaneBy
from state.board.model import DROPPED, Board
from state.board.moves import break_order, drop, move
from state.board.needs import torn
from state.planning.scope import scope
from state.planning.sums import share_if_moved
from widgets.gauge import Gauge


class Moving(Changing):
    """Moves by key and by mouse."""

    def action_phase(self, by: int) -> None:
        """Move the targets to the side: to the next phase, or to the step or the state where those stand there."""
        board, fields = self.desk.board, self.view.fields_beside(by)
        if fields is not None:
            self.set_fields(self.targets, fields)
            return
        if board is None:
            return
        ids = [phase.id for phase in board.phases]
        at = ids.index(self.view.phase) + by
        if 0 <= at < len(ids):
            self.send(self.targets, Spot(ids[at]))

    def action_rank(self, by: int) -> None:
        """Move the targets past the card above or below them, or to the phase where phases stand there."""
        if self.view.PHASES_BELOW:
            phase = self.view.phase_below(by)
            if phase is not None:
                self.send(self.targets, Spot(phase))
            return
        stack = self.view.stack
        moving = [uid for uid in stack if uid in self.targets]
        spot = further(self.view.phase, stack, moving, by)
        if spot is not None and self.change(lambda board, step: _placed(board, step, moving, spot)):
            self.update()

    def action_lanes(self) -> None:
        """Put the cards of each column into lanes: by step, area, owner, priority; then into none again."""
        view = self.view
        if isinstance(view, ColumnsView):
            ways = [None, *LaneBy]
            view.group_by(ways[(ways.index(view.lanes_by) + 1) % len(ways)])

    def on_carrying_dropped(self, message: Carrying.Dropped) -> None:
        self.send(self._dragged(message.uid), message.spot, message.uid)

    def on_board_view_let_go(self, message: BoardView.LetGo) -> None:
        board, uids = self.desk.board, self._dragged(message.uid)
        if board is None:
            return
        if message.phase is None or all(board.cards[uid].phase == message.phase for uid in uids):
            self.set_fields(uids, message.fields)
        else:
            self.send(uids, Spot(message.phase, lane=next(iter(message.fields.items()), None)), message.uid)

    def on_board_view_held(self, message: BoardView.Held) -> None:
        """Show over the board what the share would be with the dragged cards where they are held."""
        board = self.desk.board
        phase = board.phase(message.phase) if board is not None and message.phase is not None else None
        if board is None or phase is None:
            self.show_again()
            return
        found = share_if_moved(board, self._dragged(message.uid), phase.id)
        gauge = self.query_one(Gauge)
        gauge.show_share(gauge_share(found, scope(board).floor.percent))
        gauge.say_aside(held_parts(found, phase), firm=True)

    def _dragged(self, uid: str) -> tuple[str, ...]:
        """What is dragged with a card: all that is marked when it is."""
        return self.targets if uid in self.marks else (uid,)

    def send(self, uids: Sequence[str], spot: Spot, leader: str | None = None) -> None:
        """Put cards somewhere; what that tears apart is named, and asked about. `leader` takes the cursor along."""
        board = self.desk.board
        if board is None or not uids:
            return
        under_cursor = leader or self.view.card
        leader = under_cursor if under_cursor is not None and under_cursor in uids else uids[0]
        apart = torn(board, uids, spot.phase)
        if not apart.cards:
            self._put(uids, spot, leader)
            return

        def go(answer: Hashable | None) -> None:
            if answer == "with":
                self._put((*uids, *(card.uid for card in apart.cards)), spot, leader)
            elif answer is not None:
                self._put(uids, spot, leader, knowingly=True)

        self.app.push_screen(TornDialog(board, apart, spot.phase), go)

    def _put(self, uids: Sequence[str], spot: Spot, leader: str, *, knowingly: bool = False) -> None:
        """Put cards somewhere whatever that tears apart; why they are dropped is asked."""
        board = self.desk.board
        dropped = [] if board is None else [board.cards[uid] for uid in uids if board.cards[uid].phase != DROPPED]

        def put(reason: str | None) -> None:
            if reason is not None and self.change(
                lambda board, by: _placed(board, by, uids, spot, reason=reason, knowingly=knowingly)
            ):
                self.go_to(leader)

        if spot.phase == DROPPED and dropped:
            self.app.push_screen(DropCards(dropped), put)
        else:
            put("")


def _placed(
    board: Board, by: Step, uids: Sequence[str], spot: Spot, *, reason: str = "", knowingly: bool = False
) -> Iterable[Change]:
    """Return the changes that put cards into a place, and what they take on there."""
    moved = move(board, by, uids, spot.phase, before=spot.before, after=spot.after)
    if spot.phase == DROPPED:
        yield from drop(board, by, uids, reason)
        yield from (change for change in moved if change.field == "rank")
    elif knowingly:
        yield from break_order(board, by, uids, spot.phase)
        yield from (change for change in moved if change.field == "rank")
    else:
        yield from moved
    if spot.lane is not None:
        yield from edits.set_field(board, by, uids, *spot.lane)
