"""What people do to a board, as changes: pure functions that a screen and the command line share."""

from collections.abc import Mapping, Sequence
from typing import Any

from state.board.changes import SETTINGS, Change, Step, apply, new_uid
from state.board.documents import plain, value_of, with_value
from state.board.errors import ChangeRefused
from state.board.model import UNPLANNED, Baseline, Board, Card, CardKind, CardState, Comment
from state.board.moves import break_order, drop, move, rank, real, shift, take_back
from state.board.needs import cycle
from state.board.places import card_of, column_of, room

__all__ = [
    "break_order",
    "comment",
    "drop",
    "move",
    "new_card",
    "new_cards",
    "rank",
    "remove_card",
    "set_field",
    "set_fields",
    "set_needs",
    "set_setting",
    "set_state",
    "shift",
    "take_back",
    "take_baseline",
]


_WHOLE_NUMBERS = frozenset({"team_size", "wip_owner", "wip_lane", "ageing"})


def new_card(board: Board, by: Step, title: str, /, *, phase: str = UNPLANNED, **fields: Any) -> Change:
    """Return the change that adds a card at the end of a phase; its `card` is the new uid.

    `fields` are those of Card, as the model or as JSON has them. Raises ChangeRefused when one of them does not
    fit, when the title is empty or there is no such phase.
    """
    (change,) = new_cards(board, by, [(title, {"phase": phase, **fields})])
    return change


def new_cards(board: Board, by: Step, cards: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[Change, ...]:
    """Return the changes that add cards, title and fields of each, in this order at the ends of their phases.

    Raises ChangeRefused as `new_card` does.
    """
    keys, _ = room(board, (), 0, len(cards))
    made = []
    for number, (key, (title, fields)) in enumerate(zip(keys, cards, strict=True), board.next_number()):
        title = " ".join(title.split())
        if not title:
            raise ChangeRefused("a card needs a title")
        card = Card(uid=new_uid(), number=number, title=title, rank=key, created=by.when)
        for name, value in fields.items():
            card = with_value(card, name, plain(value))
        made.append(card)
    for phase in dict.fromkeys(card.phase for card in made):
        column_of(board, phase)
    return tuple(by.add(card) for card in made)


def remove_card(board: Board, by: Step, uid: str) -> Change:
    """Return the change that takes a card off the board for good. Raises ChangeRefused when it is not there."""
    added = by.add(card_of(board, uid))
    return by.change(uid, added.field, added.new, None)


def set_field(board: Board, by: Step, uids: Sequence[str], field: str, value: Any) -> tuple[Change, ...]:
    """Return the changes that set one field of cards, of those alone that differ, and nothing beside it.

    `set_fields` keeps what hangs on a field in step. Raises ChangeRefused when the field does not take the value or a
    card is not there.
    """
    wanted = plain(value)
    changes = []
    for uid in uids:
        card = card_of(board, uid)
        if field == "phase":
            column_of(board, str(wanted))
        with_value(card, field, wanted)
        changes.append(by.change(uid, field, value_of(card, field), wanted))
    return real(changes)


def set_fields(board: Board, by: Step, uids: Sequence[str], fields: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the changes that set fields of cards, each by its own rules.

    A phase is moved into, a state notes its times, needs refuse circles. Raises ChangeRefused as those do.
    """
    changes: list[Change] = []
    for field, value in fields.items():
        made = set_field(board, by, uids, field, value)
        if field == "phase":
            made = move(board, by, uids, str(value))
        elif field == "state":
            made = set_state(board, by, uids, CardState(value))
        elif field == "needs":
            made = tuple(change for uid in uids for change in set_needs(board, by, uid, value))
        board = apply(board, made)
        changes += made
    return tuple(changes)


def set_state(board: Board, by: Step, uids: Sequence[str], state: CardState) -> tuple[Change, ...]:
    """Return the changes that set the state of cards, and when they were started and finished."""
    changes = []
    for uid in uids:
        card = card_of(board, uid)
        if card.state is state:
            continue
        started = None if state is CardState.TODO else card.started or by.when
        finished = by.when if state is CardState.DONE else None
        changes += [
            by.change(uid, "state", card.state, state),
            by.change(uid, "started", card.started, started),
            by.change(uid, "finished", card.finished, finished),
        ]
    return real(changes)


def set_needs(board: Board, by: Step, uid: str, needs: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes that set what a card needs, by uid, and forget the broken orders that it no longer has.

    Raises ChangeRefused when a new need is not on the board or would make the card need itself, which names the
    circle.
    """
    card = card_of(board, uid)
    wanted = tuple(dict.fromkeys(needs))
    for need in wanted:
        if need in card.needs:
            continue
        if need not in board.cards:
            raise ChangeRefused(f"{card.label} cannot need a card that is not on the board")
        circle = cycle(board, uid, need)
        if circle:
            way = " → ".join(one.label for one in (*circle, card))
            raise ChangeRefused(f"{card.label} would need itself: {way}")
    broken = tuple(one for one in card.broken if one in wanted)
    return real([by.change(uid, "needs", card.needs, wanted), by.change(uid, "broken", card.broken, broken)])


def comment(board: Board, by: Step, uid: str, text: str) -> tuple[Change, ...]:
    """Return the change that adds a comment to a card. Raises ChangeRefused when it says nothing."""
    card = card_of(board, uid)
    if not text.strip():
        raise ChangeRefused("a comment needs words")
    said = Comment(text=text.strip(), who=by.who, when=by.when)
    return (by.change(uid, "comments", card.comments, (*card.comments, said)),)


def set_setting(board: Board, by: Step, field: str, value: Any) -> tuple[Change, ...]:
    """Return the change of one of the board's settings. Raises ChangeRefused when it does not take the value."""
    wanted = plain(value)
    with_value(board.settings, field, wanted)
    if field == "schema":
        raise ChangeRefused("the schema of the board file is set by the program")
    if field == "current":
        column_of(board, str(wanted))
    limits = wanted.values() if field == "wip" else [wanted] if field in _WHOLE_NUMBERS else []
    if any(limit is not None and limit < 0 for limit in limits):
        raise ChangeRefused(f"{field.replace('_', ' ')} is a number, 0 or more")
    return real([by.change("", field, value_of(board.settings, field), wanted, SETTINGS)])


def take_baseline(board: Board, by: Step, name: str) -> Change:
    """Return the change that keeps a picture of the scope: every capability's phase and points."""
    scope: dict[str, dict[str, int | float | None]] = {}
    for phase, cards in board.columns().items():
        capabilities = {card.uid: card.points for card in cards if card.kind is CardKind.CAPABILITY}
        if capabilities:
            scope[phase] = capabilities
    return by.add(Baseline(id=new_uid(), name=name, when=by.when, who=by.who, scope=scope))
