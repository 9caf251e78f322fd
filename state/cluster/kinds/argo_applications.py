"""Argo CD's applications."""

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
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.moments import moment
from state.printable import printable

_LONGEST = 1024


class ApplicationRow(Row, frozen=True, kw_only=True, gc=False):
    """An application that Argo CD keeps as its source says."""

    project: str = ""
    sync: str = ""
    """Synced, OutOfSync or Unknown; empty before the first comparison."""
    health: str = ""
    """Healthy, Progressing, Degraded, Suspended, Missing or Unknown; empty before the first look."""
    message: str = ""
    """Why its health is what it is."""
    revision: str = ""
    automated: bool = False
    """Whether Argo CD undoes by itself what differs from the source."""
    heals: bool = False
    """Whether it undoes changes made in the cluster, too."""
    operation: str = ""
    """The phase of its last operation: Running, Succeeded, Failed, Error or Terminating."""
    operation_message: str = ""
    finished: float | None = None
    """When that operation ended, in seconds since the epoch."""


class _Automated(msgspec.Struct, gc=False, rename="camel"):
    enabled: bool | None = None
    self_heal: bool = False


class _Policy(msgspec.Struct, gc=False):
    automated: _Automated | None = None


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    project: str = ""
    sync_policy: _Policy | None = None


class _Sync(msgspec.Struct, gc=False):
    status: str = ""
    revision: str = ""


class _Health(msgspec.Struct, gc=False):
    status: str = ""
    message: str = ""


class _Operation(msgspec.Struct, gc=False, rename="camel"):
    phase: str = ""
    message: str = ""
    finished_at: str | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    sync: _Sync = msgspec.field(default_factory=_Sync)
    health: _Health = msgspec.field(default_factory=_Health)
    operation_state: _Operation | None = None


class _Application(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Application, extra: tuple[Any, ...]) -> ApplicationRow:
    """Return an application's row. Raises ValueError for one without a uid."""
    spec, status = found.spec, found.status
    policy = spec.sync_policy.automated if spec.sync_policy is not None else None
    automated = policy is not None and policy.enabled is not False
    operation = status.operation_state or _Operation()
    return ApplicationRow(
        **identity(found.metadata, extra),
        project=intern(spec.project),
        sync=intern(status.sync.status),
        health=intern(status.health.status),
        message=status.health.message[:_LONGEST],
        revision=status.sync.revision,
        automated=automated,
        heals=automated and policy is not None and policy.self_heal,
        operation=intern(operation.phase),
        operation_message=operation.message[:_LONGEST],
        finished=moment(operation.finished_at),
    )


def application_fault(row: ApplicationRow, now: float) -> Fault | None:
    """Return what is wrong with an application at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.operation in ("Failed", "Error"):
        return Fault(printable(f"sync failed: {row.operation_message}"), Tone.BAD, 67, row.finished)
    if row.health == "Degraded":
        return Fault(printable(f"Degraded: {row.message}" if row.message else row.health), Tone.BAD, 65)
    if row.health == "Missing":
        return Fault("Missing", Tone.WARN, 53)
    if row.sync == "OutOfSync":
        return Fault("OutOfSync", Tone.WARN, 34)
    if row.sync == "Unknown":
        return Fault("not compared", Tone.WARN, 51)
    return None


_TONES = {
    "Degraded": Tone.BAD,
    "Missing": Tone.WARN,
    "OutOfSync": Tone.WARN,
    "Unknown": Tone.WARN,
    "Progressing": Tone.FOCUS,
    "Suspended": Tone.QUIET,
}

APPLICATION: Kind[ApplicationRow] = Kind(
    Resource(
        "argoproj.io", "v1alpha1", "applications", "Application", singular="application", short_names=("app", "apps")
    ),
    (
        health_column(application_fault),
        namespace_column(),
        name_column(),
        text("SYNC STATUS", lambda row: row.sync, width=11, importance=0, tone=lambda row: _tone(row.sync)),
        text("HEALTH STATUS", lambda row: row.health, width=13, importance=0, tone=lambda row: _tone(row.health)),
        age_column(),
        wide("REVISION", lambda row: row.revision, width=12),
        wide("PROJECT", lambda row: row.project),
    ),
    JsonDecoder(_Application, flatten, ApplicationRow),
    application_fault,
    lambda row: f"{row.namespace}/{row.name} {row.project} {row.sync} {row.health}",
)


def _tone(word: str) -> Tone:
    return _TONES.get(word, Tone.TEXT)
