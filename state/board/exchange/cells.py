"""Fields of a card as text: what a cell of a table holds, and what people type after `points=`."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, get_args, get_type_hints

import msgspec

from state.board.documents import plain
from state.board.exchange import moments, words
from state.board.model import Card
from state.printable import printable, shorten


class CellError(ValueError):
    """The text is no value of the field. The words are a printable half sentence: `“XL” is no number`."""


FIRST = (
    "uid", "number", "title", "kind", "phase", "rank", "state", "step", "lane", "points", "value", "moscow", "floor",
    "owner", "tags", "needs", "broken", "apps", "teams", "due", "started", "finished", "created", "source",
)  # fmt: skip
FIELDS: Final = (*FIRST, *(name for name in Card.__struct_fields__ if name not in FIRST))
"""All fields of a card, those that people look at first; `unknown` is the last."""
REFERENCES: Final = frozenset({"needs", "broken", "split_from", "replaced_by"})
"""The fields that name other cards. They are written and read by `references`."""
_DEFAULTS = {
    field.name: plain(field.default) for field in msgspec.structs.fields(Card) if field.default is not msgspec.NODEFAULT
}
_HINTS = get_type_hints(Card)
_VALUES: tuple[int, ...] = get_args(get_args(_HINTS["value"])[0])
_ALWAYS = frozenset({"uid", "number", "title", "kind", "phase", "state"})
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_SEPARATORS = re.compile(r"[,;\n]")
_YES = frozenset({"yes", "true", "1", "x", "on", "y"})
_NO = frozenset({"no", "false", "0", "off", "n"})
# Fields of objects that a plain text can stand for.
_ALONE = {"evidence": "what", "assumptions": "what", "feedback": "what", "obstacle": "why"}


def default(field: str) -> Any:
    """Return what a field holds when nothing is said, as JSON has it."""
    return {} if field == "unknown" else _DEFAULTS.get(field)


def text_of(field: str, value: Any) -> str:
    """Return a field's value, given as JSON has it, as text that `read` takes back.

    What is at its default is empty, but for what every card has.
    """
    if value == default(field) and field not in _ALWAYS:
        return ""
    kind = _KINDS[field]
    if kind is _text:
        return str(value)
    if kind is _flag:
        return "yes" if value else "no"
    if kind is list_of:
        return _joined(value)
    if kind is _objects:
        return msgspec.json.encode(value).decode()
    return value if isinstance(value, str) else repr(value)


def read(field: str, text: str) -> Any:
    """Return the value of a field's text, as JSON has it; empty is the default. Raises CellError.

    Whether the card takes the value is for the card to say: this reads, it does not judge.
    """
    if not text:
        return default(field)
    reader = _READERS.get(field)
    if reader is not None:
        return reader(text)
    kind = _KINDS[field]
    return _objects(text, field) if kind is _objects else kind(text)


def fits(field: str, value: Any) -> bool:
    """Return whether a value from JSON has the form that an import relies on; the card itself judges the rest."""
    if several(field):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if field in ("uid", "phase", "title"):
        return isinstance(value, str)
    if field == "number":
        return isinstance(value, int) and not isinstance(value, bool)
    return field != "unknown" or isinstance(value, dict)


def numeric(field: str) -> bool:
    """Return whether a field holds a number that can be added to."""
    return _KINDS[field] is number and field != "number"


def several(field: str) -> bool:
    """Return whether a field holds a list of texts."""
    return _KINDS[field] is list_of


def number(text: str) -> int | float:
    """Read a number: `5`, `0.5`, `0,5`. Raises CellError."""
    bare = text.strip()
    if not _NUMBER.fullmatch(bare):
        raise CellError(f"{_said(text)} is no number")
    try:
        return int(bare)
    except ValueError:
        found = float(bare.replace(",", "."))
    if not math.isfinite(found):
        raise CellError(f"{_said(text)} is no number that can be kept")
    return found


def list_of(text: str) -> list[str]:
    """Read a list: parts between commas or semicolons, or a JSON list of texts."""
    if text.startswith("["):
        try:
            return msgspec.json.decode(text, type=list[str])
        except (msgspec.DecodeError, msgspec.ValidationError):
            pass
    return list(dict.fromkeys(part for found in _SEPARATORS.split(text) if (part := found.strip())))


def _joined(parts: list[str]) -> str:
    """The list as people write it where that reads back the same, else as JSON."""
    made = ", ".join(parts)
    return made if list_of(made) == parts else msgspec.json.encode(parts).decode()


def _text(text: str) -> str:
    return text


def _flag(text: str) -> bool:
    word = text.strip().casefold()
    if word not in _YES | _NO:
        raise CellError(f"{_said(text)} is neither yes nor no")
    return word in _YES


def _day(text: str) -> str:
    found = moments.day(text)
    if found is None:
        raise CellError(f"{_said(text)} is no day; write it as 2026-11-24")
    return found.isoformat()


def _moment(text: str) -> str:
    found = moments.moment(text)
    if found is None:
        raise CellError(f"{_said(text)} is no time; write it as 2026-11-24T09:30:00Z")
    return str(plain(found))


def _objects(text: str, field: str = "") -> Any:
    if text[0] in "[{":
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise CellError(f"{_said(text)} is not JSON: {printable(str(error))}") from None
    alone = _ALONE.get(field)
    if alone is None:
        raise CellError(f"{_said(text)} is not JSON")
    return {alone: text} if field == "obstacle" else [{alone: text}]


def _word(known: Callable[[str], str | None], what: str, allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = known(text)
        if found is None:
            raise CellError(f"{_said(text)} is no {what}; there are {allowed}")
        return found

    return read


def _said(text: str) -> str:
    return f"“{shorten(printable(text), 40)}”"


def _label(text: str) -> int | float:
    """A card's number, as a number or as its label."""
    return number(text.strip().lstrip("cC#"))


def _value(text: str) -> int | float:
    found = number(text)
    if found not in _VALUES:
        raise CellError(f"{_said(text)} is no value; there are {', '.join(map(str, _VALUES))}")
    return found


def _priority(text: str) -> str | None:
    return None if text.strip().casefold() in words.NO_PRIORITY else _moscow(text)


_moscow = _word(words.moscow, "priority", "must, should, could, wont")
_READERS: dict[str, Callable[[str], Any]] = {
    "number": _label,
    "value": _value,
    "state": _word(words.state, "state", "todo, doing, done"),
    "moscow": _priority,
    "kind": _word(words.kind, "kind of card", "capability, support, experiment"),
}
_BY_HINT: dict[Any, Callable[[str], Any]] = {
    str: _text,
    bool: _flag,
    int: number,
    int | float | None: number,
    date | None: _day,
    datetime | None: _moment,
    tuple[str, ...]: list_of,
}
_KINDS: dict[str, Callable[..., Any]] = {
    name: number if name in ("value", "number") else _text if name in _READERS else _BY_HINT.get(hint, _objects)
    for name, hint in _HINTS.items()
}
