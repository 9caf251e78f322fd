"""Daemon sets: one pod on each node that fits."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_finished, is_ready
from cockpit.simulator.controllers.revisions import REVISION_LABEL, RevisionHistory
from cockpit.simulator.controllers.rollout import share_of
from cockpit.simulator.controllers.scheduler import node_accepts
from cockpit.simulator.controllers.templates import pod_from
from cockpit.simulator.kinds import DAEMON_SETS, NODES, PODS, controller_of, name_of
from cockpit.simulator.store import AlreadyExists, Change, Object

_SOURCE = Source("daemonset-controller")
_TOLERATIONS: list[Object] = [
    {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"},
    {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"},
    *(
        {"key": f"node.kubernetes.io/{pressure}", "operator": "Exists", "effect": "NoSchedule"}
        for pressure in ("disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")
    ),
]


def daemon_pod(daemon_set: Object, node: str, name: str, revision: str) -> Object:
    """Return the pod of a daemon set that belongs on a node."""
    spec = daemon_set["spec"]["template"]["spec"]
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    template = {
        **daemon_set["spec"]["template"],
        "spec": {**spec, "affinity": affinity, "tolerations": [*spec.get("tolerations", ()), *_TOLERATIONS]},
    }
    pod = pod_from(template, daemon_set, name, generateName=f"{daemon_set['metadata']['name']}-")
    pod["metadata"]["labels"] = {**pod["metadata"].get("labels", {}), REVISION_LABEL: revision}
    return pod


def node_of(pod: Object) -> str:
    """Return the node a daemon set's pod belongs on."""
    if bound := pod["spec"].get("nodeName"):
        return str(bound)
    required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    return str(required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0])


def belongs_on(daemon_set: Object, node: Object) -> bool:
    """Return whether a daemon set wants a pod on a node."""
    spec = daemon_set["spec"]["template"]["spec"]
    tolerations = [*spec.get("tolerations", ()), *_TOLERATIONS]
    return node_accepts(node, {"nodeSelector": spec.get("nodeSelector", {}), "tolerations": tolerations})


def daemon_set_status(daemon_set: Object, pods: list[Object], wanted_on: set[str], revision: str) -> Object:
    """Return the status of a daemon set with these pods where one is wanted on each of these nodes."""
    placed = [pod for pod in pods if node_of(pod) in wanted_on]
    ready = sum(is_ready(pod) for pod in placed)
    status: Object = {
        "currentNumberScheduled": len(placed),
        "desiredNumberScheduled": len(wanted_on),
        "numberMisscheduled": len(pods) - len(placed),
        "numberReady": ready,
        "observedGeneration": daemon_set["metadata"].get("generation", 1),
        "updatedNumberScheduled": sum(pod["metadata"]["labels"].get(REVISION_LABEL) == revision for pod in placed),
    }
    if ready:
        status["numberAvailable"] = ready
    if ready < len(wanted_on):
        status["numberUnavailable"] = len(wanted_on) - ready
    return status


class DaemonSetController:
    """Keeps the pods of every daemon set."""

    def __init__(self, context: Context, history: RevisionHistory) -> None:
        self._context = context
        self._store = context.store
        self._history = history
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(DAEMON_SETS, self._note)
        context.hub.on(NODES, self._note_node)
        context.pods.on_change(self._note_pod)

    def _note(self, change: Change) -> None:
        if change.old is None or change.old.object["spec"] is not change.new.object["spec"]:
            self.queue.add(*name_of(change.new.object))

    def _note_node(self, change: Change) -> None:
        old, new = change.old, change.new.object
        if (
            change.type != "MODIFIED"
            or old is None
            or old.object["spec"] != new["spec"]
            or old.object["metadata"].get("labels") != new["metadata"].get("labels")
        ):
            self.queue.add_all(name_of(stored.object) for stored in self._store.list(DAEMON_SETS))

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        owner = controller_of(pod)
        if owner is not None and owner["kind"] == "DaemonSet":
            self.queue.add(pod["metadata"]["namespace"], owner["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Create, renew and delete the pods of one daemon set; write its status."""
        stored = self._store.get(DAEMON_SETS, namespace, name)
        if stored is None or "deletionTimestamp" in stored.object["metadata"]:
            return
        daemon_set = stored.object
        revision = self._history.current(daemon_set)["metadata"]["labels"][REVISION_LABEL]
        wanted_on = {
            one.object["metadata"]["name"] for one in self._store.list(NODES) if belongs_on(daemon_set, one.object)
        }
        pods = self._context.pods.owned_by(daemon_set["metadata"]["uid"])
        served = set()
        for pod in pods:
            if is_finished(pod) or node_of(pod) not in wanted_on or node_of(pod) in served:
                self._delete(daemon_set, pod)
            else:
                served.add(node_of(pod))
        for node in sorted(wanted_on - served):
            self._create(daemon_set, node, revision)
        self._renew(daemon_set, [pod for pod in pods if node_of(pod) in served], len(wanted_on), revision)
        pods = self._context.pods.owned_by(daemon_set["metadata"]["uid"])
        self._store.replace(
            DAEMON_SETS, {**daemon_set, "status": daemon_set_status(daemon_set, pods, wanted_on, revision)}
        )

    def _renew(self, daemon_set: Object, pods: list[Object], total: int, revision: str) -> None:
        strategy = daemon_set["spec"].get("updateStrategy") or {}
        if strategy.get("type") == "OnDelete":
            return
        allowed = max(1, round(share_of((strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1), total)))
        healthy = [pod for pod in pods if is_ready(pod) and "deletionTimestamp" not in pod["metadata"]]
        allowed -= total - len(healthy)
        for pod in pods:
            if pod["metadata"]["labels"].get(REVISION_LABEL) == revision:
                continue
            if pod in healthy:
                if allowed <= 0:
                    continue
                allowed -= 1
            self._delete(daemon_set, pod)

    def _create(self, daemon_set: Object, node: str, revision: str) -> None:
        name = f"{daemon_set['metadata']['name']}-{self._context.suffix()}"
        try:
            self._store.create(PODS, daemon_pod(daemon_set, node, name, revision))
        except AlreadyExists:
            self.queue.add(*name_of(daemon_set))
            return
        self._context.events.normal(daemon_set, _SOURCE, "SuccessfulCreate", f"Created pod: {name}")

    def _delete(self, daemon_set: Object, pod: Object) -> None:
        if "deletionTimestamp" in pod["metadata"]:
            return
        delete(self._store, self._context.clock, PODS, *name_of(pod))
        name = pod["metadata"]["name"]
        self._context.events.normal(daemon_set, _SOURCE, "SuccessfulDelete", f"Deleted pod: {name}")
