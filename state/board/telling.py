"""What was done to a board, in words: who, when, and what of which card."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from state.age import short_age
from state.board.changes import CARDS, PHASES, SETTINGS, WHOLE, Change
from state.board.model import Board
from state.printable import printable, shorten

_LONGEST = 40
_EMPTY = "–"


@dataclass(frozen=True, slots=True)
class Told:
    """What one step did to one entry. All texts are printable."""

    step: str
    card: str
    """The key of the entry: a card's uid, a phase's id."""
    when: datetime
    who: str
    age: str
    subject: str
    """What it was done to: a card's number, a phase, the board."""
    what: str


# What follows from another field of the same step is not told beside it.
_FOLLOWS: Mapping[str, str] = {
    "started": "state",
    "finished": "state",
    "rank": "phase",
    "dropped_from": "phase",
    "broken": "phase",
}
_WORDS: Mapping[str, str] = {
    "moscow": "priority",
    "acceptance": "done when",
    "obstacle": "held up by",
    "extended_by": "extended by",
    "keeps_open": "keeps open",
    "alternative": "instead of",
    "replaced_by": "replaced by",
    "replaced_when": "replaced when",
    "teams": "teams waiting",
    "risk": "risk reduction",
    "split_from": "split from",
    "week_starts": "week starts",
    "team_size": "team size",
    "days_off": "days off",
    "wip_owner": "limit for an owner",
    "wip_lane": "limit for a lane",
    "wip": "limits",
}
_TEXTS = frozenset({"description", "acceptance"})


def told_steps(changes: Iterable[Change], board: Board, now: float) -> tuple[Told, ...]:
    """Return what changes did, the newest first: one for each step and entry.

    Names are those of `board`, as it is now. `now` is in seconds since the epoch.
    """
    steps: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        steps.setdefault((change.step, change.table, change.card), []).append(change)
    return tuple(_told(made, board, now) for made in reversed(steps.values()))


def _told(made: Sequence[Change], board: Board, now: float) -> Told:
    first = made[0]
    fields = {change.field for change in made}
    parts = [_said(change, board) for change in made if _FOLLOWS.get(change.field) not in fields]
    back = "taken back: " if first.reverts else ""
    return Told(
        step=first.step,
        card=first.card,
        when=first.when,
        who=printable(first.who),
        age=short_age(now - first.when.timestamp()),
        subject=_subject(first, board),
        what=back + ", ".join(parts),
    )


def _subject(change: Change, board: Board) -> str:
    if change.table == SETTINGS:
        return "board"
    if change.table == CARDS:
        card = board.cards.get(change.card)
        if card is not None:
            return card.label
        document = change.new or change.old
        number = document.get("number") if isinstance(document, dict) else None
        return f"C{number:02d}" if isinstance(number, int) else "gone"
    if change.table == PHASES:
        return _phase(change.card, board)
    return printable(change.table.removesuffix("s"))


def _said(change: Change, board: Board) -> str:
    if change.field == WHOLE:
        document = change.new or change.old or {}
        name = document.get("title") or document.get("name") or "" if isinstance(document, dict) else ""
        done = "added" if change.old is None else "taken away"
        return f"{done} {_short(name)}".strip()
    if change.field == "rank":
        return "ranked"
    if change.field == "comments":
        return _commented(change)
    if change.field == "broken":
        return "order broken knowingly" if change.new else "order in place again"
    word = _WORDS.get(change.field, printable(change.field))
    if change.field in _TEXTS:
        return f"{word} {'written' if change.new else 'emptied'}"
    if isinstance(change.old or change.new, list):
        return f"{word} {_listed(change, board)}"
    if isinstance(change.new, bool) and change.old in (True, False, None):
        return f"{word} {'yes' if change.new else 'no'}"
    value = _value_of(change.field, board)
    if change.old in (None, ""):
        return f"{word} {value(change.new)}"
    return f"{word} {value(change.old)} → {value(change.new)}"


def _commented(change: Change) -> str:
    old, new = _items(change.old), _items(change.new)
    said = [item.get("text") for item in new if item not in old and isinstance(item, dict)]
    return f"said {_short(said[-1])}" if said else "comments changed"


def _listed(change: Change, board: Board) -> str:
    """What came to a list and what went from it."""
    value = _value_of(change.field, board)
    old, new = _items(change.old), _items(change.new)
    came = [f"+{value(item)}" for item in new if item not in old]
    went = [f"-{value(item)}" for item in old if item not in new]
    return " ".join([*came, *went]) or "put in another order"


def _value_of(field: str, board: Board) -> Callable[[Any], str]:
    if field in ("phase", "current"):
        return lambda value: _phase(str(value), board)
    if field in ("needs", "replaced_by", "split_from"):
        return lambda value: board.cards[value].label if value in board.cards else _short(value)
    return _short


def _phase(id: str, board: Board) -> str:
    phase = board.phase(id)
    return printable(phase.name if phase else id)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _short(value: Any) -> str:
    """A value in a few words."""
    if value is None or value in ("", [], {}):
        return _EMPTY
    if isinstance(value, dict):
        value = next((value[name] for name in ("what", "why", "text") if name in value), "changed")
    if isinstance(value, float):
        value = f"{value:g}"
    return shorten(printable(str(value)), _LONGEST)
