"""Fields set in one word each: `points=5`, `needs+=C03`, `tags-=tls`. What scripts say of a card."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from state.board import edits
from state.board.changes import Change, Step, apply
from state.board.documents import plain, value_of
from state.board.errors import ChangeRefused
from state.board.exchange import cells
from state.board.exchange.cells import CellError
from state.board.field_text import FieldError
from state.board.line_forms import ASSUMPTION, EVIDENCE, FEEDBACK, OBSTACLE, LineForm
from state.board.model import Board, Card, CardState
from state.printable import printable, shorten


class AssignmentError(ValueError):
    """The word sets nothing. The text is one printable sentence that says what can be written."""


_ELSEWHERE = {
    "phase": "a card goes to another phase with move",
    "rank": "a card goes to another place with move",
    "dropped_from": "a card is dropped and taken back with move",
    "broken": "an order is broken knowingly with move",
    "split_from": "it is set when a card is split",
    "uid": "it stays for good",
    "number": "it stays for good",
    "created": "it stays for good",
    "started": "it follows from the state",
    "finished": "it follows from the state",
    "unknown": "it belongs to another program",
}
_ENTRIES: dict[str, LineForm[Any]] = {"evidence": EVIDENCE, "assumptions": ASSUMPTION, "feedback": FEEDBACK}
EDITABLE = tuple(name for name in cells.FIELDS if name not in _ELSEWHERE)
"""The fields that can be set so."""
_FORM = re.compile(r"([A-Za-z_]+)([+-]?=)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A field, how it is set (`=`, `+=`, `-=`), and the text."""

    field: str
    sign: str
    text: str


def is_assignment(word: str) -> bool:
    """Return whether a word has the form of an assignment."""
    return _FORM.fullmatch(word) is not None


def read_assignment(word: str) -> Assignment:
    """Read a word. Raises AssignmentError when it has another form or the field cannot be set so."""
    found = _FORM.fullmatch(word)
    if found is None:
        raise AssignmentError(f"“{shorten(printable(word), 40)}” sets nothing; write a field and a value: points=5")
    name, sign, text = found[1].lower(), found[2], found[3]
    if name in _ELSEWHERE:
        raise AssignmentError(f"{name} cannot be set: {_ELSEWHERE[name]}")
    if name not in EDITABLE:
        near = difflib.get_close_matches(name, EDITABLE, 1)
        advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(EDITABLE)}"
        raise AssignmentError(f"there is no field {name}; {advice}")
    grows = name in _ENTRIES or name == "comments"
    may = "=" if name != "comments" else "+="
    if sign != may and not (cells.several(name) or cells.numeric(name) or (grows and sign == "+=")):
        raise AssignmentError(f"{name} cannot be set so: write {name}{'+' if grows else ''}=")
    return Assignment(name, sign, text)


def assign(board: Board, by: Step, uids: Sequence[str], said: Sequence[Assignment]) -> tuple[Change, ...]:
    """Return the changes that set fields of cards, one assignment after the other.

    Cards are named by number. Raises AssignmentError for a value that cannot be read, ChangeRefused when a card does
    not take it or there is no such card.
    """
    made: list[Change] = []
    for one in said:
        for uid in uids:
            changes = _assign(board, by, uid, one)
            board = apply(board, changes)
            made += changes
    return tuple(made)


def _assign(board: Board, by: Step, uid: str, one: Assignment) -> tuple[Change, ...]:
    card = board.cards.get(uid)
    if card is None:
        raise ChangeRefused("the card is not on the board any more")
    if one.field == "comments":
        return tuple(edits.comment(board, by, uid, one.text))
    try:
        wanted = _wanted(board, card, one, by)
    except (CellError, FieldError) as error:
        raise AssignmentError(f"{one.field}: {error}") from None
    if one.field == "state":
        return edits.set_state(board, by, (uid,), CardState(wanted))
    if one.field == "needs":
        return tuple(edits.set_needs(board, by, uid, wanted))
    if one.field == "title":
        wanted = " ".join(wanted.split())
        if not wanted:
            raise ChangeRefused("a card needs a title")
    return edits.set_field(board, by, (uid,), one.field, wanted)


def _wanted(board: Board, card: Card, one: Assignment, by: Step) -> Any:
    """The value that the field is to have, as JSON has it."""
    if one.field == "needs":
        given: Any = [_uid(board, label) for label in cells.list_of(one.text.replace(" ", ","))]
    elif one.field == "replaced_by":
        replacing = board.numbered(one.text) if re.fullmatch(r"[cC]\d+", one.text) else None
        given = replacing.uid if replacing is not None else one.text
    elif one.field in _ENTRIES:
        return _entries(card, one, by)
    elif one.field == "obstacle" and one.text:
        found = OBSTACLE.read(one.text, by.when.date())
        given = plain(found if found.since is not None else replace(found, since=by.when.date()))
    else:
        given = cells.read(one.field, one.text)
    if one.sign == "=":
        return given
    now = value_of(card, one.field)
    if cells.several(one.field):
        rest = [part for part in now if part not in given]
        return [*now, *(part for part in given if part not in now)] if one.sign == "+=" else rest
    if given is None:
        raise CellError("a number must follow")
    total = (now or 0) + (given if one.sign == "+=" else -given)
    return int(total) if float(total).is_integer() else total


def _entries(card: Card, one: Assignment, by: Step) -> Any:
    """What a card holds several of, a line each; `+=` adds one."""
    form: LineForm[Any] = _ENTRIES[one.field]
    now: tuple[Any, ...] = getattr(card, one.field)
    if one.sign == "+=":
        return plain((*now, form.read(one.text, by.when.date())))
    return plain(form.read_all(one.text, now, by.when.date()))


def _uid(board: Board, label: str) -> str:
    card = board.numbered(label)
    if card is None:
        raise ChangeRefused(f"there is no card {shorten(printable(label), 40)}")
    return card.uid
