"""Persistent volume claims."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    UNREADABLE,
    age_column,
    health_column,
    name_column,
    namespace_column,
    text,
    wide,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.quantities import quantity
from state.cluster.kinds.volume_json import UNSET, Storage, Volume, modes_text, storage_class

SLOW = 300.0
"""Seconds that a claim may wait for its volume before it is a fault; one may wait for its first pod."""


class ClaimRow(Row, frozen=True, kw_only=True, gc=False):
    """A persistent volume claim."""

    phase: str = ""
    """Pending, Bound, Lost, or Terminating while it is being deleted."""
    volume: str = ""
    capacity: str = ""
    modes: str = ""
    storage_class: str = ""
    attributes_class: str = UNSET
    volume_mode: str = UNSET


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    volume_name: str = ""
    storage_class_name: str | None = None
    volume_attributes_class_name: str | None = None
    volume_mode: str | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    phase: str = ""
    capacity: Storage | None = None
    access_modes: list[str] | None = None


class _Claim(Volume):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Claim, extra: tuple[Any, ...]) -> ClaimRow:
    """Return a claim's row. Raises ValueError for one without a uid or with a malformed quantity."""
    spec, status = found.spec, found.status
    capacity = (status.capacity or Storage()).storage if spec.volume_name else ""
    if capacity:
        quantity(capacity)
    return ClaimRow(
        **identity(found.metadata, extra),
        phase="Terminating" if found.metadata.deletion_timestamp else intern(status.phase),
        volume=spec.volume_name,
        capacity=intern(capacity),
        modes=intern(modes_text(status.access_modes)) if spec.volume_name else "",
        storage_class=intern(storage_class(found.metadata, spec.storage_class_name)),
        attributes_class=intern(spec.volume_attributes_class_name or UNSET),
        volume_mode=intern(spec.volume_mode or UNSET),
    )


def claim_fault(row: ClaimRow, now: float) -> Fault | None:
    """Return what is wrong with a claim at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.phase == "Lost":
        return Fault("its volume is lost", Tone.BAD, 72)
    if row.phase == "Pending" and now - row.created > SLOW:
        return Fault("no volume", Tone.WARN, 41, row.created)
    return None


def _tone(row: ClaimRow) -> Tone:
    return {"Bound": Tone.TEXT, "Lost": Tone.BAD, "Pending": Tone.WARN}.get(row.phase, Tone.QUIET)


PERSISTENT_VOLUME_CLAIM: Kind[ClaimRow] = Kind(
    Resource(
        "",
        "v1",
        "persistentvolumeclaims",
        "PersistentVolumeClaim",
        singular="persistentvolumeclaim",
        short_names=("pvc",),
    ),
    (
        health_column(claim_fault),
        namespace_column(),
        name_column(),
        text("STATUS", lambda row: row.phase, width=11, importance=0, tone=_tone),
        text("VOLUME", lambda row: row.volume, width=24, importance=3, tone=Tone.QUIET, middle=True),
        text(
            "CAPACITY",
            lambda row: row.capacity,
            width=8,
            right=True,
            sort_key=lambda row: quantity(row.capacity) if row.capacity else 0.0,
        ),
        text("ACCESS MODES", lambda row: row.modes, width=12, importance=3),
        text("STORAGECLASS", lambda row: row.storage_class, width=16, importance=2),
        text("VOLUMEATTRIBUTESCLASS", lambda row: row.attributes_class, width=21, importance=5, tone=Tone.QUIET),
        age_column(),
        wide("VOLUMEMODE", lambda row: row.volume_mode, width=10),
    ),
    JsonDecoder(_Claim, flatten, ClaimRow),
    claim_fault,
    lambda row: f"{row.namespace}/{row.name} {row.phase} {row.volume} {row.storage_class}",
)
