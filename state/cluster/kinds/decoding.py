"""Reading lists and watches of any kind: bytes to rows, with nothing kept of the JSON in between."""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Failure, Page, R
from state.cluster.kinds.metadata import Metadata, Shape, identity

S = TypeVar("S", bound=Shape)
S_in = TypeVar("S_in", bound=Shape, contravariant=True)
R_out = TypeVar("R_out", covariant=True)
Extra = tuple[Any, ...]

# Ten lists at start would decode ten pages in turns, each slowing the others and the loop; one at a time does not.
one_page = Lock()
ODD = (msgspec.MsgspecError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What an odd object makes msgspec or a `flatten` raise."""
_QUOTED = 80


class Flatten(Protocol[S_in, R_out]):
    """Makes a row of one object's JSON. Pure; may raise on odd values, and the row is then an unreadable one."""

    def __call__(self, found: S_in, extra: Extra, /) -> R_out: ...


class Extras(Protocol):
    """Reads further values from the same bytes, one tuple an object."""

    @property
    def none(self) -> Extra:
        """The values of an object that has none of them."""
        ...

    def page(self, body: bytes) -> list[Extra]:
        """Return the values of every item of a list. Raises an error of msgspec when one is odd."""
        ...

    def item(self, body: bytes | msgspec.Raw) -> Extra:
        """Return the values of one object. Never raises."""
        ...

    def event(self, line: bytes) -> Extra:
        """Return the values of a watch event's object. Never raises."""
        ...


class ListMetadata(msgspec.Struct, gc=False, rename="camel"):
    """`metadata` of a list."""

    resource_version: str = ""
    token: str | None = msgspec.field(default=None, name="continue")
    remaining_item_count: int | None = None


class _RawList(msgspec.Struct, gc=False):
    kind: str
    metadata: ListMetadata
    items: list[msgspec.Raw] | None = None


class _AnyEvent(msgspec.Struct, gc=False):
    type: str
    object: msgspec.Raw


class _Status(msgspec.Struct, gc=False):
    code: int | None = None
    reason: str | None = None
    message: str | None = None


class _Bare(msgspec.Struct, gc=False):
    metadata: Metadata


class _BarestMetadata(msgspec.Struct, gc=False, rename="camel"):
    uid: str
    name: str = ""
    namespace: str = ""
    resource_version: str = ""


class _Barest(msgspec.Struct, gc=False):
    metadata: _BarestMetadata


_raw_lists = msgspec.json.Decoder(_RawList)
_any_events = msgspec.json.Decoder(_AnyEvent)
_statuses = msgspec.json.Decoder(_Status)
_bare = msgspec.json.Decoder(_Bare)
_barest = msgspec.json.Decoder(_Barest)


class JsonDecoder(Generic[S, R]):
    """Decodes objects into a lean struct of their JSON shape and flattens that into a row."""

    def __init__(
        self,
        shape: type[S],
        flatten: Flatten[S, R],
        row: Callable[..., R],
        extras: Extras | None = None,
        *,
        quotes: bool = True,
    ) -> None:
        """`row` makes a row from the fields that all kinds have, for objects that cannot be read.

        `quotes` lets sentences on what cannot be read quote the beginning of it.
        """
        self._shape = shape
        self._flatten = flatten
        self._row = row
        self._extras = extras
        self._quotes = quotes
        self._none: Extra = extras.none if extras else ()
        lists: Any = msgspec.defstruct(
            "List",
            [("kind", str), ("metadata", ListMetadata), ("items", list[shape] | None, None)],  # type: ignore[valid-type]
            gc=False,
        )
        events: Any = msgspec.defstruct("Event", [("type", str), ("object", shape)], gc=False)
        self._lists: msgspec.json.Decoder[Any] = msgspec.json.Decoder(lists)
        self._events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(events)
        self._items: msgspec.json.Decoder[S] = msgspec.json.Decoder(shape)

    def with_extras(self, extras: Extras) -> "JsonDecoder[S, R]":
        """Return a decoder of the same kind that keeps further values in `Row.extra`."""
        return JsonDecoder(self._shape, self._flatten, self._row, extras, quotes=self._quotes)

    def page(self, body: bytes) -> Page[R]:
        """Return a list's page. One odd object never fails it; a body that is no list raises ValueError."""
        with one_page:
            try:
                found = self._lists.decode(body)
                _check_list(found.kind)
                rows = self._rows(found.items or [], body)
            except ODD:
                return self._page_by_item(body)
        return page_of(rows, found.metadata, 0)

    def event(self, line: bytes) -> Changed[R] | Deleted | Bookmark | Failure:
        """Return one line of a watch. Never raises: a line that is no event is a Failure with status 0."""
        try:
            event = self._events.decode(line)
            metadata: Metadata = event.object.metadata
            if event.type in ("MODIFIED", "ADDED"):
                extra = self._extras.event(line) if self._extras else ()
                return Changed(self._flatten(event.object, extra), metadata.resource_version)
            if event.type == "DELETED" and metadata.uid:
                return Deleted(metadata.uid, metadata.resource_version)
            if event.type == "BOOKMARK":
                return Bookmark(metadata.resource_version)
        except ODD:
            pass
        return self._odd_event(line)

    def _rows(self, items: Iterable[S], body: bytes) -> list[R]:
        flatten = self._flatten
        if self._extras is None:
            return [flatten(item, ()) for item in items]
        return [flatten(item, extra) for item, extra in zip(items, self._extras.page(body), strict=True)]

    def _page_by_item(self, body: bytes) -> Page[R]:
        try:
            found = _raw_lists.decode(body)
            _check_list(found.kind)
        except ODD as error:
            raise ValueError(f"the server's answer is no list: {error}{self._quoted(body)}") from None
        rows: list[R] = []
        unreadable = 0
        for item in found.items or ():
            try:
                extra = self._extras.item(item) if self._extras else ()
                rows.append(self._flatten(self._items.decode(item), extra))
            except ODD:
                unreadable += 1
                bare = bare_row(item, self._row, self._none)
                if bare is not None:
                    rows.append(bare[0])
        return page_of(rows, found.metadata, unreadable)

    def _odd_event(self, line: bytes) -> Changed[R] | Deleted | Bookmark | Failure:
        try:
            event = _any_events.decode(line)
        except ODD as error:
            return Failure(0, "", f"a line of the watch is no event: {error}{self._quoted(line)}")
        if event.type == "ERROR":
            try:
                status = _statuses.decode(event.object)
            except ODD:
                status = _Status()
            return Failure(status.code or 0, status.reason or "", status.message or "the server ended the watch")
        if event.type == "BOOKMARK":
            try:
                return Bookmark(_bare.decode(event.object).metadata.resource_version)
            except ODD:
                pass
        bare = bare_row(event.object, self._row, self._none)
        if bare is not None and event.type in ("ADDED", "MODIFIED"):
            return Changed(*bare)
        if bare is not None and event.type == "DELETED":
            return Deleted(bare[0].uid, bare[1])
        return Failure(0, "", f"a line of the watch is no event of a known type{self._quoted(line)}")

    def _quoted(self, body: bytes) -> str:
        if not self._quotes:
            return ""
        return f" in {body[:_QUOTED].decode(errors='replace')!r}" + ("…" if len(body) > _QUOTED else "")


def bare_row(item: bytes | msgspec.Raw, row: Callable[..., R], none: Extra) -> tuple[R, str] | None:
    """Return the row of an object that cannot be read and its revision, None when not even a uid is there."""
    try:
        metadata = _bare.decode(item).metadata
        made = row(**identity(metadata, none), unreadable=True)
    except ODD:
        try:
            barest = _barest.decode(item).metadata
        except ODD:
            return None
        if not barest.uid:
            return None
        made = row(uid=barest.uid, name=barest.name, namespace=barest.namespace, extra=none, unreadable=True)
        return made, barest.resource_version
    return made, metadata.resource_version


def _check_list(kind: str) -> None:
    if not kind.endswith("List"):
        raise ValueError(f"it is of kind {kind[:_QUOTED]!r}")


def page_of(rows: list[R], metadata: ListMetadata, unreadable: int) -> Page[R]:
    """Return a page of rows with what its list says of itself."""
    return Page(rows, metadata.resource_version, metadata.token or "", metadata.remaining_item_count, unreadable)
