"""Config maps."""

from typing import Any

from state.cluster.kinds.columns import age_column, health_column, name_column, namespace_column, number, unread
from state.cluster.kinds.data_row import DataRow, data_words, keys_column
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource
from state.cluster.kinds.metadata import Shape, identity, shared_texts
from state.cluster.kinds.sizes import decoded_size, size


class ConfigMapRow(DataRow, frozen=True, kw_only=True, gc=False):
    """A config map."""


class _ConfigMap(Shape):
    data: dict[str, str] | None = None
    binary_data: dict[str, str] | None = None


def flatten(found: _ConfigMap, extra: tuple[Any, ...]) -> ConfigMapRow:
    """Return a config map's row. Raises ValueError for one without a uid."""
    data, binary = found.data or {}, found.binary_data or {}
    return ConfigMapRow(
        **identity(found.metadata, extra),
        keys=shared_texts((*data, *binary)),
        sizes=(*map(size, data.values()), *map(decoded_size, binary.values())),
    )


CONFIG_MAP: Kind[ConfigMapRow] = Kind(
    Resource("", "v1", "configmaps", "ConfigMap", singular="configmap", short_names=("cm",)),
    (
        health_column(unread),
        namespace_column(),
        name_column(),
        number("DATA", lambda row: len(row.keys), width=5, importance=1),
        age_column(),
        keys_column(),
    ),
    JsonDecoder(_ConfigMap, flatten, ConfigMapRow),
    unread,
    data_words,
)
