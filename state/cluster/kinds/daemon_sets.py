"""Daemon sets."""

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
from state.cluster.kinds.kind import Fault, Kind, Labels, Resource
from state.cluster.kinds.metadata import identity, shared_labels
from state.cluster.kinds.selectors import labels_text, selector_text
from state.cluster.kinds.workload_json import Workload, WorkloadSpec, kept_annotations
from state.cluster.kinds.workload_row import WorkloadRow, template_columns

YOUNG = 60.0


class DaemonSetRow(WorkloadRow, frozen=True, kw_only=True, gc=False):
    """A daemon set. Counts are nodes."""

    wanted: int = 0
    current: int = 0
    ready: int = 0
    updated: int = 0
    available: int = 0
    unavailable: int = 0
    generation: int = 0
    observed: int = 0
    """The generation that the status speaks of."""
    on_delete: bool = False
    """Pods change only when somebody deletes them."""
    node_selector: Labels = ()

    @property
    def moving(self) -> bool:
        """Whether a rollout is under way."""
        return self.observed < self.generation or (not self.on_delete and self.updated < self.wanted)

    @property
    def missing(self) -> int:
        """How many of the wanted pods are not available."""
        return max(0, self.wanted - self.available)


class _Strategy(msgspec.Struct, gc=False):
    type: str = ""


class _Spec(WorkloadSpec, rename="camel"):
    update_strategy: _Strategy | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    observed_generation: int = 0
    desired_number_scheduled: int = 0
    current_number_scheduled: int = 0
    number_ready: int = 0
    updated_number_scheduled: int = 0
    number_available: int = 0
    number_unavailable: int = 0


class _DaemonSet(Workload):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _DaemonSet, extra: tuple[Any, ...]) -> DaemonSetRow:
    """Return a daemon set's row. Raises ValueError for one without a uid."""
    spec, status = found.spec, found.status
    node_selector = spec.template.spec.node_selector
    return DaemonSetRow(
        **identity(found.metadata, extra),
        images=spec.template.images,
        containers=spec.template.containers,
        selector=selector_text(spec.selector),
        annotations=kept_annotations(found.metadata),
        wanted=status.desired_number_scheduled,
        current=status.current_number_scheduled,
        ready=status.number_ready,
        updated=status.updated_number_scheduled,
        available=status.number_available,
        unavailable=status.number_unavailable,
        generation=found.metadata.generation,
        observed=status.observed_generation,
        on_delete=spec.update_strategy is not None and spec.update_strategy.type == "OnDelete",
        node_selector=shared_labels(node_selector) if node_selector else (),
    )


def daemon_set_fault(row: DaemonSetRow, now: float) -> Fault | None:
    """Return what is wrong with a daemon set at a wall-clock moment. One missing pod is normal in a rollout."""
    if row.unreadable:
        return UNREADABLE
    missing = row.missing
    if not missing or row.deleting is not None or now - row.created < YOUNG or (row.moving and missing == 1):
        return None
    if row.available == 0:
        return Fault(f"{missing} of {row.wanted} unavailable", Tone.BAD, 70)
    return Fault(f"{missing} of {row.wanted} unavailable", Tone.WARN, 60)


DAEMON_SET: Kind[DaemonSetRow] = Kind(
    Resource("apps", "v1", "daemonsets", "DaemonSet", singular="daemonset", short_names=("ds",)),
    (
        health_column(daemon_set_fault),
        namespace_column(),
        name_column(),
        number("DESIRED", lambda row: row.wanted, importance=1),
        number("CURRENT", lambda row: row.current, importance=3),
        number("READY", lambda row: row.ready, importance=1),
        number("UP-TO-DATE", lambda row: row.updated, width=10, importance=3),
        number("AVAILABLE", lambda row: row.available, width=9),
        text("NODE SELECTOR", lambda row: labels_text(row.node_selector), width=18, importance=4, tone=Tone.QUIET),
        age_column(),
        *template_columns(),
    ),
    JsonDecoder(_DaemonSet, flatten, DaemonSetRow),
    daemon_set_fault,
    lambda row: f"{row.namespace}/{row.name} {' '.join(row.images)}",
)
