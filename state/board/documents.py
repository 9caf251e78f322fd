"""Cards, phases, settings and baselines as plain documents, and back. What this program does not know is kept."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from state.board.errors import ChangeRefused
from state.board.model import Baseline, Card, Part, Phase, Settings

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
_PARTS: dict[type, dict[str, type[Part]]] = {
    kind: {
        name: part
        for name, hint in hints.items()
        for part in (hint, *get_args(hint))
        if isinstance(part, type) and issubclass(part, Part)
    }
    for kind, hints in _TYPES.items()
}
"""The fields of each type that hold parts, one or a list, and the type of those."""


def plain(value: Any) -> Any:
    """Return a value as JSON has it: numbers, texts, lists, objects, None. Parts are as `document` has entries.

    Half characters, which an argument or a paste that is not UTF-8 leaves in a text, become question marks.
    """
    if value is None or type(value) in (int, float, bool):
        return value
    if type(value) is str:
        return value if value.isascii() else _whole(value)
    try:
        return msgspec.json.decode(msgspec.json.encode(_flat(value)))
    except UnicodeEncodeError:
        return _whole(msgspec.to_builtins(_flat(value)))


def document(entry: Entry) -> dict[str, Any]:
    """Return an entry as a document: what differs from the default, in the order of its fields, then the unknown."""
    # msgspec leaves out what is identical to a default, not all that equals it.
    defaults = _DEFAULTS[type(entry)]
    found: dict[str, Any] = msgspec.to_builtins(entry)
    found.pop("unknown", None)
    made = {name: value for name, value in found.items() if name not in defaults or value != defaults[name]}
    for name in _PARTS[type(entry)]:
        if name in made:
            made[name] = plain(getattr(entry, name))
    if isinstance(entry, Settings):
        made = {"schema": entry.schema, **made}
    made.update(entry.unknown)
    return made


def entry(of: type[Made], found: Mapping[str, Any]) -> Made:
    """Return the entry of a document. Raises msgspec.ValidationError, whose text names the field."""
    known = _TYPES[of]
    kept = {name: value for name, value in found.items() if name not in known}
    parts = _PARTS[of]
    given = {name: _kept(parts.get(name), found[name]) for name in known if name in found}
    return msgspec.convert({**given, "unknown": kept}, of)


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
        return msgspec.structs.replace(of, **{name: msgspec.convert(_kept(_PARTS[type(of)].get(name), value), hint)})
    except (msgspec.ValidationError, ValueError) as error:
        raise ChangeRefused(f"{name} cannot be {value!r:.60}: {error}") from None


def _flat(value: Any) -> Any:
    """Parts as objects, with what is unknown of them among their fields."""
    if isinstance(value, list | tuple):
        return [_flat(item) for item in value]
    if isinstance(value, Part) and value.unknown:
        found: dict[str, Any] = msgspec.to_builtins(value)
        del found["unknown"]
        return {**found, **value.unknown}
    return value


def _whole(value: Any) -> Any:
    """A value of JSON without half characters, which no file takes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list | tuple) else value


def _kept(part: type[Part] | None, value: Any) -> Any:
    """What JSON has of one part or a list of them, with all fields that the part does not know under `unknown`."""
    if part is None:
        return value
    if isinstance(value, list | tuple):
        return [_kept(part, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    known = {name: value[name] for name in part.__struct_fields__ if name in value and name != "unknown"}
    unknown = {name: item for name, item in value.items() if name not in known}
    return {**known, "unknown": unknown} if unknown else known
