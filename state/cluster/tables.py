"""Kinds made at run time: any resource through the server's own table of it, watched like all others."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from state.age import age
from state.cell import Cell, Tone
from state.cluster.kinds.catalogue import written
from state.cluster.kinds.columns import (
    UNREADABLE,
    age_column,
    created_column,
    health_column,
    name_column,
    namespace_column,
)
from state.cluster.kinds.extra import PathExtras
from state.cluster.kinds.kind import WIDE, Column, Fault, Kind, Resource
from state.cluster.kinds.quantities import quantity
from state.cluster.printing import AGE_PATH, Printed
from state.cluster.table_decoding import TABLE, TableDecoder, TableRow
from state.jsonpath import JsonPathError, Path, parse
from state.printable import printable

ACCEPT = f"{TABLE},application/json"
_NUMBERS = ("integer", "number")
_NARROW = {"integer": 8, "number": 8, "boolean": 7, "date": 9}
_DIGITS = re.compile(r"(\d+)")
_DURATION = re.compile(r"(\d+)([smhdy])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}


def table_kind(resource: Resource, printed: Sequence[Printed], *, watched: bool = True) -> Kind[TableRow]:
    """Return the kind of a resource whose table has these columns behind the name.

    Dates whose path is known tick and sort as the moments they are; for those beside the creation whole objects
    are read. Others are the server's frozen text. Numbers sort as numbers, texts with numbers by these.
    """
    paths = [_moment_path(column) for column in printed]
    read = [path for path in paths if path is not None]
    decoder = TableDecoder(
        [column.name for column in printed],
        {index: read.index(path) for index, path in enumerate(paths) if path is not None},
        PathExtras(tuple(read)) if read else None,
    )
    fault = _fault(printed)
    columns: list[Column[Any]] = [health_column(fault)]
    if resource.namespaced:
        columns.append(namespace_column())
    columns.append(name_column())
    headers = {column.header for column in columns}
    for index, one in enumerate(printed):
        header = _header(one, headers)
        headers.add(header)
        columns.append(_column(one, header, index, paths[index] is not None))
    if not any(_is_creation(one) for one in printed):
        columns.append(age_column())
    return Kind(
        resource,
        tuple(columns),
        decoder,
        fault,
        _words,
        query=(("includeObject", "Object" if read else "Metadata"),),
        accept=ACCEPT,
        watched=watched,
    )


def kind_for(resource: Resource, printed: Sequence[Printed] = ()) -> Kind[Any]:
    """Return the kind that is written for a resource in this version, else one made of its table's columns."""
    return written(resource) or table_kind(resource, printed)


def _moment_path(column: Printed) -> Path | None:
    if column.type != "date" or not column.path or column.path == AGE_PATH:
        return None
    try:
        return parse(column.path)
    except JsonPathError:
        return None


def _is_creation(column: Printed) -> bool:
    return column.path == AGE_PATH or (not column.path and column.name in ("Age", "Created At"))


def _header(column: Printed, taken: set[str]) -> str:
    wanted = printable(column.name).upper().strip() or "?"
    header, again = wanted, 2
    while header in taken:
        header, again = f"{wanted} {again}", again + 1
    return header


def _column(column: Printed, header: str, index: int, dated: bool) -> Column[Any]:
    importance = WIDE if column.priority > 0 else min(1 + index // 2, WIDE - 1)
    if _is_creation(column) and not column.path and column.name == "Created At":
        return created_column()
    if _is_creation(column):
        return _renamed(age_column(), header, importance)
    width = max(_NARROW.get(column.type, 18), min(len(header), 24))
    get = _value(index)
    if dated:
        return Column(
            header,
            lambda row, now: _moment(get(row), now),
            lambda row: -(get(row) or 0.0),
            width,
            right=True,
            importance=importance,
            ticks=True,
            moment=lambda row: get(row) or 0.0,
        )
    tone = _ready_tone if header == "READY" else None
    return Column(
        header,
        lambda row, now: _cell(get(row), tone),
        _sort_key(column, get),
        width,
        right=column.type in _NUMBERS,
        middle=column.type == "string",
        importance=importance,
    )


def _renamed(column: Column[Any], header: str, importance: int) -> Column[Any]:
    return replace(column, header=header, importance=importance)


def _value(index: int) -> Callable[[TableRow], Any]:
    return lambda row: row.cells[index] if index < len(row.cells) else None


def _cell(value: Any, tone: Callable[[str], Tone] | None) -> Cell:
    if value is None:
        return Cell("")
    text = str(value).lower() if isinstance(value, bool) else printable(str(value))
    return Cell(text, tone(text) if tone is not None else Tone.TEXT)


def _moment(when: float | None, now: float) -> Cell:
    """Return an age, or for a date to come how far off it is."""
    if not when:
        return Cell("")
    ahead = when - now
    return Cell(f"in {age(ahead)}" if ahead > 0 else age(-ahead), Tone.QUIET)


def _sort_key(column: Printed, get: Callable[[TableRow], Any]) -> Callable[[TableRow], Any]:
    if column.format == "quantity":
        order = _by_quantity
    elif column.type == "date":
        order = _by_age
    else:
        order = _by_value
    return lambda row: order(get(row))


def _by_quantity(value: Any) -> tuple[Any, ...]:
    try:
        return 1, quantity(str(value)), ()
    except ValueError:
        return _by_value(value)


def _by_age(value: Any) -> tuple[Any, ...]:
    parts = _DURATION.findall(str(value))
    return (1, sum(float(number) * _UNITS[unit] for number, unit in parts), ()) if parts else _by_value(value)


def _by_value(value: Any) -> tuple[Any, ...]:
    """Return what orders a value: nothing, then numbers and booleans, then texts with the numbers in them as such."""
    if value is None:
        return 0, 0.0, ()
    if isinstance(value, int | float):
        return 1, float(value), ()
    parts = _DIGITS.split(value)
    return 2, 0.0, tuple((part, 0) if place % 2 == 0 else ("", int(part)) for place, part in enumerate(parts))


def _fault(printed: Sequence[Printed]) -> Callable[[TableRow, float], Fault | None]:
    ready = next((index for index, one in enumerate(printed) if one.name.upper() == "READY"), None)
    get = _value(ready) if ready is not None else None

    def fault(row: TableRow, now: float) -> Fault | None:
        """Return what is wrong with a row: a column `Ready` that says False is all that tables have in common."""
        if row.unreadable:
            return UNREADABLE
        if get is not None and str(get(row)).casefold() == "false":
            return Fault("not ready", Tone.WARN, 48)
        return None

    return fault


def _ready_tone(text: str) -> Tone:
    return {"true": Tone.TEXT, "false": Tone.BAD, "unknown": Tone.WARN}.get(text.casefold(), Tone.TEXT)


def _words(row: TableRow) -> str:
    shown = " ".join(one for one in row.cells if isinstance(one, str))
    return f"{row.namespace}/{row.name} {shown}"
