"""Where one is among the kinds, and how one came there."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from state.cluster.kinds.kind import Kind, Row
from state.looked_at import Looked
from state.query import Query

REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class Stop:
    """A kind of some contexts, narrowed and ordered."""

    kind: Kind[Any]
    contexts: tuple[str, ...]
    query: Query
    at: Hashable | None = None
    """The key of the row that one left it from."""
    own: Callable[[], Iterable[Row]] | None = None
    """Gives the rows where they are the cockpit's own; None: the contexts' clusters have them."""

    def matching(self, query: Query, at: Hashable | None = None) -> "Stop":
        """Return the same narrowed and ordered in another way."""
        return replace(self, query=query, at=at)


Way = tuple[Stop, ...]
"""The stops from a list of all to where one is."""


class Trail:
    """The way in, and the ways that were gone before."""

    def __init__(self) -> None:
        self._ways: list[Way] = []
        self._here = -1

    @property
    def way(self) -> Way:
        """From the first list to the one that is shown; empty before anything is."""
        return self._ways[self._here] if self._ways else ()

    def start(self, stop: Stop) -> None:
        """Begin anew at a stop."""
        self._go((stop,))

    def enter(self, stop: Stop) -> None:
        """Go from where one is into something."""
        self._go((*self.way, stop))

    def leave(self) -> Stop | None:
        """Return the stop that one came from and go back to it; None at the beginning of the way."""
        if len(self.way) < 2:
            return None
        # The way back is no way of its own: what one came from is where it was.
        self._ways[self._here] = self.way[:-1]
        return self.way[-1]

    def become(self, stop: Stop) -> None:
        """Keep how the stop that is shown is narrowed, ordered and left."""
        self._ways[self._here] = (*self.way[:-1], stop)

    def turn(self, by: int) -> Stop | None:
        """Return the stop that was shown `by` ways before (negative) or after this one; None when there is none."""
        to = self._here + by
        if not 0 <= to < len(self._ways) or not by:
            return None
        self._here = to
        return self.way[-1]

    def _go(self, way: Way) -> None:
        del self._ways[self._here + 1 :]
        self._ways.append(way)
        del self._ways[:-REMEMBERED]
        self._here = len(self._ways) - 1


def name_of(kind: Kind[Any]) -> str:
    """Return what a kind is remembered by: its plural, with its group where it has one."""
    resource = kind.resource
    return f"{resource.plural}.{resource.group}" if resource.group else resource.plural


def looked(query: Query) -> Looked:
    """Return what of a query is remembered for its kind."""
    return Looked(query.text, query.sort, query.descending, query.faults_only)


def as_looked(found: Looked, namespaces: Sequence[str] = ()) -> Query:
    """Return the query that looks at a kind as it was looked at before."""
    return Query(found.filter, frozenset(namespaces), found.sort, found.descending, found.faults_only)
