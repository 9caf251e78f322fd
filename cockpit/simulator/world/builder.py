"""Objects with a past: workloads released, scheduled and running since long before the world opened."""

from base64 import b64encode
from random import Random
from typing import Any

from cockpit.simulator import pod_status
from cockpit.simulator.clock import timestamp
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.endpoints import endpoints_for
from cockpit.simulator.controllers.namespaces import furnish
from cockpit.simulator.controllers.scheduler import Scheduler
from cockpit.simulator.kinds import (
    ENDPOINT_SLICES,
    ENDPOINTS,
    NAMESPACES,
    NODES,
    PODS,
    SERVICES,
    new_object,
)
from cockpit.simulator.store import Collection, Object
from cockpit.simulator.world.parts import Labels

DAY = 86400.0
HISTORY_SECONDS = 77 * DAY
"""How long before its opening a world began: eleven weeks."""
TIER = "cockpit.dev/tier"
"""Label of a namespace: `product` holds an app of a development team, `platform` a service of the platform."""
TEAM = "cockpit.dev/team"
_READY_SECONDS = 6.0


class Builder:
    """Writes objects of the past into a store. `opened` is the moment up to which the past reaches."""

    def __init__(self, context: Context, scheduler: Scheduler, seed: int) -> None:
        self.context = context
        self.store = context.store
        self.opened = context.clock.now()
        self.began = self.opened - HISTORY_SECONDS
        self.random = Random(f"world {seed}")
        self.images: set[str] = set()
        """The images the pods of this world were ever made from."""
        self._scheduler = scheduler
        self._services = 0
        self._addresses = 0
        self._nodes: list[str] | None = None

    # --- simple objects ---

    def add(
        self, collection: Collection, name: str, namespace: str = "", *, age: float | None = None, **rest: Any
    ) -> Object:
        """Add an object that is `age` seconds old (None: as old as the world)."""
        created = self.began if age is None else self.opened - age
        return self.store.create(collection, new_object(collection, name, namespace, **rest), created=created).object

    def namespace(self, name: str, tier: str, team: str = "platform", age: float | None = None) -> None:
        """Add a namespace of a tier with what every namespace has."""
        labels = {"kubernetes.io/metadata.name": name, TIER: tier, TEAM: team}
        spec, status = {"finalizers": ["kubernetes"]}, {"phase": "Active"}
        namespace = self.add(NAMESPACES, name, age=age, labels=labels, spec=spec, status=status)
        created = self.began if age is None else self.opened - age
        furnish(self.store, namespace["metadata"]["name"], created)

    def service(
        self, namespace: str, labels: Labels, port: int = 80, *, scraped: bool = False, headless: bool = False
    ) -> None:
        """Add the service of a workload and its endpoints; the workload's pods must be there."""
        self._services += 1
        address = "None" if headless else f"10.96.{self._services // 250}.{self._services % 250 + 1}"
        service = self.add(
            SERVICES,
            labels.name,
            namespace,
            labels=labels.tree(),
            annotations={"prometheus.io/scrape": "true"} if scraped else None,
            spec={
                "type": "ClusterIP",
                "clusterIP": address,
                "clusterIPs": [address],
                "selector": labels.selector["matchLabels"],
                "ports": [{"name": "http", "port": port, "protocol": "TCP", "targetPort": "http"}],
                "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster",
                "ipFamilies": ["IPv4"],
                "ipFamilyPolicy": "SingleStack",
            },
            status={"loadBalancer": {}},
        )
        wanted = labels.selector["matchLabels"].items()
        pods = [one for one in self.context.pods.in_namespace(namespace) if wanted <= one["metadata"]["labels"].items()]
        endpoints, slice_ = endpoints_for(service, pods)
        self.store.create(ENDPOINTS, endpoints, created=self.began)
        self.store.create(ENDPOINT_SLICES, slice_, created=self.began)

    def secret_data(self, *names: str) -> dict[str, str]:
        """Return the data of a secret with these keys; the values are as random as real ones."""
        return {name: b64encode(self.random.randbytes(18)).decode() for name in names}

    # --- pods ---

    def pod(self, pod: Object, created: float, node: str | None = None, ended: float | None = None) -> Object:
        """Add a pod that was created at a moment and has run since, or (`ended`) has run to its end."""
        node = node or self._scheduler.choose(pod) or self._any_node()
        uid = f"{self.random.getrandbits(128):032x}"
        pod["metadata"]["uid"] = f"{uid[:8]}-{uid[8:12]}-4{uid[13:16]}-a{uid[17:20]}-{uid[20:]}"
        return self.store.create(PODS, self.settled(pod, created, node, ended), created=created).object

    def settled(self, pod: Object, created: float, node: str, ended: float | None = None) -> Object:
        """Return the pod bound to a node and running since shortly after its creation (or ended at a moment)."""
        began, started = timestamp(created), timestamp(created + 3)
        ready = timestamp(created + _READY_SECONDS)
        uid = pod["metadata"]["uid"]
        statuses = [pod_status.running(uid, one, started, 0, ready=ended is None) for one in pod["spec"]["containers"]]
        status: Object = {**pod["status"], "startTime": began, "containerStatuses": statuses}
        if "initContainers" in pod["spec"]:
            status["initContainerStatuses"] = [
                pod_status.terminated(pod_status.running(uid, one, began, 0, ready=False), started, 0, "Completed")
                for one in pod["spec"]["initContainers"]
            ]
        if ended is not None:
            end = timestamp(ended)
            status["containerStatuses"] = [pod_status.terminated(one, end, 0, "Completed") for one in statuses]
            ready = end
        scheduled = {"type": "PodScheduled", "status": "True", "lastTransitionTime": began, "lastProbeTime": None}
        status["conditions"] = [scheduled]
        pod = {**pod, "spec": {**pod["spec"], "nodeName": node}, "status": status}
        return pod_status.settle(pod_status.addressed(pod, self._pod_address(), self._host_address(node)), ready)

    def _pod_address(self) -> str:
        self._addresses += 1
        return pod_status.pod_address(self._addresses)

    def _host_address(self, node: str) -> str:
        stored = self.store.get(NODES, "", node)
        return str(stored.object["status"]["addresses"][0]["address"]) if stored is not None else ""

    def _any_node(self) -> str:
        if self._nodes is None:
            self._nodes = [stored.object["metadata"]["name"] for stored in self.store.list(NODES)]
        return self.random.choice(self._nodes)

    def rescheduled(self, earliest: float) -> float:
        """Return when a pod was made that may have been moved since `earliest`, as nodes are patched and drained."""
        if self.random.random() < 0.6:
            return earliest + self.random.uniform(1, 25)
        return earliest + (self.opened - earliest) * self.random.uniform(0.1, 0.9)
