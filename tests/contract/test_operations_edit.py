"""Editing an object against an API server: simulated or real, the same suite."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Resource
from state.cluster.operations.applying import apply, conflicts
from state.cluster.operations.edit import Edit, EditConflict
from state.cluster.operations.edit_session import EditSession
from state.cluster.transport import Transport
from state.ref import Ref

Json = dict[str, Any]
DEPLOYMENTS = DEPLOYMENT.resource
CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")


@pytest.fixture
def deployment(transport: Transport, namespace: str) -> Json:
    """A deployment that `tests` applied: its fields belong to that manager."""
    name = f"edited-{uuid.uuid4().hex[:6]}"
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "image": "registry.example/a:v1"}]},
    }
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": {"mine": "1", "other": "2"}},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template},
    }
    query = (("fieldManager", "tests"),)
    return requests.patch(transport, DEPLOYMENTS.path(namespace, name), body, requests.APPLY_PATCH, query)


def session_of(
    transport: Transport, obj: Json, folder: Path, resource: Resource = DEPLOYMENTS, **how: Any
) -> EditSession:
    metadata = obj["metadata"]
    ref = Ref("test", resource.group_kind, metadata["namespace"], metadata["name"])
    return EditSession(lambda: transport, resource, ref, metadata["uid"], parent=folder, **how)


def saved(session: EditSession, path: Path, old: str, new: str) -> Edit:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    operation = session.taken()
    assert operation is not None
    return operation


def live(transport: Transport, obj: Json, resource: Resource = DEPLOYMENTS) -> Json:
    return requests.get(transport, resource.path(obj["metadata"]["namespace"], obj["metadata"]["name"]))


def shown(operation: Edit) -> list[str]:
    return ["".join(cell.text for cell in line) for line in operation.preview().lines]


def scaled(transport: Transport, obj: Json, replicas: int) -> None:
    path = DEPLOYMENTS.path(obj["metadata"]["namespace"], obj["metadata"]["name"])
    requests.patch(transport, path, {"spec": {"replicas": replicas}}, requests.MERGE_PATCH, (("fieldManager", "bob"),))


def test_what_is_left_as_it_was_is_not_written(transport: Transport, deployment: Json, tmp_path: Path) -> None:
    with session_of(transport, deployment, tmp_path) as session:
        session.begin()
        assert session.taken() is None


def test_replacing(transport: Transport, deployment: Json, tmp_path: Path) -> None:
    with session_of(transport, deployment, tmp_path) as session:
        path = session.begin()
        operation = saved(session, path, "registry.example/a:v1", "registry.example/a:v2")
        assert operation.permitted() == ""
        assert shown(operation)[:3] == [
            "spec.template.spec.containers[main].image", "  - registry.example/a:v1", "  + registry.example/a:v2",
        ]  # fmt: skip
        assert live(transport, deployment)["metadata"]["generation"] == 1, "a preview changes nothing"
        scaled(transport, deployment, 2)
        outcome = operation.run()
    assert outcome.details["fields"] == "spec.template.spec.containers[main].image"
    now = live(transport, deployment)["spec"]
    assert now["replicas"] == 2, "what somebody else changed meanwhile stays"
    assert now["template"]["spec"]["containers"][0]["image"] == "registry.example/a:v2"


def test_two_who_change_the_same(transport: Transport, deployment: Json, tmp_path: Path) -> None:
    with session_of(transport, deployment, tmp_path) as session:
        path = session.begin()
        operation = saved(session, path, "  replicas: 1\n  revision", "  replicas: 4\n  revision")
        scaled(transport, deployment, 2)
        with pytest.raises(EditConflict) as caught:
            operation.run()
        assert live(transport, deployment)["spec"]["replicas"] == 2
        text = session.reopen(caught.value).read_text()
        assert "# * spec.replicas was changed meanwhile to 2; yours is 4\n" in text
        saved(session, path, "# To have yours all the same, take these lines away and save.\n", "").run()
    assert live(transport, deployment)["spec"]["replicas"] == 4


def test_a_field_that_the_server_refuses_is_named(transport: Transport, deployment: Json, tmp_path: Path) -> None:
    with session_of(transport, deployment, tmp_path) as session:
        path = session.begin()
        operation = saved(session, path, "  replicas: 1\n  revision", "  replicas: -1\n  revision")
        with pytest.raises(ApiError) as caught:
            operation.preview()
        text = session.reopen(caught.value).read_text()
        assert "# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n" in text
        assert "  replicas: -1\n" in text


@pytest.mark.parametrize("how", [{}, {"apply": True}], ids=["replace", "apply"])
def test_a_field_that_the_server_does_not_know_is_refused(
    transport: Transport, deployment: Json, tmp_path: Path, how: Any
) -> None:
    with session_of(transport, deployment, tmp_path, **how) as session:
        path = session.begin()
        operation = saved(session, path, "  replicas: 1\n  revision", "  replicsa: 2\n  replicas: 1\n  revision")
        with pytest.raises(ApiError, match="replicsa") as caught:
            operation.preview()
        assert "replicsa" in session.reopen(caught.value).read_text().split("apiVersion")[0]


def test_applying_names_whose_fields_it_would_take(transport: Transport, deployment: Json, tmp_path: Path) -> None:
    with session_of(transport, deployment, tmp_path, apply=True) as session:
        path = session.begin()
        operation = saved(session, path, "  replicas: 1\n  revision", "  replicas: 3\n  revision")
        with pytest.raises(EditConflict) as caught:
            operation.preview()
        assert caught.value.causes == ("tests manages spec.replicas",)
        assert "# * tests manages spec.replicas\n" in session.reopen(caught.value).read_text()
        forced = session.taken(force=True)
        assert forced is not None
        assert shown(forced)[:3] == ["spec.replicas", "  - 1", "  + 3"]
        assert live(transport, deployment)["spec"]["replicas"] == 1
        forced.run()
    assert live(transport, deployment)["spec"]["replicas"] == 3


def test_applying_removes_nothing_of_others(transport: Transport, deployment: Json, tmp_path: Path) -> None:
    with session_of(transport, deployment, tmp_path, apply=True) as session:
        path = session.begin()
        operation = saved(session, path, '    mine: "1"\n    other: "2"\n', '    mine: "1"\n    more: "3"\n')
        (warning,) = operation.preview().warnings
        assert (
            warning
            == "applying removes nothing that others set: metadata.labels.other stays; replace the object instead"
        )
        operation.run()
    assert live(transport, deployment)["metadata"]["labels"] == {"mine": "1", "other": "2", "more": "3"}


def test_an_apply_of_an_older_version_takes_nothing(transport: Transport, deployment: Json) -> None:
    wanted = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {
        key: deployment["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion")
    }}  # fmt: skip
    scaled(transport, deployment, 2)
    path = DEPLOYMENTS.path(deployment["metadata"]["namespace"], deployment["metadata"]["name"])
    with pytest.raises(ApiError) as caught:
        apply(transport, path, {**wanted, "spec": {"replicas": 2}})
    assert caught.value.status == 409
    assert conflicts(caught.value) == ()


def test_texts_survive_the_way_through_the_editor(transport: Transport, namespace: str, tmp_path: Path) -> None:
    data = {"time": "12:30", "yes": "no", "date": "2026-11-24", "lines": "a\n b\n\n", "evil": "x\u202ey", "n": "010"}
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "texts", "namespace": namespace},
        "data": data,
    }
    made = requests.post(transport, CONFIG_MAPS.path(namespace), body)
    with session_of(transport, made, tmp_path, CONFIG_MAPS) as session:
        path = session.begin()
        saved(session, path, "metadata:\n", "immutable: false\nmetadata:\n").run()
    now = live(transport, made, CONFIG_MAPS)
    assert now["data"] == data
    assert now["immutable"] is False
