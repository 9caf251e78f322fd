"""The vital signs of a cluster."""

import pytest

from state.cluster.kinds.nodes import NodeRow
from state.cluster.kinds.pod_row import PodRow
from state.cluster.usage import Used
from state.cluster.vitals import EVERY, KEPT, Vitals, consumers, phase_of, requested_loads, used_loads


def pod(
    uid: str, restarts: int = 0, restarted: float | None = None, phase: str = "Running", **fields: object
) -> PodRow:
    return PodRow(uid=uid, name=uid, namespace="shop", restarts=restarts, restarted=restarted, phase=phase, **fields)


def test_pods_are_counted_by_phase_now_and_then() -> None:
    vitals = Vitals()
    pods = [pod("a"), pod("b", phase="Pending"), pod("c", phase="Odd"), pod("d", deleting=5.0)]
    assert vitals.sample(pods, 100.0, 0.0)
    assert not vitals.sample(pods, 101.0, EVERY - 1)
    assert vitals.sample(pods, 115.0, EVERY)
    assert [dict(one.phases) for one in vitals.samples] == [{"Running": 1, "Pending": 2, "Terminating": 1}] * 2
    assert vitals.revision == 2


def test_restarts_count_when_they_are_new_and_recent() -> None:
    vitals = Vitals()
    vitals.sample([pod("a", 145, 90.0)], 100.0, 0.0)
    vitals.sample([pod("a", 147, 110.0), pod("old", 99, 5.0)], 115.0, 15.0)
    vitals.sample([pod("a", 147, 110.0), pod("old", 99, 5.0), pod("new", 3, 128.0)], 130.0, 30.0)
    vitals.sample([pod("a", 148, 140.0)], 145.0, 45.0)
    assert [one.restarts for one in vitals.samples] == [0, 2, 1, 1]


def test_an_hour_is_kept() -> None:
    vitals = Vitals()
    for turn in range(KEPT + 10):
        vitals.sample([], turn * EVERY, turn * EVERY)
    assert len(vitals.samples) == KEPT
    assert vitals.samples[0].at == 10 * EVERY


@pytest.mark.parametrize(
    ("row", "phase"), [(pod("a"), "Running"), (pod("a", phase=""), "Pending"), (pod("a", deleting=1.0), "Terminating")]
)
def test_each_pod_is_in_one_phase(row: PodRow, phase: str) -> None:
    assert phase_of(row) == phase


NODES = [
    NodeRow(uid="n", name="n", cpu=4.0, memory=100.0),
    NodeRow(uid="m", name="m", cpu=2.0),
    NodeRow(uid="o", name="o"),
]
PODS = [
    pod("a", node="n", cpu_request=1.0, memory_request=90.0),
    pod("b", node="m", cpu_request=1.0),
    pod("c", node="m", phase="Succeeded", cpu_request=9.0),
]


def test_nodes_are_as_full_as_they_are_used() -> None:
    loads = used_loads(NODES, PODS, {("", "n"): Used(1.0, 20.0), ("", "m"): Used(1.0, 5.0)})
    assert [(one.row.name, one.cpu, one.memory, one.pods) for one in loads] == [
        ("m", 0.5, None, 1),
        ("n", 0.25, 0.2, 1),
        ("o", None, None, 0),
    ]


def test_nodes_are_as_full_as_is_asked_of_them() -> None:
    loads = requested_loads(NODES, PODS)
    assert [(one.row.name, one.cpu, one.memory, one.pods) for one in loads] == [
        ("n", 0.25, 0.9, 1),
        ("m", 0.5, None, 1),
        ("o", None, None, 0),
    ]


def test_the_greatest_consumers_come_first() -> None:
    measured = {("shop", "a"): Used(0.1, 9.0), ("shop", "b"): Used(0.2, 1.0), ("else", "a"): Used(5.0, 5.0)}
    assert [one.pod.name for one in consumers(PODS, measured, lambda used: used.cpu, 5)] == ["b", "a"]
    assert [one.pod.name for one in consumers(PODS, measured, lambda used: used.memory, 1)] == ["a"]
