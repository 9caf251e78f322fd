"""What is wrong with objects of the kinds beside workloads, and with those that are well nothing."""

import json

import pytest

from state.cluster.kinds.catalogue import find, kinds, written
from state.cluster.kinds.kind import Resource
from state.rfc3339 import timestamp
from tests.state.cluster.kinds.tables import row_of

NOW = 1_795_519_800.0


def condition(kind, status, message="why", reason="Why"):
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": ago(1000)}


def ago(seconds):
    return f"{timestamp(NOW - seconds)[:-5]}Z"


def conditions(*given):
    return {"status": {"conditions": list(given)}}


CLAIM = {"spec": {"volumeName": "v"}, "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}}
CASES = [
    ("pvc", CLAIM, None),
    ("pvc", {"status": {"phase": "Pending"}}, "no volume"),
    ("pvc", {"status": {"phase": "Lost"}}, "its volume is lost"),
    ("pv", {"spec": {"capacity": {"storage": "1Gi"}}, "status": {"phase": "Bound"}}, None),
    ("pv", {"status": {"phase": "Failed", "message": "no driver"}}, "no driver"),
    ("pv", {"status": {"phase": "Failed"}}, "failed"),
    ("pdb", {"status": {"currentHealthy": 2, "desiredHealthy": 2}}, None),
    ("pdb", {"status": {"currentHealthy": 1, "desiredHealthy": 2}}, "1 of 2 healthy"),
    ("hpa", {}, None),
    ("hpa", conditions(condition("ScalingActive", "False", reason="FailedGetMetric")), "FailedGetMetric"),
    ("hpa", conditions(condition("ScalingActive", "False", reason="ScalingDisabled")), None),
    ("hpa", {"spec": {"maxReplicas": 5}, **conditions(condition("ScalingLimited", "True", reason="TooManyReplicas"))},
     "wants more than 5"),
    ("endpointslices", {"endpoints": [{"addresses": ["10.0.0.1"]}]}, None),
    ("endpointslices", {"endpoints": [{"conditions": {"ready": False}}] * 2}, "none of 2 ready"),
    ("quota", {"status": {"hard": {"pods": "10", "services.nodeports": "0"}, "used": {"pods": "9"}}}, None),
    ("quota", {"status": {"hard": {"pods": "10", "requests.cpu": "1"}, "used": {"requests.cpu": "1000m"}}},
     "used up: requests.cpu"),
    ("crd", conditions(condition("NamesAccepted", "True"), condition("Established", "True")), None),
    ("crd", conditions(condition("NamesAccepted", "False", "the name is taken")), "the name is taken"),
    ("crd", {}, "not served"),
    ("gatewayclass", conditions(condition("Accepted", "True")), None),
    ("gatewayclass", conditions(condition("Accepted", "False")), "not accepted: why"),
    ("gateway", conditions(condition("Accepted", "True"), condition("Programmed", "True")), None),
    ("gateway", conditions(condition("Programmed", "False")), "not programmed: why"),
    ("httproute", {"status": {"parents": [conditions(condition("Accepted", "True"))["status"]]}}, None),
    ("httproute", {"status": {"parents": [{}, conditions(condition("ResolvedRefs", "False"))["status"]]}}, "why"),
    ("application", {"status": {"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}}, None),
    ("application", {"status": {"sync": {"status": "OutOfSync"}, "health": {"status": "Healthy"}}}, "OutOfSync"),
    ("application", {"status": {"sync": {"status": "OutOfSync"}, "health": {"status": "Degraded"}}}, "Degraded"),
    ("rollout", {"spec": {"replicas": 2}, "status": {"phase": "Healthy", "availableReplicas": 2}}, None),
    ("rollout", {"spec": {"replicas": 2}, "status": {"phase": "Paused", "availableReplicas": 1}}, None),
    (
        "rollout",
        {"spec": {"replicas": 2}, "status": {"phase": "Degraded", "message": "RolloutAborted\x1b[1m"}},
        "Degraded: RolloutAborted",
    ),
    ("application", {"status": {"operationState": {"phase": "Failed", "message": "no\x1b[31m"}}}, "sync failed: no"),
    ("kustomization", conditions(condition("Ready", "True")), None),
    ("kustomization", conditions(condition("Ready", "False")), "why"),
    ("kustomization", {"spec": {"suspend": True}, **conditions(condition("Ready", "True"))}, "suspended"),
    ("kustomization", conditions(condition("Ready", "Unknown")), "does not become ready"),
    ("helmrelease", conditions(condition("Ready", "False", message="")), "Why"),
    ("cm", {}, None),
    ("netpol", {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("word", "rest", "text"), CASES)
def test_what_is_wrong_is_said_and_of_what_is_well_nothing(word, rest, text):
    kind = find(word)
    assert kind is not None
    row = row_of(kind, {"metadata": {"uid": "u", "name": "x", "creationTimestamp": ago(2000)}, **rest})
    fault = kind.fault(row, NOW)
    assert (fault.text if fault is not None else None) == text


def test_what_is_young_has_time():
    for word, rest in (
        ("pvc", {"status": {"phase": "Pending"}}),
        ("pdb", {"status": {"desiredHealthy": 2}}),
        ("crd", {}),
        ("gateway", conditions(condition("Programmed", "False"))),
        ("hpa", conditions(condition("ScalingActive", "False"))),
    ):
        kind = find(word)
        row = row_of(kind, {"metadata": {"uid": "u", "name": "x", "creationTimestamp": ago(10)}, **rest})
        assert kind.fault(row, NOW) is None, word


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("cm", "ConfigMap"),
        ("sec", "Secret"),
        ("pvc", "PersistentVolumeClaim"),
        ("pv", "PersistentVolume"),
        ("sc", "StorageClass"),
        ("hpa", "HorizontalPodAutoscaler"),
        ("pdb", "PodDisruptionBudget"),
        ("netpol", "NetworkPolicy"),
        ("np", "NetworkPolicy"),
        ("sa", "ServiceAccount"),
        ("ro", "Role"),
        ("cr", "ClusterRole"),
        ("rb", "RoleBinding"),
        ("crb", "ClusterRoleBinding"),
        ("crds", "CustomResourceDefinition"),
        ("quota", "ResourceQuota"),
        ("limits", "LimitRange"),
        ("ing", "Ingress"),
        ("helm", "Release"),
        ("charts", "Release"),
        ("containers", "Container"),
        ("hr", "HelmRelease"),
        ("ks", "Kustomization"),
        ("gateways.gateway.networking.k8s.io", "Gateway"),
    ],
)
def test_every_short_name_finds_its_kind(word, kind):
    found = find(word)
    assert found is not None
    assert found.resource.kind == kind


def test_no_two_kinds_have_a_name_in_common():
    # k9s calls roles so, and Argo its rollouts: where rollouts are served, the server's word goes first.
    taken: dict[str, str] = {"ro": "roles"}
    assert find("ro") is find("role")
    for kind in kinds():
        resource = kind.resource
        names = {resource.plural, resource.singular, resource.kind.casefold(), *resource.short_names}
        for name in names - ({"ro"} if resource.plural == "rollouts" else set()):
            assert taken.setdefault(name, resource.plural) == resource.plural


def test_the_kind_written_for_a_resource_is_found_by_group_version_and_plural():
    assert written(Resource("apps", "v1", "deployments", "Deployment")) is find("deploy")
    assert written(Resource("gateway.networking.k8s.io", "v1beta1", "gateways", "Gateway")) is None
    assert written(Resource("networking.istio.io", "v1", "gateways", "Gateway")) is None
    assert written(Resource("", "v1", "containers", "Container")) is None


def test_capacities_sort_by_what_they_stand_for():
    kind = find("pvc")
    column = next(one for one in kind.columns if one.header == "CAPACITY")
    sizes = ["900Mi", "1Gi", "10Gi", "2Ti"]
    rows = [
        row_of(
            kind, {"metadata": {"uid": size}, "spec": {"volumeName": "v"}, "status": {"capacity": {"storage": size}}}
        )
        for size in reversed(sizes)
    ]
    assert [row.capacity for row in sorted(rows, key=column.sort_key)] == sizes


def test_a_malformed_quantity_makes_one_row_unreadable():
    body = json.dumps(
        {
            "kind": "PersistentVolumeList",
            "metadata": {},
            "items": [
                {"metadata": {"uid": "a", "name": "a"}, "spec": {"capacity": {"storage": "much"}}},
                {"metadata": {"uid": "b", "name": "b"}},
            ],
        }
    ).encode()
    assert [row.unreadable for row in find("pv").decoder.page(body).rows] == [True, False]
