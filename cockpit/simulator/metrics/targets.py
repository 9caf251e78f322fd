"""What is scraped, and whether it answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.simulator.kinds import SERVICES
from cockpit.simulator.metrics.family import Family, Selection
from cockpit.simulator.metrics.node_state import address_of, is_ready
from cockpit.simulator.metrics.pod_facts import PodFacts
from cockpit.simulator.ports import Platform
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.series import Followed, Scrapes, Timeline, steady
from cockpit.simulator.store import Object, Store

_PORT = 8080
_OWN = (("prometheus", 9090), ("alertmanager", 9093), ("kube-state-metrics", 8080))
CERT_MANAGER = {"instance": "cert-manager.cert-manager.svc:9402", "job": "cert-manager"}
KUBE_STATE_METRICS = {"instance": "kube-state-metrics.monitoring.svc:8080", "job": "kube-state-metrics"}


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is scraped. `labels` are those of its `up` series; `error` is why it does not answer."""

    labels: Labels
    url: str
    error: str

    @property
    def up(self) -> bool:
        return not self.error


class Targets:
    """The targets: nodes, kubelets, the pods behind the services that answer requests, and monitoring itself."""

    def __init__(
        self,
        store: Store,
        platform: Platform,
        pods: Timeline[PodFacts],
        nodes: Timeline[Object],
        scrapes: Scrapes,
    ) -> None:
        self._store = store
        self._platform = platform
        self._pods = pods
        self._nodes = nodes
        self._scrapes = scrapes

    def active(self) -> Iterator[Target]:
        """Iterate over the targets of the last scrape."""
        yield from _own_targets()
        for node in self._nodes.now():
            yield from _of_node(node)
        selectors = self._selectors()
        for pod in self._pods.now():
            yield from _of_pod(pod, selectors)

    def families(self) -> Iterator[Family]:
        """Iterate over the one family."""
        yield Family("up", "gauge", "Whether a target answered its scrape.", self._up)

    def _up(self, selection: Selection) -> Iterator[Series]:
        times, wants = self._scrapes.times, selection.wants
        for target in _own_targets():
            labels = {"__name__": "up", **target.labels}
            if wants(labels):
                yield steady(labels, times, 0, 1.0)
        for node_versions in self._nodes.versions():
            yield from Followed(node_versions, lambda node: _samples(_of_node(node)), wants, times).series()
        selectors = self._selectors()
        namespaces = {namespace for namespace, _, _ in selectors}
        for namespace in sorted(namespaces):
            for versions in self._pods.versions(namespace, selection.exactly("pod")):
                yield from Followed(versions, lambda pod: _samples(_of_pod(pod, selectors)), wants, times).series()

    def _selectors(self) -> list[tuple[str, str, set[tuple[str, str]]]]:
        found = []
        for namespace, name in self._platform.services():
            service = self._store.get(SERVICES, namespace, name)
            selector = {} if service is None else service.object["spec"].get("selector") or {}
            if selector:
                found.append((namespace, name, set(selector.items())))
        return found


def _samples(targets: Iterator[Target]) -> Iterator[tuple[Labels, float]]:
    for target in targets:
        yield {"__name__": "up", **target.labels}, float(target.up)


def _own_targets() -> Iterator[Target]:
    for name, port in _OWN:
        instance = f"{name}.monitoring.svc:{port}"
        labels = {"instance": instance, "job": name, "namespace": "monitoring", "service": name}
        yield Target(labels, f"http://{instance}/metrics", "")
    labels = {**CERT_MANAGER, "namespace": "cert-manager", "service": "cert-manager"}
    yield Target(labels, f"http://{CERT_MANAGER['instance']}/metrics", "")


def _of_node(node: Object) -> Iterator[Target]:
    address, name = address_of(node), str(node["metadata"]["name"])
    error = "" if is_ready(node) else "context deadline exceeded"
    for job, port, namespace in (("node-exporter", 9100, "monitoring"), ("kubelet", 10250, "kube-system")):
        instance = f"{address}:{port}"
        labels = {"instance": instance, "job": job, "namespace": namespace, "node": name, "service": job}
        yield Target(labels, f"http{'s' if port == 10250 else ''}://{instance}/metrics", error)


def _of_pod(pod: PodFacts, selectors: list[tuple[str, str, set[tuple[str, str]]]]) -> Iterator[Target]:
    if pod.phase != "Running" or not pod.address:
        return
    labels = set(pod.labels)
    for namespace, service, selector in selectors:
        if namespace != pod.namespace or not selector <= labels:
            continue
        instance = f"{pod.address}:{_PORT}"
        url = f"http://{instance}/metrics"
        runs = all(container.state == "running" for container in pod.containers)
        error = "" if runs else f'Get "{url}": dial tcp {instance}: connect: connection refused'
        own = {"instance": instance, "job": service, "namespace": namespace, "pod": pod.name, "service": service}
        yield Target(own, url, error)
