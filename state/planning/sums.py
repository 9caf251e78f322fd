"""What some cards come to: those that are marked, those that match a filter, those of one place of the board."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from state.board.model import Board, Card, CardKind
from state.planning.share import Points, Share, share, total


@dataclass(frozen=True, slots=True)
class Sum:
    """Cards taken together. `count` is of all of them; capabilities alone have points, or are not estimated."""

    count: int
    points: Points
    unestimated: int


def sum_up(cards: Iterable[Card]) -> Sum:
    """Return what cards come to."""
    every = tuple(cards)
    points = [card.points for card in every if card.kind is CardKind.CAPABILITY]
    return Sum(len(every), total(points), points.count(None))


def sum_of(board: Board, uids: Iterable[str]) -> Sum:
    """Return what cards come to, each counted once; those that are not on the board are left out."""
    return sum_up(board.cards[uid] for uid in dict.fromkeys(uids) if uid in board.cards)


def share_if_moved(board: Board, uids: Iterable[str], phase: str) -> Share:
    """Return the share that there would be with these cards in another phase, and nothing else moved."""
    moved = {uid: replace(card, phase=phase) for uid in uids if (card := board.cards.get(uid)) is not None}
    return share(replace(board, cards={**board.cards, **moved}))
