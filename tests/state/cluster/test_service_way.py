import json
from collections.abc import Callable
from typing import Any

import pytest

from state.alerts.client import Alertmanager, Draft
from state.alerts.errors import AlertmanagerError
from state.clock import Clock
from state.cluster.errors import SignInFailed, Unauthorized, Unreachable
from state.cluster.found_way import LOOKED, USUAL, FoundWay, Services
from state.cluster.service_way import KNOWN, ServiceWay
from state.cluster.transport import Answer, Request
from state.endpoint import Endpoint
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError
from state.reply import ABSENT, AUTH, TIMEOUT, UNREACHABLE, NoAnswer

VECTOR = {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [0, "1"]}]}}
BASE = "/api/v1/namespaces/mon/services/http:prom:9090/proxy/prefix"
ENDPOINT = Endpoint("service://prom.mon:9090/prefix", headers={"X-Key": "k"}, tenant="team-a", timeout=3.0)


class Cluster:
    """A transport that answers each request with what `answer` returns or raises, and remembers it."""

    def __init__(self, answer: Callable[[Request], Any]) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    def __call__(self) -> Any:
        return self

    def call(self, request: Request) -> Answer:
        self.asked.append(request)
        said = self.answer(request)
        if isinstance(said, Exception):
            raise said
        if isinstance(said, Answer):
            return said
        return Answer(200, json.dumps(said).encode(), content_type="application/json")


def status(code: int, message: str) -> Answer:
    body = {"kind": "Status", "status": "Failure", "message": message, "code": code}
    return Answer(code, json.dumps(body).encode(), content_type="application/json")


def way(answer: Any, clock: Clock = Clock()) -> tuple[ServiceWay, Cluster]:
    cluster = Cluster(answer if callable(answer) else lambda request: answer)
    return ServiceWay(ENDPOINT, cluster, clock), cluster


def test_a_question_is_read_through_the_api_server_with_the_tenant_and_no_sign_in() -> None:
    through, cluster = way(VECTOR)
    assert PrometheusClient(through).query("up").samples[0].value == 1.0
    (asked,) = cluster.asked
    assert (asked.method, asked.path, asked.body) == ("GET", f"{BASE}/api/v1/query", None)
    assert dict(asked.query)["query"] == "up"
    assert dict(asked.headers) == {"X-Key": "k", "X-Scope-OrgID": "team-a"}
    assert asked.read_timeout == 3.0


def test_a_question_too_long_for_an_address_is_posted() -> None:
    through, cluster = way(VECTOR)
    PrometheusClient(through).query("a" * 5000)
    (asked,) = cluster.asked
    assert (asked.method, asked.content_type) == ("POST", "application/x-www-form-urlencoded")
    assert asked.body is not None
    assert asked.body.startswith(b"query=aaa")


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (status(403, 'User "v" cannot get resource "services/proxy"'), AUTH, 'cannot get resource "services/proxy"'),
        (status(503, 'no endpoints available for service "prom"'), UNREACHABLE, "no endpoints available"),
        (status(404, 'services "prom" not found'), UNREACHABLE, "not found"),
        (Unreachable("api:6443 refuses connections"), UNREACHABLE, "api:6443 refuses connections"),
        (Unauthorized("sign-in failed: 401"), AUTH, "wants a sign-in of its own"),
        (SignInFailed("sign-in failed: no plugin"), AUTH, "no plugin"),
    ],
)
def test_what_the_api_server_says_is_not_taken_for_the_service(said: Any, kind: str, words: str) -> None:
    through, _ = way(said)
    with pytest.raises(NoAnswer, match=words) as refused:
        through.exchange("GET", "/x")
    assert refused.value.kind == kind
    assert str(refused.value).startswith("service://prom.mon:9090/prefix ")


def test_a_refusal_of_the_service_itself_is_its_answer() -> None:
    through, _ = way(Answer(400, b'{"status":"error","errorType":"bad_data","error":"parse error"}'))
    with pytest.raises(MetricsError, match="parse error"):
        PrometheusClient(through).query("(")


def test_what_is_read_is_tried_again_and_what_is_written_is_not() -> None:
    answers = [Unreachable("broken"), VECTOR]
    through, cluster = way(lambda request: answers.pop(0))
    assert PrometheusClient(through).query("up").samples
    through, cluster = way(Unreachable("broken"))
    draft = Draft((), 0.0, 1.0, "ana", "why")
    with pytest.raises(AlertmanagerError) as refused:
        Alertmanager(through).post(draft)
    assert (refused.value.kind, len(cluster.asked)) == (TIMEOUT, 1)


def test_what_the_api_server_could_not_deliver_is_sent_again_to_the_next_pod() -> None:
    dead = status(503, "error trying to reach service: dial tcp 10.1.1.1:9093: connect: connection refused")
    answers = [dead, Answer(200, b'{"silenceID": "s1"}')]
    through, cluster = way(lambda request: answers.pop(0))
    assert Alertmanager(through).post(Draft((), 0.0, 1.0, "ana", "why")) == "s1"
    assert [one.method for one in cluster.asked] == ["POST", "POST"]
    through, cluster = way(dead)
    with pytest.raises(AlertmanagerError, match="connection refused"):
        Alertmanager(through).post(Draft((), 0.0, 1.0, "ana", "why"))


def test_a_right_is_asked_for_by_the_name_with_its_port_and_believed_for_a_minute() -> None:
    elapsed = [0.0]
    through, cluster = way({"status": {"allowed": False, "reason": "no role"}}, Clock(elapsed=lambda: elapsed[0]))
    for _ in range(2):
        assert through.why_not("create") == "you may not create services/proxy in mon: no role"
    (asked,) = cluster.asked
    wanted = json.loads(asked.body or b"")["spec"]["resourceAttributes"]
    assert wanted == {
        "verb": "create", "resource": "services", "subresource": "proxy", "namespace": "mon", "name": "http:prom:9090"
    }  # fmt: skip
    elapsed[0] = KNOWN + 1
    assert Alertmanager(through).why_not_write().startswith("you may not create")


def test_a_new_silence_is_looked_for_until_the_members_have_told_each_other() -> None:
    silence = {"id": "s1", "status": {"state": "active"}, "matchers": []}
    answers: list[Any] = [{"silenceID": "s1"}, Answer(404, b""), silence]
    through, cluster = way(lambda request: answers.pop(0))
    client = Alertmanager(through)
    assert client.post(Draft((), 0.0, 1.0, "ana", "why")) == "s1"
    assert client.silence("s1").id == "s1"
    assert [one.method for one in cluster.asked] == ["POST", "GET", "GET"]


def test_a_silence_that_no_member_knows_is_looked_for_no_more_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("state.alerts.client._LOOK_PAUSE", 0.0)
    through, cluster = way(Answer(404, b""))
    with pytest.raises(AlertmanagerError, match="knows no such silence"):
        Alertmanager(through).silence("other")
    assert len(cluster.asked) == 9


def test_an_endpoint_of_its_own_is_no_service() -> None:
    with pytest.raises(ValueError, match="no service"):
        ServiceWay(Endpoint("http://prom"), Cluster(lambda request: None))


# --- found ---


class Found(Cluster):
    """A cluster with services, some of which have a pod that is ready."""

    def __init__(self, *names: str, ready: tuple[str, ...] = (), denied: tuple[str, ...] = ()) -> None:
        super().__init__(self._said)
        self.names, self.is_ready, self.denied = names, set(ready), set(denied)
        self.broken: Exception | None = None

    def _said(self, request: Request) -> Any:
        if self.broken is not None:
            return self.broken
        if request.path in self.denied:
            return status(403, "forbidden")
        if request.path.endswith("/services"):
            first = "kubernetes.io/name in" in dict(request.query)["labelSelector"]
            return {"items": [_service(name) for name in self.names] if first else []}
        if request.path.endswith("/endpointslices"):
            name = dict(request.query)["labelSelector"].partition("=")[2]
            pod = {"conditions": {"ready": name in self.is_ready}, "targetRef": {"kind": "Pod", "name": "p-0"}}
            return {"items": [{"endpoints": [{"conditions": {"ready": True}}, pod]}]}
        if request.path.endswith("selfsubjectaccessreviews"):
            return {"status": {"allowed": "proxy" not in self.denied}}
        return VECTOR


def _service(name: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "mon", "labels": {"app.kubernetes.io/name": "prometheus"}}
    return {"metadata": metadata, "spec": {"ports": [{"port": 9090}]}}


def found(cluster: Cluster, clock: Clock = Clock()) -> tuple[FoundWay, PrometheusClient]:
    through = FoundWay("prometheus", Services(cluster, ("shop",), clock))
    return through, PrometheusClient(through)


def test_the_first_with_a_ready_pod_is_asked() -> None:
    cluster = Found("a", "b", ready=("b",))
    through, client = found(cluster)
    assert str(through) == "Prometheus in the cluster"
    assert client.query("up").samples
    assert str(through) == through.url == "service://b.mon:9090"
    before = len(cluster.asked)
    client.query("down")
    assert len(cluster.asked) == before + 1


@pytest.mark.parametrize(
    ("cluster", "kind", "words"),
    [
        (Found(), ABSENT, "no Prometheus is found in the cluster"),
        (Found("a"), UNREACHABLE, "no pod behind service://a.mon:9090 is ready"),
        (
            Found("a", ready=("a",), denied=("proxy",)),
            ABSENT,
            "service://a.mon:9090 is found in the cluster, but you may",
        ),
    ],
)
def test_why_nothing_is_asked_is_said(cluster: Cluster, kind: str, words: str) -> None:
    _, client = found(cluster)
    with pytest.raises(MetricsError, match=words) as refused:
        client.query("up")
    assert refused.value.kind == kind


def test_a_cluster_that_cannot_be_asked_is_no_empty_one() -> None:
    cluster = Found("a", ready=("a",))
    cluster.broken = Unreachable("api:6443 refuses connections")
    _, client = found(cluster)
    with pytest.raises(MetricsError, match="looked for in the cluster: api:6443 refuses") as refused:
        client.query("up")
    assert refused.value.kind == UNREACHABLE
    cluster.broken = None
    assert client.query("up").samples


def test_where_not_all_services_may_be_listed_the_usual_namespaces_are_searched() -> None:
    cluster = Found("a", ready=("a",), denied=("/api/v1/services", "/api/v1/namespaces/shop/services"))
    _, client = found(cluster)
    assert client.query("up").samples
    searched = {
        one.path.split("/")[4] for one in cluster.asked if one.path.endswith("/services") and "namespaces" in one.path
    }
    assert searched == {"shop", *USUAL}


def test_an_empty_cluster_is_searched_again_after_a_while() -> None:
    elapsed = [0.0]
    cluster = Found()
    _, client = found(cluster, Clock(elapsed=lambda: elapsed[0]))
    for _ in range(2):
        with pytest.raises(MetricsError):
            client.query("up")
    once = len(cluster.asked)
    cluster.names, cluster.is_ready = ("a",), {"a"}
    elapsed[0] = LOOKED + 1
    assert client.query("up").samples
    assert len(cluster.asked) > once


def test_one_below_the_usual_prefix_is_found_there() -> None:
    cluster = Found("a", ready=("a",))
    usual = cluster.answer
    cluster.answer = lambda request: (
        Answer(404, b"404 page not found") if request.path.endswith("/proxy/-/ready") else usual(request)
    )
    through, client = found(cluster)
    assert client.query("up").samples
    assert through.url == "service://a.mon:9090/prometheus"
    assert cluster.asked[-1].path.endswith("/services/http:a:9090/proxy/prometheus/api/v1/query")


def test_one_that_is_gone_is_looked_for_anew() -> None:
    cluster = Found("a", "b", ready=("a",))
    through, client = found(cluster)
    client.query("up")
    usual, gone = cluster.answer, status(503, 'no endpoints available for service "a"')
    cluster.answer = lambda request: gone if "http:a:" in request.path else usual(request)
    cluster.is_ready = {"b"}
    with pytest.raises(MetricsError, match="no endpoints"):
        client.query("up")
    assert client.query("up").samples
    assert through.url == "service://b.mon:9090"
