"""Services."""

from sys import intern
from typing import Any, NamedTuple

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    NONE,
    UNREADABLE,
    age_column,
    health_column,
    name_column,
    namespace_column,
    text,
    wide,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Labels, Resource, Row
from state.cluster.kinds.load_balancer import LoadBalancer, addresses
from state.cluster.kinds.metadata import Shape, identity, shared_labels
from state.cluster.kinds.selectors import labels_text

SLOW = 300.0
"""Seconds that a load balancer may take to get an address before it is a fault."""


class Port(NamedTuple):
    """One port of a service. `node_port` is 0 when it has none; `target` is the pod's port, a number or a name."""

    name: str
    port: int
    node_port: int
    protocol: str
    target: str

    def __str__(self) -> str:
        where = f"{self.port}:{self.node_port}" if self.node_port else str(self.port)
        return f"{where}/{self.protocol}"


class ServiceRow(Row, frozen=True, kw_only=True, gc=False):
    """A service."""

    type: str = ""
    cluster_ip: str = ""
    external: str = "<none>"
    """EXTERNAL-IP as `kubectl get` shows it."""
    ports: tuple[Port, ...] = ()
    selector: Labels = ()


class _Port(msgspec.Struct, gc=False, rename="camel"):
    name: str = ""
    port: int = 0
    node_port: int = 0
    protocol: str = "TCP"
    target_port: int | str | None = None


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    type: str = "ClusterIP"
    cluster_ip: str = msgspec.field(default="", name="clusterIP")
    cluster_ips: list[str] | None = msgspec.field(default=None, name="clusterIPs")
    external_ips: list[str] | None = msgspec.field(default=None, name="externalIPs")
    external_name: str = ""
    ports: list[_Port] | None = None
    selector: dict[str, str] | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    load_balancer: LoadBalancer = msgspec.field(default_factory=LoadBalancer)


class _Service(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Service, extra: tuple[Any, ...]) -> ServiceRow:
    """Return a service's row. Raises ValueError for one without a uid."""
    spec = found.spec
    return ServiceRow(
        **identity(found.metadata, extra),
        type=intern(spec.type),
        cluster_ip=spec.cluster_ips[0] if spec.cluster_ips else spec.cluster_ip,
        external=_external(spec, addresses(found.status.load_balancer)),
        ports=tuple(
            Port(intern(one.name), one.port, one.node_port, intern(one.protocol), str(one.target_port or ""))
            for one in spec.ports or ()
        ),
        selector=shared_labels(spec.selector) if spec.selector else (),
    )


def _external(spec: _Spec, balanced: str) -> str:
    """Return EXTERNAL-IP by the rules of `getServiceExternalIP` in Kubernetes' pkg/printers/internalversion.

    The server always fills its tables in their wide form, so nothing is cut.
    """
    given = spec.external_ips or []
    match spec.type:
        case "ClusterIP" | "NodePort":
            return ",".join(given) or NONE
        case "LoadBalancer":
            return ",".join([*([balanced] if balanced else []), *given]) or "<pending>"
        case "ExternalName":
            return spec.external_name
    return "<unknown>"


def service_fault(row: ServiceRow, now: float) -> Fault | None:
    """Return what is wrong with a service at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.external == "<pending>" and now - row.created > SLOW:
        return Fault("no external address", Tone.WARN, 30, row.created)
    return None


SERVICE: Kind[ServiceRow] = Kind(
    Resource("", "v1", "services", "Service", singular="service", short_names=("svc",)),
    (
        health_column(service_fault),
        namespace_column(),
        name_column(),
        text("TYPE", lambda row: row.type, width=12),
        text("CLUSTER-IP", lambda row: row.cluster_ip or NONE, width=15, importance=2, tone=Tone.QUIET),
        text("EXTERNAL-IP", lambda row: row.external, width=16, importance=2),
        text("PORT(S)", lambda row: ",".join(map(str, row.ports)) or NONE, width=20, importance=1),
        age_column(),
        wide("SELECTOR", lambda row: labels_text(row.selector), width=24),
    ),
    JsonDecoder(_Service, flatten, ServiceRow),
    service_fault,
    lambda row: f"{row.namespace}/{row.name} {row.type} {row.cluster_ip} {row.external}",
)
