"""An ephemeral debug container in a running pod, for containers that have no shell."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.kind import Resource
from state.cluster.operations.object_operation import ObjectOperation, labelled
from state.cluster.requests import Json
from state.cluster.transport import Transport
from state.operation import Outcome, Permission, Preview, Refused
from state.printable import printable
from state.ref import Ref

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True, slots=True)
class AddDebugContainer(ObjectOperation):
    """Add a container with a shell to a pod that runs. It sees the processes of `container` and cannot be removed."""

    container: str
    image: str
    name: str = field(default_factory=lambda: f"debugger-{''.join(secrets.choice(_LETTERS) for _ in range(5))}")

    @property
    def id(self) -> str:
        return "debug"

    @property
    def title(self) -> str:
        return f"Add a debug container to {self.subject.path}"

    @property
    def permission(self) -> Permission:
        return self.asks("patch", "ephemeralcontainers")

    def preview(self) -> Preview:
        found = self._add(self.transport(), dry_run=True)
        present = found.get("spec", {}).get("ephemeralContainers") or ()
        lines = (
            labelled("adds", Cell(self.name, Tone.FOCUS), Cell(f" with the image {printable(self.image)}")),
            labelled("beside", Cell(printable(self.container)), Cell(", whose processes it sees", Tone.QUIET)),
        )
        others = len(present) - 1
        warnings = ["it stays until the pod goes: nobody can take it out again"]
        warnings += [f"it has {others} ephemeral container{'s' if others > 1 else ''} already"] if others > 0 else []
        return Preview(lines, tuple(warnings))

    def run(self) -> Outcome:
        self._add(self.transport(), dry_run=False)
        details = {"uid": self.uid, "container": self.name, "image": self.image, "target": self.container}
        return Outcome(True, f"{self.subject.path} has the debug container {self.name}", details)

    def _add(self, transport: Transport, *, dry_run: bool) -> Json:
        self.read(transport)
        container = {
            "name": self.name,
            "image": self.image,
            "imagePullPolicy": "IfNotPresent",
            "stdin": True,
            "tty": True,
            "terminationMessagePolicy": "File",
            "targetContainerName": self.container,
        }
        body = {"metadata": {"uid": self.uid}, "spec": {"ephemeralContainers": [container]}}
        query = requests.DRY_RUN if dry_run else ()
        try:
            return requests.patch(transport, f"{self.path}/ephemeralcontainers", body, requests.STRATEGIC_PATCH, query)
        except ApiError as error:
            if error.status == 404:
                raise Refused("this server has no ephemeral containers: they came with Kubernetes 1.25") from error
            raise


def await_running(
    transport: Transport, resource: Resource, ref: Ref, container: str, pause: Callable[[float], bool], seconds: float
) -> None:
    """Wait until a container runs. Blocks. `pause` waits so long and says whether to go on.

    Raises Refused when it does not run in time, has ended, or cannot start; ClusterError on no answer.
    """
    waited, reason = 0.0, ""
    while waited < seconds:
        status = _status(requests.get(transport, resource.path(ref.namespace, ref.name)), container)
        state = status.get("state") or {}
        if "running" in state:
            return
        if "terminated" in state:
            raise Refused(f"the container {container} of {ref.path} has ended already")
        waiting = state.get("waiting") or {}
        reason = printable(str(waiting.get("reason") or ""))
        if reason in ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError"):
            raise Refused(
                f"the container {container} cannot start: {reason}: {printable(str(waiting.get('message', '')))}"
            )
        if not pause(0.3):
            raise Refused(f"nobody waits for the container {container} any more")
        waited += 0.3
    raise Refused(f"the container {container} does not run after {seconds:.0f} s{f': {reason}' if reason else ''}")


def _status(pod: Json, container: str) -> dict[str, Any]:
    status = pod.get("status") or {}
    for key in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for one in status.get(key) or ():
            if isinstance(one, dict) and one.get("name") == container:
                return one
    return {}
