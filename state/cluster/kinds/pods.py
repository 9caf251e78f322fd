"""Pods."""

from collections.abc import Sequence
from sys import intern
from typing import Any

from state.age import age
from state.cell import Cell, Tone
from state.cluster.kinds.columns import NONE, age_column, health_column, name_column, namespace_column, text, wide
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Column, Kind, Resource
from state.cluster.kinds.metadata import identity, shared_texts
from state.cluster.kinds.moments import moment
from state.cluster.kinds.pod_faults import pod_fault
from state.cluster.kinds.pod_json import Amounts, Condition, Container, Pod, PodSpec, PodStatus, Resources
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.pod_status import shown
from state.cluster.kinds.quantities import quantity
from state.cluster.kinds.scheduling import why_unscheduled

__all__ = ["POD", "PodRow"]


def flatten(pod: Pod, extra: tuple[Any, ...]) -> PodRow:
    """Return a pod's row. Raises ValueError for a pod without a uid or with a malformed quantity."""
    spec, status = pod.spec, pod.status
    metadata = pod.metadata
    containers = spec.containers or []
    init_containers = spec.init_containers or []
    conditions = status.conditions or ()
    says = shown(containers, init_containers, status, bool(metadata.deletion_timestamp))
    ready_since = None
    blocked = ""
    for condition in conditions:
        if condition.type == "Ready":
            ready_since = moment(condition.last_transition_time)
        elif condition.type == "PodScheduled" and condition.status == "False":
            blocked = why_unscheduled(condition.message)
    cpu, memory = _requests(spec, containers, init_containers)
    cpu_limit, memory_limit = _limits(spec, containers, init_containers)
    return PodRow(
        **identity(metadata, extra),
        ready=says.ready,
        total=says.total,
        status=intern(says.status),
        restarts=says.restarts,
        restarted=says.restarted,
        phase=intern(status.phase),
        node=intern(spec.node_name),
        ip=status.pod_ips[0].ip if status.pod_ips else status.pod_ip,
        nominated_node=intern(status.nominated_node_name),
        gates=_gates(spec, conditions) if spec.readiness_gates else NONE,
        images=shared_texts([one.image for one in containers]),
        containers=shared_texts([one.name for one in containers]),
        default_container=intern(metadata.annotations.default_container) if metadata.annotations else "",
        cpu_request=cpu,
        memory_request=memory,
        cpu_limit=cpu_limit,
        memory_limit=memory_limit,
        waiting=_waiting(status),
        ended=_ended(status) if says.restarts else "",
        blocked=intern(blocked),
        ready_since=ready_since,
    )


def _waiting(status: PodStatus) -> str:
    for statuses in (status.init_container_statuses, status.container_statuses):
        for one in statuses or ():
            if one.state.waiting is not None and one.state.waiting.reason:
                return intern(one.state.waiting.reason)
    return ""


def _ended(status: PodStatus) -> str:
    """Return why the container that ended last before a restart did."""
    found = ""
    last = float("-inf")
    for statuses in (status.init_container_statuses, status.container_statuses):
        for one in statuses or ():
            ended = one.last_state.terminated
            if ended is not None and (when := moment(ended.finished_at) or 0.0) >= last:
                last = when
                found = ended.reason or (f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}")
    return intern(found)


def _gates(spec: PodSpec, conditions: Sequence[Condition]) -> str:
    gates = spec.readiness_gates or ()
    status: dict[str, str] = {}
    for condition in conditions:
        status.setdefault(condition.type, condition.status)
    return f"{sum(status.get(gate.condition_type) == 'True' for gate in gates)}/{len(gates)}"


def _requests(spec: PodSpec, containers: list[Container], init_containers: list[Container]) -> tuple[float, float]:
    """Return what the scheduler reserves, in cores and bytes: `resource.PodRequests` of k8s.io/component-helpers.

    The containers and sidecars together, or the largest init container with the sidecars before it, and the
    overhead; requests of the pod itself come first.
    """
    if not init_containers and len(containers) == 1 and spec.overhead is None and spec.resources is None:
        return _amounts(containers[0].resources)
    cpu = memory = 0.0
    for container in containers:
        more_cpu, more_memory = _amounts(container.resources)
        cpu += more_cpu
        memory += more_memory
    sidecar_cpu = sidecar_memory = init_cpu = init_memory = 0.0
    for container in init_containers:
        one_cpu, one_memory = _amounts(container.resources)
        if container.restart_policy == "Always":
            sidecar_cpu += one_cpu
            sidecar_memory += one_memory
            one_cpu = one_memory = 0.0
        init_cpu = max(init_cpu, sidecar_cpu + one_cpu)
        init_memory = max(init_memory, sidecar_memory + one_memory)
    cpu, memory = max(cpu + sidecar_cpu, init_cpu), max(memory + sidecar_memory, init_memory)
    if spec.resources is not None and spec.resources.requests is not None:
        whole = spec.resources.requests
        cpu = quantity(whole.cpu) if whole.cpu else cpu
        memory = quantity(whole.memory) if whole.memory else memory
    over_cpu, over_memory = _parsed(spec.overhead)
    return cpu + over_cpu, memory + over_memory


def _limits(spec: PodSpec, containers: list[Container], init_containers: list[Container]) -> tuple[float, float]:
    """Return what may be used at most, in cores and bytes, 0 where something has no limit."""
    whole = spec.resources.limits if spec.resources is not None else None
    cpu = memory = 0.0
    cpu_limited = memory_limited = True
    for one in containers if not init_containers else [*containers, *_sidecars(init_containers)]:
        limits = one.resources.limits if one.resources is not None else None
        more_cpu, more_memory = _parsed(limits)
        cpu_limited &= more_cpu > 0
        memory_limited &= more_memory > 0
        cpu += more_cpu
        memory += more_memory
    whole_cpu, whole_memory = _parsed(whole)
    return whole_cpu or (cpu if cpu_limited else 0.0), whole_memory or (memory if memory_limited else 0.0)


def _sidecars(init_containers: list[Container]) -> list[Container]:
    return [one for one in init_containers if one.restart_policy == "Always"]


def _amounts(resources: Resources | None) -> tuple[float, float]:
    return _parsed(resources.requests) if resources is not None else (0.0, 0.0)


def _parsed(amounts: Amounts | None) -> tuple[float, float]:
    if amounts is None:
        return 0.0, 0.0
    return quantity(amounts.cpu) if amounts.cpu else 0.0, quantity(amounts.memory) if amounts.memory else 0.0


def _restarts(row: PodRow, now: float) -> Cell:
    if row.restarts and row.restarted is not None:
        return Cell(f"{row.restarts} ({age(now - row.restarted)} ago)", Tone.TEXT)
    return Cell(str(row.restarts), Tone.TEXT if row.restarts else Tone.FAINT)


def _status_tone(row: PodRow) -> Tone:
    if row.status == "Running" and row.ready == row.total:
        return Tone.TEXT
    return _TONES.get(row.status.removeprefix("Init:"), Tone.BAD if row.phase == "Failed" else Tone.WARN)


_TONES = {
    "Completed": Tone.FAINT,
    "Succeeded": Tone.FAINT,
    "Terminating": Tone.QUIET,
    "SchedulingGated": Tone.QUIET,
    "ContainerCreating": Tone.QUIET,
    "PodInitializing": Tone.QUIET,
    "Pending": Tone.QUIET,
    "CrashLoopBackOff": Tone.BAD,
    "ImagePullBackOff": Tone.BAD,
    "ErrImagePull": Tone.BAD,
    "CreateContainerConfigError": Tone.BAD,
    "CreateContainerError": Tone.BAD,
    "InvalidImageName": Tone.BAD,
    "OOMKilled": Tone.BAD,
    "Error": Tone.BAD,
    "Unknown": Tone.BAD,
}


def _ready_tone(row: PodRow) -> Tone:
    return Tone.TEXT if row.ready == row.total or row.phase == "Succeeded" else Tone.WARN


POD: Kind[PodRow] = Kind(
    Resource("", "v1", "pods", "Pod", singular="pod", short_names=("po",)),
    (
        health_column(pod_fault),
        namespace_column(),
        name_column(),
        text(
            "READY",
            lambda row: f"{row.ready}/{row.total}",
            width=5,
            tone=_ready_tone,
            right=True,
            sort_key=lambda row: (row.ready, row.total),
        ),
        text("STATUS", lambda row: row.status, width=18, importance=0, tone=_status_tone),
        Column("RESTARTS", _restarts, lambda row: row.restarts, width=14, importance=2, ticks=True),
        age_column(),
        text("IP", lambda row: row.ip or NONE, width=15, importance=5, tone=Tone.QUIET),
        text("NODE", lambda row: row.node or NONE, width=16, importance=3, tone=Tone.QUIET, middle=True),
        wide("NOMINATED NODE", lambda row: row.nominated_node or NONE),
        wide("READINESS GATES", lambda row: row.gates, width=15),
    ),
    JsonDecoder(Pod, flatten, PodRow),
    pod_fault,
    lambda row: f"{row.namespace}/{row.name} {row.status} {row.node} {row.ip}",
)
