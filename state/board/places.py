"""Where cards stand: the column of a phase, and the ranks of a place in it."""

from collections.abc import Sequence

from state.board import ranks
from state.board.errors import ChangeRefused
from state.board.model import UNPLANNED, Board, Card
from state.printable import printable


def card_of(board: Board, uid: str) -> Card:
    """Return the card of a uid. Raises ChangeRefused when it is not there."""
    card = board.cards.get(uid)
    if card is None:
        raise ChangeRefused("the card is not on the board any more")
    return card


def phase_of(board: Board, card: Card) -> str:
    """Return the id of the phase that a card stands in: `unplanned` when its own is gone."""
    return card.phase if board.phase(card.phase) is not None else UNPLANNED


def column_of(board: Board, phase: str) -> tuple[Card, ...]:
    """Return the cards of a phase in rank order. Raises ChangeRefused when there is no such phase."""
    cards = board.columns().get(phase)
    if cards is None:
        known = ", ".join(printable(phase.id) for phase in board.phases)
        raise ChangeRefused(f"there is no phase {printable(phase)}; there are {known}")
    return cards


def room(board: Board, others: Sequence[Card], at: int, count: int) -> tuple[list[str], dict[str, str]]:
    """Return `count` ranks for the place `at` among others, and new ranks for those others that leave no room.

    The ranks are new to the whole board, so that a card that goes to another phase meets no equal there. Others leave
    no room when they share a rank, which two writers can bring about, or have one that is none.
    """
    if not all(ranks.is_key(card.rank) for card in others):
        keys = ranks.spread(None, None, len(others) + count)
        rest = [*keys[:at], *keys[at + count :]]
        return keys[at : at + count], {card.uid: key for card, key in zip(others, rest, strict=True)}
    taken = [card.rank for card in board.cards.values() if ranks.is_key(card.rank)]
    low: str | None
    high: str | None
    if at == 0 and others:
        end, high = 0, others[0].rank
        low = max((rank for rank in taken if rank < others[0].rank), default=None)
    else:
        low = others[at - 1].rank if at else max(taken, default=None)
        end = at
        while low is not None and end < len(others) and others[end].rank <= low:
            end += 1
        beyond = others[end].rank if end < len(others) else None
        high = min((rank for rank in taken if low is not None and rank > low), default=beyond)
    keys = ranks.spread(low, high, count + end - at)
    return keys[:count], {card.uid: key for card, key in zip(others[at:end], keys[count:], strict=True)}
