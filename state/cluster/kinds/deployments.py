"""Deployments."""

from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    UNREADABLE,
    age_column,
    health_column,
    name_column,
    namespace_column,
    number,
    text,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.moments import moment
from state.cluster.kinds.selectors import selector_text
from state.cluster.kinds.workload_json import Condition, Workload, WorkloadSpec, condition, kept_annotations
from state.cluster.kinds.workload_row import WorkloadRow, template_columns
from state.printable import printable

YOUNG = 60.0
"""Seconds that the pods of a new deployment may take before missing ones are a fault."""


class DeploymentRow(WorkloadRow, frozen=True, kw_only=True, gc=False):
    """A deployment. Moments are seconds since the epoch."""

    wanted: int = 0
    ready: int = 0
    updated: int = 0
    available: int = 0
    unavailable: int = 0
    """As the status says it: surging pods that are not available yet count too."""
    total: int = 0
    """Pods of all revisions."""
    generation: int = 0
    observed: int = 0
    """The generation that the status speaks of."""
    revision: int = 0
    """The current revision, 0 before the first."""
    max_unavailable: int = 0
    """How many pods may be missing while it rolls out."""
    paused: bool = False
    progressing: str = ""
    """The reason of its Progressing condition: `NewReplicaSetAvailable`, `ReplicaSetUpdated`."""
    progressed: float | None = None
    """When the Progressing condition last said something new."""
    stalled: bool = False
    """Its rollout made no progress within its deadline."""
    unavailable_since: float | None = None
    """When fewer pods than its minimum were available, None while there are enough."""
    replica_failure: str = ""
    """Why pods cannot be created, for example a quota."""

    @property
    def moving(self) -> bool:
        """Whether a rollout is under way and not stalled."""
        if self.stalled or self.paused:
            return False
        return self.observed < self.generation or self.progressing not in ("", "NewReplicaSetAvailable")

    @property
    def missing(self) -> int:
        """How many of the wanted pods are not available."""
        return max(0, self.wanted - self.available)


class _Rolling(msgspec.Struct, gc=False, rename="camel"):
    max_unavailable: int | str | None = None


class _Strategy(msgspec.Struct, gc=False, rename="camel"):
    type: str = ""
    rolling_update: _Rolling | None = None


class _Spec(WorkloadSpec, rename="camel"):
    paused: bool = False
    strategy: _Strategy | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    conditions: list[Condition] | None = None


class _Deployment(Workload):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Deployment, extra: tuple[Any, ...]) -> DeploymentRow:
    """Return a deployment's row. Raises ValueError for one without a uid."""
    spec, status, metadata = found.spec, found.status, found.metadata
    wanted = 1 if spec.replicas is None else spec.replicas
    revision = metadata.annotations.revision if metadata.annotations else ""
    progressing = condition(status.conditions, "Progressing")
    available = condition(status.conditions, "Available")
    failure = condition(status.conditions, "ReplicaFailure")
    return DeploymentRow(
        **identity(metadata, extra),
        images=spec.template.images,
        containers=spec.template.containers,
        selector=selector_text(spec.selector),
        annotations=kept_annotations(metadata),
        wanted=wanted,
        ready=status.ready_replicas,
        updated=status.updated_replicas,
        available=status.available_replicas,
        unavailable=status.unavailable_replicas,
        total=status.replicas,
        generation=metadata.generation,
        observed=status.observed_generation,
        revision=int(revision) if revision.isdecimal() else 0,
        max_unavailable=_max_unavailable(spec.strategy, wanted),
        paused=spec.paused,
        progressing=progressing.reason if progressing else "",
        progressed=moment(progressing.last_update_time) if progressing else None,
        stalled=progressing is not None and progressing.status == "False",
        unavailable_since=moment(available.last_transition_time)
        if available is not None and available.status == "False"
        else None,
        replica_failure=failure.message if failure is not None and failure.status == "True" else "",
    )


def _max_unavailable(strategy: _Strategy | None, wanted: int) -> int:
    if strategy is not None and strategy.type == "Recreate":
        return wanted
    rolling = strategy.rolling_update if strategy is not None else None
    allowed: int | str | None = rolling.max_unavailable if rolling is not None else None
    if allowed is None:
        allowed = "25%"
    if isinstance(allowed, str):
        share = allowed.removesuffix("%")
        allowed = wanted * int(share) // 100 if share.isdecimal() else 0
    return min(allowed, wanted)


def deployment_fault(row: DeploymentRow, now: float) -> Fault | None:
    """Return what is wrong with a deployment at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    missing = row.missing
    if row.deleting is not None or (not missing and not row.stalled and not row.replica_failure):
        return None
    short = f"{missing} of {row.wanted} unavailable" if missing else ""
    if row.replica_failure:
        return Fault(printable(f"cannot create pods: {row.replica_failure}"), Tone.BAD, 66, row.progressed)
    if row.stalled:
        text = f"rollout stalled, {short}" if short else "rollout stalled"
        return Fault(text, Tone.BAD, 68 if row.available == 0 else 62, row.progressed)
    if row.moving and (row.available >= row.wanted - row.max_unavailable or now - row.created < YOUNG):
        return None
    if row.available == 0:
        return Fault(short, Tone.BAD, 70, row.unavailable_since)
    return Fault(short, Tone.WARN, 60, row.unavailable_since)


DEPLOYMENT: Kind[DeploymentRow] = Kind(
    Resource("apps", "v1", "deployments", "Deployment", singular="deployment", short_names=("deploy", "dp")),
    (
        health_column(deployment_fault),
        namespace_column(),
        name_column(),
        text(
            "READY",
            lambda row: f"{row.ready}/{row.wanted}",
            width=7,
            importance=0,
            right=True,
            tone=lambda row: Tone.TEXT if row.ready >= row.wanted else Tone.WARN,
            sort_key=lambda row: (row.ready, row.wanted),
        ),
        number("UP-TO-DATE", lambda row: row.updated, width=10),
        number("AVAILABLE", lambda row: row.available, width=9),
        age_column(),
        *template_columns(),
    ),
    JsonDecoder(_Deployment, flatten, DeploymentRow),
    deployment_fault,
    lambda row: f"{row.namespace}/{row.name} {' '.join(row.images)}",
)
