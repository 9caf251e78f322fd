"""Cards, phases, settings and baselines as plain documents, and back. What this program does not know is kept."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_type_hints

import msgspec

from state.board.errors import ChangeRefused
from state.board.model import Baseline, Card, Phase, Settings

Entry = Card | Phase | Baseline | Settings
Made = TypeVar("Made", bound=Card | Phase | Baseline | Settings)

IDENTITY: dict[type, str] = {Card: "uid", Phase: "id", Baseline: "id", Settings: ""}
"""The field that is an entry's key; settings have none."""
_TYPES: dict[type, dict[str, Any]] = {
    entry: {name: hint for name, hint in get_type_hints(entry).items() if name != "unknown"} for entry in IDENTITY
}
_DEFAULTS: dict[type, dict[str, Any]] = {
    kind: {
        field.name: msgspec.to_builtins(field.default)
        for field in msgspec.structs.fields(kind)
        if field.default is not msgspec.NODEFAULT
    }
    for kind in IDENTITY
}


def plain(value: Any) -> Any:
    """Return a value as JSON has it: numbers, texts, lists, objects, None."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    return msgspec.json.decode(msgspec.json.encode(value))


def document(entry: Entry) -> dict[str, Any]:
    """Return an entry as a document: what differs from the default, in the order of its fields, then the unknown."""
    # msgspec leaves out what is identical to a default, not all that equals it.
    defaults = _DEFAULTS[type(entry)]
    found: dict[str, Any] = msgspec.to_builtins(entry)
    found.pop("unknown", None)
    made = {name: value for name, value in found.items() if name not in defaults or value != defaults[name]}
    if isinstance(entry, Settings):
        made = {"schema": entry.schema, **made}
    made.update(entry.unknown)
    return made


def entry(of: type[Made], found: Mapping[str, Any]) -> Made:
    """Return the entry of a document. Raises msgspec.ValidationError, whose text names the field."""
    known = _TYPES[of]
    kept = {name: value for name, value in found.items() if name not in known}
    return msgspec.convert({**{name: found[name] for name in known if name in found}, "unknown": kept}, of)


def value_of(of: Entry, name: str) -> Any:
    """Return a field of an entry as JSON has it; None when it is unknown and not there."""
    if name in _TYPES[type(of)]:
        return plain(getattr(of, name))
    return of.unknown.get(name)


def with_value(of: Made, name: str, value: Any) -> Made:
    """Return the entry with one field set from JSON. Raises ChangeRefused when the field does not take the value."""
    if name == IDENTITY[type(of)]:
        raise ChangeRefused(f"the field {name} cannot be changed")
    hint = _TYPES[type(of)].get(name)
    if hint is None:
        unknown = {**of.unknown, name: value}
        if value is None:
            del unknown[name]
        return msgspec.structs.replace(of, unknown=unknown)
    try:
        return msgspec.structs.replace(of, **{name: msgspec.convert(value, hint)})
    except (msgspec.ValidationError, ValueError) as error:
        raise ChangeRefused(f"{name} cannot be {value!r:.60}: {error}") from None
