"""Role bindings and cluster role bindings."""

from typing import Any

import msgspec

from state.cluster.kinds.columns import age_column, health_column, name_column, namespace_column, text, unread, wide
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Column, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity, shared_texts
from state.cluster.kinds.roles import RBAC


class BindingRow(Row, frozen=True, kw_only=True, gc=False):
    """A role binding or a cluster role binding."""

    role: str = ""
    """The role's kind and name: `ClusterRole/view`."""
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    """Service accounts, as `namespace/name`."""


class _Role(msgspec.Struct, gc=False):
    kind: str = ""
    name: str = ""


class _Subject(msgspec.Struct, gc=False):
    kind: str = ""
    name: str = ""
    namespace: str = ""


class _Binding(Shape):
    role_ref: _Role = msgspec.field(default_factory=_Role)
    subjects: list[_Subject] | None = None


def flatten(found: _Binding, extra: tuple[Any, ...]) -> BindingRow:
    """Return a binding's row. Raises ValueError for one without a uid."""
    subjects = found.subjects or ()
    return BindingRow(
        **identity(found.metadata, extra),
        role=f"{found.role_ref.kind}/{found.role_ref.name}",
        users=shared_texts(one.name for one in subjects if one.kind == "User"),
        groups=shared_texts(one.name for one in subjects if one.kind == "Group"),
        accounts=shared_texts(f"{one.namespace}/{one.name}" for one in subjects if one.kind == "ServiceAccount"),
    )


def _words(row: BindingRow) -> str:
    return f"{row.namespace}/{row.name} {row.role} {' '.join((*row.users, *row.groups, *row.accounts))}"


_COLUMNS: tuple[Column[Any], ...] = (
    text("ROLE", lambda row: row.role, width=40, importance=0, middle=True),
    age_column(),
    wide("USERS", lambda row: ", ".join(row.users), width=24),
    wide("GROUPS", lambda row: ", ".join(row.groups), width=24),
    wide("SERVICEACCOUNTS", lambda row: ", ".join(row.accounts), width=32),
)
ROLE_BINDING: Kind[BindingRow] = Kind(
    Resource(RBAC, "v1", "rolebindings", "RoleBinding", singular="rolebinding", short_names=("rb",)),
    (health_column(unread), namespace_column(), name_column(), *_COLUMNS),
    JsonDecoder(_Binding, flatten, BindingRow),
    unread,
    _words,
)
CLUSTER_ROLE_BINDING: Kind[BindingRow] = Kind(
    Resource(
        RBAC,
        "v1",
        "clusterrolebindings",
        "ClusterRoleBinding",
        namespaced=False,
        singular="clusterrolebinding",
        short_names=("crb",),
    ),
    (health_column(unread), name_column(), *_COLUMNS),
    JsonDecoder(_Binding, flatten, BindingRow),
    unread,
    _words,
)
