"""What kube-state-metrics says of pods."""

from collections.abc import Callable, Iterable, Iterator

from cockpit.simulator.metrics.family import Measure
from cockpit.simulator.metrics.pod_facts import Amount, ContainerFacts, PodFacts
from cockpit.simulator.promql.values import Labels

Samples = Iterable[tuple[Labels, float]]

_PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
_REASONS = ("Evicted", "NodeAffinity", "NodeLost", "Shutdown", "UnexpectedAdmissionError")
_CONDITIONS = (("true", "True"), ("false", "False"), ("unknown", "Unknown"))


def _info(pod: PodFacts) -> Samples:
    kind, name = pod.owner or ("<none>", "<none>")
    yield (
        {
            "host_ip": pod.host_address,
            "pod_ip": pod.address,
            "node": pod.node,
            "created_by_kind": kind,
            "created_by_name": name,
        },
        1.0,
    )


def _owner(pod: PodFacts) -> Samples:
    kind, name = pod.owner or ("", "")
    yield {"owner_kind": kind, "owner_name": name, "owner_is_controller": "true" if pod.owner else ""}, 1.0


def _condition(word: str) -> Samples:
    if word:
        for shown, status in _CONDITIONS:
            yield {"condition": shown}, float(word == status)


def _optional(value: float | None) -> Samples:
    if value is not None:
        yield {}, value


def _containers(value: Callable[[ContainerFacts], float]) -> Callable[[PodFacts], Samples]:
    def samples(pod: PodFacts) -> Iterator[tuple[Labels, float]]:
        for container in pod.containers:
            if container.state:
                yield {"container": container.name}, value(container)

    return samples


def _reasons(reason: Callable[[ContainerFacts], str]) -> Callable[[PodFacts], Samples]:
    def samples(pod: PodFacts) -> Iterator[tuple[Labels, float]]:
        for container in pod.containers:
            if found := reason(container):
                yield {"container": container.name, "reason": found}, 1.0

    return samples


def _resources(amounts: Callable[[ContainerFacts], tuple[Amount, ...]]) -> Callable[[PodFacts], Samples]:
    def samples(pod: PodFacts) -> Iterator[tuple[Labels, float]]:
        for container in pod.containers:
            for resource, unit, value in amounts(container):
                yield {"container": container.name, "node": pod.node, "resource": resource, "unit": unit}, value

    return samples


def _container_info(pod: PodFacts) -> Samples:
    for container in pod.containers:
        if container.state:
            yield {"container": container.name, "image": container.image}, 1.0


def _in_state(state: str) -> Callable[[ContainerFacts], float]:
    return lambda container: float(container.state == state)


def _reason_in(state: str) -> Callable[[ContainerFacts], str]:
    return lambda container: container.reason if container.state == state else ""


def own_labels(pod: PodFacts) -> Labels:
    """Return the labels that all metrics of a pod have."""
    return {"namespace": pod.namespace, "pod": pod.name, "uid": pod.uid}


POD_MEASURES = (
    Measure("kube_pod_info", "gauge", "Information about pod.", _info),
    Measure("kube_pod_owner", "gauge", "Information about the Pod's owner.", _owner),
    Measure("kube_pod_created", "gauge", "Unix creation timestamp", lambda pod: [({}, pod.created)]),
    Measure("kube_pod_start_time", "gauge", "Start time in unix timestamp.", lambda pod: _optional(pod.started)),
    Measure(
        "kube_pod_status_phase",
        "gauge",
        "The pods current phase.",
        lambda pod: [({"phase": phase}, float(phase == pod.phase)) for phase in _PHASES],
    ),
    Measure(
        "kube_pod_status_reason",
        "gauge",
        "The pod status reasons",
        lambda pod: [({"reason": reason}, float(reason == pod.reason)) for reason in _REASONS],
    ),
    Measure(
        "kube_pod_status_ready",
        "gauge",
        "Describes whether the pod is ready to serve requests.",
        lambda pod: _condition(pod.ready),
    ),
    Measure(
        "kube_pod_status_scheduled",
        "gauge",
        "Describes the status of the scheduling process for the pod.",
        lambda pod: _condition(pod.scheduled),
    ),
    Measure(
        "kube_pod_status_unschedulable",
        "gauge",
        "Describes the unschedulable status for the pod.",
        lambda pod: [({}, 1.0)] if pod.scheduled == "False" else [],
    ),
    Measure("kube_pod_container_info", "gauge", "Information about a container in a pod.", _container_info),
    Measure(
        "kube_pod_container_status_ready",
        "gauge",
        "Describes whether the containers readiness check succeeded.",
        _containers(lambda container: float(container.ready)),
    ),
    Measure(
        "kube_pod_container_status_restarts_total",
        "counter",
        "The number of container restarts per container.",
        _containers(lambda container: float(container.restarts)),
    ),
    *(
        Measure(
            f"kube_pod_container_status_{state}",
            "gauge",
            f"Describes whether the container is currently in {state} state.",
            _containers(_in_state(state)),
        )
        for state in ("running", "waiting", "terminated")
    ),
    *(
        Measure(
            f"kube_pod_container_status_{state}_reason",
            "gauge",
            f"Describes the reason the container is currently in {state} state.",
            _reasons(_reason_in(state)),
        )
        for state in ("waiting", "terminated")
    ),
    Measure(
        "kube_pod_container_status_last_terminated_reason",
        "gauge",
        "Describes the last reason the container was in terminated state.",
        _reasons(lambda container: container.last_reason),
    ),
    Measure(
        "kube_pod_container_resource_requests",
        "gauge",
        "The number of requested request resource by a container.",
        _resources(lambda container: container.requests),
    ),
    Measure(
        "kube_pod_container_resource_limits",
        "gauge",
        "The number of requested limit resource by a container.",
        _resources(lambda container: container.limits),
    ),
)
