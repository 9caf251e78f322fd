"""Node lifecycle: taints that follow a node's state, silence that counts as loss, pods that go with their node."""

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.conditions import find, with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import is_finished, is_ready
from cockpit.simulator.controllers.scheduler import tolerates
from cockpit.simulator.kinds import LEASES, NODES, PODS, controller_of, name_of
from cockpit.simulator.store import Change, Object

LEASE_NAMESPACE = "kube-node-lease"
RENEWED_SECONDS = 10.0
"""How often a node's kubelet renews its lease."""
GRACE_SECONDS = 40.0
"""How long a lease may be old before the node counts as lost (`--node-monitor-grace-period`)."""
_SOURCE = Source("node-controller")
_MANAGED = {
    "node.kubernetes.io/unschedulable",
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
}


def wanted_taints(node: Object, now: str) -> list[Object]:
    """Return the taints a node has by its state, others kept."""
    conditions = node.get("status", {}).get("conditions", ())
    ready = find(conditions, "Ready")
    wanted: list[tuple[str, str]] = []
    if node["spec"].get("unschedulable"):
        wanted.append(("node.kubernetes.io/unschedulable", "NoSchedule"))
    for condition, key in (("DiskPressure", "disk-pressure"), ("MemoryPressure", "memory-pressure")):
        if (found := find(conditions, condition)) is not None and found["status"] == "True":
            wanted.append((f"node.kubernetes.io/{key}", "NoSchedule"))
    if ready is not None and ready["status"] != "True":
        key = "unreachable" if ready["status"] == "Unknown" else "not-ready"
        wanted += [(f"node.kubernetes.io/{key}", "NoSchedule"), (f"node.kubernetes.io/{key}", "NoExecute")]
    present = {(taint["key"], taint["effect"]): taint for taint in node["spec"].get("taints", ())}
    kept = [taint for (key, _), taint in present.items() if key not in _MANAGED]
    return kept + [
        present.get((key, effect), {"key": key, "effect": effect, "timeAdded": now}) for key, effect in wanted
    ]


class NodeController:
    """Watches over the nodes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(NODES, self._note)
        for stored in context.store.list(NODES):
            self._watch_lease(stored.object["metadata"]["name"])

    def _note(self, change: Change) -> None:
        name = change.new.object["metadata"]["name"]
        if change.type == "DELETED":
            self._context.agenda.soon(lambda: self._collect_pods(name))
        else:
            self.queue.add("", name)
            if change.type == "ADDED":
                self._watch_lease(name)

    def reconcile(self, _: str, name: str) -> None:
        """Bring a node's taints in line with its state; evict what may not stay."""
        stored = self._store.get(NODES, "", name)
        if stored is None:
            return
        node = stored.object
        taints = wanted_taints(node, self._context.now())
        if taints != node["spec"].get("taints", []):
            spec = {key: value for key, value in node["spec"].items() if key != "taints"}
            if taints:
                spec["taints"] = taints
            node = self._store.replace(NODES, {**node, "spec": spec}).object
        self._evict(node)

    # --- lost nodes ---

    def _watch_lease(self, name: str) -> None:
        self._context.agenda.after(GRACE_SECONDS, lambda: self._judge(name))

    def _judge(self, name: str) -> None:
        stored = self._store.get(NODES, "", name)
        lease = self._store.get(LEASES, LEASE_NAMESPACE, name)
        if stored is None:
            return
        renewed = seconds_of(lease.object["spec"]["renewTime"]) if lease is not None else 0.0
        due = renewed + self._context.clock.takes(GRACE_SECONDS)
        now = self._context.clock.now()
        if due > now:
            self._context.agenda.at(due, lambda: self._judge(name))
            return
        self._mark_lost(stored.object)
        self._watch_lease(name)

    def _mark_lost(self, node: Object) -> None:
        conditions, now = node["status"]["conditions"], self._context.now()
        ready = find(conditions, "Ready")
        if ready is not None and ready["status"] == "Unknown":
            return
        for type_ in ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready"):
            conditions = with_condition(
                conditions,
                type_,
                "Unknown",
                now,
                lastHeartbeatTime=(find(conditions, type_) or {}).get("lastHeartbeatTime", now),
                reason="NodeStatusUnknown",
                message="Kubelet stopped posting node status.",
            )
        node = self._store.replace(NODES, {**node, "status": {**node["status"], "conditions": conditions}}).object
        name = node["metadata"]["name"]
        self._context.events.normal(node, _SOURCE, "NodeNotReady", f"Node {name} status is now: NodeNotReady")
        for pod in self._context.pods.on_node(name):
            if is_ready(pod):
                status = pod["status"]
                unready = with_condition(status["conditions"], "Ready", "False", now, lastProbeTime=None)
                pod = self._store.replace(PODS, {**pod, "status": {**status, "conditions": unready}}).object
                self._context.events.warning(pod, _SOURCE, "NodeNotReady", "Node is not ready")

    def _evict(self, node: Object) -> None:
        for taint in node["spec"].get("taints", ()):
            if taint["effect"] != "NoExecute":
                continue
            for pod in self._context.pods.on_node(node["metadata"]["name"]):
                if "deletionTimestamp" in pod["metadata"] or is_finished(pod):
                    continue
                tolerations = pod["spec"].get("tolerations", [])
                covering = [one for one in tolerations if tolerates([one], taint)]
                if not covering:
                    self._evict_pod(pod)
                elif all("tolerationSeconds" in one for one in covering):
                    stays = min(one["tolerationSeconds"] for one in covering)
                    due = seconds_of(taint["timeAdded"]) + self._context.clock.takes(stays)
                    if due <= self._context.clock.now():
                        self._evict_pod(pod)
                    else:
                        self.queue.add_at(due, "", node["metadata"]["name"])
                        break

    def _evict_pod(self, pod: Object) -> None:
        message = f"Marking for deletion Pod {'/'.join(name_of(pod))}"
        self._context.events.normal(pod, Source("taint-eviction-controller"), "TaintManagerEviction", message)
        delete(self._store, self._context.clock, PODS, *name_of(pod))

    def _collect_pods(self, name: str) -> None:
        """Remove the pods of a node that is no more; nobody is left who could end them with grace."""
        for pod in self._context.pods.on_node(name):
            self._store.remove(PODS, *name_of(pod))


def is_daemon(pod: Object) -> bool:
    """Return whether a daemon set keeps the pod."""
    owner = controller_of(pod)
    return owner is not None and owner["kind"] == "DaemonSet"
