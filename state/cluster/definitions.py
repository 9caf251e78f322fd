"""The names of custom resource definitions, watched: what tells at once that kinds come or go.

Definitions are large, with a schema for each version, and appliers keep a copy of all of it in an annotation. So the
server is asked for its table without the objects; a row is a name.
"""

import msgspec

from state.cluster.kinds.custom_resource_definitions import DEFINITION
from state.cluster.kinds.decoding import ODD, JsonDecoder, ListMetadata, page_of
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Event, Kind, Page, Row
from state.cluster.kinds.metadata import Shape
from state.cluster.tables import ACCEPT


class _Row(msgspec.Struct, gc=False):
    cells: list[object] | None = None


class _Table(msgspec.Struct, gc=False):
    kind: str
    metadata: ListMetadata = msgspec.field(default_factory=ListMetadata)
    rows: list[_Row] | None = None


class _Event(msgspec.Struct, gc=False):
    type: str
    object: _Table


_tables = msgspec.json.Decoder(_Table)
_events = msgspec.json.Decoder(_Event)


class NamesDecoder:
    """Reads tables whose first cell is the name, which is what tells a row from others; else whole objects."""

    def __init__(self) -> None:
        self._plain: JsonDecoder[Shape, Row] = JsonDecoder(Shape, lambda found, extra: _row(found.metadata.name), Row)

    def page(self, body: bytes) -> Page[Row]:
        """Return a list's page; a body that is no list raises ValueError."""
        try:
            table = _tables.decode(body)
        except ODD:
            return self._plain.page(body)
        if table.kind != "Table":
            return self._plain.page(body)
        return page_of([_row(name) for one in table.rows or () if (name := _name(one))], table.metadata, 0)

    def event(self, line: bytes) -> Event[Row] | list[Event[Row]]:
        """Return one line of a watch. Never raises: a line that is no event is a Failure with status 0."""
        try:
            event = _events.decode(line)
        except ODD:
            return self._plain.event(line)
        table, version = event.object, event.object.metadata.resource_version
        if table.kind == "Table" and event.type == "BOOKMARK":
            return Bookmark(version)
        if table.kind != "Table" or event.type not in ("ADDED", "MODIFIED", "DELETED"):
            return self._plain.event(line)
        names = [name for one in table.rows or () if (name := _name(one))]
        if event.type == "DELETED":
            return [Deleted(name, version) for name in names]
        return [Changed(_row(name), version) for name in names]


def _name(row: _Row) -> str:
    return str(row.cells[0]) if row.cells else ""


def _row(name: str) -> Row:
    return Row(uid=name, name=name)


DEFINITION_NAMES: Kind[Row] = Kind(
    DEFINITION.resource, (), NamesDecoder(), query=(("includeObject", "None"),), accept=ACCEPT
)
"""The definitions by their names alone."""
