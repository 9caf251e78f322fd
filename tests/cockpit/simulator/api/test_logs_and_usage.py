"""What containers wrote and use."""

from typing import Any

import pytest

POD = "/api/v1/namespaces/payments/pods/web-0"


async def log(api: Any, query: str = "", pod: str = POD) -> Any:
    return (await api.ask("GET", f"{pod}/log?{query}"))[1]


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("", ["line 0", "line 1", "line 2", "line 3", "line 4"]),
        ("tailLines=2", ["line 3", "line 4"]),
        ("tailLines=0", []),
        ("sinceSeconds=25", ["line 3", "line 4"]),
        ("sinceTime=2026-09-21T14:13:00Z", ["line 3", "line 4"]),
        ("limitBytes=10", ["line 0", "lin"]),
        ("timestamps=true&tailLines=1", ["2026-09-21T14:13:10.000000000Z line 4"]),
        ("follow=true&tailLines=1", ["line 4", "later 0", "later 1"]),
        ("follow=true&tailLines=1&limitBytes=12", ["line 4", "later"]),
    ],
)
async def test_lines(api: Any, query: str, lines: list[str]) -> None:
    assert str(await log(api, query)).splitlines() == lines


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("container=nope", 400, "container nope is not valid for pod web-0"),
        ("previous=true", 400, 'previous terminated container "web" in pod "web-0" not found'),
        ("tailLines=-1", 422, "tailLines: Invalid value: -1: must be greater than or equal to 0"),
        ("sinceSeconds=0", 422, "sinceSeconds: Invalid value: 0: must be greater than 0"),
        ("sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z", 422, "at most one of `sinceTime` or `sinceSeconds`"),
        ("sinceTime=yesterday", 400, 'parsing time "yesterday"'),
    ],
)
async def test_what_cannot_be_read(api: Any, query: str, status: int, message: str) -> None:
    answered, document = await api.ask("GET", f"{POD}/log?{query}")
    assert (answered, message in document["message"]) == (status, True), document


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"waiting": {"reason": "ContainerCreating"}}, "is waiting to start: ContainerCreating"),
        ({"waiting": {"reason": "ImagePullBackOff"}}, "is waiting to start: trying and failing to pull image"),
        ({}, "is waiting to start - no logs yet"),
    ],
)
async def test_a_container_that_has_not_run_has_no_log(api: Any, state: Any, message: str) -> None:
    def waiting(pod: Any) -> Any:
        return {**pod, "status": {**pod["status"], "containerStatuses": [{"name": "web", "state": state}]}}

    api.store.update(("", "pods"), "payments", "web-0", waiting)
    assert message in (await log(api))["message"]


async def test_a_pod_without_a_node_has_written_nothing(api: Any) -> None:
    def unplaced(pod: Any) -> Any:
        return {**pod, "spec": {**pod["spec"], "nodeName": ""}}

    api.store.update(("", "pods"), "payments", "web-0", unplaced)
    assert await log(api, "follow=true") == ""


@pytest.mark.parametrize("part", ["exec?command=ls&stdout=true", "attach?stdout=true", "portforward?ports=80"])
async def test_streams_of_a_container_want_an_upgrade(api: Any, part: str) -> None:
    for method in ("GET", "POST"):
        status, document = await api.ask(method, f"{POD}/{part}")
        assert (status, document["message"]) == (400, "Upgrade request required")


async def test_usage_is_the_kubelets(api: Any) -> None:
    node = await api.get("/apis/metrics.k8s.io/v1beta1/nodes/n1")
    assert node["usage"] == {"cpu": "1500000000n", "memory": "2097152Ki"}
    [pod] = (await api.get("/apis/metrics.k8s.io/v1beta1/pods"))["items"]
    assert pod["metadata"]["name"] == "web-0"
    assert pod["containers"] == [{"name": "web", "usage": {"cpu": "250000000n", "memory": "65536Ki"}}]
    table = await api.get("/apis/metrics.k8s.io/v1beta1/pods", Accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    assert table["rows"][0]["cells"] == ["web-0", "250000000n", "65536Ki", "15s"]
    assert (await api.ask("GET", "/apis/metrics.k8s.io/v1beta1/nodes/absent"))[0] == 404
    assert (await api.ask("DELETE", "/apis/metrics.k8s.io/v1beta1/nodes/n1"))[0] == 405


BUDGET = {
    "metadata": {"name": "web", "namespace": "payments", "generation": 1},
    "spec": {"minAvailable": 4, "selector": {"matchLabels": {"app": "web"}}},
    "status": {"observedGeneration": 1, "disruptionsAllowed": 1, "currentHealthy": 5, "desiredHealthy": 4},
}


async def evict(api: Any, name: str, **options: Any) -> tuple[int, Any]:
    body = {"metadata": {"name": name}, "deleteOptions": options}
    status, document = await api.ask("POST", f"/api/v1/namespaces/payments/pods/{name}/eviction", body)
    return status, document


async def test_a_budget_lets_as_many_pods_go_as_it_can_spare(api: Any) -> None:
    api.store.create(("policy", "poddisruptionbudgets"), BUDGET)
    assert (await evict(api, "web-0", dryRun=["All"]))[0] == 201
    assert (await evict(api, "web-0"))[0] == 201
    pod = await api.get("/api/v1/namespaces/payments/pods/web-0")
    assert pod["metadata"]["deletionTimestamp"]
    assert pod["status"]["conditions"][-1]["type"] == "DisruptionTarget"
    status, refused = await evict(api, "web-1")
    assert (status, refused["reason"]) == (429, "TooManyRequests")
    assert refused["details"]["causes"][0]["reason"] == "DisruptionBudget"
    # One that has ended, or is ending, disturbs nobody.
    assert (await evict(api, "done"))[0] == 201
    assert (await evict(api, "web-0"))[0] == 201


async def test_two_budgets_for_a_pod_are_too_many(api: Any) -> None:
    for name in ("a", "b"):
        api.store.create(
            ("policy", "poddisruptionbudgets"), {**BUDGET, "metadata": {**BUDGET["metadata"], "name": name}}
        )
    status, document = await evict(api, "web-0")
    assert (status, "more than one PodDisruptionBudget" in document["message"]) == (500, True)


async def test_a_budget_not_yet_counted_asks_to_come_back(api: Any) -> None:
    api.store.create(("policy", "poddisruptionbudgets"), {**BUDGET, "status": {}})
    async with api.open(
        "POST", "/api/v1/namespaces/payments/pods/web-0/eviction", {"metadata": {"name": "web-0"}}
    ) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "10")
