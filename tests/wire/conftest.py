"""The recordings of a real API server, and a simulated one that holds what they show."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cockpit.simulator.api.app import kubernetes_app
from cockpit.simulator.clock import WorldClock, seconds_of
from cockpit.simulator.faults import Faults
from cockpit.simulator.ports import Usage
from cockpit.simulator.store import AlreadyExists, Collection, Object, Store
from cockpit.simulator.users import Users, standard_users

HERE = Path(__file__).parent
_CUT = "\n… cut here"
_COLLECTIONS = {
    "Certificate": Collection("lab.example", "certificates"),
    "ConfigMap": Collection("", "configmaps"),
    "Deployment": Collection("apps", "deployments"),
    "Node": Collection("", "nodes"),
    "Pod": Collection("", "pods"),
    "ReplicaSet": Collection("apps", "replicasets"),
    "Secret": Collection("", "secrets"),
}
_DEFINITION: Object = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "certificates.lab.example"},
    "spec": {
        "group": "lab.example",
        "scope": "Namespaced",
        "names": {"plural": "certificates", "singular": "certificate", "kind": "Certificate", "shortNames": ["lcert"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "additionalPrinterColumns": [
                    {"name": "Host", "type": "string", "jsonPath": ".spec.host"},
                    {"name": "Expires", "type": "date", "jsonPath": ".spec.notAfter"},
                ],
            }
        ],
    },
}
_BUDGET: Object = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "payments-api", "namespace": "payments", "generation": 1},
    "spec": {"minAvailable": 3, "selector": {"matchLabels": {"app.kubernetes.io/name": "payments-api"}}},
    "status": {"observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 3, "desiredHealthy": 3},
}


@dataclass(frozen=True)
class Recording:
    """A request as it was sent, and what came back."""

    name: str
    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    answer_headers: dict[str, str]
    answer: str

    @property
    def user(self) -> str:
        return re.sub(r"^Bearer <(.*)>$", r"\1", self.headers["Authorization"])

    @property
    def is_whole(self) -> bool:
        return _CUT not in self.answer

    def documents(self) -> list[Any]:
        """The JSON that came back: one document, or the lines of a watch; what is cut is left out."""
        lines = self.answer.partition(_CUT)[0].strip().splitlines()
        try:
            return [json.loads("\n".join(lines))] if lines else []
        except ValueError:
            return [document for line in lines if (document := _parsed(line)) is not None]


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def read(path: Path) -> Recording:
    request, _, answer = path.read_text().partition("\nHTTP/1.1 ")
    head, _, body = request.rstrip("\n").partition("\n\n")
    first, *lines = head.splitlines()
    method, target, _ = first.split(" ")
    answer_head, _, answer_body = answer.partition("\n\n")
    status, *answer_lines = answer_head.splitlines()
    return Recording(
        path.stem, method, target, dict(line.split(": ", 1) for line in lines), body,
        int(status.split(" ")[0]), dict(line.split(": ", 1) for line in answer_lines), answer_body,
    )  # fmt: skip


RECORDINGS = {recording.name: recording for recording in map(read, sorted(HERE.glob("*.http")))}


class RecordedKubelets:
    """Containers that log what the recorded ones did, and use a little."""

    def containers_usage(self, namespace: str, pod: str) -> dict[str, Usage]:
        return {"main": Usage(0.005, 20 * 2**20)}

    def node_usage(self, node: str) -> Usage:
        return Usage(0.05, 200 * 2**20)

    def log_lines(self, namespace: str, pod: str, container: str, *, previous: bool) -> list[tuple[float, str]]:
        start = seconds_of("2026-01-01T00:00:00Z")
        return [(start + n, f"{'ERROR' if n % 7 == 0 else 'INFO'} payments: request {n}") for n in range(300)]

    async def follow_log(
        self, namespace: str, pod: str, container: str, after: float
    ) -> AsyncIterator[tuple[float, str]]:
        if self.log_lines(namespace, pod, container, previous=False)[-1][0] < after:
            yield (after, "more")


def objects(value: Any) -> Iterator[Object]:
    """The whole objects that an answer shows, each with kind and apiVersion."""
    if not isinstance(value, dict):
        return
    kind, items = value.get("kind", ""), value.get("items")
    if isinstance(items, list) and kind.endswith("List"):
        for item in items:
            yield from objects({"kind": kind.removesuffix("List"), "apiVersion": value["apiVersion"], **item})
    elif kind == "Table":
        for row in value["rows"]:
            yield from objects(row["object"])
    elif "type" in value and "object" in value:
        yield from objects(value["object"])
    elif kind in _COLLECTIONS and "uid" in value.get("metadata", {}):
        yield value


def recorded_store() -> Store:
    """What the recorded server held, as far as the recordings show it, each object as it was first seen."""
    store = Store(WorldClock())
    for name in ("payments", "storefront", "kube-system"):
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "status": {"phase": "Active"}}
        store.create(Collection("", "namespaces"), namespace)
    store.create(Collection("apiextensions.k8s.io", "customresourcedefinitions"), _DEFINITION)
    store.create(Collection("policy", "poddisruptionbudgets"), _BUDGET)
    for name in ("admin", "api"):
        add(store, _certificate(name))
    add(store, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "payments", "namespace": "payments"}})
    for recording in RECORDINGS.values():
        if recording.method == "GET":
            for document in recording.documents():
                for obj in objects(document):
                    add(store, obj)
    for name in ("node-0", "node-1", "node-2"):
        node = next(objects(RECORDINGS["56-uncordon"].documents()[0]))
        add(store, {**node, "metadata": {**node["metadata"], "name": name}})
    for name in ("45-pod-crash-loop", "46-pod-names"):
        pod = next(objects(RECORDINGS[name].documents()[0]))
        add(store, {**pod, "metadata": {**pod["metadata"], "name": f"{pod['metadata']['name']}-2"}})
    deleted = next(objects(RECORDINGS["53-delete-with-grace"].documents()[0]))
    add(store, deleted)
    return store


def _certificate(name: str) -> Object:
    return {
        "apiVersion": "lab.example/v1",
        "kind": "Certificate",
        "metadata": {"name": name, "namespace": "payments"},
        "spec": {"host": f"{name}.example", "notAfter": "2027-01-01T00:00:00Z"},
    }


def add(store: Store, obj: Object) -> None:
    """Put an object into the store unless one of its name is there."""
    metadata = obj["metadata"]
    if "brief" in metadata["name"]:
        return
    created = metadata.get("creationTimestamp")
    kept = {key: value for key, value in metadata.items() if not key.startswith("deletion")}
    try:
        store.create(
            _COLLECTIONS[obj["kind"]], {**obj, "metadata": kept}, created=seconds_of(created) if created else None
        )
    except AlreadyExists:
        pass


@dataclass(frozen=True)
class Replayed:
    """What the simulated server answered."""

    status: int
    headers: dict[str, str]
    text: str

    def documents(self) -> list[Any]:
        return Recording("", "", "", {}, "", 0, {}, self.text).documents()


class Replayer:
    """Sends recorded requests to a simulated server."""

    def __init__(self, store: Store, users: Users, client: "TestClient[Any, Any]") -> None:
        self.store = store
        self.users = users
        self.client = client
        self.recordings = RECORDINGS
        self.token = ""

    async def send(self, recording: Recording, path: str = "") -> Replayed:
        known = self.users.get(recording.user)
        token = known.token if known else "not-a-token"
        headers = {**recording.headers, "Authorization": f"Bearer {token}", "User-Agent": ""}
        data = recording.body.encode() or None
        async with self.client.request(recording.method, path or recording.path, headers=headers, data=data) as answer:
            return Replayed(answer.status, dict(answer.headers), await answer.text())


@pytest.fixture
async def replayer() -> AsyncIterator[Replayer]:
    store, users = recorded_store(), standard_users()
    app = kubernetes_app(store, RecordedKubelets(), users, Faults())
    async with TestClient(TestServer(app)) as client:
        yield Replayer(store, users, client)


@pytest.fixture
def recordings() -> dict[str, Recording]:
    return RECORDINGS
