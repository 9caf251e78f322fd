"""Stateful sets."""

from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import UNREADABLE, age_column, health_column, name_column, namespace_column, text
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.selectors import selector_text
from state.cluster.kinds.workload_json import Workload, WorkloadSpec, kept_annotations
from state.cluster.kinds.workload_row import WorkloadRow, template_columns

YOUNG = 60.0


class StatefulSetRow(WorkloadRow, frozen=True, kw_only=True, gc=False):
    """A stateful set."""

    wanted: int = 0
    ready: int = 0
    current: int = 0
    updated: int = 0
    available: int = 0
    generation: int = 0
    observed: int = 0
    """The generation that the status speaks of."""
    current_revision: str = ""
    update_revision: str = ""
    on_delete: bool = False
    """Pods change only when somebody deletes them, so two revisions beside each other may be meant."""
    partition: int = 0
    """Pods with a lower number keep the revision they have."""

    @property
    def moving(self) -> bool:
        """Whether a rollout is under way."""
        if self.observed < self.generation:
            return True
        return not self.on_delete and self.current_revision != self.update_revision

    @property
    def missing(self) -> int:
        """How many of the wanted pods are not ready."""
        return max(0, self.wanted - self.ready)


class _Rolling(msgspec.Struct, gc=False):
    partition: int = 0


class _Strategy(msgspec.Struct, gc=False, rename="camel"):
    type: str = ""
    rolling_update: _Rolling | None = None


class _Spec(WorkloadSpec, rename="camel"):
    update_strategy: _Strategy | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    current_replicas: int = 0
    updated_replicas: int = 0
    available_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""


class _StatefulSet(Workload):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _StatefulSet, extra: tuple[Any, ...]) -> StatefulSetRow:
    """Return a stateful set's row. Raises ValueError for one without a uid."""
    spec, status = found.spec, found.status
    strategy = spec.update_strategy
    return StatefulSetRow(
        **identity(found.metadata, extra),
        images=spec.template.images,
        containers=spec.template.containers,
        selector=selector_text(spec.selector),
        annotations=kept_annotations(found.metadata),
        wanted=1 if spec.replicas is None else spec.replicas,
        ready=status.ready_replicas,
        current=status.current_replicas,
        updated=status.updated_replicas,
        available=status.available_replicas,
        generation=found.metadata.generation,
        observed=status.observed_generation,
        current_revision=status.current_revision,
        update_revision=status.update_revision,
        on_delete=strategy is not None and strategy.type == "OnDelete",
        partition=strategy.rolling_update.partition if strategy is not None and strategy.rolling_update else 0,
    )


def stateful_set_fault(row: StatefulSetRow, now: float) -> Fault | None:
    """Return what is wrong with a stateful set at a wall-clock moment. One missing pod is normal in a rollout."""
    if row.unreadable:
        return UNREADABLE
    missing = row.missing
    if not missing or row.deleting is not None or now - row.created < YOUNG or (row.moving and missing == 1):
        return None
    if row.ready == 0:
        return Fault(f"{missing} of {row.wanted} unavailable", Tone.BAD, 70)
    return Fault(f"{missing} of {row.wanted} unavailable", Tone.WARN, 60)


STATEFUL_SET: Kind[StatefulSetRow] = Kind(
    Resource("apps", "v1", "statefulsets", "StatefulSet", singular="statefulset", short_names=("sts",)),
    (
        health_column(stateful_set_fault),
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
        age_column(),
        *template_columns(selector=False),
    ),
    JsonDecoder(_StatefulSet, flatten, StatefulSetRow),
    stateful_set_fault,
    lambda row: f"{row.namespace}/{row.name} {' '.join(row.images)}",
)
