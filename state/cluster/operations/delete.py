"""Deleting one object: exactly the one that was shown, never a successor of the same name."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from state.cell import Cell
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.operations.managers import WHOLE, management
from state.cluster.operations.object_operation import Line, ObjectOperation, labelled
from state.cluster.requests import Json
from state.cluster.transport import Transport
from state.operation import Outcome, Permission, Preview, Refused
from state.printable import printable


class Propagation(Enum):
    """What becomes of the objects that it owns; the values are the API's words."""

    BACKGROUND = "Background"
    FOREGROUND = "Foreground"
    ORPHAN = "Orphan"


_SAID = {
    Propagation.BACKGROUND: "what it owns is deleted after it, in the background",
    Propagation.FOREGROUND: "what it owns is deleted first, then it goes",
    Propagation.ORPHAN: "what it owns stays, without an owner",
}
_OWNERS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController")
_TAKES_WITH_IT = {
    ("", "Namespace"): "all that is in the namespace is deleted with it",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): "all objects of its kind are deleted with it",
    ("", "Node"): "its pods are deleted with it; the machine goes on",
}


@dataclass(frozen=True, slots=True)
class Delete(ObjectOperation):
    """Delete one object by name and uid, its dependents in the background, as `kubectl delete` does."""

    propagation: Propagation = Propagation.BACKGROUND
    grace: int | None = None
    """Seconds that a pod is given to end, None for its own; 0 forces: its node is not waited for."""

    id: ClassVar[str] = "delete"

    @property
    def title(self) -> str:
        return f"{'Force-delete' if self.grace == 0 else 'Delete'} {self.called}"

    @property
    def permission(self) -> Permission:
        return self.asks("delete")

    def preview(self) -> Preview:
        if self.grace is not None and self.grace < 0:
            raise Refused(f"a grace of {self.grace} seconds is not possible: give 0 or more")
        transport = self.transport()
        found = self.read(transport)
        self._delete(transport, dry_run=True)
        managed = management(transport, self.resource, found, (WHOLE,))
        return Preview((*self._lines(found), *managed.lines), (*self._warnings(found), *managed.warnings))

    def run(self) -> Outcome:
        self._delete(self.transport(), dry_run=False)
        details = {"uid": self.uid, "propagation": self.propagation.value}
        if self.grace is not None:
            details["grace"] = f"{self.grace} s"
        forced = " by force" if self.grace == 0 else ""
        return Outcome(True, f"{self.called} is being deleted{forced}", details)

    def _lines(self, found: Json) -> tuple[Line, ...]:
        lines: list[Line] = []
        owner = next((o for o in found["metadata"].get("ownerReferences") or () if o.get("controller")), None)
        if owner is not None:
            controller = printable(f"{owner.get('kind', '')} {owner.get('name', '')}")
            lines.append(labelled("then", Cell(f"{controller} will replace it")))
        if self.resource.kind in _OWNERS or self.propagation is not Propagation.BACKGROUND:
            lines.append(labelled("owned", Cell(_SAID[self.propagation])))
        if self.resource.kind == "Pod" and self.grace:
            lines.append(labelled("grace", Cell(f"{self.grace} s to end")))
        return tuple(lines)

    def _warnings(self, found: Json) -> tuple[str, ...]:
        metadata, spec = found["metadata"], found.get("spec") or {}
        warnings = []
        if self.resource.kind == "Pod" and not any(o.get("controller") for o in metadata.get("ownerReferences") or ()):
            warnings.append("no controller owns it: nothing brings it back")
        if self.grace == 0:
            warnings.append("forced, with grace 0: it is taken off the list while its containers may go on running")
        if takes := _TAKES_WITH_IT.get((self.resource.group, self.resource.kind)):
            warnings.append(takes)
        if self.resource.kind == "PersistentVolume" and spec.get("persistentVolumeReclaimPolicy") == "Delete":
            warnings.append("the storage behind it is deleted (reclaim policy Delete)")
        if self.resource.kind == "PersistentVolumeClaim":
            warnings.append("its data goes with it where its volume's reclaim policy is Delete")
        if metadata.get("finalizers"):
            names = printable(", ".join(map(str, metadata["finalizers"])))
            warnings.append(f"it goes only when its finalizers are done: {names}")
        if metadata.get("deletionTimestamp"):
            warnings.append("it is already terminating")
        return tuple(warnings)

    def _delete(self, transport: Transport, *, dry_run: bool) -> None:
        options: dict[str, Any] = {"propagationPolicy": self.propagation.value, "preconditions": {"uid": self.uid}}
        if self.grace is not None:
            options["gracePeriodSeconds"] = self.grace
        if dry_run:
            # In the body: beside a body the server does not read a delete's options from the query.
            options["dryRun"] = ["All"]
        try:
            requests.delete(transport, self.path, options)
        except ApiError as error:
            if error.status == 404:
                raise Refused(f"{self.subject.path} is gone already") from error
            if error.status == 409:
                raise Refused(f"{self.subject.path} is another object by now: nothing was deleted") from error
            raise
