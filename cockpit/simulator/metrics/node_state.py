"""What kube-state-metrics says of nodes."""

from collections.abc import Iterable

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.metrics.family import Measure
from cockpit.simulator.metrics.workload_state import conditions
from cockpit.simulator.promql.values import Labels
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Object

Samples = Iterable[tuple[Labels, float]]

_UNITS = {"cpu": "core", "memory": "byte", "ephemeral-storage": "byte"}


def address_of(node: Object) -> str:
    """Return a node's internal address, its name when it has none."""
    for address in node.get("status", {}).get("addresses", ()):
        if address["type"] == "InternalIP":
            return str(address["address"])
    return str(node["metadata"]["name"])


def is_ready(node: Object) -> bool:
    """Return whether a node's kubelet says that it is ready."""
    return any(
        one["type"] == "Ready" and one["status"] == "True" for one in node.get("status", {}).get("conditions", ())
    )


def capacity(node: Object, resource: str, default: str = "0") -> float:
    """Return how much of a resource a node has: cores, bytes, pieces."""
    return quantity(node.get("status", {}).get("capacity", {}).get(resource, default))


def _info(node: Object) -> Samples:
    info = node.get("status", {}).get("nodeInfo", {})
    yield (
        {
            "kernel_version": info.get("kernelVersion", ""),
            "os_image": info.get("osImage", ""),
            "container_runtime_version": info.get("containerRuntimeVersion", ""),
            "kubelet_version": info.get("kubeletVersion", ""),
            "provider_id": node["spec"].get("providerID", ""),
            "internal_ip": address_of(node),
        },
        1.0,
    )


def _taints(node: Object) -> Samples:
    for taint in node["spec"].get("taints", ()):
        yield {"key": taint["key"], "value": taint.get("value", ""), "effect": taint["effect"]}, 1.0


def _amounts(node: Object, field: str) -> Samples:
    for resource, text in sorted(node.get("status", {}).get(field, {}).items()):
        yield {"resource": resource.replace("-", "_"), "unit": _UNITS.get(resource, "integer")}, quantity(text)


NODE_MEASURES = (
    Measure("kube_node_info", "gauge", "Information about a cluster node.", _info),
    Measure(
        "kube_node_created",
        "gauge",
        "Unix creation timestamp",
        lambda node: [({}, seconds_of(node["metadata"]["creationTimestamp"]))],
    ),
    Measure(
        "kube_node_spec_unschedulable",
        "gauge",
        "Whether a node can schedule new pods.",
        lambda node: [({}, float(bool(node["spec"].get("unschedulable"))))],
    ),
    Measure("kube_node_spec_taint", "gauge", "The taint of a cluster node.", _taints),
    Measure("kube_node_status_condition", "gauge", "The condition of a cluster node.", conditions),
    Measure(
        "kube_node_status_capacity",
        "gauge",
        "The total amount of resources available for a node.",
        lambda node: _amounts(node, "capacity"),
    ),
    Measure(
        "kube_node_status_allocatable",
        "gauge",
        "The amount of resources allocatable for pods.",
        lambda node: _amounts(node, "allocatable"),
    ),
)
