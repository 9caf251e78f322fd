from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cockpit.simulator.alertmanager_api import alertmanager_app
from cockpit.simulator.clock import timestamp
from tests.cockpit.simulator.monitoring.small_world import OPENED, World

Client = TestClient[Any, Any]


@pytest.fixture
async def client(world: World, release: Callable[[World], None]) -> AsyncIterator[Client]:
    world.platform.expiries = [("shop", "shop-example", OPENED + 6 * 86400)]
    world.run(5)
    release(world)
    world.run(400)
    async with TestClient(TestServer(alertmanager_app(world.monitoring))) as client:
        yield client


async def get(client: Client, path: str, **parameters: Any) -> Any:
    answer = await client.get(f"/api/v2/{path}", params=parameters)
    assert answer.status == 200
    return await answer.json()


def silence(world: World, **other: Any) -> dict[str, Any]:
    return {
        "matchers": [{"name": "namespace", "value": "pay", "isRegex": False, "isEqual": True}],
        "startsAt": timestamp(world.time),
        "endsAt": timestamp(world.time + 900),
        "createdBy": "ben",
        "comment": "ACK! mine",
        **other,
    }


async def test_alerts_are_active_or_suppressed_with_their_reasons(client: Client) -> None:
    alerts = await get(client, "alerts")
    status = {(one["labels"]["alertname"], one["labels"]["severity"]): one["status"] for one in alerts}
    assert status["KubePodCrashLooping", "critical"] == {
        "inhibitedBy": [],
        "mutedBy": [],
        "silencedBy": [],
        "state": "active",
    }
    assert status["ErrorBudgetBurn", "warning"]["state"] == "suppressed"
    (ack,) = await get(client, "silences")
    assert status["CertificateExpiry", "warning"]["silencedBy"] == [ack["id"]]
    assert (ack["createdBy"], ack["status"]) == ("ana", {"state": "active"})


async def test_alerts_are_chosen_by_every_parameter(client: Client) -> None:
    everything = {one["fingerprint"] for one in await get(client, "alerts")}
    suppressed = {one["fingerprint"] for one in await get(client, "alerts", active="false")}
    active = {one["fingerprint"] for one in await get(client, "alerts", silenced="false", inhibited="false")}
    assert active | suppressed == everything
    assert not active & suppressed
    assert {one["labels"]["severity"] for one in await get(client, "alerts", receiver="on-.*")} == {"critical"}
    named = await get(client, "alerts", filter='alertname=~"Kube.*"')
    assert {one["labels"]["alertname"] for one in named} == {"KubePodCrashLooping", "KubeDeploymentReplicasMismatch"}
    both = [("filter", 'namespace="pay"'), ("filter", 'severity!="critical"')]
    answer = await client.get("/api/v2/alerts", params=both)
    assert {one["labels"]["severity"] for one in await answer.json()} == {"warning"}


async def test_alerts_come_in_groups(client: Client) -> None:
    groups = await get(client, "alerts/groups")
    keys = [
        (group["labels"].get("namespace"), group["labels"]["alertname"], group["receiver"]["name"]) for group in groups
    ]
    assert ("pay", "ErrorBudgetBurn", "on-call") in keys
    assert ("pay", "ErrorBudgetBurn", "platform-team") in keys
    assert (None, "Watchdog", "dead-man-switch") in keys
    assert all(group["alerts"] for group in groups)


async def test_a_silence_counts_at_once_until_it_is_deleted(client: Client, world: World) -> None:
    posted = await client.post("/api/v2/silences", json=silence(world))
    made = (await posted.json())["silenceID"]
    crash = {"filter": 'alertname="KubePodCrashLooping"'}
    (alert,) = await get(client, "alerts", **crash)
    assert alert["status"]["silencedBy"] == [made]
    assert [one["id"] for one in await get(client, "silences", filter='namespace="pay"')] == [made]
    assert await get(client, "silences", filter='namespace=~"pay"') == []
    longer = silence(world, id=made, startsAt=(await get(client, f"silence/{made}"))["startsAt"])
    again = await client.post("/api/v2/silences", json={**longer, "endsAt": timestamp(world.time + 5000)})
    assert (await again.json())["silenceID"] == made
    for _ in range(2):
        deleted = await client.delete(f"/api/v2/silence/{made}")
        assert (deleted.status, await deleted.text()) == (200, "")
    (alert,) = await get(client, "alerts", **crash)
    assert alert["status"]["state"] == "active"
    world.time += 1
    assert (await get(client, f"silence/{made}"))["status"]["state"] == "expired"


async def test_posted_alerts_are_held_until_they_end(client: Client, world: World) -> None:
    one = {"labels": {"alertname": "Mine", "empty": ""}, "generatorURL": "http://here"}
    assert (await client.post("/api/v2/alerts", json=[one])).status == 200
    (alert,) = await get(client, "alerts", filter='alertname="Mine"')
    assert (alert["labels"], alert["generatorURL"]) == ({"alertname": "Mine"}, "http://here")
    world.time += 299
    assert await get(client, "alerts", filter='alertname="Mine"')
    world.time += 2
    assert await get(client, "alerts", filter='alertname="Mine"') == []


async def test_status_receivers_and_health(client: Client) -> None:
    status = await get(client, "status")
    assert status["cluster"] == {"peers": [], "status": "disabled"}
    assert "group_by:" in status["config"]["original"]
    assert status["versionInfo"]["version"]
    assert {one["name"] for one in await get(client, "receivers")} == {"platform-team", "on-call", "dead-man-switch"}
    for path in ("/-/ready", "/-/healthy"):
        assert await (await client.get(path)).text() == "OK"
