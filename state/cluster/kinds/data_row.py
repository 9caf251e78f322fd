"""What is kept of an object whose content is named data: never the data."""

from typing import Any

from state.cluster.kinds.columns import wide
from state.cluster.kinds.kind import Column, Row


class DataRow(Row, frozen=True, kw_only=True, gc=False):
    """A config map or a secret."""

    keys: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    """Bytes of each key's value."""


def keys_column() -> Column[Any]:
    """Return the wide column of keys."""
    return wide("KEYS", lambda row: ",".join(row.keys), width=32)


def data_words(row: DataRow) -> str:
    """Return the text that a filter without a column searches."""
    return f"{row.namespace}/{row.name} {' '.join(row.keys)}"
