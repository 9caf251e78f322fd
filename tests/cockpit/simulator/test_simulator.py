import asyncio
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cockpit.simulator.kinds import DEPLOYMENTS, PODS
from cockpit.simulator.simulator import Plan, Served, Simulator

DEADLINE_SECONDS = 20.0


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE_SECONDS)) as session:
        yield session


def token(served: Served, context: str) -> dict[str, str]:
    config = json.loads(Path(served.kubeconfig).read_text())
    user = next(one["context"]["user"] for one in config["contexts"] if one["name"] == context)
    found = next(one["user"]["token"] for one in config["users"] if one["name"] == user)
    return {"Authorization": f"Bearer {found}"}


def is_there(path: str) -> bool:
    return Path(path).exists()


async def ask(client: aiohttp.ClientSession, url: str, headers: dict[str, str] | None = None) -> Any:
    async with client.get(url, headers=headers) as response:
        return await response.json()


async def test_all_four_answer_and_the_kubeconfig_is_its_owners_only(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    path = tmp_path / "config"
    path.touch(0o644)
    simulator = Simulator(Plan(story="calm", kubeconfig=path))
    async with simulator as served:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        config = json.loads(path.read_text())
        assert config["current-context"] == "prod-eu"
        names = ["prod-eu", "prod-eu-viewer", "prod-eu-payments", "prod-eu-nobody", "staging-eu"]
        assert [one["name"] for one in config["contexts"]] == names
        pods = await ask(client, f"{served.kubernetes}/api/v1/pods", token(served, "prod-eu"))
        # How many there are depends on the quarter of the hour: jobs come and go.
        assert len(pods["items"]) == simulator.production.store.count(PODS) > 200
        few = await ask(client, f"{served.staging}/api/v1/nodes", token(served, "staging-eu"))
        assert len(few["items"]) == 3
        refused = await ask(client, f"{served.kubernetes}/api/v1/pods", token(served, "prod-eu-payments"))
        assert refused["code"] == 403
        own = await ask(
            client, f"{served.kubernetes}/api/v1/namespaces/payments/pods", token(served, "prod-eu-payments")
        )
        assert {one["metadata"]["namespace"] for one in own["items"]} == {"payments"}
        built = await ask(client, f"{served.prometheus}/api/v1/status/buildinfo")
        assert built["status"] == "success"
        assert "versionInfo" in await ask(client, f"{served.alertmanager}/api/v2/status")


async def test_the_world_moves_while_it_is_served(client: aiohttp.ClientSession) -> None:
    simulator = Simulator(Plan(story="calm", speed=20))
    async with simulator as served:
        headers = {**token(served, "prod-eu"), "Content-Type": "application/merge-patch+json"}
        url = f"{served.kubernetes}/apis/apps/v1/namespaces/payments/deployments/payments-ledger"
        async with client.patch(url, headers=headers, data=json.dumps({"spec": {"replicas": 4}})) as response:
            assert response.status == 200

        async def scaled() -> None:
            ready, changed = 0, asyncio.Event()
            stop = simulator.production.store.listen(DEPLOYMENTS, changed.set)
            while ready != 4:
                await changed.wait()
                changed.clear()
                ready = (await ask(client, url, headers))["status"].get("readyReplicas", 0)
            stop()

        await asyncio.wait_for(scaled(), DEADLINE_SECONDS)


async def test_a_log_is_followed_over_the_wire(client: aiohttp.ClientSession) -> None:
    simulator = Simulator(Plan(story="calm"))
    async with simulator as served:
        pods = f"{served.kubernetes}/api/v1/namespaces/storefront/pods"
        headers = token(served, "prod-eu")
        name = next(
            one["metadata"]["name"]
            for one in (await ask(client, pods, headers))["items"]
            if one["metadata"]["name"].startswith("storefront-web")
        )
        async with client.get(f"{pods}/{name}/log?follow=true&tailLines=1", headers=headers) as response:
            lines = [await response.content.readline() for _ in range(3)]
        assert all(b" HTTP/1.1" in line for line in lines)


async def test_a_temporary_kubeconfig_goes_with_the_simulator() -> None:
    async with Simulator(Plan(story="calm")) as served:
        assert is_there(served.kubeconfig)
    assert not is_there(served.kubeconfig)


async def test_everything_ends_with_the_block(client: aiohttp.ClientSession) -> None:
    before = asyncio.all_tasks()
    async with Simulator(Plan(story="calm")) as served:
        url = f"{served.kubernetes}/api/v1/pods?watch=true"
        watch = await client.get(url, headers=token(served, "prod-eu"))
    with pytest.raises(aiohttp.ClientError):
        await client.get(served.kubernetes)
    watch.close()
    assert not [task for task in asyncio.all_tasks() - before if "Simulator" in repr(task) or "Agenda" in repr(task)]


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    async with Simulator(Plan(story="calm")) as served:
        port = int(served.kubernetes.rpartition(":")[2])
        with pytest.raises(OSError, match=r"address already in use"):
            await Simulator(Plan(story="calm", port=port, kubeconfig=tmp_path / "config")).__aenter__()
    assert not is_there(str(tmp_path / "config"))
