"""The garbage collector: what goes when its owner goes, and in which order."""

from functools import partial

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.hub import Key
from cockpit.simulator.kinds import API_VERSION_AND_KIND, EVENTS, name_of, with_metadata
from cockpit.simulator.store import Change, Collection, Object

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
_UNOWNED = {EVENTS}

Place = tuple[Collection, Key]


class GarbageCollector:
    """Deletes the dependents of what was deleted: behind it, before it (foreground), or not at all (orphan)."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._dependents: dict[str, dict[Place, None]] = {}
        self._waiting: dict[str, Place] = {}
        for collection in API_VERSION_AND_KIND:
            if collection not in _UNOWNED:
                for stored in context.store.list(collection):
                    self._add(collection, stored.object)
                context.hub.on(collection, partial(self._note, collection))

    def dependents(self, uid: str) -> list[Place]:
        """Return where the objects are that name an owner."""
        return list(self._dependents.get(uid, ()))

    def _note(self, collection: Collection, change: Change) -> None:
        new = change.new.object
        old = change.old.object if change.old is not None else None
        if old is None or old["metadata"].get("ownerReferences") is not new["metadata"].get("ownerReferences"):
            if old is not None:
                self._discard(collection, old)
            if change.type != "DELETED":
                self._add(collection, new)
        elif change.type == "DELETED":
            self._discard(collection, new)
        metadata = new["metadata"]
        if change.type == "DELETED":
            self._waiting.pop(metadata["uid"], None)
            if self._dependents.get(metadata["uid"]):
                self._context.agenda.soon(lambda: self._delete_dependents(metadata["uid"]))
            for reference in metadata.get("ownerReferences", ()):
                if (place := self._waiting.get(reference["uid"])) is not None:
                    self._look_soon(place)
        elif _waits_for_dependents(new) and metadata["uid"] not in self._waiting:
            self._waiting[metadata["uid"]] = (collection, name_of(new))
            self._look_soon((collection, name_of(new)))

    def _look_soon(self, place: Place) -> None:
        self._context.agenda.soon(lambda: self._look(place))

    def _look(self, place: Place) -> None:
        collection, key = place
        stored = self._store.get(collection, *key)
        if stored is None:
            return
        uid = stored.object["metadata"]["uid"]
        finalizers = stored.object["metadata"].get("finalizers", [])
        if ORPHAN in finalizers:
            for dependent in self.dependents(uid):
                self._orphan(dependent, uid)
            self._release(collection, stored.object, ORPHAN)
        elif FOREGROUND in finalizers:
            for dependent in self.dependents(uid):
                self._delete_in_foreground(dependent)
            if not self._dependents.get(uid):
                self._release(collection, stored.object, FOREGROUND)

    def _delete_in_foreground(self, place: Place) -> None:
        collection, key = place
        stored = self._store.get(collection, *key)
        if stored is None or "deletionTimestamp" in stored.object["metadata"]:
            return
        metadata = stored.object["metadata"]
        if self._dependents.get(metadata["uid"]):
            finalizers = [*metadata.get("finalizers", ()), FOREGROUND]
            marked = with_metadata(stored.object, finalizers=finalizers)
            self._store.replace(collection, marked)
        delete(self._store, self._context.clock, collection, *key)

    def _delete_dependents(self, uid: str) -> None:
        for collection, key in self.dependents(uid):
            stored = self._store.get(collection, *key)
            if stored is None:
                continue
            others = [one for one in stored.object["metadata"].get("ownerReferences", ()) if one["uid"] != uid]
            if others:
                self._store.replace(collection, with_metadata(stored.object, ownerReferences=others))
            else:
                delete(self._store, self._context.clock, collection, *key)

    def _orphan(self, place: Place, uid: str) -> None:
        collection, key = place
        stored = self._store.get(collection, *key)
        if stored is not None:
            kept = [one for one in stored.object["metadata"].get("ownerReferences", ()) if one["uid"] != uid]
            self._store.replace(collection, with_metadata(stored.object, ownerReferences=kept or None))

    def _release(self, collection: Collection, obj: Object, finalizer: str) -> None:
        finalizers = [one for one in obj["metadata"].get("finalizers", ()) if one != finalizer]
        if finalizers:
            self._store.replace(collection, with_metadata(obj, finalizers=finalizers))
        else:
            self._store.remove(collection, *name_of(obj))

    def _add(self, collection: Collection, obj: Object) -> None:
        for reference in obj["metadata"].get("ownerReferences", ()):
            self._dependents.setdefault(reference["uid"], {})[(collection, name_of(obj))] = None

    def _discard(self, collection: Collection, obj: Object) -> None:
        for reference in obj["metadata"].get("ownerReferences", ()):
            places = self._dependents.get(reference["uid"])
            if places is not None:
                places.pop((collection, name_of(obj)), None)
                if not places:
                    del self._dependents[reference["uid"]]


def _waits_for_dependents(obj: Object) -> bool:
    metadata = obj["metadata"]
    return "deletionTimestamp" in metadata and not {FOREGROUND, ORPHAN}.isdisjoint(metadata.get("finalizers", ()))
