"""Deleting as the API server does it: pods with grace, what has finalizers once those are gone."""

from cockpit.simulator.clock import WorldClock, timestamp
from cockpit.simulator.controllers.pods import is_finished
from cockpit.simulator.kinds import PODS, with_metadata
from cockpit.simulator.store import Collection, Store


def delete(store: Store, clock: WorldClock, collection: Collection, namespace: str, name: str) -> None:
    """Delete an object as a controller asks for it. An object that is not there is no fault."""
    stored = store.get(collection, namespace, name)
    if stored is None or "deletionTimestamp" in stored.object["metadata"]:
        return
    pod = stored.object if collection == PODS else None
    graceful = pod is not None and bool(pod["spec"].get("nodeName")) and not is_finished(pod)
    if not graceful and not stored.object["metadata"].get("finalizers"):
        store.remove(collection, namespace, name)
        return
    grace = int(pod["spec"].get("terminationGracePeriodSeconds", 30)) if pod is not None and graceful else 0
    store.replace(
        collection,
        with_metadata(
            stored.object,
            deletionTimestamp=timestamp(clock.now() + grace),
            deletionGracePeriodSeconds=grace,
        ),
    )
