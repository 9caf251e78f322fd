"""A pod's status as a kubelet reports it, from the state of its containers."""

from collections.abc import Iterable
from typing import Any

from cockpit.simulator.controllers.conditions import with_condition
from cockpit.simulator.noise import bits, stream
from cockpit.simulator.store import Object


def container_status(
    container: Object, state: Object, *, ready: bool = False, restarts: int = 0, last: Object | None = None
) -> Object:
    """Return the status of one container in a state (`{"running": {"startedAt": …}}`)."""
    started = "running" in state
    status = {
        "name": container["name"],
        "state": state,
        "lastState": last or {},
        "ready": ready,
        "restartCount": restarts,
        "image": container["image"],
        "imageID": "",
        "started": started,
    }
    if started or "terminated" in state:
        status["imageID"] = image_id(container["image"])
    return status


_IMAGE_IDS: dict[str, str] = {}


def image_id(image: str) -> str:
    """Return the digest an image is known by on a node."""
    known = _IMAGE_IDS.get(image)
    if known is None:
        source = stream(0, image)
        digest = "".join(f"{bits(source, part):016x}" for part in range(4))
        known = _IMAGE_IDS[image] = f"{image.partition(':')[0]}@sha256:{digest}"
    return known


def container_id(uid: str, name: str, run: int) -> str:
    """Return the id of one run of a container."""
    source = stream(0, f"{uid}/{name}")
    return "containerd://" + "".join(f"{bits(source, run * 4 + part):016x}" for part in range(4))


def running(uid: str, container: Object, started: str, run: int, *, ready: bool, last: Object | None = None) -> Object:
    """Return the status of a container in its run number `run` (0 is the first)."""
    status = container_status(container, {"running": {"startedAt": started}}, ready=ready, restarts=run, last=last)
    status["containerID"] = container_id(uid, container["name"], run)
    return status


def waiting(container: Object, reason: str, message: str = "", **rest: Any) -> Object:
    """Return the status of a container that is not running, and why."""
    state: Object = {"reason": reason}
    if message:
        state["message"] = message
    return container_status(container, {"waiting": state}, **rest)


def terminated(status: Object, finished: str, code: int, reason: str) -> Object:
    """Return the status of a container after the run it was in has ended."""
    started = status["state"].get("running", {}).get("startedAt", finished)
    end: Object = {"exitCode": code, "reason": reason, "startedAt": started, "finishedAt": finished}
    if "containerID" in status:
        end["containerID"] = status["containerID"]
    return {**status, "state": {"terminated": end}, "ready": False, "started": False}


def is_sidecar(container: Object) -> bool:
    """Return whether an init container stays on beside the others."""
    return container.get("restartPolicy") == "Always"


def unfinished_init(pod: Object) -> Object | None:
    """Return the init container whose turn it is, None when all have had theirs."""
    statuses = {one["name"]: one for one in pod["status"].get("initContainerStatuses", ())}
    for container in pod["spec"].get("initContainers", ()):
        status = statuses.get(container["name"], {})
        state = status.get("state", {})
        if is_sidecar(container) and "running" in state:
            continue
        if state.get("terminated", {}).get("exitCode") != 0:
            found: Object = container
            return found
    return None


def with_statuses(pod: Object, statuses: Iterable[Object], now: str) -> Object:
    """Return the pod with these statuses of containers set; phase and conditions follow."""
    changed = {one["name"]: one for one in statuses}
    status = {**pod["status"]}
    for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        if field in status:
            status[field] = [changed.get(one["name"], one) for one in status[field]]
    return settle({**pod, "status": status}, now)


def settle(pod: Object, now: str) -> Object:
    """Return the pod with phase and conditions as its containers' states make them."""
    status = {**pod["status"]}
    containers = status.get("containerStatuses", [])
    pending_init = unfinished_init(pod)
    phase = _phase(pod, containers, pending_init)
    status["phase"] = phase
    conditions = status.get("conditions", ())
    conditions = _set(conditions, "PodReadyToStartContainers", "podIP" in status, now)
    if pending_init is None:
        conditions = _set(conditions, "Initialized", True, now)
    else:
        missing = [one["name"] for one in pod["spec"].get("initContainers", ())]
        message = f"containers with incomplete status: [{' '.join(missing)}]"
        conditions = _set(conditions, "Initialized", False, now, "ContainersNotInitialized", message)
    unready = [one["name"] for one in containers if not one["ready"]]
    if phase in ("Succeeded", "Failed"):
        verdict = (False, now, "PodCompleted" if phase == "Succeeded" else "PodFailed", "")
    elif unready or not containers:
        verdict = (False, now, "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]")
    else:
        verdict = (True, now, "", "")
    for type_ in ("ContainersReady", "Ready"):
        conditions = _set(conditions, type_, *verdict)
    status["conditions"] = list(conditions)
    return {**pod, "status": status}


def _set(
    conditions: Iterable[Object], type_: str, holds: bool, now: str, reason: str = "", message: str = ""
) -> list[Object]:
    fields: Object = {"lastProbeTime": None}
    if reason:
        fields["reason"] = reason
    if message:
        fields["message"] = message
    return with_condition(conditions, type_, str(holds), now, **fields)


def _phase(pod: Object, containers: list[Object], pending_init: Object | None) -> str:
    policy = pod["spec"].get("restartPolicy", "Always")
    if pending_init is not None:
        failed = [
            one
            for one in pod["status"].get("initContainerStatuses", ())
            if one["state"].get("terminated", {}).get("exitCode", 0) != 0
        ]
        return "Failed" if failed and policy == "Never" else "Pending"
    if any("waiting" in one["state"] and not one["lastState"] for one in containers):
        return "Pending"
    if any("running" in one["state"] or "waiting" in one["state"] for one in containers) or not containers:
        return "Running"
    if policy == "Always":
        return "Running"
    codes = [one["state"]["terminated"]["exitCode"] for one in containers]
    if not any(codes):
        return "Succeeded"
    return "Failed" if policy == "Never" else "Running"


def addressed(pod: Object, pod_ip: str, host_ip: str) -> Object:
    """Return the pod with its addresses."""
    addresses = {"podIP": pod_ip, "podIPs": [{"ip": pod_ip}], "hostIP": host_ip, "hostIPs": [{"ip": host_ip}]}
    return {**pod, "status": {**pod["status"], **addresses}}


def pod_address(number: int) -> str:
    """Return the address of the pod number `number` of a world."""
    return f"10.{64 + number // 65025}.{number // 255 % 255}.{number % 255 + 1}"
