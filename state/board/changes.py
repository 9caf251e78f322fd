"""What is done to a board, one field at a time: applied, turned round, put on top of somebody else's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from state.board.change import BASELINES, CARDS, PHASES, SETTINGS, WHOLE, Change, Step, new_id, new_uid, step
from state.board.draft import Draft, baselines_in_order
from state.board.errors import ChangeRefused
from state.board.model import Board
from state.board.three_way import merge_field, merges
from state.board.wording import clashed, named, since

__all__ = [
    "BASELINES",
    "CARDS",
    "PHASES",
    "SETTINGS",
    "WHOLE",
    "Change",
    "Clash",
    "Rebased",
    "Step",
    "answer",
    "apply",
    "baselines_in_order",
    "merge",
    "new_id",
    "new_uid",
    "rebase",
    "reverse",
    "step",
]


def apply(board: Board, changes: Iterable[Change]) -> Board:
    """Return the board after the changes, in order.

    Raises ChangeRefused when a change's old value is not what stands there, when a field does not take the new
    one, or when the entry is not there; the board given is never changed.
    """
    draft = Draft(board)
    for change in changes:
        if draft.value(change) != change.old:
            raise ChangeRefused(since(board, change, draft.value(change)))
        draft.set(change)
    return draft.board()


def reverse(board: Board, changes: Sequence[Change], undo: Step) -> tuple[Change, ...]:
    """Return the changes that take `changes` back, last first.

    Of a list only what was added goes, and what was taken out comes back: what others have added since stays. Raises
    ChangeRefused, in words, when somebody has set one of the fields since, or has taken all of it back already.
    """
    draft = Draft(board)
    turned: list[Change] = []
    refusal = ""
    for change in reversed(changes):
        back = undo.change(change.card, change.field, change.new, change.old, change.table)
        found = draft.value(back)
        if found != back.old:
            refusal = f"not taken back: {since(board, back, found)}"
            if not merges(back.table, back.field) or not draft.has(back):
                raise ChangeRefused(refusal)
            try:
                back = _on_top(back, found)
            except _BothSet:
                raise ChangeRefused(refusal) from None
            if back.new == found:
                continue
        draft.set(back)
        turned.append(back)
    if changes and not turned:
        raise ChangeRefused(refusal)
    return tuple(turned)


@dataclass(frozen=True, slots=True)
class Clash:
    """Both set one field differently: theirs stands, mine waits for an answer."""

    mine: Change
    theirs: Any
    """The value that stands, as JSON has it."""
    words: str
    """One printable sentence that says what happened."""
    along: tuple[Change, ...] = ()
    """What else of mine hangs on `mine` and waits with it: where a card that I dropped came from."""


@dataclass(frozen=True, slots=True)
class Rebased:
    """My changes on a board that somebody else has changed."""

    board: Board
    changes: tuple[Change, ...]
    """What of mine fits, to be applied to their board; a new card may have got another number and rank."""
    clashes: tuple[Clash, ...]


# When both start or finish a card, the state is what they may differ on; the first to have noted a time is right.
FIRST_WINS = frozenset({"started", "finished"})
# A card notes where it was dropped from while it is dropped; who leaves its phase to others leaves that too.
FOLLOWS = {"dropped_from": "phase"}


def rebase(board: Board, changes: Iterable[Change]) -> Rebased:
    """Put changes that were made on an older board on top of this one, field by field.

    A field goes by what all the changes make of it together: what stands there already, or comes to nothing, is
    left out. Of a list each item goes for itself. Two new cards of one number and one place: the one that comes on
    top gets the next free number, and stands after the other.
    """
    mine = tuple(changes)
    last = {change.place: change for change in mine}
    draft = Draft(board)
    kept: list[Change] = []
    clashes: dict[tuple[str, str, str], Clash] = {}
    left_out: set[tuple[str, str, str]] = set()
    begun: set[tuple[str, str, str]] = set()
    for change in mine:
        place, found = change.place, draft.value(change)
        if place in left_out:
            continue
        wish = msgspec.structs.replace(last[place], old=change.old)
        if change.field in FOLLOWS:
            leader = change.table, change.card, FOLLOWS[change.field]
            if leader in clashes:
                left_out.add(place)
                clashes[leader] = replace(clashes[leader], along=(*clashes[leader].along, wish))
                continue
            change = msgspec.structs.replace(change, old=found) if leader in begun else change
        gone = change.field != WHOLE and not draft.has(change)
        fitting: Change | None = None
        if not gone and found != change.old and merges(change.table, change.field):
            try:
                fitting = _on_top(change, found)
            except _BothSet:
                left_out.add(place)
                clashes[place] = Clash(wish, found, clashed(board, wish, found))
                continue
            if fitting.new == found:
                continue
        elif gone or (found != change.old and begun.isdisjoint((place, (change.table, change.card, WHOLE)))):
            so_already = not gone and wish.new in (found, change.old)
            left_out.add(place)
            if not so_already and change.field not in FIRST_WINS:
                clashes[place] = Clash(wish, found, clashed(board, wish, found))
            continue
        # A card of mine that got another number or rank is taken away as what it is now.
        fitting = fitting or draft.made_room(msgspec.structs.replace(change, old=found))
        try:
            draft.set(fitting)
        except ChangeRefused as refused:
            left_out.add(place)
            clashes[place] = Clash(wish, found, f"{named(board, change)}: {refused}")
            continue
        begun.add(place)
        kept.append(fitting)
    return Rebased(draft.board(), tuple(kept), tuple(clashes.values()))


def merge(base: Board, ours: Iterable[Change], theirs: Iterable[Change]) -> Rebased:
    """Return the board after both lists of changes that were made on `base`.

    `changes` of the result are those of ours that come on top of theirs. Where both set one field differently,
    theirs stands and the clash is reported; `answer` sets ours. Raises ChangeRefused when theirs do not fit `base`.
    """
    return rebase(apply(base, theirs), ours)


def answer(clash: Clash, mine: Step) -> tuple[Change, ...]:
    """Return the changes that set my side of a clash after all; of a list, what only they have added stays."""
    wish = clash.mine
    new = wish.new
    if merges(wish.table, wish.field):
        new = merge_field(wish.table, wish.field, wish.old, new, clash.theirs, lambda ours, _: ours)
    along = (mine.change(one.card, one.field, one.old, one.new, one.table) for one in clash.along)
    return mine.change(wish.card, wish.field, clash.theirs, new, wish.table), *along


class _BothSet(Exception):
    """Two edits of one item of a list say different things."""


def _on_top(change: Change, found: Any) -> Change:
    """The change of a list, made on what stands there now. Raises _BothSet."""

    def both(mine: Any, theirs: Any) -> Any:
        raise _BothSet

    new = merge_field(change.table, change.field, change.old, change.new, found, both)
    return msgspec.structs.replace(change, old=found, new=new)
