"""Storage classes."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Cell
from state.cluster.kinds.columns import age_column, health_column, text, unread
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Column, Kind, Resource, Row
from state.cluster.kinds.metadata import Metadata, Shape, identity
from state.printable import printable


class StorageClassRow(Row, frozen=True, kw_only=True, gc=False):
    """A storage class."""

    default: bool = False
    """Marked as the one for claims that name none. Of several marked ones the server takes the youngest."""
    provisioner: str = ""
    reclaim_policy: str = "Delete"
    binding_mode: str = "Immediate"
    expands: bool = False
    """Whether its volumes may grow."""


class _Annotations(msgspec.Struct, gc=False):
    default: str = msgspec.field(default="", name="storageclass.kubernetes.io/is-default-class")


class _Metadata(Metadata):
    annotations: _Annotations | None = None


class _StorageClass(Shape):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    provisioner: str = ""
    reclaim_policy: str | None = None
    volume_binding_mode: str | None = None
    allow_volume_expansion: bool | None = None


def flatten(found: _StorageClass, extra: tuple[Any, ...]) -> StorageClassRow:
    """Return a storage class's row. Raises ValueError for one without a uid."""
    annotations = found.metadata.annotations
    return StorageClassRow(
        **identity(found.metadata, extra),
        default=annotations is not None and annotations.default == "true",
        provisioner=intern(found.provisioner),
        reclaim_policy=intern(found.reclaim_policy or "Delete"),
        binding_mode=intern(found.volume_binding_mode or "Immediate"),
        expands=bool(found.allow_volume_expansion),
    )


def _name(row: StorageClassRow, now: float) -> Cell:
    return Cell(printable(f"{row.name} (default)" if row.default else row.name))


STORAGE_CLASS: Kind[StorageClassRow] = Kind(
    Resource(
        "storage.k8s.io",
        "v1",
        "storageclasses",
        "StorageClass",
        namespaced=False,
        singular="storageclass",
        short_names=("sc",),
    ),
    (
        health_column(unread),
        Column("NAME", _name, lambda row: row.name, width=24, grows=True, importance=0, of_any=True),
        text("PROVISIONER", lambda row: row.provisioner, width=28, middle=True),
        text("RECLAIMPOLICY", lambda row: row.reclaim_policy, width=13, importance=2),
        text("VOLUMEBINDINGMODE", lambda row: row.binding_mode, width=20, importance=3),
        text("ALLOWVOLUMEEXPANSION", lambda row: str(row.expands).lower(), width=20, importance=3),
        age_column(),
    ),
    JsonDecoder(_StorageClass, flatten, StorageClassRow),
    unread,
    lambda row: f"{row.name} {row.provisioner}",
)
