"""Service accounts."""

from typing import Any

from state.cluster.kinds.columns import age_column, health_column, name_column, namespace_column, unread
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity


class ServiceAccountRow(Row, frozen=True, kw_only=True, gc=False):
    """A service account."""


def flatten(found: Shape, extra: tuple[Any, ...]) -> ServiceAccountRow:
    """Return a service account's row. Raises ValueError for one without a uid."""
    return ServiceAccountRow(**identity(found.metadata, extra))


SERVICE_ACCOUNT: Kind[ServiceAccountRow] = Kind(
    Resource("", "v1", "serviceaccounts", "ServiceAccount", singular="serviceaccount", short_names=("sa",)),
    (health_column(unread), namespace_column(), name_column(), age_column()),
    JsonDecoder(Shape, flatten, ServiceAccountRow),
    unread,
)
