"""Namespaces: what each gets when it begins, and how it ends with all that is in it."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.kinds import CONFIG_MAPS, EVENTS, NAMESPACES, PODS, SERVICE_ACCOUNTS, name_of, new_object
from cockpit.simulator.store import Change, Collection, Object, Store

ROOT_CA_NAME = "kube-root-ca.crt"
ROOT_CA = "-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVkIGNsdXN0ZXIgYXV0aG9yaXR5\n-----END CERTIFICATE-----\n"


def furnish(store: Store, namespace: str, created: float | None = None) -> None:
    """Give a namespace the service account and the config map that each has."""
    if store.get(SERVICE_ACCOUNTS, namespace, "default") is None:
        store.create(SERVICE_ACCOUNTS, new_object(SERVICE_ACCOUNTS, "default", namespace), created=created)
    if store.get(CONFIG_MAPS, namespace, ROOT_CA_NAME) is None:
        root = new_object(CONFIG_MAPS, ROOT_CA_NAME, namespace, data={"ca.crt": ROOT_CA})
        store.create(CONFIG_MAPS, root, created=created)


class NamespaceController:
    """Furnishes new namespaces; empties those being deleted and then removes them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._ending: set[str] = set()
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(NAMESPACES, self._note)
        context.hub.on(PODS, self._note_pod)

    def _note(self, change: Change) -> None:
        metadata = change.new.object["metadata"]
        if change.type == "DELETED":
            self._ending.discard(metadata["name"])
            # Removed at once, without its finalizer: what it held must go all the same.
            self._context.agenda.soon(lambda: self._delete_content(metadata["name"]))
        elif change.type == "ADDED" or "deletionTimestamp" in metadata:
            self.queue.add("", metadata["name"])

    def _note_pod(self, change: Change) -> None:
        if change.type == "DELETED" and change.new.object["metadata"]["namespace"] in self._ending:
            self.queue.add("", change.new.object["metadata"]["namespace"])

    def reconcile(self, _: str, name: str) -> None:
        """Furnish one namespace, or bring its end a step nearer."""
        stored = self._store.get(NAMESPACES, "", name)
        if stored is None:
            return
        namespace = stored.object
        if "deletionTimestamp" not in namespace["metadata"]:
            furnish(self._store, name)
            self._set_phase(namespace, "Active")
            return
        self._ending.add(name)
        self._set_phase(namespace, "Terminating")
        self._delete_content(name)
        if not self._content(name):
            self._store.remove(NAMESPACES, "", name)

    def _set_phase(self, namespace: Object, phase: str) -> None:
        status = {**namespace.get("status", {}), "phase": phase}
        self._store.replace(NAMESPACES, {**namespace, "status": status})

    def _content(self, name: str) -> list[tuple[Collection, Object]]:
        collections = sorted(self._store.collections(), key=lambda one: (one == EVENTS, one))
        return [(one, stored.object) for one in collections for stored in self._store.list(one, name)]

    def _delete_content(self, name: str) -> None:
        """Delete what is in a namespace; pods that end with grace stay for now."""
        for collection, obj in self._content(name):
            delete(self._store, self._context.clock, collection, *name_of(obj))
