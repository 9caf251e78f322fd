"""The scheduler: where a pod fits, and why it fits nowhere."""

from collections import Counter
from dataclasses import dataclass, field

from cockpit.simulator.controllers.conditions import with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import Key, WorkQueue
from cockpit.simulator.controllers.pods import Essence, Requests, is_finished, requests
from cockpit.simulator.kinds import NODES, PODS
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Change, Object

_SOURCE = Source("default-scheduler")
_BLOCKING = ("NoSchedule", "NoExecute")
_SLACK = 1e-9


@dataclass(slots=True)
class Room:
    """What a node has for pods and what its pods have taken of it."""

    node: Object
    total: Requests
    taken: Requests = field(default_factory=Requests)

    @property
    def load(self) -> float:
        """The larger of the shares of CPU and memory that are requested."""
        return max(self.taken.cpu / (self.total.cpu or 1), self.taken.memory / (self.total.memory or 1))

    def lacks(self, wanted: Requests) -> str | None:
        """Return what there is too little of for these requests, None when they fit."""
        if self.taken.pods + 1 > self.total.pods:
            return "Too many pods"
        if self.taken.cpu + wanted.cpu > self.total.cpu + _SLACK:
            return "Insufficient cpu"
        if self.taken.memory + wanted.memory > self.total.memory + 1:
            return "Insufficient memory"
        return None


def _allocatable(node: Object) -> Requests:
    given = node.get("status", {}).get("allocatable", {})
    return Requests(quantity(given.get("cpu", 0)), quantity(given.get("memory", 0)), int(given.get("pods", 110)))


def tolerates(tolerations: list[Object], taint: Object) -> bool:
    """Return whether one of the tolerations covers a taint."""
    return any(
        one.get("effect") in (None, "", taint["effect"])
        and (
            (one.get("operator") == "Exists" and one.get("key") in (None, "", taint["key"]))
            or (one.get("key") == taint["key"] and one.get("value", "") == taint.get("value", ""))
        )
        for one in tolerations
    )


def refusal(node: Object, spec: Object) -> str | None:
    """Return, in the scheduler's words, why a node takes no pod with this spec whatever its size; None: it does."""
    for taint in node["spec"].get("taints", ()):
        if taint["effect"] in _BLOCKING and not tolerates(spec.get("tolerations", []), taint):
            if taint["key"] == "node.kubernetes.io/unschedulable":
                return "node(s) were unschedulable"
            value = f": {taint['value']}" if taint.get("value") else ": "
            return f"node(s) had untolerated taint {{{taint['key']}{value}}}"
    labels = node["metadata"].get("labels", {})
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return "node(s) didn't match Pod's node affinity/selector"
    return None


def node_accepts(node: Object, spec: Object) -> bool:
    """Return whether a node takes a pod with this node selector and these tolerations."""
    return refusal(node, spec) is None


def _only_node(spec: Object) -> str | None:
    required = (
        (spec.get("affinity") or {}).get("nodeAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution")
    )
    for term in (required or {}).get("nodeSelectorTerms", ()):
        for match in term.get("matchFields", ()):
            if match["key"] == "metadata.name":
                return str(match["values"][0])
    return None


class Scheduler:
    """Binds pods to the least loaded node that takes them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._rooms: dict[str, Room] = {}
        self._unplaced: dict[Key, None] = {}
        self.queue = WorkQueue(context.agenda, self.reconcile)
        for stored in context.store.list(NODES):
            self._add_node(stored.object)
        for stored in context.store.list(PODS):
            self._take(stored.object, 1)
        context.hub.on(NODES, self._note_node)
        context.pods.on_change(self._note_pod)

    def taken(self, node: str) -> Requests:
        """Return what the pods on a node request together."""
        room = self._rooms.get(node)
        return room.taken if room is not None else Requests()

    def choose(self, pod: Object) -> str | None:
        """Return the node the pod would be bound to now, None when it fits nowhere."""
        return self._look(pod)[0]

    def reconcile(self, namespace: str, name: str) -> None:
        """Bind one pod, or say why it cannot be."""
        stored = self._store.get(PODS, namespace, name)
        if stored is None or stored.object["spec"].get("nodeName") or is_finished(stored.object):
            self._unplaced.pop((namespace, name), None)
            return
        pod = stored.object
        if "deletionTimestamp" in pod["metadata"] or pod["spec"].get("schedulingGates"):
            return
        node, reasons = self._look(pod)
        if node is None:
            self._unplaced[(namespace, name)] = None
            self._refuse(pod, reasons)
            return
        self._unplaced.pop((namespace, name), None)
        self._bind(pod, node)

    def _look(self, pod: Object) -> tuple[str | None, Counter[str]]:
        spec, wanted = pod["spec"], requests(pod)
        only = _only_node(spec)
        best: Room | None = None
        reasons: Counter[str] = Counter()
        for name, room in self._rooms.items():
            if only is not None and name != only:
                reasons["node(s) didn't satisfy plugin(s) [NodeAffinity]"] += 1
                continue
            reason = refusal(room.node, spec) or room.lacks(wanted)
            if reason is not None:
                reasons[reason] += 1
            elif best is None or (room.load, room.taken.pods) < (best.load, best.taken.pods):
                best = room
        return (None if best is None else best.node["metadata"]["name"]), reasons

    def _bind(self, pod: Object, node: str) -> None:
        now = self._context.now()
        status = pod.get("status", {})
        conditions = with_condition(status.get("conditions", ()), "PodScheduled", "True", now, lastProbeTime=None)
        spec = {**pod["spec"], "nodeName": node}
        bound = self._store.replace(PODS, {**pod, "spec": spec, "status": {**status, "conditions": conditions}}).object
        metadata = pod["metadata"]
        message = f"Successfully assigned {metadata['namespace']}/{metadata['name']} to {node}"
        self._context.events.normal(bound, _SOURCE, "Scheduled", message)

    def _refuse(self, pod: Object, reasons: Counter[str]) -> None:
        total = len(self._rooms)
        listed = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        fixed = sum(count for reason, count in reasons.items() if not reason.startswith(("Insufficient", "Too many")))
        hopes = [f"{fixed} Preemption is not helpful for scheduling"] if fixed else []
        if total - fixed:
            hopes.append(f"{total - fixed} No preemption victims found for incoming pod")
        message = (
            f"0/{total} nodes are available: {listed}. preemption: 0/{total} nodes are available: {', '.join(hopes)}."
        )
        if not total:
            message = "no nodes available to schedule pods"
        now, status = self._context.now(), pod.get("status", {})
        conditions = with_condition(
            status.get("conditions", ()),
            "PodScheduled",
            "False",
            now,
            lastProbeTime=None,
            reason="Unschedulable",
            message=message,
        )
        if conditions != status.get("conditions"):
            pod = self._store.replace(PODS, {**pod, "status": {**status, "conditions": conditions}}).object
            self._context.events.warning(pod, _SOURCE, "FailedScheduling", message)

    # --- what the nodes hold ---

    def _add_node(self, node: Object) -> None:
        name = node["metadata"]["name"]
        known = self._rooms.get(name)
        self._rooms[name] = Room(node, _allocatable(node), known.taken if known is not None else Requests())

    def _take(self, pod: Object, sign: int) -> None:
        room = self._rooms.get(pod["spec"].get("nodeName", ""))
        if room is not None and (sign < 0 or not is_finished(pod)):
            room.taken = room.taken + requests(pod) if sign > 0 else room.taken - requests(pod)

    def _note_node(self, change: Change) -> None:
        node = change.new.object
        if change.type == "DELETED":
            self._rooms.pop(node["metadata"]["name"], None)
            return
        self._add_node(node)
        old = change.old.object if change.old is not None else None
        if old is None:
            for pod in self._context.pods.on_node(node["metadata"]["name"]):
                self._take(pod, 1)
        if (
            old is None
            or old["spec"] != node["spec"]
            or old["metadata"].get("labels") != node["metadata"].get("labels")
            or old.get("status", {}).get("allocatable") != node.get("status", {}).get("allocatable")
        ):
            self._retry()

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        held = before is not None and before.node != "" and before.phase not in ("Succeeded", "Failed")
        holds = after is not None and after.node != "" and after.phase not in ("Succeeded", "Failed")
        if holds and not held:
            self._take(pod, 1)
        elif held and not holds:
            self._take(pod, -1)
            self._retry()
        if after is not None and not after.node and (before is None or before.labels is not after.labels):
            self.queue.add(pod["metadata"]["namespace"], pod["metadata"]["name"])

    def _retry(self) -> None:
        self.queue.add_all(self._unplaced)
