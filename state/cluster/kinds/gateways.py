"""Gateway API: gateway classes, gateways and the HTTP routes that are attached to them."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    UNREADABLE,
    age_column,
    health_column,
    name_column,
    namespace_column,
    text,
    wide,
)
from state.cluster.kinds.conditions import NOTHING, Said, said
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity, shared_texts
from state.cluster.kinds.workload_json import Condition
from state.printable import printable

GROUP = "gateway.networking.k8s.io"
YOUNG = 60.0
"""Seconds that a controller may take before what it has not done is a fault."""


class GatewayClassRow(Row, frozen=True, kw_only=True, gc=False):
    """A gateway class."""

    controller: str = ""
    accepted: Said = NOTHING
    description: str = ""


class GatewayRow(Row, frozen=True, kw_only=True, gc=False):
    """A gateway."""

    class_name: str = ""
    addresses: tuple[str, ...] = ()
    accepted: Said = NOTHING
    programmed: Said = NOTHING


class RouteRow(Row, frozen=True, kw_only=True, gc=False):
    """An HTTP route."""

    hostnames: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    """The gateways that it wants to be attached to: `namespace/name`, or the name alone in its own namespace."""
    refused: Said = NOTHING
    """The first condition of a parent that does not hold."""


class _ClassSpec(msgspec.Struct, gc=False, rename="camel"):
    controller_name: str = ""
    description: str | None = None


class _Status(msgspec.Struct, gc=False):
    conditions: list[Condition] | None = None


class _GatewayClass(Shape):
    spec: _ClassSpec = msgspec.field(default_factory=_ClassSpec)
    status: _Status = msgspec.field(default_factory=_Status)


class _Address(msgspec.Struct, gc=False):
    value: str = ""


class _GatewaySpec(msgspec.Struct, gc=False, rename="camel"):
    gateway_class_name: str = ""


class _GatewayStatus(_Status):
    addresses: list[_Address] | None = None


class _Gateway(Shape):
    spec: _GatewaySpec = msgspec.field(default_factory=_GatewaySpec)
    status: _GatewayStatus = msgspec.field(default_factory=_GatewayStatus)


class _Parent(msgspec.Struct, gc=False):
    namespace: str | None = None
    name: str = ""


class _RouteSpec(msgspec.Struct, gc=False, rename="camel"):
    hostnames: list[str] | None = None
    parent_refs: list[_Parent] | None = None


class _RouteStatus(msgspec.Struct, gc=False):
    parents: list[_Status] | None = None


class _Route(Shape):
    spec: _RouteSpec = msgspec.field(default_factory=_RouteSpec)
    status: _RouteStatus = msgspec.field(default_factory=_RouteStatus)


def flatten_class(found: _GatewayClass, extra: tuple[Any, ...]) -> GatewayClassRow:
    """Return a gateway class's row. Raises ValueError for one without a uid."""
    return GatewayClassRow(
        **identity(found.metadata, extra),
        controller=intern(found.spec.controller_name),
        accepted=said(found.status.conditions, "Accepted"),
        description=found.spec.description or "",
    )


def flatten_gateway(found: _Gateway, extra: tuple[Any, ...]) -> GatewayRow:
    """Return a gateway's row. Raises ValueError for one without a uid."""
    return GatewayRow(
        **identity(found.metadata, extra),
        class_name=intern(found.spec.gateway_class_name),
        addresses=shared_texts(one.value for one in found.status.addresses or ()),
        accepted=said(found.status.conditions, "Accepted"),
        programmed=said(found.status.conditions, "Programmed"),
    )


def flatten_route(found: _Route, extra: tuple[Any, ...]) -> RouteRow:
    """Return a route's row. Raises ValueError for one without a uid."""
    told = [
        said(parent.conditions, kind) for parent in found.status.parents or () for kind in ("Accepted", "ResolvedRefs")
    ]
    return RouteRow(
        **identity(found.metadata, extra),
        hostnames=shared_texts(found.spec.hostnames or ()),
        parents=shared_texts(
            f"{one.namespace}/{one.name}" if one.namespace else one.name for one in found.spec.parent_refs or ()
        ),
        refused=next((one for one in told if one.status == "False"), NOTHING),
    )


def gateway_class_fault(row: GatewayClassRow, now: float) -> Fault | None:
    """Return what is wrong with a gateway class at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.accepted.status == "False":
        return Fault(printable(f"not accepted: {row.accepted.why}"), Tone.BAD, 55, row.accepted.since)
    return None


def gateway_fault(row: GatewayRow, now: float) -> Fault | None:
    """Return what is wrong with a gateway at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.accepted.status == "False":
        return Fault(printable(f"not accepted: {row.accepted.why}"), Tone.BAD, 66, row.accepted.since)
    if row.programmed.status == "False" and now - row.created > YOUNG:
        return Fault(printable(f"not programmed: {row.programmed.why}"), Tone.BAD, 66, row.programmed.since)
    return None


def route_fault(row: RouteRow, now: float) -> Fault | None:
    """Return what is wrong with a route at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.refused.status:
        return Fault(printable(row.refused.why), Tone.BAD, 56, row.refused.since)
    return None


def _status_tone(status: str) -> Tone:
    return {"True": Tone.TEXT, "False": Tone.BAD}.get(status, Tone.WARN)


GATEWAY_CLASS: Kind[GatewayClassRow] = Kind(
    Resource(
        GROUP, "v1", "gatewayclasses", "GatewayClass", namespaced=False, singular="gatewayclass", short_names=("gc",)
    ),
    (
        health_column(gateway_class_fault),
        name_column(),
        text("CONTROLLER", lambda row: row.controller, width=36, middle=True),
        text("ACCEPTED", lambda row: row.accepted.status, width=8, tone=lambda row: _status_tone(row.accepted.status)),
        age_column(),
        wide("DESCRIPTION", lambda row: row.description, width=32),
    ),
    JsonDecoder(_GatewayClass, flatten_class, GatewayClassRow),
    gateway_class_fault,
    lambda row: f"{row.name} {row.controller}",
)
GATEWAY: Kind[GatewayRow] = Kind(
    Resource(GROUP, "v1", "gateways", "Gateway", singular="gateway", short_names=("gtw",)),
    (
        health_column(gateway_fault),
        namespace_column(),
        name_column(),
        text("CLASS", lambda row: row.class_name, width=16, importance=2, tone=Tone.QUIET),
        text("ADDRESS", lambda row: row.addresses[0] if row.addresses else "", width=24),
        text(
            "PROGRAMMED",
            lambda row: row.programmed.status,
            width=10,
            tone=lambda row: _status_tone(row.programmed.status),
        ),
        age_column(),
    ),
    JsonDecoder(_Gateway, flatten_gateway, GatewayRow),
    gateway_fault,
    lambda row: f"{row.namespace}/{row.name} {row.class_name} {' '.join(row.addresses)}",
)
HTTP_ROUTE: Kind[RouteRow] = Kind(
    Resource(GROUP, "v1", "httproutes", "HTTPRoute", singular="httproute"),
    (
        health_column(route_fault),
        namespace_column(),
        name_column(),
        # The server prints the list as JSON.
        text(
            "HOSTNAMES",
            lambda row: msgspec.json.encode(row.hostnames).decode() if row.hostnames else "",
            width=36,
            sort_key=lambda row: row.hostnames,
        ),
        age_column(),
        wide("PARENTS", lambda row: ",".join(row.parents), width=24),
    ),
    JsonDecoder(_Route, flatten_route, RouteRow),
    route_fault,
    lambda row: f"{row.namespace}/{row.name} {' '.join((*row.hostnames, *row.parents))}",
)
