"""The part of a pod's JSON that its row is made of."""

import msgspec

from state.cluster.kinds.metadata import Metadata, Shape


class Terminated(msgspec.Struct, gc=False, rename="camel"):
    exit_code: int = 0
    signal: int = 0
    reason: str = ""
    finished_at: str | None = None


class Waiting(msgspec.Struct, gc=False):
    reason: str = ""


class Running(msgspec.Struct, gc=False, rename="camel"):
    started_at: str | None = None


class State(msgspec.Struct, gc=False):
    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


_NO_STATE = State()


def _no_state() -> State:
    return _NO_STATE


class ContainerStatus(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    ready: bool = False
    restart_count: int = 0
    started: bool | None = None
    state: State = msgspec.field(default_factory=_no_state)
    last_state: State = msgspec.field(default_factory=_no_state)


class Amounts(msgspec.Struct, gc=False):
    """Quantities of the resources that rows keep."""

    cpu: str | None = None
    memory: str | None = None


class Resources(msgspec.Struct, gc=False):
    requests: Amounts | None = None
    limits: Amounts | None = None


class Container(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    image: str = ""
    restart_policy: str | None = None
    resources: Resources | None = None


class Gate(msgspec.Struct, gc=False, rename="camel"):
    condition_type: str = ""


class PodSpec(msgspec.Struct, gc=False, rename="camel"):
    node_name: str = ""
    containers: list[Container] | None = None
    init_containers: list[Container] | None = None
    readiness_gates: list[Gate] | None = None
    overhead: Amounts | None = None
    resources: Resources | None = None


class Condition(msgspec.Struct, gc=False, rename="camel"):
    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: str | None = None


class PodIP(msgspec.Struct, gc=False):
    ip: str = ""


class PodStatus(msgspec.Struct, gc=False, rename="camel"):
    phase: str = ""
    reason: str = ""
    conditions: list[Condition] | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    pod_ip: str = msgspec.field(default="", name="podIP")
    pod_ips: list[PodIP] | None = msgspec.field(default=None, name="podIPs")
    nominated_node_name: str = ""


class PodAnnotations(msgspec.Struct, gc=False):
    default_container: str = msgspec.field(default="", name="kubectl.kubernetes.io/default-container")


class PodMetadata(Metadata):
    annotations: PodAnnotations | None = None


class Pod(Shape):
    metadata: PodMetadata = msgspec.field(default_factory=PodMetadata)
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus = msgspec.field(default_factory=PodStatus)
