"""Namespaces."""

from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import UNREADABLE, age_column, health_column, name_column, text
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity

STUCK = 600.0
"""Seconds after which a namespace should have been gone."""


class NamespaceRow(Row, frozen=True, kw_only=True, gc=False):
    """A namespace."""

    phase: str = ""
    """Active or Terminating."""


class _Status(msgspec.Struct, gc=False):
    phase: str = ""


class _Namespace(Shape):
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Namespace, extra: tuple[Any, ...]) -> NamespaceRow:
    """Return a namespace's row. Raises ValueError for one without a uid."""
    return NamespaceRow(**identity(found.metadata, extra), phase=found.status.phase)


def namespace_fault(row: NamespaceRow, now: float) -> Fault | None:
    """Return what is wrong with a namespace at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.deleting is not None and now - row.deleting > STUCK:
        return Fault("does not terminate", Tone.WARN, 40, row.deleting)
    return None


NAMESPACE_KIND: Kind[NamespaceRow] = Kind(
    Resource("", "v1", "namespaces", "Namespace", namespaced=False, singular="namespace", short_names=("ns",)),
    (
        health_column(namespace_fault),
        name_column(),
        text(
            "STATUS",
            lambda row: row.phase,
            width=11,
            importance=0,
            tone=lambda row: Tone.TEXT if row.phase == "Active" else Tone.QUIET,
        ),
        age_column(),
    ),
    JsonDecoder(_Namespace, flatten, NamespaceRow),
    namespace_fault,
    lambda row: f"{row.name} {row.phase}",
)
