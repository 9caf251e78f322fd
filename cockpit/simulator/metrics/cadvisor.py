"""What cAdvisor in the kubelets says of containers and nodes."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from cockpit.simulator.metrics.family import Family, Selection
from cockpit.simulator.metrics.node_exporter import NodeUsage, steadily
from cockpit.simulator.metrics.node_state import address_of, capacity
from cockpit.simulator.metrics.pod_facts import ContainerFacts, PodFacts
from cockpit.simulator.metrics.sampled import Knots, Sampled
from cockpit.simulator.ports import Platform
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.series import OPEN, Timeline, last_facts, lived, steady

_CPU, _MEMORY, _PERIODS, _THROTTLED = range(4)
_PERIODS_A_SECOND = 10.0
_THROTTLED_FROM = 0.75
"""Share of its limit from which on a container's bursts are cut short now and then."""
_REMEMBERED = 40_000

_Reader = Callable[[Sequence[int]], list[float]]


class ContainerUsage:
    """The containers' use, sampled when it is asked for."""

    def __init__(self, platform: Platform, knots: Knots) -> None:
        self._platform = platform
        self._knots = knots
        self._sampled: OrderedDict[tuple[str, str], Sampled] = OrderedDict()

    def of(self, pod: PodFacts, container: ContainerFacts) -> Sampled:
        """Return a container's CPU in cores, memory in bytes, CFS periods and throttled periods a second.

        Its counters begin at an estimate from its age when they are first asked for; what counts is how they rise.
        """
        key = (pod.uid, container.name)
        found = self._sampled.get(key)
        if found is None:
            found = self._sampled[key] = self._make(pod, container)
            if len(self._sampled) > _REMEMBERED:
                self._sampled.popitem(last=False)
        return found

    def _make(self, pod: PodFacts, container: ContainerFacts) -> Sampled:
        usage_at, limit = self._platform.container_usage, container.limit("cpu")
        namespace, name, own = pod.namespace, pod.name, container.name

        def function(when: float) -> tuple[float, ...]:
            usage = usage_at(namespace, name, own, when)
            throttled = min(1.0, max(0.0, usage.cpu / limit - _THROTTLED_FROM) * 1.5) if limit else 0.0
            return usage.cpu, usage.memory, _PERIODS_A_SECOND, _PERIODS_A_SECOND * throttled

        def base(start: tuple[float, ...]) -> tuple[float, ...]:
            age = max(0.0, self._knots.scrapes.times[-1] / 1000 - pod.created)
            return tuple(value * age for value in start)

        return Sampled(self._knots, function, base, anchor=None)


class Cadvisor:
    """The container families."""

    def __init__(self, pods: Timeline[PodFacts], nodes: NodeUsage, usage: ContainerUsage, times: Sequence[int]) -> None:
        self._pods = pods
        self._nodes = nodes
        self._usage = usage
        self._times = times

    def families(self) -> Iterator[Family]:
        """Iterate over the families."""
        yield Family(
            "container_cpu_usage_seconds_total",
            "counter",
            "Cumulative cpu time consumed in seconds.",
            partial(self._both, "container_cpu_usage_seconds_total", _CPU, rising=True),
        )
        for name in ("container_memory_working_set_bytes", "container_memory_usage_bytes"):
            yield Family(
                name, "gauge", "Current memory use in bytes.", partial(self._both, name, _MEMORY, rising=False)
            )
        for name, component in (
            ("container_cpu_cfs_periods_total", _PERIODS),
            ("container_cpu_cfs_throttled_periods_total", _THROTTLED),
        ):
            series = partial(self._containers, name, component, rising=True, limited=True)
            yield Family(name, "counter", "Number of CFS scheduler periods.", series)
        words = "Start time of the container since unix epoch in seconds."
        yield Family("container_start_time_seconds", "gauge", words, self._starts)
        for name, resource in (("machine_cpu_cores", "cpu"), ("machine_memory_bytes", "memory")):
            yield Family(name, "gauge", f"The machine's {resource}.", partial(self._machines, name, resource))

    def _both(self, name: str, component: int, selection: Selection, *, rising: bool) -> Iterator[Series]:
        yield from self._roots(name, selection, rising=rising)
        yield from self._containers(name, component, selection, rising=rising)

    def _containers(
        self, name: str, component: int, selection: Selection, *, rising: bool, limited: bool = False
    ) -> Iterator[Series]:
        for versions in self._pods.versions(selection.exactly("namespace"), selection.exactly("pod")):
            pod = last_facts(versions)
            if pod is None or not pod.node:
                continue
            for place, container in enumerate(pod.containers):
                if limited and container.limit("cpu") is None:
                    continue
                labels = _labels(name, pod, container)
                if not selection.wants(labels):
                    continue
                if len(versions) == 1:
                    spans = [(versions[0][0], OPEN)] if container.state == "running" else []
                else:
                    spans = lived(versions, _runs(place))
                if spans:
                    sampled = self._usage.of(pod, container)
                    yield Series(labels, self._times, spans, _reader(sampled, component, rising=rising), rising)

    def _roots(self, name: str, selection: Selection, *, rising: bool) -> Iterator[Series]:
        for node, spans in self._nodes.alive():
            labels = {"__name__": name, "id": "/", **_kubelet(address_of(node), str(node["metadata"]["name"]))}
            if selection.wants(labels):
                read = self._nodes.cores(node) if rising else self._nodes.memory(node)
                yield Series(labels, self._times, spans, read, rising)

    def _starts(self, selection: Selection) -> Iterator[Series]:
        for versions in self._pods.versions(selection.exactly("namespace"), selection.exactly("pod")):
            start, pod = versions[-1]
            for container in pod.containers if pod is not None else ():
                if pod is None or container.started is None:
                    continue
                labels = _labels("container_start_time_seconds", pod, container)
                if selection.wants(labels):
                    yield steady(labels, self._times, start, container.started)

    def _machines(self, name: str, resource: str, selection: Selection) -> Iterator[Series]:
        for node, spans in self._nodes.alive():
            labels = {"__name__": name, **_kubelet(address_of(node), str(node["metadata"]["name"]))}
            if selection.wants(labels):
                yield Series(labels, self._times, spans, steadily(capacity(node, resource)), monotone=True)


def _runs(place: int) -> Callable[[PodFacts], bool]:
    return lambda pod: place < len(pod.containers) and pod.containers[place].state == "running"


def _reader(sampled: Sampled, component: int, *, rising: bool) -> _Reader:
    read = sampled.counter if rising else sampled.gauge
    return lambda indices: read(component, indices)


def _kubelet(address: str, node: str) -> Labels:
    return {"instance": f"{address}:10250", "job": "kubelet", "metrics_path": "/metrics/cadvisor", "node": node}


def _labels(name: str, pod: PodFacts, container: ContainerFacts) -> Labels:
    return {
        "__name__": name,
        "container": container.name,
        "image": container.image,
        "instance": f"{pod.host_address}:10250",
        "job": "kubelet",
        "metrics_path": "/metrics/cadvisor",
        "namespace": pod.namespace,
        "node": pod.node,
        "pod": pod.name,
    }
