"""Replica sets."""

from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import UNREADABLE, age_column, health_column, name_column, namespace_column, number
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.selectors import selector_text
from state.cluster.kinds.workload_json import Condition, Workload, WorkloadSpec, condition, kept_annotations
from state.cluster.kinds.workload_row import WorkloadRow, template_columns
from state.printable import printable


class ReplicaSetRow(WorkloadRow, frozen=True, kw_only=True, gc=False):
    """A replica set."""

    wanted: int = 0
    current: int = 0
    ready: int = 0
    revision: int = 0
    """The revision of its deployment or rollout that it is, 0 for none."""
    failure: str = ""
    """Why pods cannot be created, for example a quota."""


class _Status(msgspec.Struct, gc=False, rename="camel"):
    replicas: int = 0
    ready_replicas: int = 0
    conditions: list[Condition] | None = None


class _ReplicaSet(Workload):
    spec: WorkloadSpec = msgspec.field(default_factory=WorkloadSpec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _ReplicaSet, extra: tuple[Any, ...]) -> ReplicaSetRow:
    """Return a replica set's row. Raises ValueError for one without a uid."""
    spec, status, metadata = found.spec, found.status, found.metadata
    said = metadata.annotations
    revision = (said.revision or said.rollout_revision) if said is not None else ""
    failure = condition(status.conditions, "ReplicaFailure")
    return ReplicaSetRow(
        **identity(metadata, extra),
        images=spec.template.images,
        containers=spec.template.containers,
        selector=selector_text(spec.selector),
        annotations=kept_annotations(metadata),
        wanted=1 if spec.replicas is None else spec.replicas,
        current=status.replicas,
        ready=status.ready_replicas,
        revision=int(revision) if revision.isdecimal() else 0,
        failure=failure.message if failure is not None and failure.status == "True" else "",
    )


def replica_set_fault(row: ReplicaSetRow, now: float) -> Fault | None:
    """Return what is wrong with a replica set. Missing pods are its deployment's matter, and its pods'."""
    if row.unreadable:
        return UNREADABLE
    if row.failure:
        return Fault(printable(f"cannot create pods: {row.failure}"), Tone.BAD, 64)
    return None


REPLICA_SET: Kind[ReplicaSetRow] = Kind(
    Resource("apps", "v1", "replicasets", "ReplicaSet", singular="replicaset", short_names=("rs",)),
    (
        health_column(replica_set_fault),
        namespace_column(),
        name_column(),
        number("DESIRED", lambda row: row.wanted, importance=1),
        number("CURRENT", lambda row: row.current),
        number("READY", lambda row: row.ready, importance=1),
        age_column(),
        *template_columns(),
    ),
    JsonDecoder(_ReplicaSet, flatten, ReplicaSetRow),
    replica_set_fault,
    lambda row: f"{row.namespace}/{row.name} {' '.join(row.images)}",
)
