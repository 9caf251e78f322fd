"""Pods in number: namespaces full of small deployments, for measuring."""

from cockpit.simulator.controllers.events import Source
from cockpit.simulator.kinds import PODS
from cockpit.simulator.programs import REGISTRY
from cockpit.simulator.world.builder import DAY, Builder
from cockpit.simulator.world.parts import Container, Labels, PodPlan
from cockpit.simulator.world.workloads import Release, Workload, add_deployment

LOAD_PREFIX = "load-"
"""How the names of the namespaces begin that are there only for measuring."""
_PODS_EACH = 5
_DEPLOYMENTS_EACH = 50
_SERVED = 5
_OLDEST_SECONDS = 3300.0


def add_load(builder: Builder, pods: int) -> None:
    """Add so many pods, five to a deployment and fifty deployments to a namespace, with an event about each."""
    container = Container("load", f"{REGISTRY}/load:v1.0.0", "1m", "4Mi")
    number = 0
    while pods > 0:
        place, index = divmod(number, _DEPLOYMENTS_EACH)
        namespace = f"{LOAD_PREFIX}{place + 1}"
        age = _OLDEST_SECONDS * builder.random.uniform(0.4, 1.0)
        if index == 0:
            builder.namespace(namespace, "load", age=_OLDEST_SECONDS)
        replicas = min(_PODS_EACH, pods)
        workload = Workload(
            namespace, Labels(f"load-{number + 1}", namespace, "load", team="load"), PodPlan((container,)), replicas
        )
        add_deployment(builder, workload, (Release(age / DAY, "v1.0.0", "load", "for measuring"),))
        if index % _SERVED == 0:
            builder.service(namespace, workload.labels)
        pods -= replicas
        number += 1
    _add_events(builder)


def _add_events(builder: Builder) -> None:
    for stored in builder.store.list(PODS):
        pod = stored.object
        if pod["metadata"]["namespace"].startswith(LOAD_PREFIX):
            moment = builder.opened - builder.random.uniform(1, 300)
            source = Source("kubelet", pod["spec"]["nodeName"])
            builder.context.events.past(
                pod, source, "Normal", "Started", "Container started: load", first=moment, last=moment, count=1
            )
