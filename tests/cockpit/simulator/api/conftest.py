"""A small world behind the simulated API server, and a client for it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from cockpit.simulator.api.app import kubernetes_app
from cockpit.simulator.clock import WorldClock
from cockpit.simulator.faults import Faults
from cockpit.simulator.kinds import DEPLOYMENTS, NAMESPACES, NODES, PODS, new_object
from cockpit.simulator.ports import Usage
from cockpit.simulator.store import Object, Store
from cockpit.simulator.users import standard_users

NOW = 1_790_000_000.0
MERGE = "application/merge-patch+json"


class Kubelets:
    """Containers that have written five lines and write two more when somebody follows."""

    def containers_usage(self, namespace: str, pod: str) -> dict[str, Usage]:
        return {"web": Usage(0.25, 64 * 2**20)} if pod == "web-0" else {}

    def node_usage(self, node: str) -> Usage:
        return Usage(1.5, 2 * 2**30)

    def log_lines(self, namespace: str, pod: str, container: str, *, previous: bool) -> list[tuple[float, str]]:
        return [(NOW - 50 + 10 * n, f"{'before' if previous else 'line'} {n}") for n in range(5)]

    async def follow_log(
        self, namespace: str, pod: str, container: str, after: float
    ) -> AsyncIterator[tuple[float, str]]:
        for n in range(2):
            yield (after + 1 + n, f"later {n}")


class Api:
    """Asks the server as one of its users."""

    def __init__(self, client: "TestClient[Any, Any]", store: Store, faults: Faults, users: Any) -> None:
        self.client = client
        self.store = store
        self.faults = faults
        self.users = users

    def open(self, method: str, path: str, body: Any = None, user: str = "admin", **headers: str) -> Any:
        """A request under way, for `async with`."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.users[user].token}", "User-Agent": "tester/1"}
        sent["Content-Type"] = "application/json"
        return self.client.request(
            method, path, data=data, headers={**sent, **{key.replace("_", "-"): text for key, text in headers.items()}}
        )

    async def ask(self, method: str, path: str, body: Any = None, user: str = "admin", **headers: str) -> Any:
        """The status and the JSON of an answer."""
        async with self.open(method, path, body, user, **headers) as answer:
            return answer.status, await read(answer)

    async def get(self, path: str, **headers: str) -> Any:
        status, document = await self.ask("GET", path, **headers)
        assert status == 200, document
        return document

    async def names(self, path: str) -> list[str]:
        return [item["metadata"]["name"] for item in (await self.get(path))["items"]]

    async def patch(self, path: str, change: Any, kind: str = MERGE) -> Any:
        return await self.ask("PATCH", path, change, Content_Type=kind)


async def read(answer: ClientResponse) -> Any:
    text = await answer.text()
    try:
        return json.loads(text)
    except ValueError:
        return text


def pod(
    name: str, namespace: str = "payments", *, phase: str = "Running", app: str = "web", node: str = "n1"
) -> Object:
    ready = "True" if phase == "Running" else "False"
    return new_object(
        PODS,
        name,
        namespace,
        labels={"app": app},
        spec={"nodeName": node, "containers": [{"name": "web", "image": "web:1"}], "terminationGracePeriodSeconds": 30},
        status={
            "phase": phase,
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [
                {
                    "name": "web",
                    "ready": True,
                    "restartCount": 0,
                    "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                }
            ],
        },
    )


def deployment(name: str = "web") -> Object:
    labels = {"app": name}
    return new_object(
        DEPLOYMENTS,
        name,
        "payments",
        labels=labels,
        spec={
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}},
        },
        status={"replicas": 2},
    )


@pytest.fixture
def store() -> Store:
    store = Store(WorldClock(now=lambda: NOW))
    for namespace in ("payments", "storefront"):
        store.create(NAMESPACES, new_object(NAMESPACES, namespace, status={"phase": "Active"}))
    store.create(NODES, new_object(NODES, "n1", status={"conditions": [{"type": "Ready", "status": "True"}]}))
    for number in range(5):
        store.create(PODS, pod(f"web-{number}"))
    store.create(PODS, pod("done", phase="Succeeded", app="job"))
    store.create(PODS, pod("shop-0", "storefront", app="shop"))
    created = store.create(DEPLOYMENTS, deployment())
    store.replace(DEPLOYMENTS, {**created.object, "metadata": {**created.object["metadata"], "generation": 1}})
    return store


@pytest.fixture
def kubelets() -> Any:
    return Kubelets()


@pytest.fixture
async def api(store: Store, kubelets: Any) -> AsyncIterator[Api]:
    faults, users = Faults(), standard_users()
    app = kubernetes_app(store, kubelets, users, faults)
    async with TestClient(TestServer(app)) as client:
        yield Api(client, store, faults, users)
