"""Usage read from Prometheus."""

from typing import Any

from state.cluster.usage import Used
from state.metrics.model import Answer, Sample
from state.metrics.usage import PrometheusUsage, node_usage, pod_usage


class Client:
    """Answers each expression with samples by its name."""

    def __init__(self, **samples: list[tuple[dict[str, str], float]]) -> None:
        texts = {one.promql: one.name.replace(" ", "_") for one in (*pod_usage(), *node_usage())}
        self._samples = {
            promql: tuple(Sample(tuple(labels.items()), value) for labels, value in samples.get(name, []))
            for promql, name in texts.items()
        }

    def query(self, expression: str) -> Answer:
        return Answer(samples=self._samples[expression])

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        raise AssertionError("nothing is asked over time")


def p(name: str, namespace: str = "shop") -> dict[str, str]:
    return {"namespace": namespace, "pod": name}


def test_cores_and_bytes_of_a_pod_come_together() -> None:
    client: Any = Client(
        pod_cpu=[(p("a"), 0.5), (p("b", "else"), 1.0), (p("c"), float("nan")), ({"namespace": "shop"}, 9.0)],
        pod_memory=[(p("a"), 100.0)],
    )
    usage = PrometheusUsage(client)
    assert usage(True) == {("shop", "a"): Used(0.5, 100.0), ("else", "b"): Used(1.0, 0.0)}
    assert usage(True, ("shop",)) == {("shop", "a"): Used(0.5, 100.0)}


def test_nodes_are_read_by_their_names() -> None:
    client: Any = Client(node_cpu=[({"node": "n"}, 2.0), ({}, 3.0)], node_memory=[({"node": "n"}, 8.0)])
    assert PrometheusUsage(client)(False) == {("", "n"): Used(2.0, 8.0)}
