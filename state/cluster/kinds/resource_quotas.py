"""Resource quotas."""

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
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.quantities import quantity
from state.printable import printable


class QuotaRow(Row, frozen=True, kw_only=True, gc=False):
    """A resource quota."""

    requests: str = ""
    """REQUEST as `kubectl get` shows it: `cpu: 1/2, pods: 3/10`."""
    limits: str = ""
    """LIMIT as `kubectl get` shows it."""
    used_up: tuple[str, ...] = ()
    """The resources of which nothing is left."""
    fullest: float = 0.0
    """The largest share that is used of any resource; 1 is all of it."""


class _Status(msgspec.Struct, gc=False):
    hard: dict[str, str] | None = None
    used: dict[str, str] | None = None


class _Quota(Shape):
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Quota, extra: tuple[Any, ...]) -> QuotaRow:
    """Return a quota's row. Raises ValueError for one without a uid or with a malformed quantity."""
    hard, used = found.status.hard or {}, found.status.used or {}
    requests: list[str] = []
    limits: list[str] = []
    shares: dict[str, float] = {}
    for resource in sorted(hard):
        amount = used.get(resource, "0")
        (limits if resource.startswith("limits.") else requests).append(f"{resource}: {amount}/{hard[resource]}")
        most = quantity(hard[resource])
        # One of none allowed is how a thing is forbidden, not a shortage.
        shares[resource] = quantity(amount) / most if most else 0.0
    return QuotaRow(
        **identity(found.metadata, extra),
        requests=", ".join(requests),
        limits=", ".join(limits),
        used_up=tuple(intern(resource) for resource, share in shares.items() if share >= 1),
        fullest=max(shares.values(), default=0.0),
    )


def quota_fault(row: QuotaRow, now: float) -> Fault | None:
    """Return what is wrong with a quota at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.used_up:
        return Fault(printable(f"used up: {', '.join(row.used_up)}"), Tone.WARN, 37)
    return None


RESOURCE_QUOTA: Kind[QuotaRow] = Kind(
    Resource("", "v1", "resourcequotas", "ResourceQuota", singular="resourcequota", short_names=("quota",)),
    (
        health_column(quota_fault),
        namespace_column(),
        name_column(),
        text("REQUEST", lambda row: row.requests, width=44, sort_key=lambda row: row.fullest),
        text("LIMIT", lambda row: row.limits, width=36, importance=2),
        age_column(),
    ),
    JsonDecoder(_Quota, flatten, QuotaRow),
    quota_fault,
    lambda row: f"{row.namespace}/{row.name} {row.requests} {row.limits}",
)
