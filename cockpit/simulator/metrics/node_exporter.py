"""What node-exporter says of the machines."""

from collections.abc import Callable, Iterator, Sequence

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.metrics.family import Family, Selection
from cockpit.simulator.metrics.node_state import address_of, capacity, is_ready
from cockpit.simulator.metrics.sampled import Knots, Sampled
from cockpit.simulator.ports import Platform
from cockpit.simulator.promql.values import Labels, Series
from cockpit.simulator.series import Timeline, last_facts, lived
from cockpit.simulator.store import Object

_BUSY, _IDLE, _MEMORY, _CPU_WAITING, _MEMORY_WAITING, _DISK_BUSY, _DISK = range(7)
_MODES = (("idle", _IDLE, 1.0), ("user", _BUSY, 0.72), ("system", _BUSY, 0.22), ("iowait", _BUSY, 0.06))
_ROOT = {"device": "/dev/vda1", "fstype": "ext4", "mountpoint": "/"}
_DISK_SIZE = "100Gi"

Reader = Callable[[Sequence[int]], list[float]]
Spans = list[tuple[int, int]]


class NodeUsage:
    """The nodes' use, sampled when it is asked for. A node whose kubelet is silent is not measured."""

    def __init__(self, nodes: Timeline[Object], platform: Platform, knots: Knots) -> None:
        self._nodes = nodes
        self._platform = platform
        self._knots = knots
        self._sampled: dict[str, Sampled] = {}

    @property
    def times(self) -> Sequence[int]:
        """The scrapes' moments."""
        return self._knots.scrapes.times

    def alive(self) -> Iterator[tuple[Object, Spans]]:
        """Iterate over the nodes, each with the scrapes at which it answered."""
        for versions in self._nodes.versions():
            node = last_facts(versions)
            spans = lived(versions, is_ready)
            if node is not None and spans:
                yield node, spans

    def read(self, node: Object, component: int, *, rising: bool, factor: float = 1.0, shift: float = 0.0) -> Reader:
        """Return what reads a component times a factor plus a shift."""
        sampled = self._of(node)
        read = sampled.counter if rising else sampled.gauge
        return lambda indices: [shift + factor * value for value in read(component, indices)]

    def cores(self, node: Object) -> Reader:
        """Return what reads the CPU seconds used."""
        return self.read(node, _BUSY, rising=True, factor=capacity(node, "cpu"))

    def memory(self, node: Object) -> Reader:
        """Return what reads the bytes of memory used."""
        return self.read(node, _MEMORY, rising=False)

    def _of(self, node: Object) -> Sampled:
        name = str(node["metadata"]["name"])
        if name not in self._sampled:
            self._sampled[name] = self._make(node, name)
        return self._sampled[name]

    def _make(self, node: Object, name: str) -> Sampled:
        cores = max(1.0, capacity(node, "cpu"))
        size = max(1.0, capacity(node, "memory"))
        usage_at, disk_at = self._platform.node_usage_at, self._platform.disk_used_ratio
        booted = seconds_of(node["metadata"]["creationTimestamp"])

        def function(when: float) -> tuple[float, ...]:
            usage = usage_at(name, when)
            busy = min(1.0, usage.cpu / cores)
            full = min(1.0, usage.memory / size)
            waiting, thrashing = max(0.0, busy - 0.6) ** 2, max(0.0, full - 0.85) ** 2
            return busy, 1 - busy, full * size, waiting, thrashing, 0.04 + 0.3 * busy, disk_at(name, when)

        def base(start: tuple[float, ...]) -> tuple[float, ...]:
            age = max(0.0, self._knots.scrapes.opened / 1000 - booted)
            return tuple(value * age for value in start)

        return Sampled(self._knots, function, base)


class NodeExporter:
    """The node families."""

    def __init__(self, usage: NodeUsage) -> None:
        self._usage = usage

    def families(self) -> Iterator[Family]:
        """Iterate over the families."""
        yield Family("node_cpu_seconds_total", "counter", "Seconds the CPUs spent in each mode.", self._cpus)
        for minutes in (1, 5, 15):
            yield self._family(
                f"node_load{minutes}", "gauge", f"{minutes}m load average.", _BUSY,
                factor=lambda node: 1.08 * capacity(node, "cpu"),
            )  # fmt: skip
        for name, component, further in (
            ("node_pressure_cpu_waiting_seconds_total", _CPU_WAITING, {}),
            ("node_pressure_memory_waiting_seconds_total", _MEMORY_WAITING, {}),
            ("node_disk_io_time_seconds_total", _DISK_BUSY, {"device": "vda"}),
            ("node_disk_io_time_weighted_seconds_total", _DISK_BUSY, {"device": "vda"}),
        ):
            yield self._family(name, "counter", "Seconds spent so.", component, rising=True, further=further)
        yield self._constant("node_memory_MemTotal_bytes", "Memory.", lambda node: capacity(node, "memory"))
        yield self._family(
            "node_memory_MemAvailable_bytes", "gauge", "Memory available.", _MEMORY,
            factor=lambda node: -1.0, shift=lambda node: capacity(node, "memory"),
        )  # fmt: skip
        yield self._constant("node_filesystem_size_bytes", "Filesystem size in bytes.", _disk_size, _ROOT)
        for name in ("node_filesystem_avail_bytes", "node_filesystem_free_bytes"):
            yield self._family(
                name, "gauge", "Filesystem space available in bytes.", _DISK,
                further=_ROOT, factor=lambda node: -_disk_size(node), shift=_disk_size,
            )  # fmt: skip
        yield Family("node_uname_info", "gauge", "Labeled system information.", self._uname)
        yield self._constant(
            "node_boot_time_seconds", "Boot time.", lambda node: seconds_of(node["metadata"]["creationTimestamp"])
        )

    def _family(
        self,
        name: str,
        kind: str,
        words: str,
        component: int,
        *,
        rising: bool = False,
        further: Labels | None = None,
        factor: Callable[[Object], float] = lambda node: 1.0,
        shift: Callable[[Object], float] = lambda node: 0.0,
    ) -> Family:
        def series(selection: Selection) -> Iterator[Series]:
            for node, spans in self._usage.alive():
                labels = {"__name__": name, **_own(node), **(further or {})}
                if selection.wants(labels):
                    read = self._usage.read(node, component, rising=rising, factor=factor(node), shift=shift(node))
                    yield Series(labels, self._usage.times, spans, read, rising)

        return Family(name, kind, words, series)

    def _constant(
        self, name: str, words: str, value: Callable[[Object], float], further: Labels | None = None
    ) -> Family:
        def series(selection: Selection) -> Iterator[Series]:
            for node, spans in self._usage.alive():
                labels = {"__name__": name, **_own(node), **(further or {})}
                if selection.wants(labels):
                    yield Series(labels, self._usage.times, spans, steadily(value(node)), monotone=True)

        return Family(name, "gauge", words, series)

    def _cpus(self, selection: Selection) -> Iterator[Series]:
        for node, spans in self._usage.alive():
            own = {"__name__": "node_cpu_seconds_total", **_own(node)}
            for mode, component, share in _MODES:
                read = self._usage.read(node, component, rising=True, factor=share)
                for cpu in range(int(capacity(node, "cpu"))):
                    labels = {**own, "cpu": str(cpu), "mode": mode}
                    if selection.wants(labels):
                        yield Series(labels, self._usage.times, spans, read, monotone=True)

    def _uname(self, selection: Selection) -> Iterator[Series]:
        for node, spans in self._usage.alive():
            info = node.get("status", {}).get("nodeInfo", {})
            labels = {
                "__name__": "node_uname_info",
                **_own(node),
                "machine": "x86_64",
                "nodename": str(node["metadata"]["name"]),
                "release": info.get("kernelVersion", ""),
                "sysname": "Linux",
            }
            if selection.wants(labels):
                yield Series(labels, self._usage.times, spans, steadily(1.0), monotone=True)


def _own(node: Object) -> Labels:
    return {"instance": f"{address_of(node)}:9100", "job": "node-exporter"}


def _disk_size(node: Object) -> float:
    return capacity(node, "ephemeral-storage", _DISK_SIZE)


def steadily(value: float) -> Reader:
    """Return what reads the same value at every scrape."""
    return lambda indices: [value] * len(indices)
