"""What pods and nodes use, from Prometheus: for clusters without `metrics.k8s.io`."""

import math
from collections import defaultdict
from collections.abc import Sequence

from state.cluster.usage import Key, Used, added
from state.metrics.catalogue import WINDOW, Expression
from state.metrics.model import MetricsClient

_CONTAINERS = '{container!="", container!="POD", pod!=""}'
"""The series of containers, without those of the cgroups above them."""
_WHOLE = '{id="/"}'
"""The series of a node's topmost cgroup."""


def pod_usage(window: str = WINDOW) -> tuple[Expression, Expression]:
    """Cores and bytes of working set, by pod, as the kubelet's cAdvisor counts them."""
    by = "sum by (namespace, pod)"
    return (
        Expression("pod cpu", f"{by} (rate(container_cpu_usage_seconds_total{_CONTAINERS}[{window}]))"),
        Expression("pod memory", f"{by} (container_memory_working_set_bytes{_CONTAINERS})"),
    )


def node_usage(window: str = WINDOW) -> tuple[Expression, Expression]:
    """Cores and bytes of working set, by node, where the scrape says which node it is of."""
    return (
        Expression("node cpu", f"sum by (node) (rate(container_cpu_usage_seconds_total{_WHOLE}[{window}]))"),
        Expression("node memory", f"sum by (node) (container_memory_working_set_bytes{_WHOLE})"),
    )


class PrometheusUsage:
    """Asks one Prometheus. Blocks and raises MetricsError."""

    def __init__(self, client: MetricsClient) -> None:
        self._client = client

    def __call__(self, pods: bool, namespaces: Sequence[str] = ()) -> dict[Key, Used]:
        """Return what pods (of some namespaces, empty: of all) or nodes use; empty where nothing is measured."""
        cpu, memory = pod_usage() if pods else node_usage()
        labels = ("namespace", "pod") if pods else ("", "node")
        found: dict[Key, Used] = defaultdict(Used)
        for expression, make in ((cpu, _cores), (memory, _bytes)):
            for sample in self._client.query(expression.promql).samples:
                given = dict(sample.labels)
                namespace, name = given.get(labels[0], ""), given.get(labels[1], "")
                if name and math.isfinite(sample.value) and (not pods or not namespaces or namespace in namespaces):
                    found[namespace, name] = added(found[namespace, name], make(sample.value))
        return dict(found)


def _cores(value: float) -> Used:
    return Used(cpu=value)


def _bytes(value: float) -> Used:
    return Used(memory=value)
