"""JSONPath as kubectl's custom columns take it, as far as columns need it: fields, items, and filters on them."""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec


class JsonPathError(ValueError):
    """A path that cannot be used. The text says what is wrong and at which character."""


@dataclass(frozen=True, slots=True)
class Field:
    """`.name` or `['name']`."""

    name: str


@dataclass(frozen=True, slots=True)
class Items:
    """`[2]`, `[-1]`, `[0:2]` or `[*]`: some items of a list; `[*]` also the values of an object."""

    chosen: slice

    @property
    def all(self) -> bool:
        return self.chosen == slice(None)


@dataclass(frozen=True, slots=True)
class Where:
    """`[?(@.path == value)]`, or `[?(@.path)]` for items that have it: those items of a list."""

    path: "Path"
    compare: Callable[[Any, Any], bool] | None = None
    value: Any = None

    def holds(self, item: Any) -> bool:
        found = list(walk(item, self.path))
        if self.compare is None:
            return bool(found)
        try:
            return any(self.compare(one, self.value) for one in found)
        except TypeError:
            return False


Step = Field | Items | Where
Path = tuple[Step, ...]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_NAME = re.compile(r"(?:\\.|[^.\[\]\\\s(){}'\"=!<>])+")
_QUOTED = re.compile(r"\[\s*(?:'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\")\s*\]")
_INDEX = re.compile(r"\[\s*(-?\d+)\s*\]")
_SLICE = re.compile(r"\[\s*(-?\d*)\s*:\s*(-?\d*)\s*\]")
_EVERY = re.compile(r"\[\s*\*\s*\]|\.\*")
_WHERE = re.compile(r"\[\s*\?\s*\(\s*@")
_WHERE_END = re.compile(r"\s*(?:(==|!=|<=|>=|<|>)\s*('(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[^\s)]+))?\s*\)\s*\]")
_DEEP = 32


def parse(text: str) -> Path:
    """Return a path's steps. Braces around it and a `$` before it may be left out. Raises JsonPathError."""
    start = len(text) - len(text.lstrip())
    stripped = text.strip()
    if stripped.startswith("{") and stripped.endswith("}"):
        stripped = stripped[1:-1]
        start += 1
    if stripped.startswith("$"):
        stripped = stripped[1:]
        start += 1
    if stripped and stripped[0] not in ".[":
        stripped = "." + stripped
        start -= 1
    path, end = _steps(stripped, 0, text, start)
    if end != len(stripped):
        raise _wrong(text, start + end, f"{stripped[end]!r} is not expected")
    if not path:
        raise JsonPathError(f"the path {text!r} names nothing: write it like .spec.nodeName")
    if len(path) > _DEEP:
        raise JsonPathError(f"the path {text!r} is deeper than {_DEEP} steps")
    return path


def _steps(text: str, at: int, whole: str, start: int) -> tuple[Path, int]:
    steps: list[Step] = []
    while at < len(text) and text[at] in ".[":
        if text.startswith("..", at):
            raise _wrong(whole, start + at, "'..' (search at any depth) is not supported: name every field")
        step: Step
        if found := _EVERY.match(text, at):
            step = Items(slice(None))
        elif found := _QUOTED.match(text, at):
            step = Field(_plain(found[1] if found[1] is not None else found[2]))
        elif found := _INDEX.match(text, at):
            first = int(found[1])
            step = Items(slice(first, first + 1 or None))
        elif found := _SLICE.match(text, at):
            step = Items(slice(int(found[1]) if found[1] else None, int(found[2]) if found[2] else None))
        elif found := _WHERE.match(text, at):
            inner, end = _steps(text, found.end(), whole, start)
            found = _WHERE_END.match(text, end)
            if found is None:
                raise _wrong(whole, start + end, "the filter does not end: write it like [?(@.type == 'Ready')]")
            step = Where(inner, _COMPARISONS[found[1]], _literal(found[2])) if found[1] else Where(inner)
        elif text[at] == "." and (found := _NAME.match(text, at + 1)):
            step = Field(_plain(found[0]))
        else:
            what = "a field's name" if text[at] == "." else "an index, a 'name', * or ?(@…) and a ]"
            raise _wrong(whole, start + at + 1, f"{what} is missing")
        steps.append(step)
        at = found.end()
    return tuple(steps), at


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _literal(text: str) -> Any:
    if text[0] in "'\"":
        return _plain(text[1:-1])
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _wrong(text: str, at: int, what: str) -> JsonPathError:
    return JsonPathError(f"the path {text!r} cannot be read at character {max(at, 0) + 1}: {what}")


def walk(value: Any, path: Path) -> Iterator[Any]:
    """Iterate over what a path finds in a JSON value, or in one decoded into structs of that shape."""
    if value is None:
        return
    if not path:
        yield value
        return
    step, rest = path[0], path[1:]
    if isinstance(step, Field):
        yield from walk(_field(value, step.name), rest)
    elif isinstance(step, Items):
        items = list(value.values()) if isinstance(value, dict) and step.all else value
        for item in items[step.chosen] if isinstance(items, list) else ():
            yield from walk(item, rest)
    else:
        for item in value if isinstance(value, list) else ():
            if step.holds(item):
                yield from walk(item, rest)


def _field(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, msgspec.Struct):
        names = type(value).__struct_encode_fields__
        return getattr(value, type(value).__struct_fields__[names.index(name)]) if name in names else None
    return None
