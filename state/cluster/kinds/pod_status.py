"""READY, STATUS and RESTARTS of a pod, by the rules of `printPod` in Kubernetes' pkg/printers/internalversion."""

from collections.abc import Collection
from typing import NamedTuple

from state.cluster.kinds.moments import moment
from state.cluster.kinds.pod_json import Condition, Container, ContainerStatus, PodStatus, Terminated

NODE_LOST = "NodeLost"


class Shown(NamedTuple):
    """What `kubectl get pods` says of a pod. `restarted` is when a container last ended before a restart."""

    ready: int
    total: int
    status: str
    restarts: int
    restarted: float | None


class _Init(NamedTuple):
    """How far initialization is: a word while it is under way, else None; with what was counted on the way."""

    word: str | None
    ready: int
    restarts: int
    restarted: float | None
    sidecar_restarts: int
    sidecar_restarted: float | None


_NO_INIT = _Init(None, 0, 0, None, 0, None)


def shown(containers: list[Container], init_containers: list[Container], status: PodStatus, deleting: bool) -> Shown:
    """Return a pod's READY, STATUS and RESTARTS word for word as the server's own table has them."""
    conditions = status.conditions or ()
    word = status.reason or status.phase
    for condition in conditions:
        if condition.reason == "SchedulingGated" and condition.type == "PodScheduled":
            word = condition.reason
    total = len(containers)
    init = _NO_INIT
    if init_containers or status.init_container_statuses:
        sidecars = [one.name for one in init_containers if one.restart_policy == "Always"]
        total += len(sidecars)
        init = _initializing(status.init_container_statuses or (), len(init_containers), sidecars)
        word = init.word or word
    if init.word is not None and not _initialized(conditions):
        ready, restarts, restarted = init.ready, init.restarts, init.restarted
    else:
        restarts, restarted = init.sidecar_restarts, init.sidecar_restarted
        ready = init.ready
        running = False
        error = ""
        for container in reversed(status.container_statuses or ()):
            restarts += container.restart_count
            restarted = _later(restarted, container)
            state = container.state
            if state.waiting is not None and state.waiting.reason:
                word = state.waiting.reason
            elif state.terminated is not None:
                word = _ended(state.terminated)
                if state.terminated.exit_code:
                    error = word
            elif state.running is not None and container.ready:
                running = True
                ready += 1
        if word == "Completed":
            # One container came to its end; the others decide what the pod as a whole does.
            working = "Running" if _is_ready(conditions) else error or "NotReady"
            word = working if running else error or word
    if deleting:
        if status.reason == NODE_LOST:
            word = "Unknown"
        elif status.phase not in ("Succeeded", "Failed"):
            word = "Terminating"
    return Shown(ready, total, word, restarts, restarted)


def _initializing(statuses: Collection[ContainerStatus], wanted: int, sidecars: Collection[str]) -> _Init:
    word = None
    ready = restarts = sidecar_restarts = 0
    restarted = sidecar_restarted = None
    for index, container in enumerate(statuses):
        restarts += container.restart_count
        restarted = _later(restarted, container)
        sidecar = container.name in sidecars
        if sidecar:
            sidecar_restarts += container.restart_count
            sidecar_restarted = _later(sidecar_restarted, container)
        state = container.state
        if state.terminated is not None and state.terminated.exit_code == 0:
            continue
        if sidecar and container.started:
            ready += container.ready
            continue
        if state.terminated is not None:
            word = f"Init:{_ended(state.terminated)}"
        elif state.waiting is not None and state.waiting.reason not in ("", "PodInitializing"):
            word = f"Init:{state.waiting.reason}"
        else:
            word = f"Init:{index}/{wanted}"
        break
    return _Init(word, ready, restarts, restarted, sidecar_restarts, sidecar_restarted)


def _ended(state: Terminated) -> str:
    if state.reason:
        return state.reason
    return f"Signal:{state.signal}" if state.signal else f"ExitCode:{state.exit_code}"


def _later(known: float | None, container: ContainerStatus) -> float | None:
    ended = container.last_state.terminated
    if ended is None:
        return known
    when = moment(ended.finished_at)
    return when if when is not None and (known is None or when > known) else known


def _initialized(conditions: Collection[Condition]) -> bool:
    return next((one.status == "True" for one in conditions if one.type == "Initialized"), False)


def _is_ready(conditions: Collection[Condition]) -> bool:
    return any(one.type == "Ready" and one.status == "True" for one in conditions)
