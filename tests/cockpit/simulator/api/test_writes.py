"""Creating, replacing, patching, deleting."""

import json
from typing import Any

import pytest

MAPS = "/api/v1/namespaces/payments/configmaps"
PODS = "/api/v1/namespaces/payments/pods"
WEB = "/apis/apps/v1/namespaces/payments/deployments/web"
STRATEGIC, JSON_PATCH = "application/strategic-merge-patch+json", "application/json-patch+json"
APPLY = "application/apply-patch+yaml"


async def test_a_created_object_gets_what_the_server_gives(api: Any) -> None:
    status, made = await api.ask("POST", MAPS, {"metadata": {"generateName": "c-"}, "data": {"a": "1"}})
    assert status == 201
    assert made["metadata"]["name"].startswith("c-")
    assert made["metadata"]["namespace"] == "payments"
    assert made["metadata"]["uid"]
    assert made["metadata"]["resourceVersion"] == str(api.store.revision)
    assert made["metadata"]["managedFields"][0]["manager"] == "tester"


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        (MAPS, {"kind": "Secret", "metadata": {"name": "x"}}, 400, "cannot be handled as a ConfigMap"),
        (MAPS, {"apiVersion": "v2", "metadata": {"name": "x"}}, 400, 'no kind "ConfigMap" is registered for version'),
        (MAPS, b"{nope", 400, "couldn't get version/kind; json parse error"),
        (MAPS, b"[]", 400, "couldn't get version/kind"),
        (MAPS, {"metadata": "text"}, 400, "metadata is no object"),
        (MAPS, {"metadata": {}}, 422, "name or generateName is required"),
        (MAPS, {"metadata": {"name": "X_y"}}, 422, "a lowercase RFC 1123 subdomain must consist of"),
        (MAPS, {"metadata": {"name": "x", "labels": {"a b": "c"}}}, 422, "name part must consist of alphanumeric"),
        (MAPS, {"metadata": {"name": "x", "namespace": "other"}}, 400, "does not match the namespace sent"),
        (MAPS, {"metadata": {"name": "x", "resourceVersion": "4"}}, 500, "resourceVersion should not be set"),
        ("/api/v1/namespaces/absent/configmaps", {"metadata": {"name": "x"}}, 404, 'namespaces "absent" not found'),
        (f"{MAPS}/x", {"metadata": {"name": "x"}}, 405, "does not allow this method"),
        (PODS, {"metadata": {"name": "x"}, "spec": {}}, 422, 'Pod "x" is invalid: spec.containers: Required value'),
        (PODS, {"metadata": {"name": "x"}, "spec": "text"}, 422, "spec.containers: Required value"),
        (PODS, {"metadata": {"name": "x"}, "spec": {"containers": [7]}}, 400, 'Pod in version "v1" cannot be handled'),
    ],
)  # fmt: skip
async def test_what_cannot_be_created_is_refused(api: Any, path: str, body: Any, status: int, message: str) -> None:
    answered, document = await api.ask("POST", path, body)
    assert (answered, message in document["message"]) == (status, True), document


async def test_an_unknown_format_is_refused(api: Any) -> None:
    status, document = await api.ask("POST", MAPS, b"x", Content_Type="text/csv")
    assert (status, document["reason"]) == (415, "UnsupportedMediaType")


async def test_a_dry_run_keeps_nothing(api: Any) -> None:
    revision = api.store.revision
    status, made = await api.ask("POST", f"{MAPS}?dryRun=All", {"metadata": {"name": "x"}})
    assert status == 201
    assert "resourceVersion" not in made["metadata"]
    assert (await api.patch(f"{WEB}?dryRun=All", {"spec": {"replicas": 9}}))[1]["spec"]["replicas"] == 9
    assert (await api.ask("DELETE", f"{PODS}/web-0?dryRun=All"))[1]["metadata"]["deletionGracePeriodSeconds"] == 30
    assert api.store.revision == revision


async def test_a_new_pod_is_completed_as_the_server_does(api: Any) -> None:
    body = {"metadata": {"name": "x"}, "spec": {"containers": [
        {"name": "c", "image": "app", "resources": {"limits": {"cpu": "1"}}}]}}  # fmt: skip
    _, made = await api.ask("POST", PODS, body)
    spec = made["spec"]
    assert made["status"] == {"phase": "Pending", "qosClass": "Burstable"}
    assert made["metadata"]["generation"] == 1
    assert spec["containers"][0]["imagePullPolicy"] == "Always"
    assert spec["containers"][0]["resources"]["requests"] == {"cpu": "1"}
    assert (spec["restartPolicy"], spec["serviceAccountName"], spec["priority"]) == ("Always", "default", 0)
    assert [one["key"].rpartition("/")[2] for one in spec["tolerations"]] == ["not-ready", "unreachable"]


async def test_a_new_job_selects_its_own_pods(api: Any) -> None:
    body = {"metadata": {"name": "j"}, "spec": {"template": {"spec": {"containers": [{"name": "c", "image": "i:1"}]}}}}
    _, job = await api.ask("POST", "/apis/batch/v1/namespaces/payments/jobs", body)
    selected = job["spec"]["selector"]["matchLabels"]
    assert selected == {"batch.kubernetes.io/controller-uid": job["metadata"]["uid"]}
    assert selected.items() <= job["spec"]["template"]["metadata"]["labels"].items()


async def test_each_service_gets_its_own_address(api: Any) -> None:
    path = "/api/v1/namespaces/payments/services"
    body = {"spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}
    made = [(await api.ask("POST", path, {**body, "metadata": {"name": name}}))[1]["spec"] for name in ("a", "b")]
    assert len({one["clusterIP"] for one in made}) == 2
    assert len({one["ports"][0]["nodePort"] for one in made}) == 2
    # A client that leaves the address out when it replaces the service keeps it.
    _, replaced = await api.ask("PUT", f"{path}/a", {**body, "metadata": {"name": "a"}})
    assert replaced["spec"]["clusterIP"] == made[0]["clusterIP"]


async def test_the_second_of_a_name_is_refused(api: Any) -> None:
    await api.ask("POST", MAPS, {"metadata": {"name": "x"}})
    status, document = await api.ask("POST", MAPS, {"metadata": {"name": "x"}})
    assert (status, document["reason"]) == (409, "AlreadyExists")


async def test_replacing_what_somebody_else_changed_is_a_conflict(api: Any) -> None:
    read = await api.get(WEB)
    await api.patch(WEB, {"metadata": {"labels": {"x": "1"}}})
    status, document = await api.ask("PUT", WEB, read)
    assert (status, document["reason"]) == (409, "Conflict")
    assert "please apply your changes to the latest version" in document["message"]
    wrong = {**read, "metadata": {**read["metadata"], "uid": "abc", "resourceVersion": ""}}
    assert "Precondition failed: UID in precondition: abc" in (await api.ask("PUT", WEB, wrong))[1]["message"]


async def test_the_generation_grows_with_the_spec_and_not_with_the_status(api: Any) -> None:
    async def generation(path: str, change: Any) -> int:
        return int((await api.patch(path, change))[1]["metadata"]["generation"])

    assert await generation(WEB, {"metadata": {"labels": {"x": "1"}}}) == 1
    assert await generation(WEB, {"metadata": {"labels": {"x": "2"}}}) == 1
    assert await generation(WEB, {"spec": {"replicas": 3}}) == 2
    assert await generation(WEB, {"status": {"replicas": 9}}) == 2
    assert await generation(f"{WEB}/status", {"status": {"replicas": 9}, "spec": {"replicas": 7}}) == 2
    assert await generation(WEB, {"metadata": {"annotations": {"a": "b"}}}) == 3
    found = await api.get(WEB)
    assert (found["spec"]["replicas"], found["status"]["replicas"]) == (3, 9)


async def test_what_is_not_changed_stays_as_it_stood(api: Any) -> None:
    before = (await api.get(WEB))["spec"]["template"]
    await api.patch(f"{WEB}/scale", {"spec": {"replicas": 5}})
    await api.patch(WEB, {"metadata": {"labels": {"x": "1"}}})
    assert (await api.get(WEB))["spec"] == {
        "replicas": 5,
        "selector": {"matchLabels": {"app": "web"}},
        "template": before,
    }
    assert (await api.patch(f"{PODS}/web-0", {"metadata": {"labels": {"x": "1"}}}))[0] == 200


async def test_an_equal_version_is_no_change(api: Any) -> None:
    first = (await api.patch(WEB, {"metadata": {"labels": {"x": "1"}}}))[1]
    again = (await api.patch(WEB, {"metadata": {"labels": {"x": "1"}}}))[1]
    assert again["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


async def test_what_may_not_change_is_refused(api: Any) -> None:
    status, document = await api.patch(WEB, {"spec": {"selector": {"matchLabels": {"app": "web", "x": "y"}}}})
    assert status == 422
    assert [cause["field"] for cause in document["details"]["causes"]] == [
        "spec.template.metadata.labels", "spec.selector"]  # fmt: skip
    status, document = await api.patch(f"{PODS}/web-0", {"spec": {"restartPolicy": "Never", "nodeName": "n2"}})
    assert (status, document["details"]["causes"][0]["reason"]) == (422, "FieldValueForbidden")
    assert (await api.patch(f"{PODS}/web-0", {"spec": {"containers": [{"name": "web", "image": "web:2"}]}}))[0] == 200


async def test_scaling_changes_the_replicas_alone(api: Any) -> None:
    status, scale = await api.patch(f"{WEB}/scale", {"spec": {"replicas": 5}})
    assert (status, scale["spec"], scale["status"]["selector"]) == (200, {"replicas": 5}, "app=web")
    stale = {**scale, "metadata": {**scale["metadata"], "resourceVersion": "1"}}
    assert (await api.ask("PUT", f"{WEB}/scale", stale))[0] == 409
    assert (await api.ask("PUT", f"{WEB}/scale", {**scale, "spec": {"replicas": 1}}))[1]["spec"] == {"replicas": 1}
    status, document = await api.patch(f"{WEB}/scale", {"spec": {"replicas": -1}})
    assert (status, document["details"]["kind"]) == (422, "Scale")


async def test_a_running_pod_ends_with_grace_and_one_that_has_ended_at_once(api: Any) -> None:
    _, marked = await api.ask("DELETE", f"{PODS}/web-0", {"gracePeriodSeconds": 5})
    assert marked["metadata"]["deletionGracePeriodSeconds"] == 5
    assert (await api.get(f"{PODS}/web-0"))["metadata"]["deletionTimestamp"] == "2026-09-21T14:13:25Z"
    await api.ask("DELETE", f"{PODS}/web-0", {"gracePeriodSeconds": 30})
    assert (await api.get(f"{PODS}/web-0"))["metadata"]["deletionGracePeriodSeconds"] == 5
    await api.ask("DELETE", f"{PODS}/web-0", {"gracePeriodSeconds": 0})
    await api.ask("DELETE", f"{PODS}/done")
    names = await api.names(PODS)
    assert "web-0" not in names
    assert "done" not in names


@pytest.mark.parametrize(
    ("preconditions", "word"), [({"uid": "0"}, "UID"), ({"resourceVersion": "1"}, "ResourceVersion")]
)
async def test_a_deletion_meant_for_another_object_is_refused(api: Any, preconditions: Any, word: str) -> None:
    status, document = await api.ask("DELETE", f"{PODS}/done", {"preconditions": preconditions})
    assert (status, f"the {word} in the precondition" in document["message"]) == (409, True)
    assert "done" in await api.names(PODS)


@pytest.mark.parametrize(("policy", "finalizer"), [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")])
async def test_propagation_is_left_to_finalizers(api: Any, policy: str, finalizer: str) -> None:
    _, left = await api.ask("DELETE", WEB, {"propagationPolicy": policy})
    assert left["metadata"]["finalizers"] == [finalizer]
    assert (await api.get(WEB))["metadata"]["deletionTimestamp"]
    await api.patch(WEB, {"metadata": {"finalizers": None}})
    assert (await api.ask("GET", WEB))[0] == 404


async def test_no_finalizer_is_added_to_what_is_being_deleted(api: Any) -> None:
    await api.ask("POST", MAPS, {"metadata": {"name": "x", "finalizers": ["a/b"]}})
    await api.ask("DELETE", f"{MAPS}/x")
    status, document = await api.patch(f"{MAPS}/x", {"metadata": {"finalizers": ["a/b", "c/d"]}})
    assert (status, 'new finalizers []string{"c/d"}' in document["message"]) == (422, True)


async def test_a_wrong_policy_is_refused(api: Any) -> None:
    status, document = await api.ask("DELETE", WEB, {"propagationPolicy": "Nope"})
    assert (status, document["details"]["kind"]) == (422, "DeleteOptions")


async def test_a_collection_is_deleted_as_far_as_it_is_picked(api: Any) -> None:
    _, deleted = await api.ask("DELETE", f"{PODS}?labelSelector=app%3Djob")
    assert [one["metadata"]["name"] for one in deleted["items"]] == ["done"]
    assert "done" not in await api.names(PODS)


async def test_a_namespace_ends_when_its_content_is_finalized(api: Any) -> None:
    await api.ask("POST", "/api/v1/namespaces", {"metadata": {"name": "short"}})
    _, marked = await api.ask("DELETE", "/api/v1/namespaces/short")
    assert marked["status"]["phase"] == "Terminating"
    status, document = await api.ask("POST", "/api/v1/namespaces/short/configmaps", {"metadata": {"name": "x"}})
    assert (status, document["details"]["causes"][0]["reason"]) == (403, "NamespaceTerminating")
    await api.ask("PUT", "/api/v1/namespaces/short/finalize", {**marked, "spec": {"finalizers": []}})
    assert (await api.ask("GET", "/api/v1/namespaces/short"))[0] == 404


async def test_patches_in_three_formats(api: Any) -> None:
    add = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "side:1"}]}}}}
    _, changed = await api.patch(WEB, add, STRATEGIC)
    assert [one["name"] for one in changed["spec"]["template"]["spec"]["containers"]] == ["side", "web"]
    _, changed = await api.patch(WEB, [{"op": "remove", "path": "/spec/template/spec/containers/0"}], JSON_PATCH)
    assert [one["name"] for one in changed["spec"]["template"]["spec"]["containers"]] == ["web"]
    status, document = await api.patch(WEB, [{"op": "test", "path": "/spec/replicas", "value": 99}], JSON_PATCH)
    assert (status, document["reason"]) == (422, "Invalid")
    assert (await api.patch(WEB, add, "application/json"))[0] == 415
    assert (await api.patch(WEB, {"spec": None, "metadata": None}))[0] == 400


def wanted(**spec: Any) -> bytes:
    return json.dumps(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}
    ).encode()


async def test_applying_takes_fields_only_by_force_and_gives_up_what_it_no_longer_wants(api: Any) -> None:
    async def apply(body: bytes, query: str = "") -> Any:
        return await api.ask("PATCH", f"{WEB}?fieldManager=team{query}", body, Content_Type=APPLY)

    await api.patch(f"{WEB}/scale", {"spec": {"replicas": 4}})
    status, document = await apply(wanted(replicas=6, paused=True))
    assert (status, document["message"]) == (
        409, 'Apply failed with 1 conflict: conflict with "tester": .spec.replicas')  # fmt: skip
    status, document = await apply(wanted(replicas=6, paused=True), "&force=true")
    assert (status, document["spec"]["replicas"], document["spec"]["paused"]) == (200, 6, True)
    status, document = await apply(wanted(replicas=6))
    assert (status, "paused" in document["spec"]) == (200, False)
    again = (await apply(wanted(replicas=6)))[1]["metadata"]["resourceVersion"]
    assert again == document["metadata"]["resourceVersion"]


async def test_applying_creates_what_is_not_there(api: Any) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: y\ndata:\n  when: 2026-01-01T00:00:00Z\n"
    status, made = await api.ask("PATCH", f"{MAPS}/y?fieldManager=team", body, Content_Type=APPLY)
    assert (status, made["data"]) == (201, {"when": "2026-01-01T00:00:00Z"})
    assert made["metadata"]["managedFields"][0]["operation"] == "Apply"
    assert (await api.ask("PATCH", f"{MAPS}/y", body, Content_Type=APPLY))[0] == 422
