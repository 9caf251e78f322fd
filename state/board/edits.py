"""What people do to a board, as changes: pure functions that a screen and the command line share."""

from collections.abc import Sequence
from typing import Any

from state.board import ranks
from state.board.changes import SETTINGS, Change, Step, new_uid
from state.board.documents import plain, value_of, with_value
from state.board.errors import ChangeRefused
from state.board.model import UNPLANNED, Baseline, Board, Card, CardKind, CardState


def new_card(board: Board, by: Step, title: str, /, *, phase: str = UNPLANNED, **fields: Any) -> Change:
    """Return the change that adds a card at the end of a phase; its `card` is the new uid.

    `fields` are those of Card, as the model or as JSON has them. Raises ChangeRefused when one of them does not
    fit, when the title is empty or there is no such phase.
    """
    title = " ".join(title.split())
    if not title:
        raise ChangeRefused("a card needs a title")
    _column(board, phase)
    (rank,), _ = _room(board, (), 0, 1)
    card = Card(uid=new_uid(), number=board.next_number(), title=title, phase=phase, rank=rank, created=by.when)
    for name, value in fields.items():
        card = with_value(card, name, plain(value))
    return by.add(card)


def remove_card(board: Board, by: Step, uid: str) -> Change:
    """Return the change that takes a card off the board for good. Raises ChangeRefused when it is not there."""
    added = by.add(_card(board, uid))
    return by.change(uid, added.field, added.new, None)


def set_field(board: Board, by: Step, uids: Sequence[str], field: str, value: Any) -> tuple[Change, ...]:
    """Return the changes that set one field of cards, of those alone that differ.

    Raises ChangeRefused when the field does not take the value or a card is not there.
    """
    wanted = plain(value)
    changes = []
    for uid in uids:
        card = _card(board, uid)
        if field == "phase":
            _column(board, str(wanted))
        with_value(card, field, wanted)
        changes.append(by.change(uid, field, value_of(card, field), wanted))
    return _real(changes)


def set_state(board: Board, by: Step, uids: Sequence[str], state: CardState) -> tuple[Change, ...]:
    """Return the changes that set the state of cards, and when they were started and finished."""
    changes = []
    for uid in uids:
        card = _card(board, uid)
        if card.state is state:
            continue
        started = None if state is CardState.TODO else card.started or by.when
        finished = by.when if state is CardState.DONE else None
        changes += [
            by.change(uid, "state", card.state, state),
            by.change(uid, "started", card.started, started),
            by.change(uid, "finished", card.finished, finished),
        ]
    return _real(changes)


def move(
    board: Board,
    by: Step,
    uids: Sequence[str],
    phase: str,
    *,
    before: str | None = None,
    after: str | None = None,
) -> tuple[Change, ...]:
    """Return the changes that put cards into a phase, before or after a card of it.

    Without a place each keeps its rank, so one that goes and comes back stands where it stood. With a place they
    stand together in the order given. Raises ChangeRefused when a card or the phase is not there.
    """
    changes = [by.change(uid, "phase", _card(board, uid).phase, phase) for uid in uids]
    column = _column(board, phase)
    if before is None and after is None:
        return _real(changes)
    others = [card for card in column if card.uid not in set(uids)]
    neighbour = before if before is not None else after
    at = next((at for at, card in enumerate(others) if card.uid == neighbour), None)
    if at is None:
        raise ChangeRefused(f"there is no such card in {phase} to stand beside")
    keys, others_keys = _room(board, others, at if before is not None else at + 1, len(uids))
    for uid, key in [*zip(uids, keys, strict=True), *others_keys.items()]:
        changes.append(by.change(uid, "rank", board.cards[uid].rank, key))
    return _real(changes)


def rank(
    board: Board, by: Step, uid: str, *, before: str | None = None, after: str | None = None
) -> tuple[Change, ...]:
    """Return the changes that put a card before or after another one of its phase: one, unless ranks were equal."""
    return move(board, by, (uid,), _phase_of(board, _card(board, uid)), before=before, after=after)


def shift(board: Board, by: Step, uids: Sequence[str], places: int) -> tuple[Change, ...]:
    """Return the changes that move cards `places` down in their phase, up when that is negative.

    Several cards of one phase move as one block. Nothing moves beyond the ends.
    """
    if not uids or not places:
        return ()
    phase = _phase_of(board, _card(board, uids[0]))
    column = _column(board, phase)
    moving = [card.uid for card in column if card.uid in set(uids)]
    others = [card.uid for card in column if card.uid not in set(uids)]
    first = next(at for at, card in enumerate(column) if card.uid == moving[0])
    at = max(0, min(len(others), first + places))
    wanted = [*others[:at], *moving, *others[at:]]
    if not others or wanted == [card.uid for card in column]:
        return ()
    if at < len(others):
        return move(board, by, moving, phase, before=others[at])
    return move(board, by, moving, phase, after=others[-1])


def set_setting(board: Board, by: Step, field: str, value: Any) -> tuple[Change, ...]:
    """Return the change of one of the board's settings. Raises ChangeRefused when it does not take the value."""
    wanted = plain(value)
    with_value(board.settings, field, wanted)
    return _real([by.change("", field, value_of(board.settings, field), wanted, SETTINGS)])


def take_baseline(board: Board, by: Step, name: str) -> Change:
    """Return the change that keeps a picture of the scope: every capability's phase and points."""
    scope: dict[str, dict[str, int | float | None]] = {}
    for phase, cards in board.columns().items():
        capabilities = {card.uid: card.points for card in cards if card.kind is CardKind.CAPABILITY}
        if capabilities:
            scope[phase] = capabilities
    return by.add(Baseline(id=new_uid(), name=name, when=by.when, who=by.who, scope=scope))


def _card(board: Board, uid: str) -> Card:
    card = board.cards.get(uid)
    if card is None:
        raise ChangeRefused("the card is not on the board any more")
    return card


def _phase_of(board: Board, card: Card) -> str:
    return card.phase if board.phase(card.phase) is not None else UNPLANNED


def _column(board: Board, phase: str) -> tuple[Card, ...]:
    cards = board.columns().get(phase)
    if cards is None:
        known = ", ".join(phase.id for phase in board.phases)
        raise ChangeRefused(f"there is no phase {phase}; there are {known}")
    return cards


def _room(board: Board, others: Sequence[Card], at: int, count: int) -> tuple[list[str], dict[str, str]]:
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


def _real(changes: Sequence[Change]) -> tuple[Change, ...]:
    return tuple(change for change in changes if change.old != change.new)
