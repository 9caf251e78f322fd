"""Objects by the controller that keeps them."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.hub import Key
from cockpit.simulator.kinds import controller_of, name_of
from cockpit.simulator.store import Change, Collection, Object


class OwnedIndex:
    """The objects of a collection by the uid of their controller; never behind the store."""

    def __init__(self, context: Context, collection: Collection) -> None:
        self._store = context.store
        self._collection = collection
        self._keys: dict[str, dict[Key, None]] = {}
        for stored in context.store.list(collection):
            self._add(stored.object)
        context.hub.on(collection, self._note)

    def of(self, uid: str) -> list[Object]:
        """Return the objects a controller keeps, oldest first."""
        found = (self._store.get(self._collection, *key) for key in self._keys.get(uid, ()))
        return [stored.object for stored in found if stored is not None]

    def _note(self, change: Change) -> None:
        if change.old is not None:
            self._discard(change.old.object)
        if change.type != "DELETED":
            self._add(change.new.object)

    def _add(self, obj: Object) -> None:
        owner = controller_of(obj)
        if owner is not None:
            self._keys.setdefault(owner["uid"], {})[name_of(obj)] = None

    def _discard(self, obj: Object) -> None:
        owner = controller_of(obj)
        keys = self._keys.get(owner["uid"]) if owner is not None else None
        if owner is not None and keys is not None:
            keys.pop(name_of(obj), None)
            if not keys:
                del self._keys[owner["uid"]]
