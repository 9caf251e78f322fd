"""Questions about pods that several controllers ask, and an index of them that never lags."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cockpit.simulator.controllers.hub import Hub, Key
from cockpit.simulator.kinds import PODS, controller_of
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Change, Object, Store


def is_ready(pod: Object) -> bool:
    """Return whether the pod's Ready condition is true."""
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod.get("status", {}).get("conditions", ())
    )


def ready_since(pod: Object) -> str | None:
    """Return since when the pod is ready, None when it is not."""
    for condition in pod.get("status", {}).get("conditions", ()):
        if condition["type"] == "Ready" and condition["status"] == "True":
            since: str = condition.get("lastTransitionTime", "")
            return since
    return None


def is_finished(pod: Object) -> bool:
    """Return whether the pod has run to its end, well or badly."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def is_active(pod: Object) -> bool:
    """Return whether the pod counts for its controller: neither finished nor being deleted."""
    return not is_finished(pod) and "deletionTimestamp" not in pod["metadata"]


def restarts(pod: Object) -> int:
    """Return how often the pod's containers were started again."""
    return sum(status.get("restartCount", 0) for status in pod.get("status", {}).get("containerStatuses", ()))


def is_crashing(pod: Object) -> bool:
    """Return whether a container of the pod keeps ending: it was started again and the pod is not ready."""
    return restarts(pod) > 0 and not is_ready(pod)


@dataclass(frozen=True, slots=True)
class Requests:
    """What a pod asks of a node: cores, bytes, and its own place."""

    cpu: float = 0.0
    memory: float = 0.0
    pods: int = 0

    def __add__(self, other: "Requests") -> "Requests":
        return Requests(self.cpu + other.cpu, self.memory + other.memory, self.pods + other.pods)

    def __sub__(self, other: "Requests") -> "Requests":
        return Requests(self.cpu - other.cpu, self.memory - other.memory, self.pods - other.pods)


def requests(pod: Object) -> Requests:
    """Return what a pod's containers request together."""
    cpu = memory = 0.0
    for container in pod["spec"].get("containers", ()):
        wanted = container.get("resources", {}).get("requests", {})
        cpu += quantity(wanted.get("cpu", 0))
        memory += quantity(wanted.get("memory", 0))
    return Requests(cpu, memory, 1)


class Essence(NamedTuple):
    """What of a pod its controllers care about; everything else may change without waking them."""

    owner: str
    node: str
    phase: str
    deleted: bool
    ready: bool
    address: str
    waiting: tuple[str, ...]
    labels: Object
    debugging: int = 0
    """How many ephemeral containers it was given."""


def _essence(pod: Object) -> Essence:
    metadata, status = pod["metadata"], pod.get("status", {})
    owner = controller_of(pod)
    return Essence(
        owner["uid"] if owner else "",
        pod["spec"].get("nodeName", ""),
        status.get("phase", "Pending"),
        "deletionTimestamp" in metadata,
        is_ready(pod),
        status.get("podIP", ""),
        tuple(one["state"].get("waiting", {}).get("reason", "") for one in status.get("containerStatuses", ())),
        metadata.get("labels", {}),
        len(pod["spec"].get("ephemeralContainers") or ()),
    )


PodHandler = Callable[[Object, Essence | None, Essence | None], None]


class PodIndex:
    """The pods by owner, node and namespace, and word of changes that matter.

    Handlers get the pod, its essence before (None: it is new) and after (None: it is gone).
    """

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._essences: dict[Key, Essence] = {}
        self._by_owner: dict[str, dict[Key, None]] = {}
        self._by_node: dict[str, dict[Key, None]] = {}
        self._by_namespace: dict[str, dict[Key, None]] = {}
        self._handlers: list[PodHandler] = []
        for stored in store.list(PODS):
            self._enter(stored.object, _essence(stored.object))
        hub.on(PODS, self._note)

    def on_change(self, handler: PodHandler) -> None:
        """Call `handler` on every later change that matters."""
        self._handlers.append(handler)

    def owned_by(self, uid: str) -> list[Object]:
        """Return the pods a controller keeps, oldest first."""
        return list(self._pods(self._by_owner.get(uid, ())))

    def on_node(self, node: str) -> list[Object]:
        """Return the pods bound to a node."""
        return list(self._pods(self._by_node.get(node, ())))

    def in_namespace(self, namespace: str) -> list[Object]:
        """Return the pods of a namespace."""
        return list(self._pods(self._by_namespace.get(namespace, ())))

    def names_in(self, namespace: str) -> Iterable[Key]:
        """Return the names of the pods of a namespace."""
        return self._by_namespace.get(namespace, ())

    def _pods(self, keys: Iterable[Key]) -> Iterator[Object]:
        for namespace, name in keys:
            stored = self._store.get(PODS, namespace, name)
            if stored is not None:
                yield stored.object

    def _note(self, change: Change) -> None:
        pod = change.new.object
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        before = self._essences.get(key)
        after = None if change.type == "DELETED" else _essence(pod)
        if before == after:
            return
        if before is not None:
            self._leave(key, before, after)
        if after is not None:
            self._enter(pod, after)
        for handler in self._handlers:
            handler(pod, before, after)

    def _enter(self, pod: Object, essence: Essence) -> None:
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        self._essences[key] = essence
        self._by_namespace.setdefault(key[0], {})[key] = None
        if essence.owner:
            self._by_owner.setdefault(essence.owner, {})[key] = None
        if essence.node:
            self._by_node.setdefault(essence.node, {})[key] = None

    def _leave(self, key: Key, before: Essence, after: Essence | None) -> None:
        if after is None:
            del self._essences[key]
            self._drop(self._by_namespace, key[0], key)
        if after is None or after.owner != before.owner:
            self._drop(self._by_owner, before.owner, key)
        if after is None or after.node != before.node:
            self._drop(self._by_node, before.node, key)

    @staticmethod
    def _drop(index: dict[str, dict[Key, None]], entry: str, key: Key) -> None:
        keys = index.get(entry)
        if keys is not None:
            keys.pop(key, None)
            if not keys:
                del index[entry]
