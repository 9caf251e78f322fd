"""What people do to the phases of a board, as changes. Ideas, Dropped and the MVP always exist."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from state.board import ranks
from state.board.changes import CARDS, PHASES, WHOLE, Change, Step
from state.board.documents import plain, value_of, with_value
from state.board.edits import move, set_setting
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, MVP, UNPLANNED, Board, Phase
from state.board.moves import real
from state.printable import printable, shorten

_ID_LENGTH = 32


def add_phase(board: Board, by: Step, name: str, *, after: str | None = None) -> tuple[Change, ...]:
    """Return the changes that add a phase after another one, after the last planned one when that is not given.

    Its id is its name in small letters and hyphens, one that nothing on the board has had. Raises ChangeRefused when
    the name is empty or another phase has it, or when nothing can come after that phase.
    """
    name = _free_name(board, name)
    planned = [phase.id for phase in board.planned]
    if after is None:
        at = len(planned)
    elif after == UNPLANNED:
        at = 0
    elif after in planned:
        at = 1 + planned.index(after)
    else:
        raise ChangeRefused(f"no phase comes after {_named(_phase(board, after))}")
    id = _free_id(board, name)
    keys = _ranks(board, [*planned[:at], id, *planned[at:]], id)
    added = by.add(Phase(id=id, name=name, rank=keys.pop(id)))
    return added, *(by.change(other, "rank", _phase(board, other).rank, key, PHASES) for other, key in keys.items())


def set_phase(board: Board, by: Step, id: str, field: str, value: Any) -> tuple[Change, ...]:
    """Return the change of one field of a phase. Raises ChangeRefused when the phase does not take the value.

    Ideas and Dropped have a name and nothing else.
    """
    phase = _phase(board, id)
    if field == "rank":
        raise ChangeRefused("phases are put in order by moving them")
    if field == "name":
        value = _free_name(board, str(value), but=id)
    elif id in (UNPLANNED, DROPPED):
        raise ChangeRefused(f"{_named(phase)} is no phase that is planned; it has a name and no {printable(field)}")
    wanted = plain(value)
    _check(phase, field, with_value(phase, field, wanted))
    return real([by.change(id, field, value_of(phase, field), wanted, PHASES)])


def edit_phase(board: Board, by: Step, id: str, fields: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the changes of several fields of a phase.

    Raises ChangeRefused as `set_phase` does, and when the phase would end before it starts.
    """
    changes = [change for field, value in fields.items() for change in set_phase(board, by, id, field, value)]
    made = phase = _phase(board, id)
    for change in changes:
        made = with_value(made, change.field, change.new)
    if made.starts is not None and made.ends is not None and made.ends < made.starts:
        raise ChangeRefused(f"{_named(phase)} would end on {made.ends}, before it starts on {made.starts}")
    return tuple(changes)


def shift_phase(board: Board, by: Step, id: str, places: int) -> tuple[Change, ...]:
    """Return the changes that move a phase `places` later, earlier when that is negative; it stops at the ends."""
    _planned(board, id, "always stands where it stands")
    order = [phase.id for phase in board.planned]
    others = [one for one in order if one != id]
    at = max(0, min(len(others), order.index(id) + places))
    wanted = [*others[:at], id, *others[at:]]
    if wanted == order:
        return ()
    keys = _ranks(board, wanted, id)
    return real([by.change(one, "rank", _phase(board, one).rank, key, PHASES) for one, key in keys.items()])


def merge_phases(board: Board, by: Step, id: str, into: str) -> tuple[Change, ...]:
    """Return the changes that put the cards of a phase into another one, in the order of the two, and take it away.

    What was dropped from it counts as dropped from the other; the other becomes the current one if this was. Raises
    ChangeRefused when one of the two is the same, Ideas or Dropped, or when the MVP would go.
    """
    phase = _goes(board, id)
    _planned(board, into, "takes no other phase")
    if id == into:
        raise ChangeRefused(f"{_named(phase)} cannot be merged into itself")
    columns = board.columns()
    uids, there = [card.uid for card in columns[id]], columns[into]
    order = [one.id for one in board.planned]
    first = order.index(id) < order.index(into)
    beside: dict[str, str] = {}
    if uids and there:
        beside = {"before": there[0].uid} if first else {"after": there[-1].uid}
    changes = list(move(board, by, uids, into, **beside)) if uids else []
    for card in columns[DROPPED]:
        origin = card.dropped_from
        if origin is not None and origin.phase == id:
            moved = msgspec.structs.replace(origin, phase=into)
            changes.append(by.change(card.uid, "dropped_from", origin, moved, CARDS))
    if board.settings.current == id:
        changes += set_setting(board, by, "current", into)
    return *changes, _gone(by, phase)


def remove_phase(board: Board, by: Step, id: str) -> tuple[Change, ...]:
    """Return the changes that take a phase away; its cards become ideas.

    Raises ChangeRefused for the MVP, Ideas, Dropped and the current phase.
    """
    phase = _goes(board, id)
    if board.settings.current == id:
        raise ChangeRefused(f"{_named(phase)} is the current phase; make another one current first")
    uids = [card.uid for card in board.columns()[id]]
    return *move(board, by, uids, UNPLANNED), _gone(by, phase)


def make_current(board: Board, by: Step, id: str) -> tuple[Change, ...]:
    """Return the change that makes a phase the one that is being built. Raises ChangeRefused for Ideas and Dropped."""
    _planned(board, id, "cannot be the current phase")
    return set_setting(board, by, "current", id)


def _phase(board: Board, id: str) -> Phase:
    phase = board.phase(id)
    if phase is None:
        known = ", ".join(printable(one.id) for one in board.phases)
        raise ChangeRefused(f"there is no phase {printable(id)}; there are {known}")
    return phase


def _named(phase: Phase) -> str:
    return shorten(printable(phase.name), 40)


def _planned(board: Board, id: str, why: str) -> Phase:
    phase = _phase(board, id)
    if id in (UNPLANNED, DROPPED):
        raise ChangeRefused(f"{_named(phase)} {why}")
    return phase


def _goes(board: Board, id: str) -> Phase:
    phase = _planned(board, id, "always exists")
    if id == MVP:
        raise ChangeRefused(f"{_named(phase)} always exists: its share of the whole is what is planned; rename it")
    return phase


def _gone(by: Step, phase: Phase) -> Change:
    return by.change(phase.id, WHOLE, by.add(phase).new, None, PHASES)


def _check(old: Phase, field: str, phase: Phase) -> None:
    if field == "appetite" and phase.appetite is not None and phase.appetite < 1:
        raise ChangeRefused(f"the appetite of {_named(old)} is a number of weeks, 1 or more")
    if field == "apps" and phase.apps is not None and not 0 <= phase.apps[0] <= phase.apps[1]:
        raise ChangeRefused(f"the apps of {_named(old)} are two numbers, the smaller first")
    if field == "teams" and phase.teams is not None and phase.teams < 0:
        raise ChangeRefused(f"the teams of {_named(old)} are a number, 0 or more")


def _free_name(board: Board, name: str, but: str = "") -> str:
    name = " ".join(name.split())
    if not name:
        raise ChangeRefused("a phase needs a name")
    if any(one.name.casefold() == name.casefold() and one.id != but for one in board.phases):
        raise ChangeRefused(f"there is a phase {shorten(printable(name), 40)} already; give this one another name")
    return name


def _free_id(board: Board, name: str) -> str:
    # The id of a phase that went would bring its cards, its baselines and what was dropped from it back.
    taken = {phase.id for phase in board.phases}
    taken.update(card.phase for card in board.cards.values())
    taken.update(card.dropped_from.phase for card in board.cards.values() if card.dropped_from is not None)
    taken.update(phase for baseline in board.baselines for phase in baseline.scope)
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters)[:_ID_LENGTH].strip("-") or "phase"
    id, more = slug, 2
    while id in taken:
        id, more = f"{slug}-{more}", more + 1
    return id


def _ranks(board: Board, wanted: Sequence[str], moved: str) -> dict[str, str]:
    """Return the ranks that bring phases into an order: that of the moved one, those of all where there is no room."""
    known = {phase.id: phase.rank for phase in board.planned}
    others = [known[id] for id in wanted if id != moved]
    at = wanted.index(moved)
    if all(ranks.is_key(rank) for rank in others) and all(a < b for a, b in pairwise(others)):
        low = others[at - 1] if at else None
        high = others[at] if at < len(others) else None
        return {moved: ranks.between(low, high)}
    return dict(zip(wanted, ranks.spread(None, None, len(wanted)), strict=True))
