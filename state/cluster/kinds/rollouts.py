"""Rollouts of Argo: deployments that change step by step."""

from collections.abc import Callable
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
from state.cluster.kinds.deployments import DeploymentRow, deployment_fault
from state.cluster.kinds.kind import Column, Fault, Kind, Resource
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.moments import moment
from state.cluster.kinds.selectors import selector_text
from state.cluster.kinds.workload_json import Condition, Workload, WorkloadSpec, condition, kept_annotations
from state.cluster.kinds.workload_row import template_columns
from state.printable import printable

HASH = "rollouts-pod-template-hash"
"""The label by which its replica sets tell their pods."""
_LONGEST = 1024


class RolloutRow(DeploymentRow, frozen=True, kw_only=True, gc=False):
    """A rollout. Its replica sets are numbered as those of a deployment are."""

    phase: str = ""
    """Healthy, Progressing, Paused or Degraded; empty where its controller never said so."""
    message: str = ""
    """Why it is in this phase."""
    step: int = 0
    """How many of its canary's steps are done."""
    steps: int = 0
    """How many steps its canary has, 0 for a switch between blue and green."""
    aborted: bool = False

    @property
    def moving(self) -> bool:
        """Whether a rollout is under way; one that waits for somebody is."""
        if self.phase in ("", "Healthy") and self.observed < self.generation:
            return True
        if self.phase:
            return self.phase in ("Progressing", "Paused")
        return self.progressing not in ("", "NewReplicaSetAvailable")

    @property
    def course(self) -> str:
        """How far it is, in words, printable: `Paused at step 2 of 5: CanaryPauseStep`."""
        if self.phase in ("", "Healthy") and self.observed < self.generation:
            return "its controller has not seen the change yet"
        # Behind the last step there is none.
        place = f" at step {self.step + 1} of {self.steps}" if self.step < self.steps else ""
        said = f"{self.phase}{place}" if self.phase != "Degraded" else self.phase
        return printable(f"{said}: {self.message}" if self.message else said)


class _Canary(msgspec.Struct, gc=False):
    steps: list[msgspec.Raw] | None = None


class _Strategy(msgspec.Struct, gc=False):
    canary: _Canary | None = None


class _Spec(WorkloadSpec, rename="camel"):
    paused: bool = False
    strategy: _Strategy | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    # A text, unlike that of a deployment.
    observed_generation: str | int = ""
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    current_step_index: int | None = None
    phase: str = ""
    message: str = ""
    abort: bool = False
    conditions: list[Condition] | None = None


class _Rollout(Workload):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Rollout, extra: tuple[Any, ...]) -> RolloutRow:
    """Return a rollout's row. Raises ValueError for one without a uid."""
    spec, status, metadata = found.spec, found.status, found.metadata
    revision = metadata.annotations.rollout_revision if metadata.annotations else ""
    progressing = condition(status.conditions, "Progressing")
    canary = spec.strategy.canary if spec.strategy is not None else None
    steps = len(canary.steps or ()) if canary is not None else 0
    observed = str(status.observed_generation)
    wanted = 1 if spec.replicas is None else spec.replicas
    return RolloutRow(
        **identity(metadata, extra),
        images=spec.template.images,
        containers=spec.template.containers,
        selector=selector_text(spec.selector),
        annotations=kept_annotations(metadata),
        wanted=wanted,
        ready=status.ready_replicas,
        updated=status.updated_replicas,
        available=status.available_replicas,
        total=status.replicas,
        generation=metadata.generation,
        # Older controllers write a hash there, which tells nothing.
        observed=int(observed) if observed.isdecimal() else metadata.generation,
        revision=int(revision) if revision.isdecimal() else 0,
        # While it moves, its steps decide how many pods there are of each revision.
        max_unavailable=wanted if status.phase in ("Progressing", "Paused") else 0,
        paused=spec.paused,
        progressing=progressing.reason if progressing else "",
        progressed=moment(progressing.last_update_time) if progressing else None,
        phase=status.phase,
        message=status.message[:_LONGEST],
        step=min(status.current_step_index or 0, steps) if steps else 0,
        steps=steps,
        aborted=status.abort,
    )


def rollout_fault(row: RolloutRow, now: float) -> Fault | None:
    """Return what is wrong with a rollout at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.deleting is None and row.phase == "Degraded":
        return Fault(row.course, Tone.BAD, 68 if row.available == 0 and row.wanted else 62, row.progressed)
    return deployment_fault(row, now)


def _count(header: str, get: Callable[[RolloutRow], int], importance: int) -> Column[RolloutRow]:
    """Return a column of a count that the status leaves out when it is 0, and kubectl leaves blank."""
    return text(
        header,
        lambda row: str(get(row) or ""),
        width=len(header),
        right=True,
        importance=importance,
        sort_key=get,
    )


_TONES = {"Healthy": Tone.TEXT, "Degraded": Tone.BAD, "Paused": Tone.WARN}

ROLLOUT: Kind[RolloutRow] = Kind(
    Resource("argoproj.io", "v1alpha1", "rollouts", "Rollout", singular="rollout", short_names=("ro",)),
    (
        health_column(rollout_fault),
        namespace_column(),
        name_column(),
        number("DESIRED", lambda row: row.wanted, width=7),
        _count("CURRENT", lambda row: row.total, 2),
        _count("UP-TO-DATE", lambda row: row.updated, 2),
        _count("AVAILABLE", lambda row: row.available, 0),
        age_column(),
        text("STATUS", lambda row: row.phase, width=11, tone=lambda row: _TONES.get(row.phase, Tone.FOCUS)),
        text("STEP", lambda row: f"{row.step}/{row.steps}" if row.steps else "", width=6, importance=2),
        *template_columns(),
    ),
    JsonDecoder(_Rollout, flatten, RolloutRow),
    rollout_fault,
    lambda row: f"{row.namespace}/{row.name} {row.phase} {' '.join(row.images)}",
)
