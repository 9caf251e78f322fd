"""A world that moves: controllers, kubelets, traffic and disks over the objects that were built."""

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.manager import ControllerManager
from cockpit.simulator.controllers.pods import Essence, Requests
from cockpit.simulator.disks import Disks
from cockpit.simulator.kinds import CERTIFICATES, NODES, PODS, name_of
from cockpit.simulator.kubelet import Kubelet
from cockpit.simulator.logs import LogBook
from cockpit.simulator.node_agents import NodeAgents
from cockpit.simulator.pod_lives import PodLives, container_of, status_of
from cockpit.simulator.ports import Traffic, Usage
from cockpit.simulator.processes import Processes
from cockpit.simulator.programs import REGISTRY, Programs
from cockpit.simulator.store import Object
from cockpit.simulator.traffic import TrafficModel
from cockpit.simulator.usage import UsageModel
from cockpit.simulator.world.build import Built


class LiveWorld:
    """One cluster from its opening on. Implements the port `Platform`; `kubelet` implements `Kubelets`."""

    def __init__(self, built: Built, seed: int, coming_images: frozenset[str] = frozenset()) -> None:
        context = built.context
        self.context = context
        self.store = context.store
        self._opened = built.opened
        own = {image for image in built.images if image.startswith(f"{REGISTRY}/")}
        programs = Programs(context.store, own | coming_images)
        self._traffic = TrafficModel(context, seed)
        self.disks = Disks(context.clock, seed)
        self.usage = UsageModel(context.clock, seed, self._taken)
        logs = LogBook(
            context.clock, programs, seed, lambda namespace, app, when: self.traffic(namespace, app, when).error_ratio
        )
        processes = Processes(context, programs, logs, lambda pod, name, code: self.lives.end(pod, name, code))
        self.kubelet = Kubelet(context, self.usage, logs, processes)
        self.lives = PodLives(context, programs)
        self.controllers = ControllerManager(context, self.kubelet)
        self.node_agents = NodeAgents(context, self.lives, self.disks)
        for stored in context.store.list(NODES):
            self.usage.begin(stored.object["metadata"]["name"])
        context.pods.on_change(self._note_pod)
        self.lives.resume()

    def _taken(self, node: str) -> Requests:
        return self.controllers.scheduler.taken(node)

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        for essence in (before, after):
            if essence is not None and essence.node and (before is None or after is None or before.node != after.node):
                self.usage.note_taken(essence.node)

    # --- the port ---

    @property
    def opened(self) -> float:
        """When the world began to run live, in seconds since the epoch; before it lies made history."""
        return self._opened

    def services(self) -> list[tuple[str, str]]:
        """Return the `(namespace, service)` pairs that answer HTTP requests."""
        return self._traffic.services()

    def traffic(self, namespace: str, service: str, when: float) -> Traffic:
        """Return what a service answered at a moment."""
        return self._traffic.at(namespace, service, when)

    def disk_used_ratio(self, node: str, when: float) -> float:
        """Return the used share of a node's root disk."""
        return self.disks.used_ratio(node, when)

    def certificates(self) -> list[tuple[str, str, float]]:
        """Return `(namespace, name, not after)` of the certificates, the last as seconds since the epoch."""
        found = []
        for stored in self.store.list(CERTIFICATES):
            not_after = stored.object.get("status", {}).get("notAfter")
            if not_after is not None:
                found.append((*name_of(stored.object), seconds_of(not_after)))
        return found

    def container_usage(self, namespace: str, pod: str, container: str, when: float) -> Usage:
        """Return a container's use at a moment; nothing for one that is not there or did not run yet."""
        stored = self.store.get(PODS, namespace, pod)
        tree = container_of(stored.object, container) if stored is not None else None
        status = status_of(stored.object, container) if stored is not None else None
        if stored is None or tree is None or status is None:
            return Usage(0.0, 0.0)
        started = status["state"].get("running", {}).get("startedAt")
        if started is None or seconds_of(started) > when + 1:
            return Usage(0.0, 0.0)
        return self.usage.of_container(stored.object, tree, seconds_of(started), when)

    def node_usage_at(self, node: str, when: float) -> Usage:
        """Return a node's use at a moment."""
        return self.usage.of_node(node, when)
