"""All metrics of a world, composed."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from cockpit.simulator.kinds import NODES, PODS, PVCS
from cockpit.simulator.metrics.cadvisor import Cadvisor, ContainerUsage
from cockpit.simulator.metrics.family import Family, Selection, SeriesCache, of_objects
from cockpit.simulator.metrics.node_exporter import NodeExporter, NodeUsage
from cockpit.simulator.metrics.node_state import NODE_MEASURES
from cockpit.simulator.metrics.pod_facts import PodFacts, pod_facts
from cockpit.simulator.metrics.pod_state import POD_MEASURES, own_labels
from cockpit.simulator.metrics.requests import Requests
from cockpit.simulator.metrics.sampled import Knots
from cockpit.simulator.metrics.targets import CERT_MANAGER, KUBE_STATE_METRICS, Targets
from cockpit.simulator.metrics.workload_state import WORKLOAD_MEASURES
from cockpit.simulator.noise import draw, stream, wander
from cockpit.simulator.ports import Platform
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.quantity import quantity
from cockpit.simulator.series import Scrapes, Timeline, last_facts, lived, steady
from cockpit.simulator.store import Object, Store

_MANY_PODS = 1_000
_PAST_MILLISECONDS = 60_000
_LIVE_MILLISECONDS = 30_000
_MILLISECONDS_OF_MANY = 300_000


class Exposition:
    """What can be measured of a world, and the scrapes that see it.

    `interval` is that of the live scrapes in milliseconds. Usage moves in steps of half a minute, in a world of more
    than a thousand pods of five minutes: that is what keeps a query over all of them cheap.
    """

    def __init__(self, store: Store, platform: Platform, scrapes: Scrapes, interval: int, seed: int) -> None:
        self._platform = platform
        self._scrapes = scrapes
        self._seed = seed
        self._pods: Timeline[PodFacts] = Timeline(store, PODS, scrapes, pod_facts)
        self._nodes: Timeline[Object] = Timeline(store, NODES, scrapes, _itself)
        self._workloads = {
            collection: Timeline(store, collection, scrapes, _itself) for collection in WORKLOAD_MEASURES
        }
        many = store.count(PODS) > _MANY_PODS
        past, live = (_MILLISECONDS_OF_MANY,) * 2 if many else (_PAST_MILLISECONDS, _LIVE_MILLISECONDS)
        usage = Knots(scrapes, past, live)
        self._node_usage = NodeUsage(self._nodes, platform, usage)
        self._cadvisor = Cadvisor(self._pods, self._node_usage, ContainerUsage(platform, usage), scrapes.times)
        self._requests = Requests(platform, Knots(scrapes, _PAST_MILLISECONDS, interval))
        self.targets = Targets(store, platform, self._pods, self._nodes, scrapes)

    def scrape(self, index: int) -> Iterator[None]:
        """See the world as it stands, in slices."""
        yield from self._pods.scrape(index)
        for timeline in (self._nodes, *self._workloads.values()):
            yield from timeline.scrape(index)

    def families(self) -> Iterator[Family]:
        """Iterate over all families."""
        cache = SeriesCache()
        for measure in POD_MEASURES:
            yield of_objects(measure, self._pods, self._scrapes, cache, _pod_labels, "pod")
        for measure in NODE_MEASURES:
            yield of_objects(measure, self._nodes, self._scrapes, cache, _named("node"), "node")
        for collection, (name_label, measures) in WORKLOAD_MEASURES.items():
            for measure in measures:
                timeline = self._workloads[collection]
                yield of_objects(measure, timeline, self._scrapes, cache, _named(name_label), name_label)
        yield from self._cadvisor.families()
        yield from NodeExporter(self._node_usage).families()
        yield from self._requests.families()
        yield from self.targets.families()
        yield Family(
            "certmanager_certificate_expiration_timestamp_seconds",
            "gauge",
            "The date after which the certificate expires, in unix time.",
            self._certificates,
        )
        for name, available in (("capacity_bytes", False), ("available_bytes", True)):
            full = f"kubelet_volume_stats_{name}"
            yield Family(full, "gauge", "Bytes of the volume.", partial(self._volumes, full, available))

    def _certificates(self, selection: Selection) -> Iterator[Series]:
        for namespace, name, ends in self._platform.certificates():
            labels = {
                "__name__": "certmanager_certificate_expiration_timestamp_seconds",
                **CERT_MANAGER,
                "name": name,
                "namespace": namespace,
            }
            if selection.wants(labels):
                yield steady(labels, self._scrapes.times, 0, ends)

    def _volumes(self, name: str, available: bool, selection: Selection) -> Iterator[Series]:
        times = self._scrapes.times
        for versions in self._workloads[PVCS].versions(selection.exactly("namespace")):
            claim = last_facts(versions)
            text = {} if claim is None else claim.get("status", {}).get("capacity", {})
            if claim is None or "storage" not in text:
                continue
            namespace, own = claim["metadata"]["namespace"], claim["metadata"]["name"]
            labels = {
                "__name__": name,
                "job": "kubelet",
                "metrics_path": "/metrics",
                "namespace": namespace,
                "persistentvolumeclaim": own,
            }
            if not selection.wants(labels):
                continue
            source, size = stream(self._seed, f"volume {namespace}/{own}"), quantity(text["storage"])

            def read(indices: Sequence[int], source: int = source, size: float = size) -> list[float]:
                if not available:
                    return [size] * len(indices)
                free = 0.35 + 0.4 * draw(source)
                return [size * (free - 0.05 * wander(source, times[index] / 1000, 7200.0)) for index in indices]

            yield Series(labels, times, lived(versions, lambda _: True), read)


def _itself(obj: Object) -> Object:
    return obj


def _pod_labels(pod: PodFacts) -> Labels:
    return {**KUBE_STATE_METRICS, **own_labels(pod)}


def _named(label: str) -> Callable[[Object], Labels]:
    def labels(obj: Object) -> Labels:
        metadata = obj["metadata"]
        own = {**KUBE_STATE_METRICS, label: str(metadata["name"])}
        if "namespace" in metadata:
            own["namespace"] = metadata["namespace"]
        return own

    return labels
