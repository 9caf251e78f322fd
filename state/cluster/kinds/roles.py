"""Roles and cluster roles."""

from typing import Any

import msgspec

from state.cluster.kinds.columns import created_column, health_column, name_column, namespace_column, unread
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity

RBAC = "rbac.authorization.k8s.io"


class RoleRow(Row, frozen=True, kw_only=True, gc=False):
    """A role or a cluster role."""

    rules: int = 0


class _Role(Shape):
    rules: list[msgspec.Raw] | None = None


def flatten(found: _Role, extra: tuple[Any, ...]) -> RoleRow:
    """Return a role's row. Raises ValueError for one without a uid."""
    return RoleRow(**identity(found.metadata, extra), rules=len(found.rules or ()))


ROLE: Kind[RoleRow] = Kind(
    Resource(RBAC, "v1", "roles", "Role", singular="role", short_names=("ro",)),
    (health_column(unread), namespace_column(), name_column(), created_column()),
    JsonDecoder(_Role, flatten, RoleRow),
    unread,
)
CLUSTER_ROLE: Kind[RoleRow] = Kind(
    Resource(RBAC, "v1", "clusterroles", "ClusterRole", namespaced=False, singular="clusterrole", short_names=("cr",)),
    (health_column(unread), name_column(), created_column()),
    JsonDecoder(_Role, flatten, RoleRow),
    unread,
)
