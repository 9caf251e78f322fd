"""What cards need of each other: who waits for whom, which orders a move tears, which circles a need would close."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from state.board.model import DROPPED, UNPLANNED, Board, Card, CardState


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
    needing = _needing(board)
    found: set[str] = set()
    waiting = [uid for uid in uids if uid in board.cards]
    while waiting:
        uid = waiting.pop()
        if uid not in found:
            found.add(uid)
            waiting += [card.uid for card in needing.get(uid, ())]
    return frozenset(found)


def floor(board: Board) -> frozenset[str]:
    """Return the cards that are locked into the MVP, and what they need."""
    return with_needs(board, (card.uid for card in board.cards.values() if card.floor))


def open_needs(board: Board, card: Card) -> tuple[Card, ...]:
    """Return the cards that a card needs and that are not done, in the order of its needs."""
    needed = (board.cards.get(uid) for uid in card.needs)
    return tuple(need for need in needed if need is not None and need.state is not CardState.DONE)


def needed_by(board: Board, uid: str) -> tuple[Card, ...]:
    """Return the cards that need a card, in board order."""
    return _in_board_order(board, {card.uid for card in board.cards.values() if uid in card.needs})


def blocked(board: Board, card: Card) -> bool:
    """Return whether a card that is not done has an obstacle or needs one that is not done."""
    return card.state is not CardState.DONE and (card.obstacle is not None or bool(open_needs(board, card)))


def cycle(board: Board, uid: str, need: str) -> tuple[Card, ...]:
    """Return the shortest circle of cards that would arise if a card needed another one; none when none would.

    It begins with the card, goes on with what that needs, and ends before the card comes again.
    """
    if uid not in board.cards or need not in board.cards:
        return ()
    came_from: dict[str, str] = {need: uid}
    waiting = [need]
    for at in waiting:
        if at == uid:
            break
        for further in board.cards[at].needs:
            if further in board.cards and further not in came_from:
                came_from[further] = at
                waiting.append(further)
    if uid not in came_from:
        return ()
    circle = [uid]
    while (before := came_from[circle[-1]]) != uid:
        circle.append(before)
    return tuple(board.cards[one] for one in (uid, *reversed(circle[1:])))


def comes_later(board: Board, phase: str, than: str) -> bool:
    """Return whether a phase comes after another one.

    Ideas come after every planned phase, what is dropped after them. A phase that is gone counts as ideas.
    """
    order = _order(board)
    return _place(order, phase) > _place(order, than)


@dataclass(frozen=True, slots=True)
class Torn:
    """What must come along if a move is to leave no card waiting for a later phase. Both are in board order."""

    needed: tuple[Card, ...]
    """What the moved cards need and what stands after the phase they go to."""
    waiting: tuple[Card, ...]
    """What needs the moved cards and stands before the phase they go to."""

    @property
    def cards(self) -> tuple[Card, ...]:
        """All of them."""
        return *self.needed, *self.waiting


def torn(board: Board, uids: Collection[str], phase: str) -> Torn:
    """Return which orders would break if cards went to a phase, over as many steps as would have to come along.

    What is done waits for nothing and is not waited for. Ideas and dropped cards may need what they like. Orders that
    somebody has knowingly broken are not asked about again because another card moves.
    """
    order, moving = _order(board), frozenset(uids)
    target = _place(order, phase)
    going = [card for uid in uids if (card := board.cards.get(uid)) is not None and card.state is not CardState.DONE]

    def later(card: Card | None) -> int:
        """How many phases a card would stand after the moved ones; 0 when it moves too or is done."""
        if card is None or card.uid in moving or card.state is CardState.DONE:
            return 0
        return _place(order, card.phase) - target

    needed: dict[str, Card] = {}
    asking = [] if phase in (UNPLANNED, DROPPED) else list(going)
    for card in asking:
        for uid in card.needs:
            need = board.cards.get(uid)
            if need is not None and uid not in needed and later(need) > 0:
                needed[uid] = need
                asking.append(need)
    waiting: dict[str, Card] = {}
    needing, leaving = _needing(board), list(going)
    for card in leaving:
        for other in needing.get(card.uid, ()):
            known = card.uid in other.broken and phase != DROPPED
            if not known and other.uid not in waiting and later(other) < 0:
                waiting[other.uid] = other
                leaving.append(other)
    return Torn(_in_board_order(board, needed), _in_board_order(board, waiting))


def out_of_order(board: Board, card: Card) -> tuple[Card, ...]:
    """Return the cards that a card needs too early: not done, and in a later phase or dropped.

    A card that is done or dropped waits for nothing; an idea waits for no phase, but marks a need that is dropped.
    """
    if card.state is CardState.DONE:
        return ()
    order = _order(board)
    stands = _place(order, card.phase)
    return tuple(need for need in open_needs(board, card) if _place(order, need.phase) > stands)


def _order(board: Board) -> dict[str, int]:
    return {phase.id: at for at, phase in enumerate((*board.planned, board.phases[0], board.phases[-1]))}


def _place(order: dict[str, int], phase: str) -> int:
    return order.get(phase, order[UNPLANNED])


def _needing(board: Board) -> dict[str, list[Card]]:
    needing: dict[str, list[Card]] = {}
    for card in board.cards.values():
        for need in card.needs:
            needing.setdefault(need, []).append(card)
    return needing


def _in_board_order(board: Board, uids: Collection[str]) -> tuple[Card, ...]:
    if not uids:
        return ()
    return tuple(card for column in board.columns().values() for card in column if card.uid in uids)
