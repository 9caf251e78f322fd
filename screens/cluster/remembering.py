"""How each kind was looked at last, by context, in this run and the ones before."""

from collections.abc import Callable, Sequence
from typing import Any

from screens.cluster.stops import Stop, as_looked, looked, name_of
from state.cluster.kinds.kind import Kind
from state.looked_at import Looked, LookedAt, Memory
from state.query import Query


class Remembering:
    """What is remembered of the context that the cockpit is about."""

    def __init__(self, memory: Memory, home: Callable[[], str]) -> None:
        """`home` gives the context's name."""
        self._memory = memory
        self._home = home

    @property
    def last(self) -> LookedAt:
        """What was looked at last."""
        return self._memory.of(self._home())

    def query(self, kind: Kind[Any], namespaces: Sequence[str]) -> Query:
        """Return how a kind was narrowed and ordered last, in these namespaces."""
        shown_of = namespaces if kind.resource.namespaced else ()
        return as_looked(self.last.kinds.get(name_of(kind), Looked()), shown_of)

    def keep(self, stop: Stop | None, namespaces: Sequence[str]) -> None:
        """Remember how a list is looked at; what is inside of an object, and the cockpit's own lists, are not."""
        if stop is None or stop.own is not None or stop.query.within is not None:
            return
        name = name_of(stop.kind)
        here = LookedAt(name, tuple(namespaces), self.last.kinds)
        self._memory.keep(self._home(), here.with_kind(name, looked(stop.query)))
