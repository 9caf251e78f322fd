"""Secrets. Of their values only the sizes leave the decoder."""

from sys import intern
from typing import Any

from state.cluster.kinds.columns import age_column, health_column, name_column, namespace_column, number, text, unread
from state.cluster.kinds.data_row import DataRow, data_words, keys_column
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Kind, Resource
from state.cluster.kinds.metadata import Shape, identity, shared_texts
from state.cluster.kinds.sizes import decoded_size

SECRET_FIELDS: tuple[tuple[str, ...], ...] = (
    ("data",),
    ("stringData",),
    ("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
)
"""Where a secret's values stand."""


class SecretRow(DataRow, frozen=True, kw_only=True, gc=False):
    """A secret."""

    type: str = ""


class _Secret(Shape):
    type: str = ""
    data: dict[str, str] | None = None


def flatten(found: _Secret, extra: tuple[Any, ...]) -> SecretRow:
    """Return a secret's row. Raises ValueError for one without a uid."""
    data = found.data or {}
    return SecretRow(
        **identity(found.metadata, extra),
        keys=shared_texts(data),
        sizes=tuple(map(decoded_size, data.values())),
        type=intern(found.type),
    )


SECRET: Kind[SecretRow] = Kind(
    Resource("", "v1", "secrets", "Secret", singular="secret", short_names=("sec",)),
    (
        health_column(unread),
        namespace_column(),
        name_column(),
        text("TYPE", lambda row: row.type, width=32, importance=2, middle=True),
        number("DATA", lambda row: len(row.keys), width=5, importance=1),
        age_column(),
        keys_column(),
    ),
    JsonDecoder(_Secret, flatten, SecretRow, quotes=False),
    unread,
    lambda row: f"{data_words(row)} {row.type}",
    concealed=SECRET_FIELDS,
)
