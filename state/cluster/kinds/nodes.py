"""Nodes."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import NONE, UNKNOWN, UNREADABLE, age_column, health_column, name_column, text, wide
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Labels, Resource, Row
from state.cluster.kinds.metadata import Shape, identity, shared_texts
from state.cluster.kinds.moments import moment
from state.cluster.kinds.pod_json import Condition
from state.cluster.kinds.quantities import quantity
from state.printable import printable

_ROLE = "node-role.kubernetes.io/"
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
YOUNG = 60.0


class NodeRow(Row, frozen=True, kw_only=True, gc=False):
    """A node. `cpu` is cores, `memory` bytes, `pods` a count: what it offers to pods. Moments are seconds."""

    ready: bool | None = None
    """None: the node does not say."""
    ready_since: float | None = None
    """When it last became ready, or stopped being so."""
    reason: str = ""
    """Why it is not ready: `NodeStatusUnknown`, `KubeletNotReady`."""
    pressures: tuple[str, ...] = ()
    """Conditions that are bad and true: `DiskPressure`, `MemoryPressure`, `PIDPressure`, `NetworkUnavailable`."""
    pressed_since: float | None = None
    """When the first of them began."""
    unschedulable: bool = False
    """Cordoned."""
    roles: tuple[str, ...] = ()
    version: str = ""
    internal_ip: str = ""
    external_ip: str = ""
    os_image: str = ""
    kernel: str = ""
    architecture: str = ""
    runtime: str = ""
    cpu: float = 0.0
    memory: float = 0.0
    pods: int = 0

    @property
    def status(self) -> str:
        """STATUS as `kubectl get nodes` shows it."""
        word = "Unknown" if self.ready is None else "Ready" if self.ready else "NotReady"
        return f"{word},SchedulingDisabled" if self.unschedulable else word


class _Info(msgspec.Struct, gc=False, rename="camel"):
    kubelet_version: str = ""
    os_image: str = ""
    kernel_version: str = ""
    container_runtime_version: str = ""
    architecture: str = ""


class _Address(msgspec.Struct, gc=False):
    type: str = ""
    address: str = ""


class _Allocatable(msgspec.Struct, gc=False):
    cpu: str = "0"
    memory: str = "0"
    pods: str = "0"


class _Spec(msgspec.Struct, gc=False):
    unschedulable: bool = False


class _Status(msgspec.Struct, gc=False, rename="camel"):
    conditions: list[Condition] | None = None
    addresses: list[_Address] | None = None
    allocatable: _Allocatable | None = None
    node_info: _Info = msgspec.field(default_factory=_Info)


class _Node(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Node, extra: tuple[Any, ...]) -> NodeRow:
    """Return a node's row. Raises ValueError for one without a uid or with a malformed quantity."""
    status = found.status
    info = status.node_info
    conditions = {one.type: one for one in status.conditions or ()}
    ready = conditions.get("Ready")
    pressing = [conditions[kind] for kind in _PRESSURES if kind in conditions and conditions[kind].status == "True"]
    allocatable = status.allocatable or _Allocatable()
    base = identity(found.metadata, extra)
    began = [when for one in pressing if (when := moment(one.last_transition_time)) is not None]
    return NodeRow(
        **base,
        ready=None if ready is None else ready.status == "True",
        ready_since=moment(ready.last_transition_time) if ready else None,
        reason=ready.reason if ready is not None and ready.status != "True" else "",
        pressures=shared_texts(one.type for one in pressing),
        pressed_since=min(began, default=None),
        unschedulable=found.spec.unschedulable,
        roles=_roles(base["labels"]),
        version=intern(info.kubelet_version),
        internal_ip=_address(status.addresses, "InternalIP"),
        external_ip=_address(status.addresses, "ExternalIP"),
        os_image=intern(info.os_image),
        kernel=intern(info.kernel_version),
        architecture=intern(info.architecture),
        runtime=intern(info.container_runtime_version),
        cpu=quantity(allocatable.cpu),
        memory=quantity(allocatable.memory),
        pods=int(quantity(allocatable.pods)),
    )


def _roles(labels: Labels) -> tuple[str, ...]:
    roles = {key.removeprefix(_ROLE) for key, _ in labels if key.startswith(_ROLE)}
    roles |= {value for key, value in labels if key == "kubernetes.io/role"}
    return shared_texts(sorted(roles - {""}))


def _address(addresses: list[_Address] | None, kind: str) -> str:
    return next((one.address for one in addresses or () if one.type == kind), "")


def node_fault(row: NodeRow, now: float) -> Fault | None:
    """Return what is wrong with a node at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if not row.ready:
        if now - row.created < YOUNG:
            return None
        silent = row.ready is None or row.reason == "NodeStatusUnknown"
        return Fault("NotReady, silent" if silent else "NotReady", Tone.BAD, 90, row.ready_since)
    if row.pressures:
        return Fault(printable(", ".join(row.pressures)), Tone.WARN, 72, row.pressed_since)
    if row.unschedulable:
        return Fault("cordoned", Tone.QUIET, 10)
    return None


def _status_tone(row: NodeRow) -> Tone:
    if not row.ready:
        return Tone.BAD
    return Tone.WARN if row.pressures else Tone.QUIET if row.unschedulable else Tone.TEXT


def _kernel(row: NodeRow) -> str:
    kernel = row.kernel or UNKNOWN
    return f"{kernel} ({row.architecture})" if row.architecture else kernel


NODE: Kind[NodeRow] = Kind(
    Resource("", "v1", "nodes", "Node", namespaced=False, singular="node", short_names=("no",)),
    (
        health_column(node_fault),
        name_column(),
        text("STATUS", lambda row: row.status, width=24, importance=0, tone=_status_tone),
        text("ROLES", lambda row: ",".join(row.roles) or NONE, width=14, importance=2, tone=Tone.QUIET),
        age_column(),
        text("VERSION", lambda row: row.version, width=10, importance=2, tone=Tone.QUIET),
        wide("INTERNAL-IP", lambda row: row.internal_ip or NONE, width=15),
        wide("EXTERNAL-IP", lambda row: row.external_ip or NONE, width=15),
        wide("OS-IMAGE", lambda row: row.os_image or UNKNOWN, width=20),
        wide("KERNEL-VERSION", _kernel, width=20),
        wide("CONTAINER-RUNTIME", lambda row: row.runtime or UNKNOWN, width=20),
    ),
    JsonDecoder(_Node, flatten, NodeRow),
    node_fault,
    lambda row: f"{row.name} {row.status} {','.join(row.roles)} {','.join(row.pressures)} {row.internal_ip}",
)
