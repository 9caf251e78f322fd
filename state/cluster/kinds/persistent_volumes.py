"""Persistent volumes."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import UNREADABLE, age_column, health_column, name_column, text, wide
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.quantities import quantity
from state.cluster.kinds.volume_json import UNSET, Storage, Volume, modes_text, storage_class
from state.printable import printable


class VolumeRow(Row, frozen=True, kw_only=True, gc=False):
    """A persistent volume."""

    capacity: str = "0"
    modes: str = ""
    reclaim_policy: str = ""
    phase: str = ""
    """Pending, Available, Bound, Released, Failed, or Terminating while it is being deleted."""
    claim: str = ""
    """The claim that it belongs to: `namespace/name`."""
    storage_class: str = ""
    attributes_class: str = UNSET
    reason: str = ""
    message: str = ""
    volume_mode: str = UNSET


class _Claim(msgspec.Struct, gc=False):
    namespace: str = ""
    name: str = ""


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    capacity: Storage | None = None
    access_modes: list[str] | None = None
    persistent_volume_reclaim_policy: str = ""
    claim_ref: _Claim | None = None
    storage_class_name: str = ""
    volume_attributes_class_name: str | None = None
    volume_mode: str | None = None


class _Status(msgspec.Struct, gc=False):
    phase: str = ""
    reason: str = ""
    message: str = ""


class _Volume(Volume):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Volume, extra: tuple[Any, ...]) -> VolumeRow:
    """Return a volume's row. Raises ValueError for one without a uid or with a malformed quantity."""
    spec, status = found.spec, found.status
    capacity = (spec.capacity or Storage()).storage
    quantity(capacity)
    claim = spec.claim_ref
    return VolumeRow(
        **identity(found.metadata, extra),
        capacity=intern(capacity),
        modes=intern(modes_text(spec.access_modes)),
        reclaim_policy=intern(spec.persistent_volume_reclaim_policy),
        phase="Terminating" if found.metadata.deletion_timestamp else intern(status.phase),
        claim=f"{claim.namespace}/{claim.name}" if claim is not None else "",
        storage_class=intern(storage_class(found.metadata, spec.storage_class_name)),
        attributes_class=intern(spec.volume_attributes_class_name or UNSET),
        reason=intern(status.reason),
        message=status.message,
        volume_mode=intern(spec.volume_mode or UNSET),
    )


def volume_fault(row: VolumeRow, now: float) -> Fault | None:
    """Return what is wrong with a volume at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.phase == "Failed":
        return Fault(printable(row.message or row.reason) or "failed", Tone.BAD, 64)
    return None


def _tone(row: VolumeRow) -> Tone:
    return {"Bound": Tone.TEXT, "Available": Tone.TEXT, "Failed": Tone.BAD}.get(row.phase, Tone.QUIET)


PERSISTENT_VOLUME: Kind[VolumeRow] = Kind(
    Resource(
        "",
        "v1",
        "persistentvolumes",
        "PersistentVolume",
        namespaced=False,
        singular="persistentvolume",
        short_names=("pv",),
    ),
    (
        health_column(volume_fault),
        name_column(),
        text("CAPACITY", lambda row: row.capacity, width=8, right=True, sort_key=lambda row: quantity(row.capacity)),
        text("ACCESS MODES", lambda row: row.modes, width=12, importance=3),
        text("RECLAIM POLICY", lambda row: row.reclaim_policy, width=14, importance=3),
        text("STATUS", lambda row: row.phase, width=11, importance=0, tone=_tone),
        text("CLAIM", lambda row: row.claim, width=28, middle=True),
        text("STORAGECLASS", lambda row: row.storage_class, width=16, importance=2),
        text("VOLUMEATTRIBUTESCLASS", lambda row: row.attributes_class, width=21, importance=5, tone=Tone.QUIET),
        text("REASON", lambda row: row.reason, width=16, importance=4),
        age_column(),
        wide("VOLUMEMODE", lambda row: row.volume_mode, width=10),
    ),
    JsonDecoder(_Volume, flatten, VolumeRow),
    volume_fault,
    lambda row: f"{row.name} {row.phase} {row.claim} {row.storage_class}",
)
