"""Endpoint slices."""

from itertools import chain
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
    some,
    text,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity

UNSET = "<unset>"


class EndpointSliceRow(Row, frozen=True, kw_only=True, gc=False):
    """A slice of a service's endpoints."""

    address_type: str = ""
    ports: str = UNSET
    """PORTS as `kubectl get` shows them: the first three."""
    endpoints: str = UNSET
    """ENDPOINTS as `kubectl get` shows them: the first three addresses."""
    total: int = 0
    """Endpoints, each with one address or several."""
    ready: int = 0


class _Port(msgspec.Struct, gc=False):
    name: str | None = None
    port: int | None = None


class _Conditions(msgspec.Struct, gc=False):
    ready: bool | None = None


class _Endpoint(msgspec.Struct, gc=False):
    addresses: list[str] | None = None
    conditions: _Conditions | None = None


class _EndpointSlice(Shape):
    address_type: str = ""
    ports: list[_Port] | None = None
    endpoints: list[_Endpoint] | None = None


def flatten(found: _EndpointSlice, extra: tuple[Any, ...]) -> EndpointSliceRow:
    """Return an endpoint slice's row. Raises ValueError for one without a uid."""
    ports = [_port(one) for one in found.ports or ()]
    endpoints = found.endpoints or ()
    addresses = list(chain.from_iterable(one.addresses or () for one in endpoints))
    return EndpointSliceRow(
        **identity(found.metadata, extra),
        address_type=intern(found.address_type),
        ports=intern(some(ports, len(ports)) or UNSET),
        endpoints=some(addresses, len(addresses)) or UNSET,
        total=len(endpoints),
        # A condition that is not said counts as true.
        ready=sum(one.conditions is None or one.conditions.ready is not False for one in endpoints),
    )


def _port(port: _Port) -> str:
    if port.port is not None:
        return str(port.port)
    return "*" if port.name is None else port.name


def endpoint_slice_fault(row: EndpointSliceRow, now: float) -> Fault | None:
    """Return what is wrong with an endpoint slice at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.total and not row.ready:
        return Fault(f"none of {row.total} ready", Tone.WARN, 44)
    return None


ENDPOINT_SLICE: Kind[EndpointSliceRow] = Kind(
    Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", singular="endpointslice"),
    (
        health_column(endpoint_slice_fault),
        namespace_column(),
        name_column(),
        text("ADDRESSTYPE", lambda row: row.address_type, width=11, importance=3, tone=Tone.QUIET),
        text("PORTS", lambda row: row.ports, width=14, importance=2),
        text("ENDPOINTS", lambda row: row.endpoints, width=44),
        age_column(),
    ),
    JsonDecoder(_EndpointSlice, flatten, EndpointSliceRow),
    endpoint_slice_fault,
    lambda row: f"{row.namespace}/{row.name} {row.endpoints}",
)
