"""Cards put elsewhere, as changes: into a phase, beside another card, out of the plan and back."""

from collections.abc import Mapping, Sequence

import msgspec

from state.board.changes import Change, Step
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, UNPLANNED, Board, Card, CardState, Origin
from state.board.needs import comes_later
from state.board.places import card_of, column_of, phase_of, room


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
    stand together in the order given. A dropped card notes where it was; orders that the move puts right are no longer
    marked as broken. Raises ChangeRefused when a card or the phase is not there.
    """
    column = column_of(board, phase)
    changes = _put(board, by, dict.fromkeys(uids, phase))
    if before is None and after is None:
        return real(changes)
    others = [card for card in column if card.uid not in set(uids)]
    neighbour = before if before is not None else after
    at = next((at for at, card in enumerate(others) if card.uid == neighbour), None)
    if at is None:
        raise ChangeRefused(f"there is no such card in {phase} to stand beside")
    keys, others_keys = room(board, others, at if before is not None else at + 1, len(uids))
    for uid, key in [*zip(uids, keys, strict=True), *others_keys.items()]:
        changes.append(by.change(uid, "rank", board.cards[uid].rank, key))
    return real(changes)


def break_order(board: Board, by: Step, uids: Sequence[str], phase: str) -> tuple[Change, ...]:
    """Return the changes that move cards though others are needed earlier, and mark every order that this breaks.

    The mark is on the card that waits: its `broken` names the needs. Raises ChangeRefused as `move` does.
    """
    column_of(board, phase)
    return real(_put(board, by, dict.fromkeys(uids, phase), knowingly=True))


def drop(board: Board, by: Step, uids: Sequence[str], reason: str = "") -> tuple[Change, ...]:
    """Return the changes that drop cards; each notes where it stood and why. A dropped one takes a new reason."""
    return real(_put(board, by, dict.fromkeys(uids, DROPPED), reason=reason.strip()))


def take_back(board: Board, by: Step, uids: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes that put dropped cards back to where they stood, to the ideas when that phase is gone.

    Raises ChangeRefused when a card is not dropped or not there.
    """
    to: dict[str, str] = {}
    changes: list[Change] = []
    for uid in uids:
        card = card_of(board, uid)
        if card.phase != DROPPED:
            raise ChangeRefused(f"{card.label} is not dropped")
        origin = card.dropped_from
        known = origin is not None and board.phase(origin.phase) is not None
        to[uid] = origin.phase if origin is not None and known else UNPLANNED
        if origin is not None and origin.rank:
            changes.append(by.change(uid, "rank", card.rank, origin.rank))
    return real([*_put(board, by, to), *changes])


def rank(
    board: Board, by: Step, uid: str, *, before: str | None = None, after: str | None = None
) -> tuple[Change, ...]:
    """Return the changes that put a card before or after another one of its phase: one, unless ranks were equal."""
    return move(board, by, (uid,), phase_of(board, card_of(board, uid)), before=before, after=after)


def shift(board: Board, by: Step, uids: Sequence[str], places: int) -> tuple[Change, ...]:
    """Return the changes that move cards `places` down in their phase, up when that is negative.

    Several cards of one phase move as one block. Nothing moves beyond the ends.
    """
    if not uids or not places:
        return ()
    phase = phase_of(board, card_of(board, uids[0]))
    column = column_of(board, phase)
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


def real(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes without those that set what stands already."""
    return tuple(change for change in changes if change.old != change.new)


def _put(board: Board, by: Step, to: Mapping[str, str], *, reason: str = "", knowingly: bool = False) -> list[Change]:
    """What it is to bring each card into its phase; some of the changes may change nothing."""
    changes: list[Change] = []
    for uid, phase in to.items():
        card = card_of(board, uid)
        changes.append(by.change(uid, "phase", card.phase, phase))
        changes.append(by.change(uid, "dropped_from", card.dropped_from, _origin(board, card, phase, reason)))
    for card in board.cards.values():
        if card.uid in to or any(need in to for need in card.needs):
            broken = _broken(board, card, to, knowingly)
            if set(broken) != set(card.broken):
                changes.append(by.change(card.uid, "broken", card.broken, broken))
    return changes


def _origin(board: Board, card: Card, phase: str, reason: str) -> Origin | None:
    if phase != DROPPED:
        return None
    if card.phase != DROPPED:
        return Origin(phase=phase_of(board, card), rank=card.rank, reason=reason)
    if not reason:
        return card.dropped_from
    return msgspec.structs.replace(card.dropped_from or Origin(phase=UNPLANNED), reason=reason)


def _broken(board: Board, card: Card, to: Mapping[str, str], knowingly: bool) -> tuple[str, ...]:
    """Return which needs of a card stand knowingly in a later phase once cards are where they go to."""
    stands = to.get(card.uid, card.phase)
    if stands == DROPPED:
        # It waits for nothing, and is as it was when it is taken back.
        return card.broken
    kept = []
    for uid in card.needs:
        need = board.cards.get(uid)
        marked = uid in card.broken
        if card.uid in to or uid in to:
            opened = need is not None and CardState.DONE not in (need.state, card.state)
            later = need is not None and comes_later(board, to.get(uid, need.phase), stands)
            marked = later and (marked or (knowingly and opened))
        if marked:
            kept.append(uid)
    return tuple(kept)
