"""`cockpit board move`: cards to another phase or place, with what they need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from cockpit.cli.board.opened import Asked, card_of, on_board, uids_of
from cockpit.cli.board.writing import tell
from cockpit.cli.root import USAGE, fail
from state.board import edits
from state.board.changes import Change, Step, apply
from state.board.errors import ChangeRefused
from state.board.exchange.phase_names import phase_typed
from state.board.model import DROPPED, Board, Card
from state.board.needs import Torn, torn
from state.printable import printable, shorten

_TITLE = 50


@click.command()
@click.argument("cards", nargs=-1, required=True, metavar="CARD...")
@click.argument("phase")
@click.option("--before", metavar="CARD", help="Put them before this card of the phase.")
@click.option("--after", metavar="CARD", help="Put them behind this card of the phase.")
@click.option("--bring", is_flag=True, help="Move along what they need, and what waits for them.")
@click.option("--break", "breaking", is_flag=True, help="Leave the others where they are and mark the broken orders.")
@click.option("--reason", default="", help="Why they are dropped.")
@on_board
@click.pass_obj
def move(
    asked: Asked,
    cards: tuple[str, ...],
    phase: str,
    before: str | None,
    after: str | None,
    bring: bool,
    breaking: bool,
    reason: str,
) -> None:
    """Move cards to a phase, named by its id or name or a beginning of one; to dropped drops them.

    A move that would leave a card waiting for a later phase is refused, and names what must come along.

    \b
    cockpit board move C07 C08 mvp --before C03
    cockpit board move C31 phase-2 --bring
    cockpit board move C44 dropped --reason 'bought instead'
    """
    if bring and breaking:
        fail("--bring and --break exclude each other", USAGE)
    if before is not None and after is not None:
        fail("--before and --after exclude each other", USAGE)
    wanted = _Wanted(cards, phase, before, after, bring, breaking, reason)
    tell(asked.open().change(wanted.changes))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the command line asked for."""

    cards: tuple[str, ...]
    phase: str
    before: str | None
    after: str | None
    bring: bool
    breaking: bool
    reason: str

    def changes(self, board: Board, by: Step) -> Iterable[Change]:
        """The changes of the move. Raises ChangeRefused when it tears an order and nothing is said of that."""
        phase = phase_typed(self.phase, board.phases)
        uids = uids_of(board, self.cards)
        if self.reason and phase != DROPPED:
            fail("--reason is for what is dropped", USAGE)
        left = torn(board, uids, phase)
        if left.cards and not (self.bring or self.breaking):
            raise ChangeRefused(_refusal(board, uids, left, phase))
        if self.bring:
            # What is needed stands above, what waits below, and all of it together.
            uids = (*(card.uid for card in left.needed), *uids, *(card.uid for card in left.waiting))
        if phase == DROPPED:
            made = edits.drop(board, by, uids, self.reason)
        elif self.breaking:
            made = edits.break_order(board, by, uids, phase)
        else:
            return edits.move(
                board, by, uids, phase, before=self._beside(board, self.before), after=self._beside(board, self.after)
            )
        if self.before is None and self.after is None:
            return made
        placed = edits.move(
            apply(board, made),
            by,
            uids,
            phase,
            before=self._beside(board, self.before),
            after=self._beside(board, self.after),
        )
        return *made, *(change for change in placed if change.field == "rank")

    def _beside(self, board: Board, label: str | None) -> str | None:
        return None if label is None else card_of(board, label).uid


def _refusal(board: Board, uids: Sequence[str], left: Torn, phase: str) -> str:
    moving = ", ".join(board.cards[uid].label for uid in uids)
    parts = []
    if left.needed:
        parts.append(f"needs {_named(left.needed)}")
    if left.waiting:
        parts.append(f"is needed by {_named(left.waiting)}")
    return (
        f"not moved: in {phase}, {moving} {' and '.join(parts)}. "
        "Add --bring to move these along, or --break to leave them and mark the broken order"
    )


def _named(cards: Sequence[Card]) -> str:
    return ", ".join(f"{card.label} “{shorten(printable(card.title), _TITLE)}” of {card.phase}" for card in cards)
