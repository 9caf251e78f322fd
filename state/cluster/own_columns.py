"""The user's own columns: values of objects by JSONPath, beside those that a kind has."""

from typing import Any

from state.cluster.columns_settings import Columns
from state.cluster.kinds.extra import with_paths
from state.cluster.kinds.kind import Kind, Resource


class OwnColumns:
    """Kinds with the columns that the configuration wants for them; each is made once, so that it is read once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = {name.casefold(): tuple(paths.items()) for name, paths in columns.items()}
        self._made: dict[tuple[str, int], Kind[Any]] = {}
        self.problems: dict[str, str] = {}
        """Why a kind, by its plural, is shown without them, in a sentence."""

    def of(self, kind: Kind[Any]) -> Kind[Any]:
        """Return a kind with its further columns; itself where there are none, or where they cannot be."""
        paths = next((found for name in _names(kind.resource) if (found := self._columns.get(name))), ())
        if not paths:
            return kind
        key = (kind.reads.path(), id(kind))
        made = self._made.get(key)
        if made is None:
            try:
                made = with_paths(kind, paths)
            except ValueError as error:
                self.problems[kind.resource.plural] = str(error)
                made = kind
            self._made[key] = made
            # What is made of its own making stays as it is.
            self._made[(made.reads.path(), id(made))] = made
        return made


def _names(resource: Resource) -> tuple[str, ...]:
    names = (resource.plural, resource.singular, *resource.short_names)
    qualified = (f"{resource.plural}.{resource.group}",) if resource.group else ()
    return tuple(name.casefold() for name in (*qualified, *names) if name)
