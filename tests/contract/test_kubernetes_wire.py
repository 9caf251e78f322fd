"""The simulated API server answers as a real one, where `COCKPIT_TEST_KUBECONFIG` names one that may be written to.

Each request goes to both, and what comes back is compared: code, and the whole body without what differs by nature.
"""

import base64
import json
import os
import re
import ssl
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
import yaml
from aiohttp.test_utils import TestServer

from cockpit.simulator.api.app import kubernetes_app
from cockpit.simulator.clock import WorldClock
from cockpit.simulator.faults import Faults
from cockpit.simulator.ports import Usage
from cockpit.simulator.store import Store
from cockpit.simulator.users import standard_users

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "").partition(os.pathsep)[0]
pytestmark = pytest.mark.skipif(not CONFIG, reason="COCKPIT_TEST_KUBECONFIG names no API server")

SPACE = f"wire-{uuid.uuid4().hex[:8]}"
MAPS = f"/api/v1/namespaces/{SPACE}/configmaps"
SETS = f"/apis/apps/v1/namespaces/{SPACE}/statefulsets"
PODS = f"/api/v1/namespaces/{SPACE}/pods"
JSON, MERGE = "application/json", "application/merge-patch+json"
STRATEGIC, JSON_PATCH = "application/strategic-merge-patch+json", "application/json-patch+json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
TEMPLATE = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {
        "containers": [{"name": "c", "image": "registry.example/c:1", "livenessProbe": {"tcpSocket": {"port": 1}}}],
        "volumes": [{"name": "v"}, {"name": "s", "secret": {"secretName": "s"}}],
    },
}
SET = {
    "metadata": {"name": "set"},
    "spec": {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "serviceName": "x", "template": TEMPLATE},
}
JOB = {"metadata": {"name": "j"}, "spec": {"suspend": True, "template": {"spec": {
    "restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}}}  # fmt: skip


class Request(NamedTuple):
    method: str
    path: str
    body: Any = None
    kind: str = JSON
    accept: str = JSON


CONVERSATION = [
    Request("POST", "/api/v1/namespaces", {"metadata": {"name": SPACE}}),
    Request("POST", MAPS, {"metadata": {"name": "one", "labels": {"x": "1"}}, "data": {"a": "1"}}),
    Request("POST", MAPS, {"metadata": {"name": "one"}}),
    Request("POST", MAPS, {"metadata": {"name": "two"}, "data": {"a": "1"}}),
    Request("POST", MAPS, {"metadata": {}}),
    Request("POST", MAPS, {"metadata": {"name": "X_y"}}),
    Request("POST", MAPS, {"metadata": {"name": "x", "namespace": "default"}}),
    Request("POST", MAPS, {"metadata": {"name": "x", "resourceVersion": "4"}}),
    Request("POST", f"{MAPS}?dryRun=All", {"metadata": {"name": "dry"}}),
    Request("GET", f"{MAPS}?labelSelector=x%3D1"),
    Request("GET", f"{MAPS}?labelSelector=x%3D1", accept=TABLE),
    Request("GET", f"{MAPS}/one", accept=METADATA),
    Request("GET", f"{MAPS}?labelSelector=x+in+y"),
    Request("GET", f"{MAPS}?fieldSelector=data.x%3D1"),
    Request("GET", f"{MAPS}?fieldSelector=nope"),
    Request("GET", f"{MAPS}?resourceVersion=abc"),
    Request("GET", f"{MAPS}?resourceVersionMatch=Exact"),
    Request("GET", f"{MAPS}?limit=x"),
    Request("GET", f"{MAPS}?continue=abc"),
    Request("GET", f"{MAPS}/absent"),
    Request("GET", f"{MAPS}/one/nope"),
    Request("PUT", f"{MAPS}/one", {"metadata": {"name": "one"}, "data": {"a": "2"}}),
    Request("PUT", f"{MAPS}/one", {"metadata": {"name": "one", "resourceVersion": "1"}}),
    Request("PUT", f"{MAPS}/one", {"metadata": {"name": "other"}}),
    Request("PUT", f"{MAPS}/one", {"metadata": {"name": "one", "uid": "abc"}}),
    Request("PATCH", f"{MAPS}/one", {"data": {"b": "3", "a": None}}, MERGE),
    Request("PATCH", f"{MAPS}/one", [{"op": "replace", "path": "/data/b", "value": "4"}], JSON_PATCH),
    Request("PATCH", f"{MAPS}/one", [{"op": "test", "path": "/data/b", "value": "x"}], JSON_PATCH),
    Request("PATCH", f"{MAPS}/one", {"metadata": {"resourceVersion": "1"}}, MERGE),
    Request("PATCH", f"{MAPS}/one", {}, JSON),
    Request("PATCH", f"{MAPS}/one", {"metadata": {"labels": {"a b": "c"}}}, MERGE),
    Request("PATCH", f"{MAPS}/one", {"metadata": {"finalizers": ["example.com/wait"]}}, STRATEGIC),
    Request("DELETE", f"{MAPS}/one", {"preconditions": {"uid": "00000000-0000-0000-0000-000000000000"}}),
    Request("DELETE", f"{MAPS}/one", {"propagationPolicy": "Nope"}),
    Request("DELETE", f"{MAPS}/one"),
    Request("DELETE", f"{MAPS}/one"),
    Request("PATCH", f"{MAPS}/one", {"metadata": {"finalizers": ["example.com/wait", "example.com/more"]}}, MERGE),
    Request("PATCH", f"{MAPS}/one", {"metadata": {"finalizers": None}}, MERGE),
    Request("GET", f"{MAPS}/one"),
    Request("DELETE", f"{MAPS}/two"),
    Request("POST", f"{SETS}?dryRun=All", SET),
    Request("POST", SETS, {"metadata": {"name": "bad"}, "spec": {}}),
    Request("POST", f"/apis/batch/v1/namespaces/{SPACE}/jobs?dryRun=All", JOB),
    Request("POST", SETS, {"apiVersion": "apps/v2", "metadata": {"name": "x"}}),
    Request("POST", PODS, {"metadata": {"name": "x"}, "spec": {}}),
    Request("GET", f"{PODS}/absent/log"),
    Request("POST", f"{PODS}/absent/eviction", {"metadata": {"name": "absent"}}),
    Request("DELETE", "/api/v1/namespaces"),
    Request("GET", "/apis/absent.example/v1/things"),
    Request("GET", "/nope"),
    Request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            {"spec": {"resourceAttributes": {"verb": "list", "resource": "pods"}}}),
]  # fmt: skip

DIFFERENT = frozenset(
    {"uid", "resourceVersion", "managedFields", "creationTimestamp", "deletionTimestamp", "description"}
)


def comparable(value: Any) -> Any:
    """A body without what differs from server to server, and without the words a client never shows."""
    if isinstance(value, dict):
        kept = {key: comparable(item) for key, item in value.items() if key not in DIFFERENT}
        if "cells" in kept:
            kept["cells"] = kept["cells"][:-1]  # the last one is the age
        return kept
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID", value)
    return value


class NoKubelets:
    def containers_usage(self, namespace: str, pod: str) -> dict[str, Usage]:
        return {}

    def node_usage(self, node: str) -> Usage:
        return Usage(0, 0)

    def log_lines(self, namespace: str, pod: str, container: str, *, previous: bool) -> list[tuple[float, str]]:
        return []

    async def follow_log(
        self, namespace: str, pod: str, container: str, after: float
    ) -> AsyncIterator[tuple[float, str]]:
        for line in self.log_lines(namespace, pod, container, previous=False):
            yield line


async def ask(session: aiohttp.ClientSession, request: Request) -> tuple[int, Any]:
    headers = {"Accept": request.accept, **({"Content-Type": request.kind} if request.body is not None else {})}
    data = None if request.body is None else json.dumps(request.body).encode()
    async with session.request(request.method, request.path, data=data, headers=headers) as answer:
        text = await answer.text()
        return answer.status, comparable(json.loads(text)) if text.startswith("{") else text


def written() -> Any:
    return yaml.safe_load(Path(CONFIG).read_text(encoding="utf-8"))


@pytest.fixture
async def real() -> AsyncIterator[aiohttp.ClientSession]:
    config = written()
    [context] = [one["context"] for one in config["contexts"] if one["name"] == config["current-context"]]
    [cluster] = [one["cluster"] for one in config["clusters"] if one["name"] == context["cluster"]]
    [user] = [one["user"] for one in config["users"] if one["name"] == context["user"]]
    if "token" not in user or "certificate-authority-data" not in cluster:
        pytest.skip("the current context does not sign in with a token over TLS with a certificate of its own")
    trusted = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    connector = aiohttp.TCPConnector(ssl=trusted)
    headers = {"Authorization": f"Bearer {user['token']}"}
    async with aiohttp.ClientSession(cluster["server"], connector=connector, headers=headers) as session:
        yield session
        await session.delete(f"/api/v1/namespaces/{SPACE}")


@pytest.fixture
async def simulated() -> AsyncIterator[aiohttp.ClientSession]:
    users = standard_users()
    app = kubernetes_app(Store(WorldClock()), NoKubelets(), users, Faults())
    async with TestServer(app) as server:
        headers = {"Authorization": f"Bearer {users['admin'].token}"}
        async with aiohttp.ClientSession(server.make_url("/"), headers=headers) as session:
            yield session


async def test_a_conversation_goes_the_same_way(real: Any, simulated: Any) -> None:
    different = []
    for request in CONVERSATION:
        wanted, found = await ask(real, request), await ask(simulated, request)
        if wanted != found:
            different.append((request, wanted, found))
    assert different == []
