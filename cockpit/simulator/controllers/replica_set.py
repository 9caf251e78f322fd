"""Replica sets: as many pods as asked, the least useful ones taken away first."""

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_active, is_ready, ready_since, restarts
from cockpit.simulator.controllers.rollout import wanted
from cockpit.simulator.controllers.templates import pod_from
from cockpit.simulator.kinds import PODS, REPLICA_SETS, controller_of, matches, name_of, with_metadata
from cockpit.simulator.store import AlreadyExists, Change, Object

_SOURCE = Source("replicaset-controller")
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


class ReplicaSetController:
    """Keeps the pods of every replica set."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(REPLICA_SETS, self._note)
        context.pods.on_change(self._note_pod)

    def _note(self, change: Change) -> None:
        # A status this controller wrote shares its spec with what stood before.
        if change.old is None or change.old.object["spec"] is not change.new.object["spec"]:
            self.queue.add(*name_of(change.new.object))

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        owner = controller_of(pod)
        if owner is not None and owner["kind"] == "ReplicaSet":
            self.queue.add(pod["metadata"]["namespace"], owner["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Create or delete pods until one replica set has as many as it wants; write its status."""
        stored = self._store.get(REPLICA_SETS, namespace, name)
        if stored is None:
            return
        replica_set = stored.object
        pods = [pod for pod in self._context.pods.owned_by(replica_set["metadata"]["uid"]) if is_active(pod)]
        pods = self._keep_matching(replica_set, pods)
        if "deletionTimestamp" not in replica_set["metadata"]:
            missing = wanted(replica_set["spec"]) - len(pods)
            for _ in range(missing):
                self._create(replica_set)
            if missing < 0:
                for pod in sorted(pods, key=_usefulness)[:-missing]:
                    self._delete(replica_set, pod)
        self._write_status(namespace, name)

    def _keep_matching(self, replica_set: Object, pods: list[Object]) -> list[Object]:
        """Let go of pods whose labels were changed, as `kubectl label` does to take one out for a look."""
        kept = []
        for pod in pods:
            if matches(replica_set["spec"]["selector"], pod["metadata"].get("labels", {})):
                kept.append(pod)
            else:
                self._store.replace(PODS, with_metadata(pod, ownerReferences=None))
        return kept

    def _create(self, replica_set: Object) -> None:
        prefix = replica_set["metadata"]["name"]
        while True:
            name = f"{prefix}-{self._context.suffix()}"
            try:
                self._store.create(
                    PODS, pod_from(replica_set["spec"]["template"], replica_set, name, generateName=f"{prefix}-")
                )
                break
            except AlreadyExists:
                continue
        self._context.events.normal(replica_set, _SOURCE, "SuccessfulCreate", f"Created pod: {name}")

    def _delete(self, replica_set: Object, pod: Object) -> None:
        delete(self._store, self._context.clock, PODS, *name_of(pod))
        name = pod["metadata"]["name"]
        self._context.events.normal(replica_set, _SOURCE, "SuccessfulDelete", f"Deleted pod: {name}")

    def _write_status(self, namespace: str, name: str) -> None:
        stored = self._store.get(REPLICA_SETS, namespace, name)
        if stored is None:
            return
        replica_set = stored.object
        pods = [pod for pod in self._context.pods.owned_by(replica_set["metadata"]["uid"]) if is_active(pod)]
        status: Object = {
            "observedGeneration": replica_set["metadata"].get("generation", 1),
            "replicas": len(pods),
        }
        if pods:
            status["fullyLabeledReplicas"] = len(pods)
        ready = sum(is_ready(pod) for pod in pods)
        if ready:
            status["readyReplicas"] = ready
        available = self._available(replica_set, pods)
        if available:
            status["availableReplicas"] = available
        self._store.replace(REPLICA_SETS, {**replica_set, "status": status})

    def _available(self, replica_set: Object, pods: list[Object]) -> int:
        least = self._context.clock.takes(replica_set["spec"].get("minReadySeconds", 0))
        if not least:
            return sum(is_ready(pod) for pod in pods)
        now = self._context.clock.now()
        available = 0
        for pod in pods:
            since = ready_since(pod)
            if since is None:
                continue
            due = seconds_of(since) + least
            if due <= now:
                available += 1
            else:
                self.queue.add_at(due, *name_of(replica_set))
        return available


def _usefulness(pod: Object) -> tuple[object, ...]:
    """Order pods as Kubernetes does when some must go: unbound, pending, not ready, often restarted, young first."""
    status = pod.get("status", {})
    return (
        bool(pod["spec"].get("nodeName")),
        _PHASES.get(status.get("phase", "Pending"), 0),
        is_ready(pod),
        -restarts(pod),
        -seconds_of(pod["metadata"]["creationTimestamp"]),
        pod["metadata"]["name"],
    )
