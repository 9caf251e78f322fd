"""What cards need of each other."""

from collections.abc import Iterable

from state.board.model import Board, Card, CardState


def with_needs(board: Board, uids: Iterable[str]) -> frozenset[str]:
    """Return the cards and all they need, over any number of steps; needs that are not on the board are left out."""
    found: set[str] = set()
    waiting = [uid for uid in uids if uid in board.cards]
    while waiting:
        uid = waiting.pop()
        if uid in found:
            continue
        found.add(uid)
        waiting += [need for need in board.cards[uid].needs if need in board.cards]
    return frozenset(found)


def with_dependants(board: Board, uids: Iterable[str]) -> frozenset[str]:
    """Return the cards and all that need them, over any number of steps."""
    needing: dict[str, list[str]] = {}
    for card in board.cards.values():
        for need in card.needs:
            needing.setdefault(need, []).append(card.uid)
    found: set[str] = set()
    waiting = [uid for uid in uids if uid in board.cards]
    while waiting:
        uid = waiting.pop()
        if uid not in found:
            found.add(uid)
            waiting += needing.get(uid, ())
    return frozenset(found)


def floor(board: Board) -> frozenset[str]:
    """Return the cards that are locked into the MVP, and what they need."""
    return with_needs(board, (card.uid for card in board.cards.values() if card.floor))


def open_needs(board: Board, card: Card) -> tuple[Card, ...]:
    """Return the cards that a card needs and that are not done, in the order of its needs."""
    needed = (board.cards.get(uid) for uid in card.needs)
    return tuple(need for need in needed if need is not None and need.state is not CardState.DONE)


def blocked(board: Board, card: Card) -> bool:
    """Return whether a card that is not done needs one that is not done."""
    return card.state is not CardState.DONE and bool(open_needs(board, card))
