"""What an object that is being deleted says of what it waits for."""

import json

import pytest

from state.cluster.describe import describe
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Answer

CLAIM = Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim")
NOW = 1_767_225_900.0
GONE_AT = "2026-01-01T00:00:00Z"


class Server:
    def __init__(self, found, pods=(), status=200):
        self.found = found
        self.pods = list(pods)
        self.status = status

    def call(self, request):
        if request.path.endswith("/pods"):
            body = {"items": self.pods} if self.status == 200 else {"message": "no", "code": self.status}
            return Answer(self.status, json.dumps(body).encode())
        if request.query:
            return Answer(200, b'{"items": []}')
        return Answer(200, json.dumps(self.found).encode())


def deleted(*finalizers, **fields):
    metadata = {"name": "x", "namespace": "a", "deletionTimestamp": GONE_AT, "finalizers": list(finalizers)}
    return {"metadata": metadata, **fields}


def pod(name, phase="Running", claim="x"):
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": claim}}]
    return {"metadata": {"name": name}, "spec": {"volumes": volumes}, "status": {"phase": phase}}


def told(server, resource=CLAIM):
    return " ".join(describe(server, resource, "a", "x", NOW).split())


def test_what_is_not_being_deleted_waits_for_nothing():
    found = deleted("example.org/keep")
    del found["metadata"]["deletionTimestamp"]
    assert "Deletion:" not in told(Server(found))


def test_a_claim_names_the_pods_that_hold_it():
    pods = [pod("one"), pod("done", "Succeeded"), pod("other", claim="y"), *(pod(f"p{n}") for n in range(6))]
    said = told(Server(deleted("kubernetes.io/pvc-protection"), pods))
    assert "Deletion: waits for 5m" in said
    assert "kubernetes.io/pvc-protection: used by pod one, p0, p1, p2, p3 and 2 more" in said


@pytest.mark.parametrize(
    ("pods", "status", "words"),
    [([], 200, "no running pod uses it any more; it goes soon"), ([], 403, "which do cannot be read")],
)
def test_a_claim_that_no_pod_is_seen_to_hold(pods, status, words):
    assert words in told(Server(deleted("kubernetes.io/pvc-protection"), pods, status))


def test_a_volume_names_its_claim():
    volume = Resource("", "v1", "persistentvolumes", "PersistentVolume", False)
    found = deleted("kubernetes.io/pv-protection", spec={"claimRef": {"namespace": "shop", "name": "data"}})
    assert "kubernetes.io/pv-protection: bound to claim shop/data" in told(Server(found), volume)


def test_a_namespace_says_what_is_left_in_it():
    namespace = Resource("", "v1", "namespaces", "Namespace", False)
    conditions = [
        {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining: pods. has 2"},
        {"type": "NamespaceDeletionContentFailure", "status": "False", "message": "All content successfully deleted"},
    ]
    found = deleted(spec={"finalizers": ["kubernetes"]}, status={"conditions": conditions})
    assert "kubernetes: Some resources are remaining: pods. has 2" in told(Server(found), namespace)


def test_a_pod_waits_for_its_kubelet():
    found = deleted(spec={"nodeName": "node-1"})
    found["metadata"]["deletionGracePeriodSeconds"] = 30
    said = told(Server(found), Resource("", "v1", "pods", "Pod"))
    assert "kubelet: node-1 ends its containers, within 30s, and reports it" in said


@pytest.mark.parametrize(
    ("finalizer", "words"),
    [
        ("foregroundDeletion", "what it owns is deleted first"),
        ("keep.example.org/it", "whoever runs keep.example.org takes it away when it is done"),
    ],
)
def test_each_finalizer_says_whose_turn_it_is(finalizer, words):
    assert f"{finalizer}: {words}" in told(Server(deleted(finalizer)), Resource("x", "v1", "things", "Thing"))


@pytest.mark.parametrize("odd", [7, "text", [None], {"a": 1}])
def test_no_shape_is_too_odd(odd):
    found = {"metadata": {"name": "x", "namespace": "a", "deletionTimestamp": odd, "finalizers": odd}, "spec": odd}
    assert told(Server(found)).startswith("Name: x")
