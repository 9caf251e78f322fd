"""Restarting a workload: all its pods are made anew, in the order of a rollout."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from state.cell import Cell
from state.clock import SYSTEM, Clock
from state.cluster.operations.managers import RESTARTED_AT, FieldPath
from state.cluster.operations.object_operation import Line, PatchOperation, labelled
from state.cluster.requests import Json
from state.operation import Outcome, Refused
from state.printable import printable
from state.rfc3339 import timestamp

_KINDS = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True, slots=True)
class Restart(PatchOperation):
    """Write the moment into the template of a deployment, stateful or daemon set, as `kubectl rollout restart` does."""

    clock: Clock = field(default=SYSTEM, kw_only=True)

    id: ClassVar[str] = "restart"
    touched: ClassVar[tuple[FieldPath, ...]] = (("spec", "template", "metadata", "annotations", RESTARTED_AT),)

    @property
    def title(self) -> str:
        return f"Restart {self.called}"

    def now(self, found: Json) -> Any:
        return found["metadata"].get("generation", 0)

    def change(self, found: Json) -> Json:
        if self.resource.group != "apps" or self.resource.kind not in _KINDS:
            raise Refused(f"{self.called} cannot be restarted: deployments, stateful and daemon sets can")
        if found["spec"].get("paused"):
            raise Refused(f"{self.called} is paused: resume it first, then restart it")
        # To the second, as kubectl writes it.
        moment = timestamp(self.clock.wall())[:19] + "Z"
        return {"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: moment}}}}}

    def lines(self, found: Json) -> tuple[Line, ...]:
        return (labelled("pods", Cell(_pods(found))), labelled("how", Cell(_how(found["spec"]))))

    def warnings(self, found: Json) -> tuple[str, ...]:
        spec = found["spec"]
        if (spec.get("updateStrategy") or {}).get("type") == "OnDelete":
            return ("its pods change only when somebody deletes them (strategy OnDelete)",)
        if (spec.get("strategy") or {}).get("type") == "Recreate":
            return ("all its pods end before new ones begin (strategy Recreate)",)
        return ()

    def outcome(self, found: Json) -> Outcome:
        return Outcome(True, f"{self.subject.path} restarts", {"pods": _pods(found)})


def _pods(found: Json) -> str:
    status = found.get("status") or {}
    return str(status.get("replicas", status.get("desiredNumberScheduled", 0)))


def _how(spec: Json) -> str:
    strategy = spec.get("strategy") or spec.get("updateStrategy") or {}
    kind = printable(str(strategy.get("type", "RollingUpdate")))
    rolling = strategy.get("rollingUpdate") or {}
    words = [
        f"{printable(str(rolling[name]))} {said}"
        for name, said in (("maxUnavailable", "may be missing"), ("maxSurge", "more than wanted"))
        if rolling.get(name) not in (None, 0, "0", "0%")
    ]
    return f"{kind}: {', '.join(words)}" if words else kind
