"""The nodes' own voices: leases, heartbeats, and what a node does when its disk runs full."""

from cockpit.simulator.clock import micro_timestamp
from cockpit.simulator.controllers.conditions import find, with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.nodes import LEASE_NAMESPACE, RENEWED_SECONDS, is_daemon
from cockpit.simulator.controllers.pods import is_active
from cockpit.simulator.disks import Disks
from cockpit.simulator.kinds import LEASES, NODES, new_object
from cockpit.simulator.pod_lives import HALTED, PodLives
from cockpit.simulator.store import Change, Object

HEARTBEAT_SECONDS = 300.0
EVICTION_THRESHOLD = 0.90
"""Used share of the disk above which a kubelet reports pressure and evicts (`nodefs.available<10%`)."""
_LOOKED_AGAIN_SECONDS = 5.0
_EVICTED_EVERY_SECONDS = 120.0
_FREED_BY_EVICTION = 0.015
_FREEING_SECONDS = 20.0
_CLEARED_SECONDS = 60.0

HEALTHY = {
    "MemoryPressure": ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
}
"""The conditions a well kubelet reports: status, reason, message."""


def lease_for(node: str, renewed: float) -> Object:
    """Return the lease by which a node shows that it lives."""
    spec = {"holderIdentity": node, "leaseDurationSeconds": 40, "renewTime": micro_timestamp(renewed)}
    return new_object(LEASES, node, LEASE_NAMESPACE, spec=spec)


class NodeAgents:
    """Keeps each node's lease and conditions, and frees disks that run full."""

    def __init__(self, context: Context, lives: PodLives, disks: Disks) -> None:
        self._context = context
        self._store = context.store
        self._lives = lives
        self._disks = disks
        self._last_eviction: dict[str, float] = {}
        for index, stored in enumerate(context.store.list(NODES)):
            name = stored.object["metadata"]["name"]
            self._beat_after(name, RENEWED_SECONDS * (index % 10 + 1) / 10)
            self._report_after(name, HEARTBEAT_SECONDS * (index % 12 + 1) / 12)
        context.hub.on(NODES, self._note)

    def fill_disk(self, node: str, target: float, seconds: float) -> None:
        """Let a node's disk fill to a share within so many seconds of an unhurried world, and watch it."""
        self._disks.go(node, target, seconds)
        self._watch_disk(node)

    # --- signs of life ---

    def _note(self, change: Change) -> None:
        name = change.new.object["metadata"]["name"]
        if change.type == "ADDED":
            self._beat_after(name, 0.1)
            self._report_after(name, 0.2)
        elif change.old is not None and _is_halted(change.old.object) and not _is_halted(change.new.object):
            self._context.agenda.after(0.5, lambda: self._come_back(name))

    def _beat_after(self, name: str, seconds: float) -> None:
        self._context.agenda.after(seconds, lambda: self._beat(name))

    def _beat(self, name: str) -> None:
        stored = self._store.get(NODES, "", name)
        if stored is None:
            return
        if not _is_halted(stored.object):
            self._renew(name)
        self._beat_after(name, RENEWED_SECONDS)

    def _renew(self, name: str) -> None:
        lease = lease_for(name, self._context.clock.now())
        old = self._store.get(LEASES, LEASE_NAMESPACE, name)
        if old is None:
            self._store.create(LEASES, lease)
        else:
            self._store.replace(LEASES, {**old.object, "spec": lease["spec"]})

    def _report_after(self, name: str, seconds: float) -> None:
        self._context.agenda.after(seconds, lambda: self._report(name))

    def _report(self, name: str) -> None:
        stored = self._store.get(NODES, "", name)
        if stored is None:
            return
        self._report_well(stored.object)
        self._report_after(name, HEARTBEAT_SECONDS)

    def _come_back(self, name: str) -> None:
        stored = self._store.get(NODES, "", name)
        if stored is not None and not _is_halted(stored.object):
            self._renew(name)
            self._report_well(stored.object)
            self._lives.take_up(name)

    def _report_well(self, node: Object) -> None:
        if not _is_halted(node):
            conditions = node.get("status", {}).get("conditions", [])
            for type_, (status, reason, message) in HEALTHY.items():
                known = find(conditions, type_)
                if type_ == "DiskPressure" and known is not None and known["status"] == "True":
                    status, reason, message = known["status"], known["reason"], known["message"]
                conditions = self._set(conditions, type_, status, reason, message)
            self._store.replace(NODES, {**node, "status": {**node.get("status", {}), "conditions": conditions}})

    def _set(self, conditions: list[Object], type_: str, status: str, reason: str, message: str) -> list[Object]:
        now = self._context.now()
        return with_condition(conditions, type_, status, now, lastHeartbeatTime=now, reason=reason, message=message)

    # --- a full disk ---

    def _watch_disk(self, name: str) -> None:
        self._context.agenda.after(_LOOKED_AGAIN_SECONDS, lambda: self._look_at_disk(name))

    def _look_at_disk(self, name: str) -> None:
        stored = self._store.get(NODES, "", name)
        if stored is None:
            return
        used = self._disks.used_ratio(name, self._context.clock.now())
        pressed = find(stored.object["status"]["conditions"], "DiskPressure")
        under_pressure = pressed is not None and pressed["status"] == "True"
        movable = [pod for pod in self._context.pods.on_node(name) if is_active(pod) and not is_daemon(pod)]
        if not movable:
            self._disks.go(name, self._disks.usual(name), _CLEARED_SECONDS)
            self._context.agenda.after(_CLEARED_SECONDS * 1.2, lambda: self._clear(name))
            return
        if used >= EVICTION_THRESHOLD:
            if not under_pressure:
                self._press(stored.object)
            elif self._may_evict(name):
                self._evict(name, movable)
        self._watch_disk(name)

    def _press(self, node: Object) -> None:
        name = node["metadata"]["name"]
        message = "kubelet has disk pressure"
        conditions = self._set(node["status"]["conditions"], "DiskPressure", "True", "KubeletHasDiskPressure", message)
        node = self._store.replace(NODES, {**node, "status": {**node["status"], "conditions": conditions}}).object
        source = Source("kubelet", name)
        events = self._context.events
        events.warning(node, source, "EvictionThresholdMet", "Attempting to reclaim ephemeral-storage")
        events.normal(node, source, "NodeHasDiskPressure", f"Node {name} status is now: NodeHasDiskPressure")
        self._last_eviction[name] = self._context.clock.now()

    def _may_evict(self, name: str) -> bool:
        pause = self._context.clock.takes(_EVICTED_EVERY_SECONDS)
        return self._context.clock.now() - self._last_eviction.get(name, 0.0) >= pause

    def _evict(self, name: str, movable: list[Object]) -> None:
        pod = max(movable, key=lambda one: (one["metadata"]["creationTimestamp"], one["metadata"]["name"]))
        message = (
            "The node was low on resource: ephemeral-storage. Threshold quantity: 10%, "
            f"available: {100 * (1 - self._disks.used_ratio(name, self._context.clock.now())):.0f}%. "
        )
        self._lives.evict(pod, message)
        self._last_eviction[name] = self._context.clock.now()
        used = self._disks.used_ratio(name, self._context.clock.now())
        self._disks.go(name, used - _FREED_BY_EVICTION, _FREEING_SECONDS)
        # What fills the disk goes on.
        self._context.agenda.after(_FREEING_SECONDS, lambda: self._disks.go(name, used, _EVICTED_EVERY_SECONDS))

    def _clear(self, name: str) -> None:
        stored = self._store.get(NODES, "", name)
        if stored is None:
            return
        node = stored.object
        conditions = self._set(node["status"]["conditions"], "DiskPressure", *HEALTHY["DiskPressure"])
        node = self._store.replace(NODES, {**node, "status": {**node["status"], "conditions": conditions}}).object
        message = f"Node {name} status is now: NodeHasNoDiskPressure"
        self._context.events.normal(node, Source("kubelet", name), "NodeHasNoDiskPressure", message)


def _is_halted(node: Object) -> bool:
    return HALTED in node["metadata"].get("annotations", {})
