"""Limit ranges."""

from typing import Any

from state.cluster.kinds.columns import created_column, health_column, name_column, namespace_column, unread
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity


class LimitRangeRow(Row, frozen=True, kw_only=True, gc=False):
    """A limit range."""


def flatten(found: Shape, extra: tuple[Any, ...]) -> LimitRangeRow:
    """Return a limit range's row. Raises ValueError for one without a uid."""
    return LimitRangeRow(**identity(found.metadata, extra))


LIMIT_RANGE: Kind[LimitRangeRow] = Kind(
    Resource("", "v1", "limitranges", "LimitRange", singular="limitrange", short_names=("limits",)),
    (health_column(unread), namespace_column(), name_column(), created_column()),
    JsonDecoder(Shape, flatten, LimitRangeRow),
    unread,
)
