"""The cluster's vital signs: how full its nodes are, its pods by phase and their restarts over time, who uses most."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from state.cluster.kinds.nodes import NodeRow
from state.cluster.kinds.pod_row import PodRow
from state.cluster.usage import Key, Used

EVERY = 15.0
"""Seconds between two samples."""
KEPT = 240
"""Samples that are kept: an hour."""
PHASES = ("Running", "Pending", "Failed", "Succeeded", "Terminating")


class Sample(NamedTuple):
    """Pods at one moment, in seconds since the epoch."""

    at: float
    phases: Mapping[str, int]
    """How many pods are in each of `PHASES`; one of another phase counts as pending."""
    restarts: int
    """Restarts since the sample before."""


class Vitals:
    """Counts pods now and then, for as long as the program runs. Belongs to the loop.

    A restart counts when it is new and its pod says that it happened since the last sample, so pods that come
    into sight with many behind them are no outbreak.
    """

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=KEPT)
        self._restarts: dict[str, int] = {}
        self._due = float("-inf")
        self.revision = 0

    @property
    def samples(self) -> Sequence[Sample]:
        """The samples, oldest first."""
        return self._samples

    def sample(self, pods: Iterable[PodRow], now: float, elapsed: float) -> bool:
        """Count pods when it is time to; return whether it was. `elapsed` never goes back, `now` is the wall clock."""
        if elapsed < self._due:
            return False
        self._due = elapsed + EVERY
        since = self._samples[-1].at - EVERY if self._samples else float("inf")
        phases: Counter[str] = Counter()
        known: dict[str, int] = {}
        new = 0
        for pod in pods:
            phases[phase_of(pod)] += 1
            if pod.restarts:
                known[pod.uid] = pod.restarts
                if pod.restarted is not None and pod.restarted > since:
                    new += max(0, pod.restarts - self._restarts.get(pod.uid, pod.restarts - 1))
        self._restarts = known
        self._samples.append(Sample(now, phases, new))
        self.revision += 1
        return True


def phase_of(pod: PodRow) -> str:
    """Return which of `PHASES` a pod counts as."""
    if pod.deleting is not None:
        return "Terminating"
    return pod.phase if pod.phase in PHASES else "Pending"


class NodeLoad(NamedTuple):
    """How full a node is: shares of what it offers to pods, 0 and above; None where it is not known."""

    row: NodeRow
    cpu: float | None
    memory: float | None
    pods: int

    @property
    def fullest(self) -> float:
        """The greater of both shares, 0 when neither is known."""
        return max(self.cpu or 0.0, self.memory or 0.0)


def used_loads(nodes: Iterable[NodeRow], pods: Iterable[PodRow], measured: Mapping[Key, Used]) -> list[NodeLoad]:
    """Return how much of each node is used, the fullest first."""
    count = Counter(pod.node for pod in pods if pod.node and pod.phase in ("Running", "Pending"))
    found = []
    for row in nodes:
        used = measured.get(("", row.name))
        cpu, memory = (None, None) if used is None else (_share(used.cpu, row.cpu), _share(used.memory, row.memory))
        found.append(NodeLoad(row, cpu, memory, count[row.name]))
    return _fullest_first(found)


def requested_loads(nodes: Iterable[NodeRow], pods: Iterable[PodRow]) -> list[NodeLoad]:
    """Return how much of each node its pods have asked for, the fullest first."""
    count: Counter[str] = Counter()
    cpu: dict[str, float] = defaultdict(float)
    memory: dict[str, float] = defaultdict(float)
    for pod in pods:
        if pod.node and pod.phase in ("Running", "Pending"):
            count[pod.node] += 1
            cpu[pod.node] += pod.cpu_request
            memory[pod.node] += pod.memory_request
    return _fullest_first(
        [
            NodeLoad(row, _share(cpu[row.name], row.cpu), _share(memory[row.name], row.memory), count[row.name])
            for row in nodes
        ]
    )


def _fullest_first(found: list[NodeLoad]) -> list[NodeLoad]:
    return sorted(found, key=lambda one: (-one.fullest, one.row.name))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


class Consumer(NamedTuple):
    """A pod with what it uses."""

    pod: PodRow
    used: Used


def consumers(
    pods: Iterable[PodRow], measured: Mapping[Key, Used], most: Callable[[Used], float], count: int
) -> list[Consumer]:
    """Return the pods that use most of something, the greatest first."""
    found = (Consumer(pod, used) for pod in pods if (used := measured.get((pod.namespace, pod.name))) is not None)
    return nsmallest(count, found, lambda one: (-most(one.used), one.pod.namespace, one.pod.name))
