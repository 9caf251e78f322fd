"""Network policies."""

from typing import Any

import msgspec

from state.cluster.kinds.columns import NONE, age_column, health_column, name_column, namespace_column, text, unread
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.selectors import LabelSelector, selector_text


class NetworkPolicyRow(Row, frozen=True, kw_only=True, gc=False):
    """A network policy."""

    selector: str = NONE
    """Which pods it is for; `<none>` stands for all of its namespace."""


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    pod_selector: LabelSelector | None = None


class _NetworkPolicy(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)


def flatten(found: _NetworkPolicy, extra: tuple[Any, ...]) -> NetworkPolicyRow:
    """Return a network policy's row. Raises ValueError for one without a uid."""
    return NetworkPolicyRow(**identity(found.metadata, extra), selector=selector_text(found.spec.pod_selector))


NETWORK_POLICY: Kind[NetworkPolicyRow] = Kind(
    Resource(
        "networking.k8s.io",
        "v1",
        "networkpolicies",
        "NetworkPolicy",
        singular="networkpolicy",
        short_names=("netpol", "np"),
    ),
    (
        health_column(unread),
        namespace_column(),
        name_column(),
        text("POD-SELECTOR", lambda row: row.selector, width=32),
        age_column(),
    ),
    JsonDecoder(_NetworkPolicy, flatten, NetworkPolicyRow),
    unread,
    lambda row: f"{row.namespace}/{row.name} {row.selector}",
)
