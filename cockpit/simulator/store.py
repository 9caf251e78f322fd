"""Objects, revisions and the log of changes: what etcd and the watch cache are to a real API server."""

import uuid
from bisect import bisect_left, insort
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import msgspec

from cockpit.simulator.clock import WorldClock, timestamp

Object = dict[str, Any]


class Collection(NamedTuple):
    """A kind of object by group and plural: `("", "pods")`, `("apps", "deployments")`."""

    group: str
    plural: str


_encode = msgspec.json.Encoder().encode
_KEPT_SNAPSHOTS = 16


class Stored:
    """One version of one object. Its tree is never changed; a new version is a new tree."""

    __slots__ = ("_bare", "object", "revision")

    def __init__(self, obj: Object, revision: int) -> None:
        self.object = obj
        self.revision = revision
        self._bare: bytes | None = None

    @property
    def bare(self) -> bytes:
        """The object as JSON without `apiVersion` and `kind`, made once: the items of a list go without them."""
        if self._bare is None:
            self._bare = _encode({key: value for key, value in self.object.items() if key not in _TYPE})
        return self._bare

    @property
    def encoded(self) -> bytes:
        """The object as JSON, with `apiVersion` and `kind` where its tree has them."""
        head = {key: self.object[key] for key in _TYPE if key in self.object}
        return _encode(head)[:-1] + b"," + self.bare[1:] if head else self.bare


_TYPE = ("kind", "apiVersion")


class Change(NamedTuple):
    """One entry of a collection's log. `old` is what stood before (None: added), `new` what stands now.

    `type` is `ADDED`, `MODIFIED` or `DELETED`; for `DELETED` both are set, `new` being the last state
    with the revision of the deletion.
    """

    revision: int
    type: str
    new: Stored
    old: Stored | None


class Snapshot(NamedTuple):
    """A collection as it stood at a revision, in the order of `paths` (`namespace/name`, or `name` cluster-wide)."""

    revision: int
    paths: Sequence[str]
    items: Sequence[Stored]

    def within(self, namespace: str | None) -> slice:
        """Return where the objects of a namespace lie (None: of all)."""
        if namespace is None:
            return slice(0, len(self.paths))
        return slice(bisect_left(self.paths, f"{namespace}/"), bisect_left(self.paths, f"{namespace}0"))


class Conflict(Exception):
    """The object was changed since the caller read it."""


class AlreadyExists(Exception):
    """An object of this name is there."""


class NotFound(Exception):
    """No object of this name is there."""


class Expired(Exception):
    """The log no longer reaches back to the asked revision."""


class Store:
    """All objects of one world. Belongs to one asyncio loop; nothing here awaits.

    Callers hand over trees they no longer touch and treat what they are given as read-only.
    Names are `(namespace, name)` pairs with an empty namespace for cluster-wide objects.
    """

    def __init__(self, clock: WorldClock, seed: int = 1, remembered: int = 20_000) -> None:
        self.clock = clock
        self.revision = 1
        self.compacted = 0
        """What a reader from outside saw at a revision before this one is no longer to be had."""
        self._random = Random(seed)
        self._remembered = remembered
        self._objects: dict[Collection, dict[str, Stored]] = {}
        self._paths: dict[Collection, list[str]] = {}
        self._snapshots: OrderedDict[tuple[Collection, int], Snapshot] = OrderedDict()
        self._log: dict[Collection, deque[Change]] = {}
        self._forgotten: dict[Collection, int] = {}
        self._listeners: dict[Collection, list[Callable[[], None]]] = {}

    # --- reading ---

    def get(self, collection: Collection, namespace: str, name: str) -> Stored | None:
        """Return the object as it stands, or None."""
        return self._objects.get(collection, {}).get(_path(namespace, name))

    def list(self, collection: Collection, namespace: str | None = None) -> Sequence[Stored]:
        """Return the objects of a collection, of one namespace or (None) of all, by namespace and name."""
        paths = self._paths.get(collection, [])
        objects = self._objects.get(collection, {})
        wanted = Snapshot(0, paths, ()).within(namespace)
        return [objects[path] for path in paths[wanted]]

    def snapshot(self, collection: Collection, revision: int | None = None) -> Snapshot:
        """Return the collection as it stood at a revision (None: as it stands now). Raises Expired."""
        wanted = self.revision if revision is None else min(revision, self.revision)
        if wanted < self.compacted:
            raise Expired(f"too old resource version: {wanted} ({self.compacted})")
        kept = self._snapshots.get((collection, wanted))
        if kept is None:
            kept = self._now(collection) if wanted == self.revision else self._undo(collection, wanted)
            self._snapshots[collection, wanted] = kept
            if len(self._snapshots) > _KEPT_SNAPSHOTS:
                self._snapshots.popitem(last=False)
        return kept

    def count(self, collection: Collection) -> int:
        """Return how many objects a collection holds."""
        return len(self._objects.get(collection, {}))

    def collections(self) -> Iterator[Collection]:
        """Iterate over the collections that ever held an object."""
        return iter(self._objects)

    def changes(self, collection: Collection, since: int) -> Sequence[Change]:
        """Return the collection's changes after revision `since`, oldest first. Raises Expired."""
        if since < self._forgotten.get(collection, 0):
            raise Expired(f"too old resource version: {since} ({self._forgotten[collection]})")
        found: list[Change] = []
        for change in reversed(self._log.get(collection, ())):
            if change.revision <= since:
                break
            found.append(change)
        found.reverse()
        return found

    def listen(self, collection: Collection, notify: Callable[[], None]) -> Callable[[], None]:
        """Call `notify` after every change of the collection; return what ends that."""
        listeners = self._listeners.setdefault(collection, [])
        listeners.append(notify)
        return lambda: listeners.remove(notify)

    # --- writing ---

    def create(self, collection: Collection, obj: Object, *, created: float | None = None) -> Stored:
        """Add an object: it gets a uid, a revision, a creation time (now, unless given). Raises AlreadyExists."""
        metadata: Object = {**obj.get("metadata", {})}
        path = _path(metadata.get("namespace", ""), metadata["name"])
        objects = self._objects.setdefault(collection, {})
        if path in objects:
            raise AlreadyExists(metadata["name"])
        self.revision += 1
        metadata.setdefault("uid", str(uuid.UUID(int=self._random.getrandbits(128), version=4)))
        metadata["resourceVersion"] = str(self.revision)
        metadata["creationTimestamp"] = timestamp(self.clock.now() if created is None else created)
        stored = Stored({**obj, "metadata": metadata}, self.revision)
        objects[path] = stored
        insort(self._paths.setdefault(collection, []), path)
        self._record(collection, Change(self.revision, "ADDED", stored, None))
        return stored

    def replace(self, collection: Collection, obj: Object, *, expected: str | None = None) -> Stored:
        """Set a new version of an object. `expected` is the resourceVersion the caller read (None: any).

        An equal tree changes nothing and returns what stands. Raises NotFound or Conflict.
        """
        metadata = obj["metadata"]
        path = _path(metadata.get("namespace", ""), metadata["name"])
        objects = self._objects.get(collection, {})
        old = objects.get(path)
        if old is None:
            raise NotFound(metadata["name"])
        current = old.object["metadata"]["resourceVersion"]
        if expected is not None and expected != current:
            raise Conflict(metadata["name"])
        if {**obj, "metadata": {**metadata, "resourceVersion": current}} == old.object:
            return old
        self.revision += 1
        new = Stored({**obj, "metadata": {**metadata, "resourceVersion": str(self.revision)}}, self.revision)
        objects[path] = new
        self._record(collection, Change(self.revision, "MODIFIED", new, old))
        return new

    def update(self, collection: Collection, namespace: str, name: str, change: Callable[[Object], Object]) -> Stored:
        """Replace an object by what `change` makes of it. `change` returns a new tree. Raises NotFound."""
        old = self.get(collection, namespace, name)
        if old is None:
            raise NotFound(name)
        return self.replace(collection, change(old.object))

    def remove(self, collection: Collection, namespace: str, name: str) -> Stored:
        """Take an object out at once, without grace or finalizers. Raises NotFound."""
        path = _path(namespace, name)
        old = self._objects.get(collection, {}).pop(path, None)
        if old is None:
            raise NotFound(name)
        paths = self._paths[collection]
        del paths[bisect_left(paths, path)]
        self.revision += 1
        metadata = {**old.object["metadata"], "resourceVersion": str(self.revision)}
        gone = Stored({**old.object, "metadata": metadata}, self.revision)
        self._record(collection, Change(self.revision, "DELETED", gone, old))
        return gone

    def forget(self, before: int | None = None) -> None:
        """Compact: drop the log up to and including revision `before` (None: all), as etcd does every few minutes."""
        horizon = self.revision if before is None else before
        self.compacted = max(self.compacted, horizon)
        for collection, log in self._log.items():
            while log and log[0].revision <= horizon:
                self._forgotten[collection] = log.popleft().revision

    def _record(self, collection: Collection, change: Change) -> None:
        log = self._log.setdefault(collection, deque())
        log.append(change)
        if len(log) > self._remembered:
            self._forgotten[collection] = log.popleft().revision
        for notify in tuple(self._listeners.get(collection, ())):
            notify()

    def _now(self, collection: Collection) -> Snapshot:
        paths = tuple(self._paths.get(collection, ()))
        objects = self._objects.get(collection, {})
        return Snapshot(self.revision, paths, tuple(objects[path] for path in paths))

    def _undo(self, collection: Collection, revision: int) -> Snapshot:
        objects = dict(self._objects.get(collection, {}))
        for change in reversed(self.changes(collection, revision)):
            metadata = change.new.object["metadata"]
            path = _path(metadata.get("namespace", ""), metadata["name"])
            if change.old is None:
                del objects[path]
            else:
                objects[path] = change.old
        paths = tuple(sorted(objects))
        return Snapshot(revision, paths, tuple(objects[path] for path in paths))


def _path(namespace: str, name: str) -> str:
    return f"{namespace}/{name}" if namespace else name
