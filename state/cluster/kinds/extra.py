"""Columns of the user's own: JSONPaths compiled to structs, so that a list is read no more slowly than it must."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from sys import intern
from typing import Any, Protocol, runtime_checkable

import msgspec

from state.cell import Cell, Tone
from state.cluster.kinds.columns import NONE
from state.cluster.kinds.decoding import Extra, Extras
from state.cluster.kinds.kind import WIDE, Column, Kind, R, Row
from state.jsonpath import Field, Items, Path, parse, walk
from state.printable import printable

_LONGEST = 256
_ODD = (msgspec.MsgspecError, ValueError, RecursionError)


def with_paths(kind: Kind[R], paths: Sequence[tuple[str, str]]) -> Kind[R]:
    """Return a kind with a column more for each `(header, JSONPath)`; the values stand in `Row.extra`, in order.

    Raises JsonPathError for a path that cannot be read, ValueError for a header that the kind has already, a path
    to what no column may show, or a kind whose rows are parts of objects.
    """
    if not paths:
        return kind
    if not isinstance(kind.decoder, _Extensible):
        raise ValueError(f"{kind.resource.plural} are parts of other objects and take no columns of your own")
    headers = {column.header for column in kind.columns}
    columns: list[Column[Any]] = []
    for index, (header, _) in enumerate(paths):
        name = printable(header).upper()
        if not name.strip() or name in headers:
            raise ValueError(f"a column of {kind.resource.plural} cannot be called {name!r}: choose another header")
        headers.add(name)
        columns.append(_column(name, index))
    steps = tuple(parse(path) for _, path in paths)
    for (_, path), parsed in zip(paths, steps, strict=True):
        if any(_meets(parsed, field) for field in kind.concealed):
            raise ValueError(f"{path} leads to what no column of {kind.resource.plural} may show: choose another path")
    decoder = kind.decoder.with_extras(PathExtras(steps))
    default = [column for column in kind.columns if column.importance < WIDE]
    wide = [column for column in kind.columns if column.importance >= WIDE]
    # A table has the objects in it that the paths are walked in.
    query = tuple((key, "Object" if key == "includeObject" else value) for key, value in kind.query)
    return replace(kind, columns=(*default, *columns, *wide), decoder=decoder, query=query)


def _meets(path: Path, field: tuple[str, ...]) -> bool:
    """Return whether a path leads into a field, or to something that holds it."""
    for step, name in zip(path, field, strict=False):
        if isinstance(step, Field) and step.name != name:
            return False
        if not isinstance(step, Field) and not (isinstance(step, Items) and step.all):
            return False
    return True


@runtime_checkable
class _Extensible(Protocol):
    def with_extras(self, extras: Extras) -> Any: ...


class PathExtras:
    """Reads the values of some paths from an object's JSON, skipping everything beside them."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        self.none: Extra = (None,) * len(paths)
        shape = _shape(paths)
        item: Any = shape.type("Item")
        lists: Any = msgspec.defstruct("List", [("items", list[item] | None, None)], gc=False)
        events: Any = msgspec.defstruct("Event", [("object", item)], gc=False)
        self._items: msgspec.json.Decoder[Any] = msgspec.json.Decoder(item)
        self._lists: msgspec.json.Decoder[Any] = msgspec.json.Decoder(lists)
        self._events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(events)

    def page(self, body: bytes) -> list[Extra]:
        """Return the values of every item of a list. Raises an error of msgspec when the body is no list."""
        try:
            return [self._values(item) for item in self._lists.decode(body).items or ()]
        except _ODD:
            return [self.item(item) for item in msgspec.json.decode(body, type=_RawList).items or ()]

    def item(self, body: bytes | msgspec.Raw) -> Extra:
        """Return the values of one object. Never raises."""
        try:
            return self._values(self._items.decode(body))
        except _ODD:
            pass
        try:
            # A field is of another form than the paths expect; those that fit are read all the same.
            return self._values(msgspec.json.decode(body))
        except _ODD:
            return self.none

    def event(self, line: bytes) -> Extra:
        """Return the values of a watch event's object. Never raises."""
        try:
            return self._values(self._events.decode(line).object)
        except _ODD:
            pass
        try:
            return self.item(msgspec.json.decode(line, type=_RawEvent).object)
        except _ODD:
            return self.none

    def _values(self, found: Any) -> Extra:
        return tuple([_value(list(walk(found, path))) for path in self._paths])


class _RawList(msgspec.Struct):
    items: list[msgspec.Raw] | None = None


class _RawEvent(msgspec.Struct):
    object: msgspec.Raw


@dataclass(slots=True)
class _Shape:
    """What some paths want of one place in an object."""

    whole: bool = False
    fields: dict[str, "_Shape"] = field(default_factory=dict)
    items: "_Shape | None" = None

    def add(self, path: Path) -> None:
        if not path:
            self.whole = True
            return
        step, rest = path[0], path[1:]
        if isinstance(step, Field):
            self.fields.setdefault(step.name, _Shape()).add(rest)
            return
        if self.items is None:
            self.items = _Shape()
        self.items.add(rest)
        if isinstance(step, Items) and step.all:
            # May be the values of an object as well.
            self.whole = True
        elif not isinstance(step, Items):
            self.items.add(step.path)

    def type(self, name: str) -> Any:
        """Return the type that decodes just what is wanted."""
        if self.whole or (self.fields and self.items is not None):
            return Any
        if self.items is not None:
            return list[self.items.type(name)] | None  # type: ignore[misc]
        names = {f"f{index}": key for index, key in enumerate(self.fields)}
        fields = [(attribute, self.fields[key].type(f"{name}_{attribute}"), None) for attribute, key in names.items()]
        struct = msgspec.defstruct(name, fields, rename=names, gc=False)
        return struct if name == "Item" else struct | None


def _shape(paths: tuple[Path, ...]) -> _Shape:
    shape = _Shape()
    for path in paths:
        shape.add(path)
    return shape


def _value(found: list[Any]) -> Any:
    """Return a number or a text for what a path found; several are joined by commas, None stands for nothing."""
    if not found:
        return None
    if len(found) > 1:
        return _cut(",".join(str(_value([one])) for one in found))
    one = found[0]
    if isinstance(one, str):
        return _cut(one)
    if isinstance(one, bool):
        return str(one).lower()
    if isinstance(one, int | float):
        return one
    return _cut(msgspec.json.encode(one).decode())


def _cut(text: str) -> str:
    return intern(text[:_LONGEST])


def _column(header: str, index: int) -> Column[Any]:
    def value(row: Row) -> Any:
        return row.extra[index] if index < len(row.extra) else None

    def cell(row: Row, now: float) -> Cell:
        found = value(row)
        return Cell(NONE, Tone.FAINT) if found is None else Cell(printable(str(found)))

    def sort_key(row: Row) -> tuple[int, float, str]:
        found = value(row)
        if found is None:
            return 0, 0.0, ""
        return (2, 0.0, found) if isinstance(found, str) else (1, float(found), "")

    return Column(header, cell, sort_key, width=16, importance=1)
