"""Leases."""

from typing import Any

import msgspec

from state.cluster.kinds.columns import age_column, health_column, name_column, namespace_column, text, unread
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity


class LeaseRow(Row, frozen=True, kw_only=True, gc=False):
    """A lease."""

    holder: str = ""


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    holder_identity: str | None = None


class _Lease(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)


def flatten(found: _Lease, extra: tuple[Any, ...]) -> LeaseRow:
    """Return a lease's row. Raises ValueError for one without a uid."""
    return LeaseRow(**identity(found.metadata, extra), holder=found.spec.holder_identity or "")


LEASE: Kind[LeaseRow] = Kind(
    Resource("coordination.k8s.io", "v1", "leases", "Lease", singular="lease"),
    (
        health_column(unread),
        namespace_column(),
        name_column(),
        text("HOLDER", lambda row: row.holder, width=44, middle=True),
        age_column(),
    ),
    JsonDecoder(_Lease, flatten, LeaseRow),
    unread,
    lambda row: f"{row.namespace}/{row.name} {row.holder}",
)
