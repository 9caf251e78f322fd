"""What is measured of a pod, so that two versions that differ in nothing else count as one."""

from dataclasses import dataclass
from typing import Any

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Object

Amount = tuple[str, str, float]
"""A resource, its unit and how much of it."""

_UNITS = {"cpu": "core", "memory": "byte", "ephemeral-storage": "byte"}


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """A container; `state` is running, waiting, terminated or "" before there is any."""

    name: str
    image: str
    state: str
    reason: str
    last_reason: str
    ready: bool
    restarts: int
    started: float | None
    requests: tuple[Amount, ...]
    limits: tuple[Amount, ...]

    def limit(self, resource: str) -> float | None:
        """Return the limit of a resource, None when there is none."""
        return next((value for name, _, value in self.limits if name == resource), None)


@dataclass(frozen=True, slots=True)
class PodFacts:
    """A pod. `conditions` are the status words of Ready and PodScheduled, "" before there are any."""

    namespace: str
    name: str
    uid: str
    node: str
    address: str
    host_address: str
    phase: str
    reason: str
    created: float
    started: float | None
    owner: tuple[str, str] | None
    labels: tuple[tuple[str, str], ...]
    ready: str
    scheduled: str
    containers: tuple[ContainerFacts, ...]


def pod_facts(pod: Object) -> PodFacts:
    """Return what is measured of a pod."""
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status", {})
    conditions = {one["type"]: one["status"] for one in status.get("conditions", ())}
    owner = next((one for one in metadata.get("ownerReferences", ()) if one.get("controller")), None)
    statuses = {one["name"]: one for one in status.get("containerStatuses", ())}
    return PodFacts(
        namespace=metadata["namespace"],
        name=metadata["name"],
        uid=metadata["uid"],
        node=spec.get("nodeName", ""),
        address=status.get("podIP", ""),
        host_address=status.get("hostIP", ""),
        phase=status.get("phase", "Pending"),
        reason=status.get("reason", ""),
        created=seconds_of(metadata["creationTimestamp"]),
        started=_moment(status.get("startTime")),
        owner=None if owner is None else (owner["kind"], owner["name"]),
        labels=tuple(sorted(metadata.get("labels", {}).items())),
        ready=conditions.get("Ready", ""),
        scheduled=conditions.get("PodScheduled", ""),
        containers=tuple(_container(one, statuses.get(one["name"], {})) for one in spec["containers"]),
    )


def _container(container: dict[str, Any], status: dict[str, Any]) -> ContainerFacts:
    states = status.get("state", {})
    state = next((word for word in ("running", "waiting", "terminated") if word in states), "")
    current = states.get(state, {})
    resources = container.get("resources", {})
    return ContainerFacts(
        name=container["name"],
        image=container["image"],
        state=state,
        reason=current.get("reason", ""),
        last_reason=status.get("lastState", {}).get("terminated", {}).get("reason", ""),
        ready=bool(status.get("ready")),
        restarts=int(status.get("restartCount", 0)),
        started=_moment(current.get("startedAt")) if state == "running" else None,
        requests=_amounts(resources.get("requests")),
        limits=_amounts(resources.get("limits")),
    )


def _amounts(resources: dict[str, Any] | None) -> tuple[Amount, ...]:
    return tuple(
        (name.replace("-", "_"), _UNITS.get(name, "integer"), quantity(text))
        for name, text in sorted((resources or {}).items())
    )


def _moment(text: str | None) -> float | None:
    return None if text is None else seconds_of(text)
