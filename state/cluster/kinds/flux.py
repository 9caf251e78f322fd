"""Flux's kustomizations and helm releases."""

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
from state.cluster.kinds.conditions import NOTHING, Said, said
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Column, Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.workload_json import Condition
from state.printable import printable

SLOW = 900.0
"""Seconds that a reconciliation may take before it is a fault."""


class FluxRow(Row, frozen=True, kw_only=True, gc=False):
    """What Flux keeps as its source says."""

    ready: Said = NOTHING
    suspended: bool = False
    revision: str = ""
    """What was last applied: `main@sha1:4f2a…`, or a chart's version."""


class _Spec(msgspec.Struct, gc=False):
    suspend: bool | None = None


class _Release(msgspec.Struct, gc=False, rename="camel"):
    chart_version: str = ""


class _Status(msgspec.Struct, gc=False, rename="camel"):
    conditions: list[Condition] | None = None
    last_applied_revision: str = ""
    last_attempted_revision: str = ""
    history: list[_Release] | None = None


class _Reconciled(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Reconciled, extra: tuple[Any, ...]) -> FluxRow:
    """Return the row of a kustomization or helm release. Raises ValueError for one without a uid."""
    status = found.status
    history = status.history[0].chart_version if status.history else ""
    return FluxRow(
        **identity(found.metadata, extra),
        ready=said(status.conditions, "Ready"),
        suspended=bool(found.spec.suspend),
        revision=intern(status.last_applied_revision or history or status.last_attempted_revision),
    )


def flux_fault(row: FluxRow, now: float) -> Fault | None:
    """Return what is wrong with a kustomization or helm release at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.ready.status == "False":
        return Fault(printable(row.ready.why) or "not ready", Tone.BAD, 65, row.ready.since)
    if row.suspended:
        return Fault("suspended", Tone.QUIET, 14)
    if row.ready.status == "Unknown" and row.ready.since is not None and now - row.ready.since > SLOW:
        return Fault("does not become ready", Tone.WARN, 39, row.ready.since)
    return None


def _columns() -> tuple[Column[FluxRow], ...]:
    return (
        health_column(flux_fault),
        namespace_column(),
        name_column(),
        age_column(),
        text(
            "READY",
            lambda row: row.ready.status,
            width=7,
            importance=0,
            tone=lambda row: {"True": Tone.TEXT, "False": Tone.BAD}.get(row.ready.status, Tone.WARN),
        ),
        text("REVISION", lambda row: row.revision, width=22, importance=2, middle=True),
        text(
            "SUSPENDED",
            lambda row: str(row.suspended).lower(),
            width=9,
            importance=2,
            tone=lambda row: Tone.WARN if row.suspended else Tone.FAINT,
        ),
        text("STATUS", lambda row: row.ready.message, width=40, importance=1, grows=True),
    )


def _words(row: FluxRow) -> str:
    return f"{row.namespace}/{row.name} {row.revision} {row.ready.reason} {row.ready.message}"


KUSTOMIZATION: Kind[FluxRow] = Kind(
    Resource(
        "kustomize.toolkit.fluxcd.io",
        "v1",
        "kustomizations",
        "Kustomization",
        singular="kustomization",
        short_names=("ks",),
    ),
    _columns(),
    JsonDecoder(_Reconciled, flatten, FluxRow),
    flux_fault,
    _words,
)
FLUX_HELM_RELEASE: Kind[FluxRow] = Kind(
    Resource(
        "helm.toolkit.fluxcd.io", "v2", "helmreleases", "HelmRelease", singular="helmrelease", short_names=("hr",)
    ),
    _columns(),
    JsonDecoder(_Reconciled, flatten, FluxRow),
    flux_fault,
    _words,
)
