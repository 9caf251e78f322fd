"""Objects, lists and watch events as bytes; whole objects are spliced from encodings made once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from cockpit.simulator.api.event_view import new_event
from cockpit.simulator.api.representation import Representation, Shape
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.tables.views import view_of
from cockpit.simulator.store import Object, Stored

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder().decode

_PARTIAL = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
_PIECE = 128


@dataclass(frozen=True, slots=True)
class Encoder:
    """Writes objects of one kind in one representation. `now` is the moment that ages are counted from."""

    resource: Resource
    form: Representation
    now: float

    def one(self, stored: Stored) -> bytes:
        """Return an object as the answer to a request for it."""
        return self._item(stored, with_columns=True) + b"\n"

    def many(self, items: Sequence[Stored], metadata: Object) -> Iterator[bytes]:
        """Yield the pieces of a list. `metadata` is the list's own."""
        match self.form.shape:
            case Shape.TABLE:
                yield self._table_head(metadata) + b',"rows":['
                write = self._row
            case Shape.METADATA:
                head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
                yield encode(head)[:-1] + b',"items":['
                write = self._partial
            case _:
                kind = {"kind": self.resource.list_kind, "apiVersion": self.resource.group_version}
                yield encode({**kind, "metadata": metadata})[:-1] + b',"items":['
                write = self._list_item
        for start in range(0, len(items), _PIECE):
            yield (b"," if start else b"") + b",".join(write(stored) for stored in items[start : start + _PIECE])
        yield b"]}\n"

    def event(self, kind: str, stored: Stored, *, first: bool) -> bytes:
        """Return a watch event; the first of a table's watch brings the columns."""
        return b'{"type":"%s","object":%s}\n' % (kind.encode(), self._item(stored, with_columns=first))

    def bookmark(self, revision: int, *, initial_events_end: bool, first: bool) -> bytes:
        """Return the event that says: a watch that went this far has seen everything up to a revision."""
        metadata: Object = {"resourceVersion": str(revision)}
        if initial_events_end:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        obj: Object = {"kind": self.resource.kind, "apiVersion": self.resource.group_version, "metadata": metadata}
        if self.form.shape is Shape.METADATA:
            obj.update(_PARTIAL)
        if self.form.shape is Shape.TABLE:
            head = self._table_head({"resourceVersion": str(revision)}, with_columns=first)
            row = encode({"cells": [], "object": {**_PARTIAL, "metadata": metadata}})
            return b'{"type":"BOOKMARK","object":%s,"rows":[%s]}}\n' % (head, row)
        return b'{"type":"BOOKMARK","object":%s}\n' % encode(obj)

    def _item(self, stored: Stored, *, with_columns: bool) -> bytes:
        match self.form.shape:
            case Shape.TABLE:
                metadata = {"resourceVersion": stored.object["metadata"]["resourceVersion"]}
                return self._table_head(metadata, with_columns=with_columns) + b',"rows":[%s]}' % self._row(stored)
            case Shape.METADATA:
                return self._partial(stored)
            case _:
                return self._whole(stored)

    def _whole(self, stored: Stored) -> bytes:
        resource = self.resource
        if resource.stored_as is not None:
            return encode(new_event(stored.object))
        head = b'{"kind":"%s","apiVersion":"%s",' % (resource.kind.encode(), resource.group_version.encode())
        return head + stored.bare[1:]

    def _list_item(self, stored: Stored) -> bytes:
        resource = self.resource
        if resource.definition is not None:
            return self._whole(stored)
        if resource.stored_as is not None:
            view = new_event(stored.object)
            return encode({key: value for key, value in view.items() if key not in ("kind", "apiVersion")})
        return stored.bare

    def _partial(self, stored: Stored) -> bytes:
        return encode({**_PARTIAL, "metadata": stored.object["metadata"]})

    def _row(self, stored: Stored) -> bytes:
        cells = encode(view_of(self.resource).cells(stored.object, self.now))
        match self.form.include:
            case "None":
                obj = b"null"
            case "Object":
                obj = self._whole(stored)
            case _:
                obj = self._partial(stored)
        return b'{"cells":%s,"object":%s}' % (cells, obj)

    def _table_head(self, metadata: Object, *, with_columns: bool = True) -> bytes:
        columns = [column.as_json() for column in view_of(self.resource).columns] if with_columns else None
        head = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": columns}
        return encode(head)[:-1]
