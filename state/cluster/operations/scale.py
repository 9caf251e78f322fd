"""Scaling: how many replicas of anything that has a scale."""

from dataclasses import dataclass
from typing import Any, ClassVar

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.operations.managers import REPLICAS, FieldPath
from state.cluster.operations.object_operation import Line, PatchOperation, labelled
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.operation import Outcome, Permission, Refused


@dataclass(frozen=True, slots=True)
class Scale(PatchOperation):
    """Set how many replicas are wanted, through the scale subresource, as `kubectl scale` does."""

    replicas: int

    id: ClassVar[str] = "scale"
    touched: ClassVar[tuple[FieldPath, ...]] = (REPLICAS,)

    @property
    def title(self) -> str:
        return f"Scale {self.called} to {self.replicas}"

    @property
    def permission(self) -> Permission:
        return self.asks("patch", "scale")

    def current(self) -> int:
        """Return how many are wanted now. Raises as `preview`."""
        return self.now(self.read(self.transport()))

    def read(self, transport: Transport) -> Json:
        found = PatchOperation.read(self, transport)
        try:
            scale = requests.get(transport, f"{self.path}/scale")
        except ApiError as error:
            if error.status == 404:
                raise Refused(f"{self.called} cannot be scaled: its kind has no scale") from error
            raise
        # Two answers of two moments: the older revision is the one that must still hold.
        return {**found, "scale": scale}

    def now(self, found: Json) -> int:
        replicas: Any = (found["scale"].get("spec") or {}).get("replicas", 0)
        return int(replicas)

    def change(self, found: Json) -> Json:
        if self.replicas < 0:
            raise Refused(f"{self.replicas} replicas are not possible: give 0 or more")
        if self.now(found) == self.replicas:
            raise Refused(f"{self.subject.path} has {self.replicas} replicas already")
        return {"spec": {"replicas": self.replicas}}

    def send(self, transport: Transport, change: Json, query: Query) -> None:
        requests.patch(transport, f"{self.path}/scale", change, self.patch_type, query)

    def lines(self, found: Json) -> tuple[Line, ...]:
        return (
            labelled("from", Cell(str(self.now(found)))),
            labelled("to", Cell(str(self.replicas), Tone.FOCUS)),
        )

    def warnings(self, found: Json) -> tuple[str, ...]:
        return ("no pod stays: nothing serves until it is scaled up again",) if self.replicas == 0 else ()

    def outcome(self, found: Json) -> Outcome:
        before = self.now(found)
        details = {"from": str(before), "to": str(self.replicas)}
        return Outcome(True, f"{self.subject.path} is scaled from {before} to {self.replicas}", details)
