"""What every object has, read from its JSON and shared between the rows that say the same."""

from collections.abc import Callable, Iterable
from sys import intern
from typing import Any, Generic, TypedDict, TypeVar

import msgspec

from state.cluster.kinds.kind import Labels, Owner
from state.cluster.kinds.moments import moment

T = TypeVar("T", bound=tuple[Any, ...])
_SHARED = 8192


class OwnerReference(msgspec.Struct, gc=False):
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool | None = None


class Metadata(msgspec.Struct, gc=False, rename="camel"):
    """`metadata` of any object, as far as rows keep it."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str] | None = None
    owner_references: list[OwnerReference] | None = None
    generation: int = 0


class Shape(msgspec.Struct, gc=False, rename="camel"):
    """The part of an object's JSON that a decoder reads. Kinds add `spec` and `status`.

    A Go server writes `null` for an empty list or a missing moment, so lists and moments allow None.
    """

    metadata: Metadata = msgspec.field(default_factory=Metadata)


class Identity(TypedDict):
    """The fields that rows of all kinds have."""

    uid: str
    name: str
    namespace: str
    created: float
    deleting: float | None
    labels: Labels
    owner: Owner | None
    extra: tuple[Any, ...]


class Shared(Generic[T]):
    """One tuple for all equal ones. Forgets them all when there are too many; those in use live on."""

    def __init__(self, compact: Callable[[T], T]) -> None:
        """`compact` makes the tuple that is kept, out of parts that are shared as well."""
        self._known: dict[T, T] = {}
        self._compact = compact

    def __call__(self, value: T) -> T:
        return self._known.get(value) or self._keep(self._compact(value))

    def _keep(self, value: T) -> T:
        if len(self._known) >= _SHARED:
            self._known.clear()
        self._known[value] = value
        return value


_pairs: Shared[tuple[str, str]] = Shared(lambda pair: (intern(pair[0]), intern(pair[1])))
_labels: Shared[Labels] = Shared(lambda labels: tuple(map(_pairs, labels)))
_owners: Shared[Owner] = Shared(lambda owner: Owner(intern(owner.kind), intern(owner.name), owner.uid))
_texts: Shared[tuple[str, ...]] = Shared(lambda texts: tuple(map(intern, texts)))


def identity(metadata: Metadata, extra: tuple[Any, ...]) -> Identity:
    """Return the fields of `Row` for an object. Raises ValueError for one without a uid."""
    if not metadata.uid:
        raise ValueError("an object without a uid")
    labels = metadata.labels
    owners = metadata.owner_references
    return {
        "uid": metadata.uid,
        "name": metadata.name,
        "namespace": intern(metadata.namespace),
        "created": moment(metadata.creation_timestamp) or 0.0,
        "deleting": moment(metadata.deletion_timestamp) if metadata.deletion_timestamp else None,
        "labels": shared_labels(labels) if labels else (),
        "owner": _controller(owners) if owners else None,
        "extra": extra,
    }


def shared_labels(labels: dict[str, str]) -> Labels:
    """Return labels as pairs in the server's order, which is by key."""
    return _labels(tuple(labels.items()))


def shared_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts that many rows have in common, such as images."""
    return _texts(tuple(texts))


def _controller(owners: list[OwnerReference]) -> Owner | None:
    for owner in owners:
        if owner.controller:
            return _owners(Owner(owner.kind, owner.name, owner.uid))
    return None
