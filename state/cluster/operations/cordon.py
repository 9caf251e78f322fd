"""Cordoning: no new pods on a node, or new ones again."""

from dataclasses import dataclass
from typing import ClassVar

from state.cell import Cell, Tone
from state.cluster.operations.managers import FieldPath
from state.cluster.operations.object_operation import Line, PatchOperation, labelled
from state.cluster.requests import Json
from state.operation import Outcome, Refused


@dataclass(frozen=True, slots=True)
class Cordon(PatchOperation):
    """Let no new pods onto a node (`on`), or let them again; those that run there stay."""

    on: bool

    touched: ClassVar[tuple[FieldPath, ...]] = (("spec", "unschedulable"),)

    @property
    def id(self) -> str:
        return "cordon" if self.on else "uncordon"

    @property
    def title(self) -> str:
        return f"{'Cordon' if self.on else 'Uncordon'} {self.called}"

    def now(self, found: Json) -> bool:
        return bool((found.get("spec") or {}).get("unschedulable"))

    def change(self, found: Json) -> Json:
        if self.now(found) == self.on:
            raise Refused(f"{self.called} is {'cordoned' if self.on else 'not cordoned'} already")
        return {"spec": {"unschedulable": True if self.on else None}}

    def lines(self, found: Json) -> tuple[Line, ...]:
        words = ("takes new pods", "takes no new pods")
        return (labelled("from", Cell(words[not self.on])), labelled("to", Cell(words[self.on], Tone.FOCUS)))

    def outcome(self, found: Json) -> Outcome:
        done = "is cordoned: it takes no new pods" if self.on else "takes new pods again"
        return Outcome(True, f"{self.called} {done}", {"unschedulable": str(self.on).lower()})
