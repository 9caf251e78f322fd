"""The containers of a pod as the API has it: which there are, what each is for, and how it does."""

from dataclasses import dataclass, field
from typing import Any

from state.cluster.describe.parts import at, entries, number, table, word
from state.printable import printable

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_SPECS = ("containers", "initContainers", "ephemeralContainers")
_STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


@dataclass(frozen=True, slots=True)
class Containers:
    """The containers of a pod and which one's log is meant."""

    names: tuple[str, ...]
    """In the pod's order: containers, then init containers and sidecars, then ephemeral ones."""
    chosen: str
    """The one its annotation names, or the only one; empty: ask."""
    roles: tuple[str, ...] = field(default=(), compare=False)
    """For each name `init`, `sidecar`, `ephemeral`, or empty for a container proper."""

    @property
    def proper(self) -> tuple[str, ...]:
        """Those that are neither init containers, sidecars nor ephemeral."""
        return tuple(name for name, role in zip(self.names, self.roles, strict=False) if not role)


def containers_of(pod: dict[str, Any]) -> Containers:
    """Return a pod's containers and the one to begin with."""
    spec = pod.get("spec") or {}
    found: list[tuple[str, str]] = []
    proper: list[str] = []
    for key in _SPECS:
        for one in spec.get(key) or ():
            if isinstance(one, dict):
                name = printable(str(one.get("name", "")))
                found.append((name, _role(key, one)))
                if key == "containers":
                    proper.append(name)
    names, roles = tuple(name for name, _ in found), tuple(role for _, role in found)
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    wanted = annotations.get(DEFAULT_CONTAINER, "")
    if wanted in names:
        return Containers(names, wanted, roles)
    return Containers(names, proper[0] if len(proper) == 1 else "", roles)


def _role(key: str, container: dict[str, Any]) -> str:
    if key == "initContainers":
        return "sidecar" if container.get("restartPolicy") == "Always" else "init"
    return "ephemeral" if key == "ephemeralContainers" else ""


@dataclass(frozen=True, slots=True)
class ContainerState:
    """How a container is. `phase` is waiting, running, terminated, or empty when its pod does not say."""

    phase: str = ""
    reason: str = ""
    restarts: int = 0
    ran_before: bool = False
    exit_code: int | None = None
    """Of its run that ended last, None when none has."""
    ended_by: str = ""
    """Why that run ended: `Error`, `OOMKilled`, `Completed`."""
    final: bool = False
    """Whether it ended and will not be started again."""

    @property
    def words(self) -> str:
        restarts = f", {self.restarts} restart{'s' if self.restarts > 1 else ''}" if self.restarts else ""
        return f"{self.reason or self.phase}{restarts}"

    @property
    def ending(self) -> str:
        """How its last run ended, in words; empty when that is not known."""
        if self.exit_code is None:
            return ""
        return ", ".join(part for part in (self.ended_by, f"exit code {self.exit_code}") if part)


def container_state(pod: dict[str, Any], name: str) -> ContainerState:
    """Return how a container of a pod is; of a pod that no node has taken yet it waits for one."""
    for key, specs in zip(_STATUSES, _SPECS, strict=True):
        for one in entries(pod, "status", key):
            if one.get("name") == name:
                return _state(pod, name, specs, one)
    if at(pod, "status", "phase") == "Pending":
        # Its log is empty and no error: only the pod tells that nothing runs yet.
        return ContainerState("waiting", _unscheduled(pod) or "Pending")
    return ContainerState()


def _state(pod: dict[str, Any], name: str, specs: str, status: dict[str, Any]) -> ContainerState:
    phase = next(iter(table(status, "state")), "")
    last = table(status, "lastState", "terminated")
    ended = table(status, "state", "terminated") or last
    exit_code = number(ended, "exitCode") if ended else None
    return ContainerState(
        printable(phase),
        printable(word(at(status, "state", phase, "reason"))),
        number(status, "restartCount"),
        bool(last),
        exit_code,
        printable(word(ended.get("reason"))) if ended else "",
        phase == "terminated" and _is_final(pod, name, specs, exit_code or 0),
    )


def _is_final(pod: dict[str, Any], name: str, specs: str, exit_code: int) -> bool:
    if at(pod, "status", "phase") in ("Succeeded", "Failed") or specs == "ephemeralContainers":
        return True
    own = next((one for one in entries(pod, "spec", specs) if one.get("name") == name), {})
    policy = own.get("restartPolicy") or at(pod, "spec", "restartPolicy") or "Always"
    if policy == "Always" and specs == "initContainers":
        # A sidecar is started again; any other init container is once it has failed.
        return not own.get("restartPolicy") and exit_code == 0
    return policy == "Never" or (policy == "OnFailure" and exit_code == 0)


def _unscheduled(pod: dict[str, Any]) -> str:
    for one in entries(pod, "status", "conditions"):
        if one.get("type") == "PodScheduled" and one.get("status") == "False":
            return printable(": ".join(filter(None, (word(one.get("reason")), word(one.get("message"))))))
    return ""
