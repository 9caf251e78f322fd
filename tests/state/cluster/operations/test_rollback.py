"""Rolling back deployments, stateful and daemon sets to any revision."""

import json
from dataclasses import replace
from typing import Any

import pytest

from state.cluster.kinds.kind import Resource
from state.cluster.operations.revisions import history
from state.cluster.operations.rollback import RollBack
from state.cluster.transport import Answer
from state.operation import Refused
from tests.state.cluster.operations.tiny_api import (
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    STATEFUL_SET,
    TinyApi,
    on,
    status,
    template,
    text_of,
    workload,
)

IMAGES = {3: "app:v1", 4: "app:v2", 6: "app:v3"}


def owned(number: int, uid: str = "uid-web", **annotations: str) -> Any:
    owner = {"uid": uid, "controller": True}
    return {"name": f"web-{number}", "ownerReferences": [owner], "annotations": annotations, "creationTimestamp": "t"}


def replica_set(number: int, image: str, uid: str = "uid-web", cause: str = "") -> Any:
    annotations = {"deployment.kubernetes.io/revision": str(number)}
    if cause:
        annotations["kubernetes.io/change-cause"] = cause
    kept = template(image)
    kept["metadata"]["labels"] = {"app": "web", "pod-template-hash": f"h{number}"}
    return {"metadata": owned(number, uid, **annotations), "spec": {"template": kept}}


def controller_revision(number: int, image: str) -> Any:
    data = {"spec": {"template": {**template(image), "$patch": "replace"}}}
    return {"metadata": owned(number), "revision": number, "data": data}


def prepared(resource: Any, to: int | None = None, *, at: int = 6, **spec: Any) -> tuple[TinyApi, RollBack]:
    api = TinyApi()
    obj = workload(image=IMAGES[at], **spec)
    if resource is DEPLOYMENT:
        obj["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": str(at)}
        items = [replica_set(number, image) for number, image in IMAGES.items()]
        items.append(replica_set(9, "other:v1", uid="uid-other"))
    else:
        obj["status"] = {"updateRevision": f"web-{at}"} if resource is STATEFUL_SET else {}
        items = [controller_revision(number, image) for number, image in IMAGES.items()]
    plural = "replicasets" if resource is DEPLOYMENT else "controllerrevisions"
    api.answers["GET", f"/apis/apps/v1/namespaces/shop/{plural}"] = Answer(200, json.dumps({"items": items}).encode())
    return api, on(api, RollBack, resource, obj, to)


@pytest.mark.parametrize("resource", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET])
def test_the_revisions_are_there_to_choose_from(resource: Any) -> None:
    _, operation = prepared(resource)
    found = operation.history()
    assert found.now is not None
    assert [one.number for one in found.revisions] == [6, 4, 3]
    assert (found.now.number, [one.number for one in found.others]) == (6, [4, 3])
    assert found.now.images == ("app:v3",)


@pytest.mark.parametrize("resource", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET])
def test_the_template_of_any_revision_is_set_as_it_was(resource: Any) -> None:
    api, operation = prepared(resource, 3)
    planned = operation.planned()
    shown = text_of(planned.preview())
    assert shown.splitlines() == [
        "from   revision 6  app:v3",
        "to     revision 3  app:v1",
        "",
        "spec.containers[main].image",
        "  - app:v3",
        "  + app:v1",
    ]
    assert api.writes == []
    assert planned.run().summary == "shop/web rolls back to revision 3 (app:v1)"
    uid, generation, change = api.sent()
    assert (uid["value"], generation["value"]) == ("uid-web", 4)
    assert change == {"op": "replace", "path": "/spec/template", "value": template("app:v1")}


@pytest.mark.parametrize("resource", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET])
def test_without_a_number_it_is_the_one_before(resource: Any) -> None:
    assert prepared(resource)[1].planned().to_revision == 4


def test_a_stateful_set_in_the_middle_of_its_history_can_go_forward() -> None:
    _, operation = prepared(STATEFUL_SET, at=4)
    assert [one.number for one in operation.history().others] == [6, 3]


@pytest.mark.parametrize(
    ("to", "words"), [(6, "is at revision 6 already"), (5, "has no revision 5"), (9, "has no revision 9")]
)
def test_a_revision_that_leads_nowhere_is_refused(to: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        prepared(DEPLOYMENT, to)[1].preview()


def test_a_kind_without_revisions_says_so() -> None:
    api = TinyApi()
    with pytest.raises(Refused, match="Job shop/web keeps no revisions"):
        on(api, RollBack, JOB, workload()).preview()


def test_a_template_that_is_there_already_is_not_set_again() -> None:
    api, operation = prepared(DAEMON_SET, 4)
    api.objects[operation.path]["spec"]["template"] = {**template("app:v2"), "volumes": None}
    with pytest.raises(Refused, match="has the template of revision 4 already"):
        operation.preview()


def test_a_change_between_preview_and_run_stops_it() -> None:
    api, operation = prepared(DEPLOYMENT)
    planned = operation.planned()
    api.objects[operation.path]["metadata"]["generation"] = 5
    with pytest.raises(Refused, match="changed since the preview"):
        planned.run()


def test_a_change_between_read_and_write_stops_it() -> None:
    api, operation = prepared(DEPLOYMENT)
    api.answers["PATCH", operation.path] = status(422, "the server rejected our request: test failed", "Invalid")
    with pytest.raises(Refused, match="changed since it was read"):
        operation.run()


@pytest.mark.parametrize(
    ("resource", "spec", "words"),
    [
        (DEPLOYMENT, {"paused": True}, "nothing rolls until it is resumed"),
        (STATEFUL_SET, {"updateStrategy": {"type": "OnDelete"}}, "only when somebody deletes them"),
    ],
)
def test_what_keeps_it_from_rolling_is_said(resource: Any, spec: Any, words: str) -> None:
    assert words in text_of(prepared(resource, **spec)[1].preview())


def test_the_change_cause_goes_with_the_revision() -> None:
    api, operation = prepared(DEPLOYMENT)
    items = [replica_set(3, "app:v1", cause="hot fix"), replica_set(6, "app:v3")]
    api.answers["GET", "/apis/apps/v1/namespaces/shop/replicasets"] = Answer(200, json.dumps({"items": items}).encode())
    operation.run()
    assert api.sent()[-1] == {"op": "add", "path": "/metadata/annotations/kubernetes.io~1change-cause",
                              "value": "hot fix"}  # fmt: skip


def test_odd_revisions_are_left_out() -> None:
    odd = [
        {"metadata": owned(1), "data": None, "revision": 1},
        {"metadata": owned(2, **{"deployment.kubernetes.io/revision": "x"}), "spec": {}},
        {"metadata": owned(3), "data": {"spec": {"template": template()}}, "revision": "three"},
        {},
    ]
    deployment = {"metadata": {"uid": "uid-web", "name": "web"}}
    assert history(deployment, {"items": odd}) == (None, ())


def test_all_is_asked_of_the_set_that_was_shown() -> None:
    _, operation = prepared(DEPLOYMENT)
    with pytest.raises(Refused, match="another object by now"):
        replace(operation, uid="older").run()


ROLLOUT = Resource("argoproj.io", "v1alpha1", "rollouts", "Rollout")
STEPS = {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}]}}


def rollout(**spec: Any) -> tuple[TinyApi, RollBack]:
    api = TinyApi()
    obj = workload(image="app:v3", **spec)
    obj["metadata"]["annotations"] = {"rollout.argoproj.io/revision": "6", "kubernetes.io/change-cause": "kept"}
    items = [replica_set(number, image, cause="once") for number, image in IMAGES.items()]
    for number, one in zip(IMAGES, items, strict=True):
        one["metadata"]["annotations"] = {"rollout.argoproj.io/revision": str(number)}
        one["spec"]["template"]["metadata"]["labels"] = {"app": "web", "rollouts-pod-template-hash": f"h{number}"}
    api.answers["GET", "/apis/apps/v1/namespaces/shop/replicasets"] = Answer(200, json.dumps({"items": items}).encode())
    return api, on(api, RollBack, ROLLOUT, obj, None)


def test_a_rollout_of_argo_is_set_back_as_its_own_tool_does_it() -> None:
    api, operation = rollout(strategy=STEPS)
    planned = operation.planned()
    assert planned.to_revision == 4
    assert planned.preview().warnings[0] == (
        "its pods change by the 2 steps of its canary, unless it is what ran before"
    )
    planned.run()
    (*_, change) = sent = api.sent()
    assert change == {"op": "replace", "path": "/spec/template", "value": template("app:v2")}
    assert len(sent) == 3


def test_a_rollout_whose_template_is_elsewhere_says_where() -> None:
    _, operation = rollout(workloadRef={"kind": "Deployment", "name": "web"})
    with pytest.raises(Refused, match="has its template in Deployment web: roll that back"):
        operation.preview()


def test_another_kind_of_that_name_keeps_no_revisions() -> None:
    other = Resource("rollouts.example", "v1", "rollouts", "Rollout")
    with pytest.raises(Refused, match="keeps no revisions"):
        on(TinyApi(), RollBack, other, workload()).preview()
