"""What keeps the revisions of what is pointed at, and to which of them it goes."""

import json
from typing import Any

import pytest

from state.cluster.kinds.kind import Resource
from state.cluster.operations.revision_keeper import roll_back_of
from state.cluster.transport import Answer
from state.operation import Refused
from state.ref import Ref
from tests.state.cluster.operations.tiny_api import (
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    POD,
    REPLICA_SET,
    STATEFUL_SET,
    TinyApi,
    template,
    workload,
)

REVISIONS = Resource("apps", "v1", "controllerrevisions", "ControllerRevision")
REVISION = "deployment.kubernetes.io/revision"


def owner(resource: Resource, name: str, **more: Any) -> Any:
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "name": name,
        "uid": f"uid-{name}",
        "controller": True,
        **more,
    }


def api_of(at: int = 6) -> TinyApi:
    """A deployment `web` at a revision, its replica sets 4 and 6, a pod of each, and pods of others."""
    api = TinyApi()
    web = workload(image=f"app:v{at}")
    web["metadata"]["annotations"] = {REVISION: str(at)}
    api.put(DEPLOYMENT, web)
    sets = []
    for number in (4, 6):
        kept = template(f"app:v{number}")
        kept["metadata"]["labels"] = {"app": "web", "pod-template-hash": f"h{number}"}
        metadata = {
            "name": f"web-{number}",
            "namespace": "shop",
            "annotations": {REVISION: str(number)},
            "ownerReferences": [owner(DEPLOYMENT, "web")],
        }
        sets.append(api.put(REPLICA_SET, {"metadata": metadata, "spec": {"template": kept}}))
        pod(api, f"web-{number}-x", owner(REPLICA_SET, f"web-{number}"))
    api.answers["GET", "/apis/apps/v1/namespaces/shop/replicasets"] = Answer(200, json.dumps({"items": sets}).encode())
    return api


def pod(api: TinyApi, name: str, *owners: Any) -> None:
    api.put(POD, {"metadata": {"name": name, "namespace": "shop", "ownerReferences": list(owners)}})


def roll_back(api: TinyApi, resource: Resource, name: str, uid: str = "") -> Any:
    ref = Ref("staging", resource.group_kind, "shop", name)
    return roll_back_of(lambda: api, resource, ref, uid or f"uid-{name}")


@pytest.mark.parametrize(
    ("resource", "name", "at", "to"),
    [
        (DEPLOYMENT, "web", 6, 4),
        (POD, "web-6-x", 6, 4),
        (POD, "web-4-x", 6, 4),
        (REPLICA_SET, "web-4", 6, 4),
        (REPLICA_SET, "web-6", 6, 4),
        (REPLICA_SET, "web-6", 4, 6),
    ],
)
def test_a_workload_goes_back_by_one_and_a_replica_set_takes_it_to_its_own(
    resource: Resource, name: str, at: int, to: int
) -> None:
    operation = roll_back(api_of(at), resource, name)
    assert operation.subject == Ref("staging", DEPLOYMENT.group_kind, "shop", "web")
    assert (operation.uid, operation.to_revision) == ("uid-web", to)


def api_of_set(resource: Resource) -> TinyApi:
    """A stateful or daemon set `web` at revision 3, and a pod of it."""
    api = TinyApi()
    api.put(resource, workload(image="app:v3"))
    revisions = []
    for number in (1, 2, 3):
        metadata = {"name": f"web-{number}", "namespace": "shop", "ownerReferences": [owner(resource, "web")]}
        data = {"spec": {"template": {**template(f"app:v{number}"), "$patch": "replace"}}}
        revisions.append(api.put(REVISIONS, {"metadata": metadata, "revision": number, "data": data}))
    path = REVISIONS.path("shop")
    api.answers["GET", path] = Answer(200, json.dumps({"items": revisions}).encode())
    pod(api, "web-0", owner(resource, "web"))
    return api


@pytest.mark.parametrize("resource", [STATEFUL_SET, DAEMON_SET])
@pytest.mark.parametrize(("pointed", "name", "to"), [(POD, "web-0", 2), (REVISIONS, "web-1", 1)])
def test_a_pod_takes_its_set_back_by_one_and_a_revision_takes_it_to_itself(
    resource: Resource, pointed: Resource, name: str, to: int
) -> None:
    operation = roll_back(api_of_set(resource), pointed, name)
    assert (operation.resource.group_kind, operation.uid) == (resource.group_kind, "uid-web")
    assert operation.to_revision == to


def test_the_revision_that_a_set_is_at_is_refused() -> None:
    with pytest.raises(Refused, match="is at revision 3 already"):
        roll_back(api_of_set(STATEFUL_SET), REVISIONS, "web-3")


@pytest.mark.parametrize(
    "owners",
    [
        (),
        (owner(JOB, "once"),),
        (owner(DEPLOYMENT, "web", controller=False),),
        (owner(DEPLOYMENT, "web", apiVersion="x/v1"),),
    ],
)
def test_what_belongs_to_nothing_that_keeps_revisions_is_refused(owners: Any) -> None:
    api = api_of()
    pod(api, "lone", *owners)
    with pytest.raises(Refused, match=r"shop/lone belongs to nothing that keeps revisions: there is nothing to roll"):
        roll_back(api, POD, "lone")


def test_replica_sets_that_own_each_other_end() -> None:
    api = api_of()
    metadata = {"name": "odd", "namespace": "shop", "ownerReferences": [owner(REPLICA_SET, "odd")]}
    api.put(REPLICA_SET, {"metadata": metadata})
    with pytest.raises(Refused, match="belongs to nothing"):
        roll_back(api, REPLICA_SET, "odd")


def test_a_successor_of_the_name_and_what_is_gone_are_refused() -> None:
    api = api_of()
    with pytest.raises(Refused, match="another object by now"):
        roll_back(api, POD, "web-6-x", "uid-before")
    with pytest.raises(Refused, match="Pod shop/nobody is gone"):
        roll_back(api, POD, "nobody")


def test_a_pod_of_a_rollout_of_argo_takes_its_rollout_back() -> None:
    api = TinyApi()
    rollout = Resource("argoproj.io", "v1alpha1", "rollouts", "Rollout")
    whole = workload(image="app:v2")
    whole["metadata"]["annotations"] = {"rollout.argoproj.io/revision": "2"}
    api.put(rollout, whole)
    sets = [
        {
            "metadata": {
                "name": f"web-{number}",
                "namespace": "shop",
                "uid": f"uid-web-{number}",
                "ownerReferences": [owner(rollout, "web")],
                "annotations": {"rollout.argoproj.io/revision": str(number)},
            },
            "spec": {"template": template(f"app:v{number}")},
        }
        for number in (1, 2)
    ]
    for one in sets:
        api.put(REPLICA_SET, one)
    api.answers["GET", REPLICA_SET.path("shop")] = Answer(200, json.dumps({"items": sets}).encode())
    api.put(POD, {"metadata": {"name": "a", "namespace": "shop", "ownerReferences": [owner(REPLICA_SET, "web-2")]}})
    found = roll_back_of(lambda: api, POD, Ref("prod", POD.group_kind, "shop", "a"), "uid-a")
    assert (found.subject.group_kind, found.to_revision) == (rollout.group_kind, 1)
