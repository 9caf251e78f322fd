"""Draining a node against an API server: simulated or real, the same suite. Only pods of the test's own are evicted."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from state.clock import Clock
from state.cluster import requests
from state.cluster.kinds.nodes import NODE
from state.cluster.operations.cordon import Cordon
from state.cluster.operations.drain import Drain
from state.cluster.operations.drain_plan import DrainOptions
from state.cluster.operations.evictions import DrainProgress
from state.cluster.transport import Transport
from state.operation import Course, Progress, Refused
from state.ref import Ref

Json = dict[str, Any]


class Hasty(Course):
    """A course on which a second takes a twentieth."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[Progress] = []
        super().__init__(self.told.append)

    def pause(self, seconds: float) -> bool:
        self.now += seconds
        return super().pause(seconds / 20)

    @property
    def clock(self) -> Clock:
        return Clock(elapsed=lambda: self.now)


@pytest.fixture
def course() -> Hasty:
    return Hasty()


@pytest.fixture
def app(transport: Transport, namespace: str) -> str:
    """Four ready pods of a deployment, labelled with the name that is returned."""
    name = f"drained-{uuid.uuid4().hex[:6]}"
    containers = [{"name": "main", "image": "docker.io/library/nginx:1.27"}]
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 4,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": containers, "terminationGracePeriodSeconds": 1},
            },
        },
    }
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    requests.post(transport, path, body)
    deadline = time.monotonic() + 30
    while requests.get(transport, f"{path}/{name}").get("status", {}).get("availableReplicas", 0) < 4:
        assert time.monotonic() < deadline, "no pods"
        time.sleep(0.1)
    return name


@pytest.fixture
def node(transport: Transport, namespace: str, app: str) -> Iterator[Json]:
    """A node with at least one of the app's pods; it takes new pods again at the end."""
    pods = requests.get(transport, f"/api/v1/namespaces/{namespace}/pods", (("labelSelector", f"app={app}"),))["items"]
    found = requests.get(transport, NODE.resource.path("", pods[0]["spec"]["nodeName"]))
    yield found
    try:
        operation(Cordon, transport, found, False).run()
    except Refused:
        pass


def operation(make: Any, transport: Transport, node: Json, *args: Any) -> Any:
    metadata = node["metadata"]
    ref = Ref("test", NODE.resource.group_kind, "", metadata["name"])
    return make(lambda: transport, NODE.resource, ref, metadata["uid"], *args)


def drain(transport: Transport, node: Json, app: str, course: Hasty, **options: Any) -> Drain:
    wanted = DrainOptions(pod_selector=f"app={app}", **options)
    made: Drain = operation(Drain, transport, node, wanted, course, course.clock)
    return made


def pods_on(transport: Transport, node: Json, app: str) -> list[str]:
    query = (("fieldSelector", f"spec.nodeName={node['metadata']['name']}"), ("labelSelector", f"app={app}"))
    return [pod["metadata"]["name"] for pod in requests.get(transport, "/api/v1/pods", query)["items"]]


def is_cordoned(transport: Transport, node: Json) -> bool:
    found = requests.get(transport, NODE.resource.path("", node["metadata"]["name"]))
    return bool(found["spec"].get("unschedulable"))


def test_a_node_is_emptied(transport: Transport, node: Json, app: str, course: Hasty) -> None:
    before = pods_on(transport, node, app)
    one = drain(transport, node, app, course)
    assert one.permitted() == ""
    assert {pod.name for pod in one.plan().evict} == set(before)
    one.planned().preview()
    assert not is_cordoned(transport, node)
    assert pods_on(transport, node, app) == before, "a preview changes nothing"
    outcome = one.planned().run()
    assert outcome.done, outcome.summary
    assert pods_on(transport, node, app) == []
    assert is_cordoned(transport, node)
    assert course.told[-1].done == len(before)


def test_a_budget_holds_it_up(transport: Transport, namespace: str, node: Json, app: str, course: Hasty) -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": app, "namespace": namespace},
        "spec": {"minAvailable": 4, "selector": {"matchLabels": {"app": app}}},
    }
    path = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
    requests.post(transport, path, budget)
    deadline = time.monotonic() + 30
    while not requests.get(transport, f"{path}/{app}").get("status", {}).get("currentHealthy"):
        assert time.monotonic() < deadline, "the budget is not worked out"
        time.sleep(0.1)
    one = drain(transport, node, app, course, timeout=12)
    here = pods_on(transport, node, app)
    (warning,) = one.preview().warnings
    assert warning.startswith(f"the disruption budget {namespace}/{app} allows no eviction now, ")
    outcome = one.run()
    assert not outcome.done
    words = f"The disruption budget {app} needs 4 healthy pods and has 4 currently"
    assert "stays cordoned and is not drained: it was not done after 12 s" in outcome.summary
    assert f"{namespace}/{here[0]} waits: {words}" in outcome.summary
    assert is_cordoned(transport, node)
    assert sorted(pods_on(transport, node, app)) == sorted(here)
    told = [one for one in course.told if isinstance(one, DrainProgress)]
    assert dict(told[0].refused) == {f"{namespace}/{name}": words for name in here}
    assert course.now == 12
    requests.delete(transport, f"{path}/{app}", {})
    assert drain(transport, node, app, Hasty()).run().done


def test_daemon_pods_stay_and_lone_ones_have_to_be_forced(
    transport: Transport, namespace: str, node: Json, app: str, course: Hasty
) -> None:
    assert operation(Drain, transport, node).plan().daemon
    spec = {
        "containers": [{"name": "main", "image": "docker.io/library/nginx:1.27"}],
        "nodeName": node["metadata"]["name"],
        "terminationGracePeriodSeconds": 1,
        "volumes": [{"name": "scratch", "emptyDir": {}}],
    }
    metadata = {"name": f"{app}-lone", "namespace": namespace, "labels": {"app": app, "lone": "yes"}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    requests.post(transport, f"/api/v1/namespaces/{namespace}/pods", pod)
    one = drain(transport, node, app, course)
    with pytest.raises(Refused, match=f"lost only by force: {namespace}/{app}-lone; pods with emptyDir volumes"):
        one.preview()
    assert not is_cordoned(transport, node)
    forced = drain(transport, node, app, course, force=True, delete_empty_dir=True, grace=1)
    assert len(forced.preview().warnings) == 2
    assert forced.planned().run().done
    assert pods_on(transport, node, app) == []
