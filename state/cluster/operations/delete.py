"""Deleting one object: exactly the one that was shown, never a successor of the same name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.access import allowed
from state.cluster.errors import ApiError
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Transport
from state.operation import Outcome, Permission, Preview, Refused
from state.printable import printable
from state.ref import Ref


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete one object by name and uid, its dependents in the background, as `kubectl delete` does."""

    transport: Callable[[], Transport]
    resource: Resource
    subject: Ref
    uid: str
    id: str = "delete"

    @property
    def title(self) -> str:
        return f"Delete {self.resource.kind} {self.subject.path}"

    def permitted(self) -> str:
        return allowed(
            self.transport(),
            Permission("delete", self.resource.group, self.resource.plural, self.subject.namespace, self.subject.name),
        )

    def preview(self) -> Preview:
        transport = self.transport()
        found = requests.get(transport, self._path)
        metadata = found.get("metadata", {})
        if metadata.get("uid") != self.uid:
            raise Refused(f"{self.subject.path} is another object by now: the one you saw is gone")
        self._delete(transport, dry_run=True)
        lines: list[tuple[Cell, ...]] = []
        owner = next((o for o in metadata.get("ownerReferences", ()) if o.get("controller")), None)
        if owner is not None:
            controller = printable(f"{owner.get('kind', '')} {owner.get('name', '')}")
            lines.append((Cell("then   ", Tone.QUIET), Cell(f"{controller} will replace it")))
        warnings = []
        if owner is None and self.resource.plural == "pods":
            warnings.append("no controller owns it: nothing brings it back")
        if metadata.get("finalizers"):
            names = printable(", ".join(map(str, metadata["finalizers"])))
            warnings.append(f"it goes only when its finalizers are done: {names}")
        if metadata.get("deletionTimestamp"):
            warnings.append("it is already terminating")
        return Preview(tuple(lines), tuple(warnings))

    def run(self) -> Outcome:
        self._delete(self.transport(), dry_run=False)
        return Outcome(True, f"{self.resource.kind} {self.subject.path} is being deleted", {"uid": self.uid})

    @property
    def _path(self) -> str:
        return self.resource.path(self.subject.namespace, self.subject.name)

    def _delete(self, transport: Transport, *, dry_run: bool) -> None:
        options: dict[str, Any] = {"propagationPolicy": "Background", "preconditions": {"uid": self.uid}}
        if dry_run:
            # In the body: beside a body the server does not read a delete's options from the query.
            options["dryRun"] = ["All"]
        try:
            requests.delete(transport, self._path, options)
        except ApiError as error:
            if error.status == 404:
                raise Refused(f"{self.subject.path} is gone already") from error
            if error.status == 409:
                raise Refused(f"{self.subject.path} is another object by now: nothing was deleted") from error
            raise
