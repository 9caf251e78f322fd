import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cockpit.simulator.prometheus_api import prometheus_app
from tests.cockpit.simulator.monitoring.small_world import OPENED, World

Client = TestClient[Any, Any]


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    world.run(30)
    async with TestClient(TestServer(prometheus_app(world.monitoring))) as client:
        yield client


async def data(client: Client, path: str, **parameters: Any) -> Any:
    answer = await client.get(f"/api/v1/{path}", params=parameters)
    body = await answer.json()
    assert (answer.status, body["status"], answer.content_type) == (200, "success", "application/json")
    return body["data"]


async def refusal(client: Client, path: str) -> tuple[int, str, str]:
    answer = await client.get(f"/api/v1/{path}")
    body = await answer.json()
    assert body.keys() == {"status", "errorType", "error"}
    assert body["status"] == "error"
    return answer.status, body["errorType"], body["error"]


async def test_a_query_is_answered_at_a_moment_and_now(client: Client, world: World) -> None:
    answer = await data(client, "query", query='kube_pod_status_phase{phase="Running"}', time=str(OPENED - 60.5))
    assert answer["resultType"] == "vector"
    assert answer["result"][0]["value"] == [OPENED - 60.5, "1"]
    assert await data(client, "query", query="1") == {"resultType": "scalar", "result": [int(world.time), "1"]}
    assert await data(client, "query", query='"x"', time="2026-11-24T00:00:00Z") == {
        "resultType": "string",
        "result": [1795478400, "x"],
    }


async def test_a_range_is_answered_by_get_and_by_form(client: Client, world: World) -> None:
    asked = {"query": "sum(rate(http_requests_total[5m]))", "start": OPENED - 600, "end": OPENED, "step": "1m"}
    got = await data(client, "query_range", **asked)
    assert [len(series["values"]) for series in got["result"]] == [11]
    posted = await client.post("/api/v1/query_range", data=asked)
    assert (await posted.json())["data"] == got
    long = {"query": f"sum(up{{job!~'{'|'.join(['x' * 50] * 1000)}'}})", "time": OPENED}
    assert (await client.post("/api/v1/query", data=long)).status == 200


@pytest.mark.parametrize(
    ("path", "status", "kind", "words"),
    [
        ("query?query=sum(", 400, "bad_data", 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis'),
        ("query", 400, "bad_data", 'invalid parameter "query": 1:1: parse error: no expression found in input'),
        (
            "query?query=up&time=x",
            400,
            "bad_data",
            'invalid parameter "time": Invalid time value for \'time\': cannot parse "x" to a valid timestamp',
        ),
        ("query?query=holt_winters(up[5m],1,1)", 400, "bad_data", "unknown function with name"),
        ("query?query=up*on(job)up", 422, "execution", "found duplicate series for the match group"),
        ("query_range?query=up", 400, "bad_data", 'invalid parameter "start": cannot parse "" to a valid timestamp'),
        ("query_range?query=up&start=2&end=1&step=1", 400, "bad_data", "end timestamp must not be before start time"),
        ("query_range?query=up&start=1&end=2&step=0", 400, "bad_data", "zero or negative query resolution step"),
        ("query_range?query=up&start=0&end=20000&step=1", 400, "bad_data", "exceeded maximum resolution of 11,000"),
        ("query_range?query=up[5m]&start=0&end=20&step=1", 400, "bad_data", 'invalid expression type "range vector"'),
        ("series", 400, "bad_data", "no match[] parameter provided"),
        ("label/0bad/values", 400, "bad_data", 'invalid label name: "0bad"'),
        ("labels?match[]=up[5m]", 400, "bad_data", 'invalid parameter "match[]": 1:'),
        ("rules?type=x", 400, "bad_data", 'invalid parameter "type": not supported value "x"'),
    ],
)
async def test_a_bad_request_is_refused_with_prometheus_words(
    client: Client, path: str, status: int, kind: str, words: str
) -> None:
    got = await refusal(client, path)
    assert got[:2] == (status, kind)
    assert words in got[2]


async def test_other_paths_and_methods_are_refused_in_plain_text(client: Client) -> None:
    missing = await client.get("/api/v1/nothing")
    assert (missing.status, await missing.text(), missing.content_type) == (404, "404 page not found\n", "text/plain")
    refused = await client.delete("/api/v1/query")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, OPTIONS, POST")
    assert (await client.post("/api/v1/rules")).status == 405


async def test_it_says_that_it_is_ready_and_what_it_is(client: Client) -> None:
    ready = await client.get("/-/ready")
    assert (ready.status, await ready.text()) == (200, "Prometheus Server is Ready.\n")
    assert (await client.get("/-/healthy")).status == 200
    assert (await data(client, "status/buildinfo"))["version"].startswith("2.")


async def test_labels_series_and_metadata(client: Client) -> None:
    assert await data(client, "labels", **{"match[]": "ALERTS_FOR_STATE"}) == ["__name__", "alertname", "severity"]
    assert await data(client, "label/service/values", **{"match[]": "http_requests_total"}) == ["api", "web"]
    assert "kube_pod_info" in await data(client, "label/__name__/values")
    series = await data(client, "series", **{"match[]": 'http_requests_total{service="api"}'})
    assert [one["code"] for one in series] == ["200", "404", "500", "503"]
    assert await data(client, "metadata", metric="up") == {
        "up": [{"type": "gauge", "help": "Whether a target answered its scrape.", "unit": ""}]
    }


async def test_rules_and_alerts(client: Client, world: World, release: Callable[[World], None]) -> None:
    release(world)
    world.run(10)
    groups = (await data(client, "rules"))["groups"]
    rules = {rule["name"]: rule for group in groups for rule in group["rules"]}
    assert {
        "KubePodCrashLooping",
        "ErrorBudgetBurn",
        "NodeDiskFillingUp",
        "CertificateExpiry",
        "Watchdog",
    } <= rules.keys()
    crash = rules["KubePodCrashLooping"]
    assert (crash["state"], crash["health"], crash["type"], crash["duration"]) == ("pending", "ok", "alerting", 30)
    assert crash["alerts"][0]["value"] == "1e+00"
    (only,) = (await data(client, "rules", **{"type": "alert", "rule_name[]": "Watchdog"}))["groups"]
    assert [rule["name"] for rule in only["rules"]] == ["Watchdog"]
    bare = await data(client, "rules", exclude_alerts="true")
    assert not any("alerts" in rule for group in bare["groups"] for rule in group["rules"])
    assert all(group["rules"] == [] for group in (await data(client, "rules", type="record"))["groups"])
    alerts = (await data(client, "alerts"))["alerts"]
    assert {(alert["labels"]["alertname"], alert["state"]) for alert in alerts} == {
        ("KubeDeploymentReplicasMismatch", "pending"),
        ("KubePodCrashLooping", "pending"),
        ("TargetDown", "pending"),
        ("Watchdog", "firing"),
    }


async def test_targets(client: Client, world: World, release: Callable[[World], None]) -> None:
    release(world)
    world.run(5)
    active = (await data(client, "targets", state="active"))["activeTargets"]
    down = [target for target in active if target["health"] == "down"]
    assert [target["labels"]["pod"] for target in down] == ["api-1"]
    assert "connection refused" in down[0]["lastError"]
    assert (await data(client, "targets", state="dropped"))["activeTargets"] == []


async def test_it_scrapes_by_itself(make_world: Callable[[float], World]) -> None:
    world = make_world(50.0)
    running = asyncio.create_task(world.monitoring.run())
    try:
        async with asyncio.timeout(20):
            while len(world.monitoring.scrapes.times) < world.monitoring.scrapes.index_of(int(OPENED * 1000)) + 3:
                world.time += 0.1
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    assert world.states()["Watchdog"] == "firing"
