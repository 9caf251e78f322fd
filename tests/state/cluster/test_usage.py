"""What pods and nodes use: read, asked for only while somebody looks, joined to rows as columns."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from state.cell import Tone
from state.cluster.errors import Unreachable
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.nodes import NODE, NodeRow
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.pods import POD
from state.cluster.transport import Answer
from state.cluster.usage import Measured, UsageSource, Used, read_usage
from state.cluster.usage_columns import HEADERS, UsageColumns
from state.freshness import Health
from state.mirror import Mirror


def wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        threading.Event().wait(0.01)


def pod(name: str, *containers: tuple[str, str], namespace: str = "shop") -> dict[str, Any]:
    parts = [{"name": "c", "usage": {"cpu": cpu, "memory": memory}} for cpu, memory in containers]
    return {"metadata": {"name": name, "namespace": namespace}, "containers": parts}


def node(name: str, cpu: str, memory: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "usage": {"cpu": cpu, "memory": memory}}


def body(*items: dict[str, Any]) -> bytes:
    return json.dumps({"kind": "PodMetricsList", "items": items}).encode()


class Server:
    """Answers with a body or a status, and counts."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.answer = Answer(200, body(*items))
        self.paths: list[str] = []
        self.hold = threading.Event()
        self.hold.set()

    def call(self, request: Any) -> Answer:
        self.paths.append(request.path)
        self.hold.wait(10)
        return self.answer

    def refuse(self, status: int) -> None:
        self.answer = Answer(status, json.dumps({"kind": "Status", "message": "no", "code": status}).encode())


class Cluster:
    name = "prod"

    def __init__(self, server: Server, *namespaces: str) -> None:
        self.transport = lambda: server
        self.namespaces = namespaces
        self.measured_elsewhere = None


# --- reading ---


def test_containers_add_up_and_nodes_are_read() -> None:
    assert read_usage(body(pod("p", ("250m", "64Mi"), ("1500000n", "1Ki")), node("n", "1", "2Gi"))) == {
        ("shop", "p"): Used(0.2515, 64 * 2**20 + 1024),
        ("", "n"): Used(1.0, 2 * 2**30),
    }


def test_one_odd_pod_is_unknown_and_the_others_are_not() -> None:
    assert list(read_usage(body(pod("odd", ("much", "0")), pod("p", ("1", "1"))))) == [("shop", "p")]


@pytest.mark.parametrize("text", [b"", b"[]", b"<html>", b'{"items": 7}'])
def test_what_is_no_list_is_told(text: bytes) -> None:
    with pytest.raises(ValueError, match="no list"):
        read_usage(text)


def test_namespaces_are_sums() -> None:
    measured = Measured({("a", "x"): Used(1, 2), ("a", "y"): Used(3, 4), ("b", "z"): Used(5, 6)})
    assert measured.by_namespace() == {"a": Used(4, 6), "b": Used(5, 6)}


# --- asking ---


def source(server: Server, **how: Any) -> UsageSource:
    return UsageSource("prod", lambda: server, **({"pods": True} | how))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("how", "paths"),
    [
        ({}, ["/pods"]),
        ({"pods": False}, ["/nodes"]),
        ({"namespaces": lambda: ("a", "b")}, ["/namespaces/a/pods", "/namespaces/b/pods"]),
    ],
)
def test_what_is_looked_at_is_asked_for(how: dict[str, Any], paths: list[str]) -> None:
    server = Server()
    asking = source(server, **how)
    wait_for(asking.look)
    assert server.paths == [f"/apis/metrics.k8s.io/v1beta1{path}" for path in paths]
    asking.stop()


def test_what_nobody_looks_at_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("state.cluster.usage.EVERY", 0.01)
    monkeypatch.setattr("state.cluster.usage.UNSEEN", 0.1)
    server = Server(pod("p", ("1", "1")))
    asking = source(server)
    wait_for(lambda: len(server.paths) > 2 or (asking.look() and False))
    rounds = len(server.paths)
    # Nobody looks: the thread goes on and asks nothing, soon.
    seen: list[int] = []

    def quiet() -> bool:
        seen.append(len(server.paths))
        return len(seen) > 20 and len(set(seen[-20:])) == 1

    wait_for(quiet)
    assert len(server.paths) >= rounds
    before = len(server.paths)
    wait_for(lambda: asking.look() is not None and len(server.paths) > before)
    asking.stop()


@pytest.mark.parametrize(
    ("status", "health", "words"),
    [
        (404, Health.DENIED, "this cluster measures no usage: metrics.k8s.io is not there"),
        (503, Health.FAILED, "no usage: the metrics API does not answer"),
        (403, Health.DENIED, "no usage: no"),
        (500, Health.FAILED, "no"),
    ],
)
def test_what_cannot_be_measured_says_why(status: int, health: Health, words: str) -> None:
    server = Server()
    server.refuse(status)
    asking = source(server)
    wait_for(asking.look)
    assert (asking.freshness.health, asking.problem, asking.measured) == (health, words, None)
    asking.stop()


def test_a_cluster_that_cannot_be_reached_says_so() -> None:
    def transport() -> Any:
        raise Unreachable("connection refused")

    asking = UsageSource("prod", transport, pods=True)
    wait_for(asking.look)
    assert asking.problem == "connection refused"
    asking.stop()


# --- elsewhere ---


@pytest.mark.parametrize("status", [403, 404, 503])
def test_what_the_metrics_api_cannot_say_is_asked_elsewhere(status: int) -> None:
    server = Server()
    server.refuse(status)
    asked: list[Any] = []

    def elsewhere(pods: bool, namespaces: Any = ()) -> dict[tuple[str, str], Used]:
        asked.append((pods, namespaces))
        return {("shop", "p"): Used(1, 2)}

    asking = source(server, elsewhere=elsewhere, namespaces=lambda: ("shop",))
    wait_for(asking.look)
    assert (asking.problem, asking.freshness.health) == ("", Health.LIVE)
    assert asking.measured == Measured({("shop", "p"): Used(1, 2)})
    assert asked == [(True, ("shop",))]
    asking.stop()


def test_where_nobody_measures_the_metrics_api_says_why() -> None:
    server = Server()
    server.refuse(404)

    def broken(pods: bool, namespaces: Any = ()) -> dict[tuple[str, str], Used]:
        raise RuntimeError("prometheus is down")

    for elsewhere in (broken, lambda pods, namespaces=(): {}):
        asking = source(server, elsewhere=elsewhere)
        wait_for(asking.look)
        assert asking.problem == "this cluster measures no usage: metrics.k8s.io is not there"
        asking.stop()


# --- columns ---


def mirror(*rows: Any) -> Mirror[Any]:
    found: Mirror[Any] = Mirror()
    found.apply({row.uid: row for row in rows})
    return found


def cells(columns: UsageColumns, row: Any) -> dict[str, tuple[str, Tone]]:
    return {c.header: tuple(c.cell(row, 0.0)) for c in columns.kind.columns if c.header in HEADERS}  # type: ignore[misc]


P = PodRow(
    uid="u", name="p", namespace="shop", cpu_request=0.5, memory_request=64.0 * 2**20, memory_limit=100.0 * 2**20
)


def test_pods_have_their_usage_against_requests_and_limits() -> None:
    server = Server(pod("p", ("250m", "96Mi")))
    columns = UsageColumns(POD, {"prod": Cluster(server)})  # type: ignore[dict-item]
    rows = mirror(P, PodRow(uid="v", name="new", namespace="shop"))
    assert cells(columns, P)["CPU"] == ("–", Tone.FAINT)
    wait_for(lambda: columns.look({"prod": rows}) and cells(columns, P)["CPU"][0] != "–")
    assert cells(columns, P) == {
        "CPU": ("250m", Tone.TEXT),
        "%CPU/R": ("50", Tone.TEXT),
        "%CPU/L": ("–", Tone.FAINT),
        "MEM": ("96Mi", Tone.TEXT),
        "%MEM/R": ("150", Tone.TEXT),
        "%MEM/L": ("96", Tone.BAD),
    }
    headers = [column.header for column in columns.kind.columns]
    assert headers.index("%MEM/L") < headers.index("AGE")
    by = {column.header: column.sort_key for column in columns.kind.columns}
    assert by["CPU"](P) == 0.25
    assert by["CPU"](PodRow(uid="v", name="new")) == -1.0
    columns.stop()


def test_nodes_have_shares_of_what_they_offer() -> None:
    row = NodeRow(uid="n", name="n", cpu=4.0, memory=2.0**30)
    columns = UsageColumns(NODE, {"prod": Cluster(Server(node("n", "3400m", "100Mi")))})  # type: ignore[dict-item]
    wait_for(lambda: columns.look({"prod": mirror(row)}) and cells(columns, row)["CPU"][0] != "–")
    assert cells(columns, row) == {
        "CPU": ("3400m", Tone.TEXT),
        "%CPU": ("85", Tone.WARN),
        "MEM": ("100Mi", Tone.TEXT),
        "%MEM": ("10", Tone.TEXT),
    }
    columns.stop()


def test_namespaces_have_what_their_pods_use() -> None:
    from state.cluster.kinds.namespaces import NamespaceRow

    row = NamespaceRow(uid="s", name="shop")
    server = Server(pod("p", ("1", "1Mi")), pod("q", ("2", "2Mi")))
    columns = UsageColumns(NAMESPACE_KIND, {"prod": Cluster(server)})  # type: ignore[dict-item]
    wait_for(lambda: columns.look({"prod": mirror(row)}) and cells(columns, row)["CPU"][0] != "–")
    assert cells(columns, row) == {"CPU": ("3000m", Tone.TEXT), "MEM": ("3Mi", Tone.TEXT)}
    columns.stop()


def test_one_cluster_that_measures_nothing_does_not_hide_another() -> None:
    good, bad = Server(pod("p", ("1", "1"))), Server()
    bad.refuse(404)
    columns = UsageColumns(POD, {"good": Cluster(good), "bad": Cluster(bad)})  # type: ignore[dict-item]
    mirrors = {"good": mirror(P), "bad": mirror()}
    wait_for(lambda: (columns.look(mirrors), bool(columns.problems) and cells(columns, P)["CPU"][0] == "1000m")[1])
    assert [name for name, _ in columns.problems] == ["bad"]
    columns.stop()


def test_a_list_never_waits_for_usage() -> None:
    server = Server()
    server.hold.clear()
    columns = UsageColumns(POD, {"prod": Cluster(server)})  # type: ignore[dict-item]
    columns.look({"prod": mirror(P)})
    assert not columns.look({"prod": mirror(P)})
    assert cells(columns, P)["CPU"] == ("–", Tone.FAINT)
    columns.stop()
    server.hold.set()
