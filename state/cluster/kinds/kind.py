"""A kind of object in one place: where it lives, how it is read, what its columns are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from state.cell import Cell, Tone
from state.cluster.transport import Query
from state.ref import GroupKind, Ref

Labels = tuple[tuple[str, str], ...]
HEALTH = ""
"""The header of the column whose glyph says how a row does."""
NAMESPACE = "NAMESPACE"
WIDE = 6
"""Columns of this importance and above are those that `kubectl get` shows with `-o wide` only."""


class Owner(NamedTuple):
    """The controller of an object."""

    kind: str
    name: str
    uid: str


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a mirror keeps of any object. Kinds add their own fields. Times are seconds since the epoch."""

    uid: str
    name: str
    namespace: str = ""
    created: float = 0.0
    deleting: float | None = None
    """When the server marked it for deletion."""
    labels: Labels = ()
    owner: Owner | None = None
    extra: tuple[Any, ...] = ()
    """The values of the user's own JSONPath columns, in their order."""
    unreadable: bool = False
    """Only what stands above is known: the rest of the object could not be read."""


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Resource:
    """Where a kind lives in the API."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    singular: str = ""
    short_names: tuple[str, ...] = ()
    scales: bool = field(default=False, compare=False)
    """Whether the server says that how many replicas its objects have can be set (subresource `scale`)."""

    @property
    def group_kind(self) -> GroupKind:
        return GroupKind(self.group, self.kind)

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Return the request path of a collection (no name), an object or one of its subresources."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        parts = [root]
        if namespace and self.namespaced:
            parts.append(f"namespaces/{namespace}")
        parts.append(self.plural)
        if name:
            parts.append(name)
        if subresource:
            parts.append(subresource)
        return "/".join(parts)


class Page(NamedTuple, Generic[R]):
    """One page of a list."""

    rows: list[R]
    resource_version: str
    continue_token: str
    remaining: int | None
    unreadable: int
    """Objects that could not be read; each stands in `rows` as an unreadable row where its metadata allowed."""


class Changed(NamedTuple, Generic[R]):
    """A watch event: this is the object now."""

    row: R
    resource_version: str


class Deleted(NamedTuple):
    """A watch event: the object with this uid went."""

    uid: str
    resource_version: str


class Bookmark(NamedTuple):
    """A watch event: nothing happened up to this revision."""

    resource_version: str


class Failure(NamedTuple):
    """A watch event of type ERROR, or a line that is not an event (status 0)."""

    status: int
    reason: str
    message: str


Event = Changed[R] | Deleted | Bookmark | Failure


class Decoder(Protocol[R]):
    """Reads what a server says about one kind. Called from source threads, many lists at once."""

    def page(self, body: bytes) -> "Page[R]":
        """Return a list's page. One odd object never fails it; a body that is no list raises ValueError."""
        ...

    def event(self, line: bytes) -> "Event[R] | list[Event[R]]":
        """Return one line of a watch, several events where an object makes several rows.

        Never raises: a line that is no event is a Failure with status 0.
        """
        ...


class Fault(NamedTuple):
    """What is wrong with an object, for the lists of the worst. `rank` orders: the higher the worse."""

    text: str
    tone: Tone
    rank: int
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column of a kind's grid."""

    header: str
    cell: Callable[[R, float], Cell]
    """The shown value of a row at a wall-clock moment."""
    sort_key: Callable[[R], Any]
    """A typed value (number, time, text), equal types for all rows; never the shown text of an age."""
    width: int = 10
    """Characters wanted. A name column takes what is left over."""
    right: bool = False
    middle: bool = False
    """Cut in the middle: the end of the value tells rows apart."""
    grows: bool = False
    importance: int = 1
    """Narrow screens drop the columns with the highest number first; 0 always stays."""
    ticks: bool = False
    """Shows an age, so it changes with the clock alone."""
    moment: Callable[[R], float] | None = None
    """For a column of ages: when the age began, in seconds since the epoch, 0 for unknown."""
    of_any: bool = False
    """Reads only what every object has, so it is right for an unreadable row too."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """A kind of object as a value. `decoder` is made once, when the kind's module is imported."""

    resource: Resource
    columns: tuple[Column[R], ...]
    decoder: Decoder[R]
    fault: Callable[[R, float], Fault | None] = field(default=lambda row, now: None)
    """What is wrong with this row at a wall-clock moment, judged by the row alone."""
    words: Callable[[R], str] = field(default=lambda row: f"{row.namespace}/{row.name}")
    """The text that a filter without a column searches."""
    order: str | None = None
    """The header of the column that orders when nobody chose one; None: by namespace and name."""
    source: Resource | None = None
    """What is read in its place, for a kind that the API has not by itself; None: `resource`."""
    query: Query = ()
    """What every list and watch asks besides: selectors, what a table includes."""
    accept: str = "application/json"
    watched: bool = True
    """Whether the server can watch it; what it cannot is listed again and again."""
    concealed: tuple[tuple[str, ...], ...] = ()
    """Paths of fields that no column may show."""

    @property
    def reads(self) -> Resource:
        """What is listed and watched for it."""
        return self.source or self.resource

    def ref(self, cluster: str, row: R) -> Ref:
        """Return the row's name in the world."""
        return Ref(cluster, self.resource.group_kind, row.namespace, row.name)
