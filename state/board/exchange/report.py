"""What an import did or would do, in lines for people and as a record for programs."""

from collections.abc import Iterator
from typing import Any

from state.board.changes import CARDS, PHASES, SETTINGS, Change
from state.board.exchange.cells import REFERENCES
from state.board.exchange.contents import Contents
from state.board.exchange.outcome import Taken
from state.board.model import Card
from state.printable import printable, shorten

_TITLE, _VALUE = 50, 30
# What says by itself that the row is the card; any other way of finding it is told.
_PLAIN = frozenset({"uid", "number"})


def report_lines(contents: Contents, taken: Taken) -> Iterator[str]:
    """Yield what there is to say: columns, cards that come and change, the board around them, what was left out."""
    yield from _columns(contents)
    for card in taken.added:
        where = taken.places.get(card.uid, "")
        yield f"+ {card.label} {_title(card)} to {printable(card.phase)} ({where})"
    for card, changes in taken.changed:
        said = ", ".join(_change(change, taken) for change in changes)
        yield f"~ {card.label} {_title(card)}: {said}{_found(card, taken)}"
    for change in taken.changes:
        if change.table != CARDS:
            yield f"~ {_around(change, taken)}"
    for remark in taken.remarks:
        yield f"! {remark.words}"
    yield summary(taken)


def summary(taken: Taken) -> str:
    """Return the numbers of an import as one sentence."""
    parts = [f"{len(taken.added)} added", f"{len(taken.changed)} changed", f"{taken.same} as they were"]
    around = sum(change.table != CARDS for change in taken.changes)
    if around:
        parts.append(f"{around} change{'s' if around > 1 else ''} of the board around them")
    return f"{', '.join(parts)}; {len(taken.remarks)} not understood or left out"


def report_record(contents: Contents, taken: Taken) -> dict[str, Any]:
    """Return the report as a record: columns, added, changed, same, board, remarks."""
    return {
        "columns": [
            {"column": one.name, "field": one.field or None, "how": one.how or None} for one in contents.columns
        ],
        "added": [
            {
                "card": card.label,
                "uid": card.uid,
                "title": card.title,
                "phase": card.phase,
                "place": _place(card, taken),
            }
            for card in taken.added
        ],
        "changed": [
            {
                "card": card.label,
                "uid": card.uid,
                "title": card.title,
                "place": _place(card, taken),
                "found_by": taken.matched.get(card.uid),
                "fields": [{"field": one.field, "old": one.old, "new": one.new} for one in changes],
            }
            for card, changes in taken.changed
        ],
        "same": taken.same,
        "board": [
            {"table": one.table, "entry": one.card, "field": one.field, "old": one.old, "new": one.new}
            for one in taken.changes
            if one.table != CARDS
        ],
        "remarks": [
            {"place": one.place, "column": one.column or None, "value": one.value or None, "why": one.why}
            for one in taken.remarks
        ],
    }


def _columns(contents: Contents) -> Iterator[str]:
    read = [one for one in contents.columns if one.field]
    renamed = [one for one in read if one.name.strip().lower() != one.field]
    if renamed:
        said = (f"{_name(one.name)} → {one.field}{f' ({one.how})' if one.how else ''}" for one in _once(renamed))
        yield f"columns: {'; '.join(said)}"
    left = [one for one in contents.columns if not one.field]
    if left:
        yield f"columns not taken: {', '.join(_name(one.name) for one in _once(left))}"


def _once(columns: list[Any]) -> list[Any]:
    return list({one.name: one for one in columns}.values())


def _name(text: str) -> str:
    return printable(text) or "one without a name"


def _title(card: Card) -> str:
    return shorten(printable(card.title), _TITLE)


def _place(card: Card, taken: Taken) -> str | None:
    return taken.places.get(card.uid)


def _found(card: Card, taken: Taken) -> str:
    how = taken.matched.get(card.uid, "")
    found = f", found by its {how}" if how and how not in _PLAIN else ""
    place = _place(card, taken)
    return f" ({place}{found})" if place else ""


def _change(change: Change, taken: Taken) -> str:
    old, new = (_labelled(change, value, taken) for value in (change.old, change.new))
    return f"{printable(change.field)} {_value(old)} → {_value(new)}"


def _labelled(change: Change, value: Any, taken: Taken) -> Any:
    """A value with the cards that it names by their numbers."""
    if change.field not in REFERENCES or change.table != CARDS:
        return value
    cards = taken.board.cards
    found = [cards[uid].label if uid in cards else uid for uid in (value if isinstance(value, list) else [value])]
    return found if isinstance(value, list) else found[0]


def _value(value: Any) -> str:
    if value is None or value in ("", [], {}, False):
        return "–"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ".join(value)
    return "yes" if value is True else shorten(printable(str(value)), _VALUE)


def _around(change: Change, taken: Taken) -> str:
    entry = f"{change.table.removesuffix('s')} {printable(change.card)}"
    subject = "the board" if change.table == SETTINGS else entry
    if change.field:
        return f"{subject}: {_change(change, taken)}"
    done = "added" if change.old is None else "taken away" if change.new is None else "changed"
    name = (change.new or change.old or {}).get("name", "")
    return (
        f"{subject} {shorten(printable(str(name)), _TITLE)} {done}" if change.table == PHASES else f"{subject} {done}"
    )
