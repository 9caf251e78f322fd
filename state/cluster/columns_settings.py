"""What the configuration says of columns of the user's own."""

from collections.abc import Mapping

Columns = Mapping[str, Mapping[str, str]]
"""By a kind's name the JSONPaths by their headers."""


def wrong_columns(columns: Columns) -> tuple[str, str] | None:
    """Return the key of the first path that cannot be read and why, in a sentence; None where all can."""
    if not columns:
        return None
    from state.jsonpath import JsonPathError, parse

    for kind, paths in columns.items():
        for header, path in paths.items():
            try:
                parse(path)
            except JsonPathError as error:
                return f"{kind}.{header}", str(error)
    return None
