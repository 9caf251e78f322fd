"""How controllers learn of changes and take them up: at once into their indexes, one by one into their work."""

from collections.abc import Callable, Iterable

from cockpit.simulator.agenda import Agenda
from cockpit.simulator.store import Change, Collection, Store

Key = tuple[str, str]
Handler = Callable[[Change], None]


class Hub:
    """Hands each change of a collection to those who asked, within the write that made it.

    A handler only notes; it never writes to the store. So whatever is indexed here never lags behind the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._handlers: dict[Collection, list[Handler]] = {}
        self._seen: dict[Collection, int] = {}

    def on(self, collection: Collection, handler: Handler) -> None:
        """Call `handler` with every later change of a collection."""
        handlers = self._handlers.get(collection)
        if handlers is None:
            handlers = self._handlers[collection] = []
            self._seen[collection] = self._store.revision
            self._store.listen(collection, lambda: self._pass_on(collection))
        handlers.append(handler)

    def _pass_on(self, collection: Collection) -> None:
        for change in self._store.changes(collection, self._seen[collection]):
            self._seen[collection] = change.revision
            for handler in self._handlers[collection]:
                handler(change)


class WorkQueue:
    """Objects that want a look: each once, however often it was asked for, in the order first asked."""

    def __init__(self, agenda: Agenda, reconcile: Callable[[str, str], None]) -> None:
        self._agenda = agenda
        self._reconcile = reconcile
        self._waiting: set[Key] = set()

    def add(self, namespace: str, name: str) -> None:
        """See that an object is looked at soon."""
        key = (namespace, name)
        if key not in self._waiting:
            self._waiting.add(key)
            self._agenda.soon(lambda: self._look(key))

    def add_all(self, keys: Iterable[Key]) -> None:
        """See that objects are looked at soon."""
        for namespace, name in keys:
            self.add(namespace, name)

    def add_at(self, moment: float, namespace: str, name: str) -> None:
        """See that an object is looked at at a moment."""
        self._agenda.at(moment, lambda: self.add(namespace, name))

    def _look(self, key: Key) -> None:
        self._waiting.discard(key)
        self._reconcile(*key)
