"""Operations against an API server: a preview changes nothing, a run hits exactly what was previewed.

The same suite runs against the simulator in the default run and against the server that
`COCKPIT_TEST_KUBECONFIG` names (context `…-admin`, a deployment with two revisions is made in a namespace of its own).
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.pods import POD
from state.cluster.operations.delete import Delete
from state.cluster.operations.rollback import RollBack
from state.cluster.transport import Transport
from state.operation import Refused
from state.ref import Ref


def pod_template(image: str, name: str = "") -> dict[str, Any]:
    return {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": image}]}}


def until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


@pytest.fixture
def lone_pod(transport: Transport, namespace: str) -> dict[str, Any]:
    name = f"lone-{uuid.uuid4().hex[:8]}"
    spec = pod_template("registry.example/a:v1")["spec"]
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, "spec": spec}
    return requests.post(transport, f"/api/v1/namespaces/{namespace}/pods", body)


def delete_of(transport: Transport, pod: dict[str, Any], uid: str = "") -> Delete:
    metadata = pod["metadata"]
    ref = Ref("test", POD.resource.group_kind, metadata["namespace"], metadata["name"])
    return Delete(lambda: transport, POD.resource, ref, uid or metadata["uid"])


def test_the_preview_of_a_delete_deletes_nothing(transport: Transport, lone_pod: dict[str, Any]) -> None:
    operation = delete_of(transport, lone_pod)
    assert operation.permitted() == ""
    preview = operation.preview()
    assert preview.warnings == ("no controller owns it: nothing brings it back",)
    path = POD.resource.path(lone_pod["metadata"]["namespace"], lone_pod["metadata"]["name"])
    still = requests.get(transport, path)
    assert still["metadata"]["uid"] == lone_pod["metadata"]["uid"]
    assert "deletionTimestamp" not in still["metadata"]


def test_a_delete_deletes(transport: Transport, lone_pod: dict[str, Any]) -> None:
    assert delete_of(transport, lone_pod).run().done
    path = POD.resource.path(lone_pod["metadata"]["namespace"], lone_pod["metadata"]["name"])

    def gone() -> bool:
        try:
            return "deletionTimestamp" in requests.get(transport, path)["metadata"]
        except ApiError as error:
            return error.status == 404

    until(gone, "the pod stays")


def test_a_successor_of_the_same_name_is_not_hit(transport: Transport, lone_pod: dict[str, Any]) -> None:
    operation = delete_of(transport, lone_pod, uid="00000000-0000-4000-8000-000000000000")
    with pytest.raises(Refused, match="another object by now"):
        operation.preview()
    with pytest.raises(Refused, match="nothing was deleted"):
        operation.run()


@pytest.fixture
def released_twice(transport: Transport, namespace: str) -> dict[str, Any]:
    """A deployment whose second revision has another image than its first."""
    name = f"released-{uuid.uuid4().hex[:8]}"
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": pod_template("registry.example/a:v1", name),
        },
    }
    collection = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    requests.post(transport, collection, body)
    revision = "deployment.kubernetes.io/revision"

    def at_revision(number: str) -> dict[str, Any] | None:
        found = requests.get(transport, f"{collection}/{name}")
        return found if found["metadata"].get("annotations", {}).get(revision) == number else None

    until(lambda: at_revision("1"), "no first revision")
    new = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "registry.example/a:v2"}]}}}}
    requests.patch(transport, f"{collection}/{name}", new, requests.MERGE_PATCH)
    found: dict[str, Any] = until(lambda: at_revision("2"), "no second revision")
    return found


def roll_back(transport: Transport, deployment: dict[str, Any]) -> RollBack:
    metadata = deployment["metadata"]
    ref = Ref("test", DEPLOYMENT.resource.group_kind, metadata["namespace"], metadata["name"])
    return RollBack(lambda: transport, DEPLOYMENT.resource, ref, metadata["uid"])


def image(transport: Transport, operation: RollBack) -> str:
    path = f"/apis/apps/v1/namespaces/{operation.subject.namespace}/deployments/{operation.subject.name}"
    found: str = requests.get(transport, path)["spec"]["template"]["spec"]["containers"][0]["image"]
    return found


def test_a_roll_back_previews_and_then_does_it(transport: Transport, released_twice: dict[str, Any]) -> None:
    operation = roll_back(transport, released_twice).planned()
    assert operation.to_revision == 1
    assert operation.permitted() == ""
    shown = " ".join(cell.text for line in operation.preview().lines for cell in line)
    assert "registry.example/a:v2" in shown
    assert "registry.example/a:v1" in shown
    assert image(transport, operation) == "registry.example/a:v2", "a preview changes nothing"
    outcome = operation.run()
    assert outcome.done
    assert image(transport, operation) == "registry.example/a:v1"
    with pytest.raises(Refused, match="changed since the preview"):
        operation.run()


def test_there_is_nothing_before_the_first_revision(transport: Transport, released_twice: dict[str, Any]) -> None:
    operation = roll_back(transport, released_twice)
    with pytest.raises(Refused, match="has no revision 7"):
        replace(operation, to_revision=7).preview()
    with pytest.raises(Refused, match="is at revision 2 already"):
        replace(operation, to_revision=2).preview()
