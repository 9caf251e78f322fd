"""Pausing and resuming: a deployment's rollout, a cron job's schedule, a job's work."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from state.cell import Cell, Tone
from state.cluster.operations.managers import FieldPath
from state.cluster.operations.object_operation import Line, PatchOperation, labelled
from state.cluster.requests import Json
from state.operation import Outcome, Refused


@dataclass(frozen=True, slots=True)
class _Switch(PatchOperation):
    """Sets a field that is true or false."""

    on: bool

    name: ClassVar[str]
    """The field in `spec`."""

    @property
    @abstractmethod
    def words(self) -> tuple[str, str]:
        """What it is when the field is true, and when it is false."""

    @property
    def wanted(self) -> str:
        """What it is to be, in a word."""
        return self.words[0 if self.on else 1]

    def now(self, found: Json) -> bool:
        return bool((found.get("spec") or {}).get(self.name))

    def change(self, found: Json) -> Json:
        if self.now(found) == self.on:
            raise Refused(f"{self.called} is {self.wanted} already")
        return {"spec": {self.name: self.on}}

    def lines(self, found: Json) -> tuple[Line, ...]:
        return (
            labelled("from", Cell(self.words[1 if self.on else 0])),
            labelled("to", Cell(self.wanted, Tone.FOCUS)),
        )

    def outcome(self, found: Json) -> Outcome:
        return Outcome(True, f"{self.called} is {self.wanted}", {self.name: str(self.on).lower()})


@dataclass(frozen=True, slots=True)
class PauseRollout(_Switch):
    """Pause a deployment's rollout (`on`) or let it go on, as `kubectl rollout pause` and `resume` do."""

    name: ClassVar[str] = "paused"
    touched: ClassVar[tuple[FieldPath, ...]] = (("spec", "paused"),)

    @property
    def id(self) -> str:
        return "pause" if self.on else "resume"

    @property
    def title(self) -> str:
        return f"{'Pause' if self.on else 'Resume'} the rollout of {self.called}"

    @property
    def words(self) -> tuple[str, str]:
        return "paused", "not paused"

    def warnings(self, found: Json) -> tuple[str, ...]:
        if self.on:
            return ("changes of its template wait until it is resumed",)
        status = found.get("status") or {}
        if status.get("updatedReplicas", 0) < status.get("replicas", 0):
            return ("changes made since it was paused roll out at once",)
        return ()


@dataclass(frozen=True, slots=True)
class Suspend(_Switch):
    """Suspend a cron job or a job (`on`), or let it go on."""

    name: ClassVar[str] = "suspend"
    touched: ClassVar[tuple[FieldPath, ...]] = (("spec", "suspend"),)

    @property
    def id(self) -> str:
        return "suspend" if self.on else "unsuspend"

    @property
    def title(self) -> str:
        return f"{'Suspend' if self.on else 'Resume'} {self.called}"

    @property
    def words(self) -> tuple[str, str]:
        return "suspended", "scheduled" if self.resource.kind == "CronJob" else "running"

    def warnings(self, found: Json) -> tuple[str, ...]:
        status = found.get("status") or {}
        if self.resource.kind == "CronJob":
            running = len(status.get("active") or ())
            return (f"what runs now goes on: {running}",) if self.on and running else ()
        running = status.get("active", 0)
        return (f"its running pods are deleted: {running}",) if self.on and running else ()
