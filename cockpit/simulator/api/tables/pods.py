"""How the server prints a pod. The real function is `printPod`."""

from typing import Any

from cockpit.simulator.api.tables.table import Cells, TableView, age, columns, since
from cockpit.simulator.store import Object


def _is_sidecar(container: Object | None) -> bool:
    return container is not None and container.get("restartPolicy") == "Always"


class _Restarts:
    """How often containers were started again, and when one last ended."""

    def __init__(self) -> None:
        self.count = 0
        self.last = ""

    def add(self, status: Object) -> None:
        self.count += status.get("restartCount", 0)
        ended = (status.get("lastState") or {}).get("terminated") or {}
        self.last = max(self.last, ended.get("finishedAt") or "")

    def text(self, now: float) -> str:
        if self.count and self.last:
            return f"{self.count} ({since(self.last, now)} ago)"
        return str(self.count)


def _terminated_reason(terminated: Object, prefix: str = "") -> str:
    if reason := terminated.get("reason"):
        return f"{prefix}{reason}"
    if signal := terminated.get("signal"):
        return f"{prefix}Signal:{signal}"
    return f"{prefix}ExitCode:{terminated.get('exitCode', 0)}"


def _condition(status: Object, kind: str) -> Object | None:
    return next((one for one in status.get("conditions") or () if one["type"] == kind), None)


def _is_true(condition: Object | None) -> bool:
    return condition is not None and condition["status"] == "True"


def _first_reason(status: Object) -> str:
    scheduled = _condition(status, "PodScheduled")
    if scheduled is not None and scheduled.get("reason") == "SchedulingGated":
        return "SchedulingGated"
    return str(status.get("reason") or status.get("phase", ""))


def pod_state(pod: Object, now: float) -> tuple[str, str, str]:
    """Return a pod's READY, STATUS and RESTARTS."""
    spec, status = pod["spec"], pod.get("status", {})
    reason = _first_reason(status)
    init_containers: dict[str, Any] = {one["name"]: one for one in spec.get("initContainers") or ()}
    total = len(spec.get("containers") or ()) + sum(map(_is_sidecar, init_containers.values()))
    ready, restarts, sidecar_restarts, initializing = 0, _Restarts(), _Restarts(), False
    for index, one in enumerate(status.get("initContainerStatuses") or ()):
        restarts.add(one)
        state = one.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        sidecar = _is_sidecar(init_containers.get(one["name"]))
        if sidecar:
            sidecar_restarts.add(one)
        if ended is not None and ended.get("exitCode", 0) == 0:
            continue
        if sidecar and one.get("started"):
            ready += 1 if one.get("ready") else 0
            continue
        if ended is not None:
            reason = _terminated_reason(ended, "Init:")
        elif waiting.get("reason") and waiting["reason"] != "PodInitializing":
            reason = f"Init:{waiting['reason']}"
        else:
            reason = f"Init:{index}/{len(init_containers)}"
        initializing = True
        break
    if not initializing or _is_true(_condition(status, "Initialized")):
        restarts = sidecar_restarts
        reason, running = _container_reason(status, reason, restarts)
        ready += running
    if "deletionTimestamp" in pod["metadata"]:
        if status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif status.get("phase") not in ("Succeeded", "Failed"):
            reason = "Terminating"
    return f"{ready}/{total}", reason, restarts.text(now)


def _container_reason(status: Object, reason: str, restarts: _Restarts) -> tuple[str, int]:
    """Return what the containers say of the pod, and how many of them run and are ready."""
    ready, failure = 0, ""
    for one in reversed(status.get("containerStatuses") or ()):
        restarts.add(one)
        state = one.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        if waiting.get("reason"):
            reason = waiting["reason"]
        elif ended is not None:
            reason = _terminated_reason(ended)
            if ended.get("exitCode", 0) != 0:
                failure = reason
        elif one.get("ready") and state.get("running") is not None:
            ready += 1
    if reason == "Completed":
        if ready and _is_true(_condition(status, "Ready")):
            reason = "Running"
        elif failure:
            reason = failure
        elif ready:
            reason = "NotReady"
    return reason, ready


def _gates(pod: Object) -> str:
    gates = [gate["conditionType"] for gate in pod["spec"].get("readinessGates") or ()]
    if not gates:
        return "<none>"
    status = pod.get("status", {})
    return f"{sum(_is_true(_condition(status, gate)) for gate in gates)}/{len(gates)}"


def _cells(pod: Object, now: float) -> Cells:
    status = pod.get("status", {})
    ready, reason, restarts = pod_state(pod, now)
    addresses = status.get("podIPs") or ()
    return [
        pod["metadata"]["name"],
        ready,
        reason,
        restarts,
        age(pod, now),
        addresses[0]["ip"] if addresses else status.get("podIP") or "<none>",
        pod["spec"].get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        _gates(pod),
    ]


PODS = TableView(
    columns("Ready", "Status", "Restarts", "Age", wide=("IP", "Node", "Nominated Node", "Readiness Gates")), _cells
)
