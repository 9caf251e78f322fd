"""Reading the server's tables, of lists and of watches: bytes to rows of cells."""

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Any

import msgspec

from state.cluster.kinds.decoding import ODD, Extra, Extras, JsonDecoder, ListMetadata, bare_row, one_page, page_of
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Event, Page, Row
from state.cluster.kinds.metadata import Metadata, Shape, identity
from state.cluster.kinds.moments import moment

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
_LONGEST = 1024
_SHARED = 64
Value = str | int | float | bool | None


class TableRow(Row, frozen=True, kw_only=True, gc=False):
    """An object as the server's table shows it."""

    cells: tuple[Value, ...] = ()
    """The values behind the name, in the order of the kind's columns. Dates whose path is known are seconds since
    the epoch."""


class _Column(msgspec.Struct, gc=False):
    name: str = ""


class _LeanRow(msgspec.Struct, gc=False):
    object: Shape
    cells: list[Any] | None = None


class _RawRow(msgspec.Struct, gc=False):
    object: msgspec.Raw
    cells: list[Any] | None = None


class _Object(msgspec.Struct, gc=False):
    metadata: Metadata


class _Table(msgspec.Struct, gc=False, rename="camel"):
    kind: str
    metadata: ListMetadata = msgspec.field(default_factory=ListMetadata)
    column_definitions: list[_Column] | None = None


class _LeanTable(_Table):
    rows: list[_LeanRow] | None = None


class _RawTable(_Table):
    rows: list[_RawRow] | None = None


class _Event(msgspec.Struct, gc=False):
    type: str
    object: _RawTable


_lean_tables = msgspec.json.Decoder(_LeanTable)
_raw_tables = msgspec.json.Decoder(_RawTable)
_events = msgspec.json.Decoder(_Event)
_objects = msgspec.json.Decoder(_Object)


class TableDecoder:
    """Reads tables with these columns behind the name; from a server that makes none, the objects' metadata.

    The server may add columns or change their order while it is read: cells are taken by their columns' names.
    """

    def __init__(
        self,
        columns: Sequence[str],
        dates: Mapping[int, int],
        moments: Extras | None = None,
        extras: Extras | None = None,
    ) -> None:
        """`dates` says for a column which of the values of `moments` it shows in place of the server's text."""
        self._columns = tuple(columns)
        self._dates = dict(dates)
        self._moments = moments
        self._extras = extras
        self._none: Extra = extras.none if extras is not None else ()
        self._places: tuple[int, ...] = tuple(range(1, len(columns) + 1))
        self._plain: JsonDecoder[Shape, TableRow] = JsonDecoder(Shape, _flatten_plain, TableRow, extras)

    def with_extras(self, extras: Extras) -> "TableDecoder":
        """Return a decoder of the same kind that keeps further values in `Row.extra`."""
        return TableDecoder(self._columns, self._dates, self._moments, extras)

    def page(self, body: bytes) -> Page[TableRow]:
        """Return a list's page. One odd object never fails it; a body that is no list raises ValueError."""
        if self._moments is None and self._extras is None:
            with one_page:
                try:
                    found = _lean_tables.decode(body)
                    if found.kind == "Table":
                        self._learn(found)
                        rows = [self._row(one.object.metadata, one.cells or (), (), ()) for one in found.rows or ()]
                        return page_of(rows, found.metadata, 0)
                except ODD:
                    pass
        with one_page:
            try:
                table = _raw_tables.decode(body)
            except ODD:
                table = None
            if table is not None and table.kind == "Table":
                return self._page_by_row(table)
        return self._plain.page(body)

    def event(self, line: bytes) -> Event[TableRow] | list[Event[TableRow]]:
        """Return one line of a watch. Never raises: a line that is no event is a Failure with status 0."""
        try:
            event = _events.decode(line)
            table = event.object
            if table.kind != "Table":
                return self._plain.event(line)
            if event.type == "BOOKMARK":
                return Bookmark(table.metadata.resource_version)
            if event.type not in ("ADDED", "MODIFIED", "DELETED"):
                return self._plain.event(line)
            self._learn(table)
            events = [self._event(event.type, one, table.metadata.resource_version) for one in table.rows or ()]
        except ODD:
            return self._plain.event(line)
        return events if len(events) != 1 else events[0]

    def _event(self, type_: str, one: _RawRow, version: str) -> Event[TableRow]:
        try:
            row = self._row_of(one)
        except ODD:
            bare = bare_row(one.object, TableRow, self._none)
            if bare is None:
                raise
            row = bare[0]
        return Deleted(row.uid, version) if type_ == "DELETED" else Changed(row, version)

    def _page_by_row(self, table: _RawTable) -> Page[TableRow]:
        self._learn(table)
        rows: list[TableRow] = []
        unreadable = 0
        for one in table.rows or ():
            try:
                rows.append(self._row_of(one))
            except ODD:
                unreadable += 1
                bare = bare_row(one.object, TableRow, self._none)
                if bare is not None:
                    rows.append(bare[0])
        return page_of(rows, table.metadata, unreadable)

    def _row_of(self, one: _RawRow) -> TableRow:
        moments = self._moments.item(one.object) if self._moments is not None else ()
        extra = self._extras.item(one.object) if self._extras is not None else ()
        return self._row(_objects.decode(one.object).metadata, one.cells or (), moments, extra)

    def _learn(self, table: _Table) -> None:
        """Take note of where the columns stand; a watch says so in its first event only."""
        if table.column_definitions is None:
            return
        names = [column.name for column in table.column_definitions]
        self._places = tuple(
            at if names[at : at + 1] == [name] else names.index(name) if name in names else -1
            for at, name in enumerate(self._columns, 1)
        )

    def _row(self, metadata: Metadata, cells: Sequence[Any], moments: Extra, extra: Extra) -> TableRow:
        if not metadata.uid:
            # What a server measures rather than keeps, usage for example, has none.
            metadata.uid = f"{metadata.namespace}/{metadata.name}"
        last = len(cells)
        values = [_value(cells[place]) if 0 <= place < last else None for place in self._places]
        for column, at in self._dates.items():
            values[column] = moment(found) if isinstance(found := moments[at], str) else None
        return TableRow(**identity(metadata, extra), cells=tuple(values))


def _flatten_plain(found: Shape, extra: Extra) -> TableRow:
    return TableRow(**identity(found.metadata, extra))


def _value(cell: Any) -> Value:
    if isinstance(cell, str):
        return intern(cell) if len(cell) <= _SHARED else cell[:_LONGEST]
    if cell is None or isinstance(cell, int | float):
        return cell
    return msgspec.json.encode(cell).decode()[:_LONGEST]
