"""Resource quotas: how much of what a namespace may request its pods have requested."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, Requests, is_finished, requests
from cockpit.simulator.kinds import QUOTAS, name_of
from cockpit.simulator.store import Change, Object

_MEBIBYTE = 2**20


def quota_status(quota: Object, pods: list[Object]) -> Object:
    """Return a quota's status over the pods of its namespace; what is not counted here stays as it was."""
    hard = quota["spec"].get("hard", {})
    taken = sum((requests(pod) for pod in pods if not is_finished(pod)), Requests())
    counted = {
        "requests.cpu": f"{round(taken.cpu * 1000)}m",
        "requests.memory": f"{round(taken.memory / _MEBIBYTE)}Mi",
        "pods": str(taken.pods),
    }
    used = {**quota.get("status", {}).get("used", {}), **{key: counted[key] for key in hard if key in counted}}
    return {"hard": hard, "used": used}


class QuotaController:
    """Keeps the status of every resource quota."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(QUOTAS, self._note)
        context.pods.on_change(self._note_pod)

    def _note(self, change: Change) -> None:
        self.queue.add(*name_of(change.new.object))

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        if before is None or after is None or before.phase != after.phase:
            for stored in self._store.list(QUOTAS, pod["metadata"]["namespace"]):
                self.queue.add(*name_of(stored.object))

    def reconcile(self, namespace: str, name: str) -> None:
        """Write the status of one quota."""
        stored = self._store.get(QUOTAS, namespace, name)
        if stored is not None:
            status = quota_status(stored.object, self._context.pods.in_namespace(namespace))
            self._store.replace(QUOTAS, {**stored.object, "status": status})
