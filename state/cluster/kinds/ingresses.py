"""Ingresses."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    NONE,
    age_column,
    health_column,
    name_column,
    namespace_column,
    text,
    unread,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.kinds.load_balancer import LoadBalancer, addresses
from state.cluster.kinds.metadata import Shape, identity, shared_texts

_SHOWN = 3


class IngressRow(Row, frozen=True, kw_only=True, gc=False):
    """An ingress."""

    class_name: str = NONE
    hosts: tuple[str, ...] = ()
    """The host of each rule, `""` for a rule without one."""
    address: str = ""
    tls: bool = False


class _Rule(msgspec.Struct, gc=False):
    host: str = ""


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    ingress_class_name: str | None = None
    rules: list[_Rule] | None = None
    tls: list[msgspec.Raw] | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    load_balancer: LoadBalancer = msgspec.field(default_factory=LoadBalancer)


class _Ingress(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Ingress, extra: tuple[Any, ...]) -> IngressRow:
    """Return an ingress's row. Raises ValueError for one without a uid."""
    spec = found.spec
    return IngressRow(
        **identity(found.metadata, extra),
        class_name=intern(NONE if spec.ingress_class_name is None else spec.ingress_class_name),
        hosts=shared_texts(one.host for one in spec.rules or ()),
        address=intern(addresses(found.status.load_balancer)),
        tls=bool(spec.tls),
    )


def _hosts(row: IngressRow) -> str:
    """Return HOSTS by the rules of `formatHosts` in Kubernetes' pkg/printers/internalversion."""
    named = [index for index, host in enumerate(row.hosts) if host]
    if not named:
        return "*"
    shown = ",".join(row.hosts[index] for index in named[:_SHOWN])
    more = len(named) >= _SHOWN and named[_SHOWN - 1] < len(row.hosts) - 1
    return f"{shown} + {len(row.hosts) - _SHOWN} more..." if more else shown


INGRESS: Kind[IngressRow] = Kind(
    Resource("networking.k8s.io", "v1", "ingresses", "Ingress", singular="ingress", short_names=("ing",)),
    (
        health_column(unread),
        namespace_column(),
        name_column(),
        text("CLASS", lambda row: row.class_name, width=12, importance=2, tone=Tone.QUIET),
        text("HOSTS", _hosts, width=32),
        text("ADDRESS", lambda row: row.address, width=16, importance=2),
        text("PORTS", lambda row: "80, 443" if row.tls else "80", width=7, importance=3),
        age_column(),
    ),
    JsonDecoder(_Ingress, flatten, IngressRow),
    unread,
    lambda row: f"{row.namespace}/{row.name} {row.class_name} {' '.join(row.hosts)} {row.address}",
)
