"""The tree of what hangs together."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cell import Tone
from state.cluster.kinds.catalogue import find
from state.cluster.kinds.kind import Changed
from state.cluster.kinds.pod_parts import POD_PARTS, PodPartsRow, Reference
from state.cluster.owners import Branch, Listed, tree
from state.ref import GroupKind, Ref

NOW = 1_767_225_600.0
CREATED = "2025-12-31T00:00:00Z"


def ref(kind: str, name: str, namespace: str = "shop", group: str = "apps") -> Ref:
    return Ref("prod", GroupKind(group, kind), namespace, name)


def meta(name: str, owner: str = "", namespace: str = "shop", **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "namespace": namespace, "uid": f"uid-{name}", "creationTimestamp": CREATED}
    if owner:
        found["ownerReferences"] = [{"kind": "X", "name": owner, "uid": f"uid-{owner}", "controller": True}]
    return found | fields


def read(kind: Any, *objects: dict[str, Any]) -> list[Any]:
    rows = []
    for one in objects:
        event = kind.decoder.event(json.dumps({"type": "ADDED", "object": one}).encode())
        assert isinstance(event, Changed), event
        rows.append(event.row)
    return rows


def pod(name: str, owner: str = "", **spec: Any) -> dict[str, Any]:
    state = {"name": "main", "ready": True, "restartCount": 2, "state": {"running": {}}}
    return {
        "metadata": meta(name, owner, labels={"app": "web"}),
        "spec": {"containers": [{"name": "main", "image": "web:1"}]} | spec,
        "status": {"phase": "Running", "containerStatuses": [state]},
    }


def listed(word: str, *objects: dict[str, Any], **how: Any) -> tuple[GroupKind, Listed]:
    kind = POD_PARTS if word == "pods" else find(word)
    assert kind is not None
    return kind.resource.group_kind, Listed(kind, read(kind, *objects), **how)


def lines(branch: Branch, depth: int = 0) -> list[str]:
    own = f"{'  ' * depth}{branch.kind} {branch.name}: {branch.about}"
    return [own, *(line for child in branch.children for line in lines(child, depth + 1))]


SPEC = {
    "serviceAccountName": "robot",
    "containers": [
        {
            "name": "main",
            "image": "web:1",
            "env": [
                {"name": "A", "value": "1"},
                {"name": "B", "valueFrom": {"secretKeyRef": {"name": "db", "key": "x"}}},
                {"name": "C", "valueFrom": {"secretKeyRef": {"name": "db", "key": "y"}}},
                {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            ],
            "envFrom": [{"configMapRef": {"name": "settings", "optional": True}}],
        }
    ],
    "volumes": [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-0"}},
        {"name": "tls", "secret": {"secretName": "tls"}},
        {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {}}},
        {"name": "kube-api-access-x", "projected": {"sources": [{"configMap": {"name": "kube-root-ca.crt"}}]}},
        {"name": "all", "projected": {"sources": [{"secret": {"name": "db"}}, {"serviceAccountToken": {}}]}},
        {"name": "none", "emptyDir": {}},
    ],
    "imagePullSecrets": [{"name": "pull"}],
}


def test_a_pod_says_what_it_and_its_containers_refer_to() -> None:
    row = read(POD_PARTS, pod("p", **SPEC))[0]
    assert isinstance(row, PodPartsRow)
    assert row.parts[0].references == (Reference("ConfigMap", "settings", True), Reference("Secret", "db"))
    assert row.references == (
        Reference("ServiceAccount", "robot"),
        Reference("PersistentVolumeClaim", "data-0"),
        Reference("Secret", "tls"),
        Reference("PersistentVolumeClaim", "p-scratch"),
        Reference("Secret", "db"),
        Reference("Secret", "pull", True),
    )


def test_the_row_of_a_pod_is_the_one_of_pods() -> None:
    pods = find("pods")
    assert pods is not None
    plain, parts = read(pods, pod("p", **SPEC))[0], read(POD_PARTS, pod("p", **SPEC))[0]
    assert {k: v for k, v in msgspec.structs.asdict(parts).items() if k not in ("parts", "references")} == (
        msgspec.structs.asdict(plain)
    )


def test_a_deployment_leads_down_to_containers_and_what_they_need() -> None:
    done = {"replicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
    replicas = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": {}}
    found = dict(
        [
            listed("deployments", {"metadata": meta("web"), "spec": replicas, "status": done}),
            listed(
                "replicasets",
                {"metadata": meta("web-1", "web"), "spec": replicas, "status": {"readyReplicas": 1, "replicas": 1}},
                {"metadata": meta("web-0", "web"), "spec": {**replicas, "replicas": 0}, "status": {}},
            ),
            listed("pods", pod("web-1-a", "web-1", **SPEC), pod("other")),
            listed("configmaps"),
            listed("secrets", {"metadata": meta("db"), "data": {"a": "", "b": ""}}),
            listed("persistentvolumeclaims", complete=False),
            listed("serviceaccounts", denied=True),
        ]
    )
    (branch,) = tree([ref("Deployment", "web")], found, NOW)
    assert lines(branch) == [
        "deployment web: 1/1",
        "  replicaset web-1: 1/1",
        "    pod web-1-a: 1/1 Running",
        "      container main: Running ×2  web:1",
        "        configmap settings: not there, optional",
        "        secret db: 2 keys",
        "      serviceaccount robot: may not be read",
        "      persistentvolumeclaim data-0: loading …",
        "      secret tls: is missing",
        "      persistentvolumeclaim web-1-a-scratch: loading …",
        "      secret db: 2 keys",
        "      secret pull: not there, optional",
    ]
    assert (branch.tone, branch.worst) == (Tone.WELL, Tone.BAD)


def test_a_service_leads_to_the_pods_that_it_selects_and_a_namespace_to_what_nobody_owns() -> None:
    found = dict(
        [
            listed(
                "services",
                {"metadata": meta("web"), "spec": {"selector": {"app": "web"}, "ports": []}},
                {"metadata": meta("bare"), "spec": {"ports": []}},
            ),
            listed("pods", pod("a"), pod("b", "set"), {**pod("c"), "metadata": meta("c", namespace="else")}),
            listed("statefulsets", {"metadata": meta("set"), "spec": {"replicas": 1, "template": {}}, "status": {}}),
            listed("namespaces", {"metadata": meta("shop", namespace=""), "status": {"phase": "Active"}}),
        ]
    )
    roots = [
        ref("Service", "web", group=""),
        ref("Service", "bare", group=""),
        ref("Namespace", "shop", "", group=""),
    ]
    web, bare, shop = tree(roots, found, NOW)
    assert [child.name for child in web.children] == ["a", "b"]
    assert bare.children == ()
    assert [(child.kind, child.name) for child in shop.children] == [("statefulset", "set"), ("pod", "a")]
    assert [child.name for child in shop.children[0].children] == ["b"]


@pytest.mark.parametrize(
    ("state", "ready", "tone"),
    [
        ({"running": {}}, True, Tone.WELL),
        ({"running": {}}, False, Tone.WARN),
        ({"waiting": {"reason": "CrashLoopBackOff"}}, False, Tone.BAD),
        ({"waiting": {"reason": "ImagePullBackOff"}}, False, Tone.BAD),
        ({"waiting": {"reason": "ContainerCreating"}}, False, Tone.QUIET),
        ({"terminated": {"exitCode": 0, "reason": "Completed"}}, False, Tone.WELL),
        ({"terminated": {"exitCode": 3}}, False, Tone.BAD),
        ({}, False, Tone.QUIET),
    ],
)
def test_a_container_has_the_tone_of_its_state(state: dict[str, Any], ready: bool, tone: Tone) -> None:
    one = pod("p")
    one["status"]["containerStatuses"] = [{"name": "main", "ready": ready, "restartCount": 0, "state": state}]
    (branch,) = tree([ref("Pod", "p", group="")], dict([listed("pods", one)]), NOW)
    assert branch.children[0].tone is tone


@pytest.mark.parametrize(
    ("how", "words", "tone"),
    [
        ({}, "is not there", Tone.WARN),
        ({"complete": False}, "loading …", Tone.QUIET),
        ({"denied": True, "complete": False}, "may not be read", Tone.WARN),
    ],
)
def test_a_root_that_is_not_there_says_why(how: dict[str, Any], words: str, tone: Tone) -> None:
    (branch,) = tree([ref("Pod", "p", group="")], dict([listed("pods", **how)]), NOW)
    assert (branch.about, branch.tone) == (words, tone)


def test_a_namespace_that_may_not_be_read_shows_what_is_in_it() -> None:
    found = dict([listed("namespaces", denied=True, complete=False), listed("pods", pod("p"))])
    (branch,) = tree([ref("Namespace", "shop", "", group="")], found, NOW)
    assert (branch.about, branch.tone, branch.uid) == ("may not be read", Tone.WELL, "")
    assert [child.name for child in branch.children] == ["p"]


def test_a_kind_that_is_not_read_says_so() -> None:
    assert tree([ref("Thing", "t")], {}, NOW)[0].about == "not read here"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_owners_that_go_in_circles_end(pairs: list[tuple[int, int]]) -> None:
    objects = [{**pod(f"p{one}", f"p{other}")} for one, other in dict(pairs).items()]
    found = dict([listed("pods", *objects)])
    for one in dict(pairs):
        (branch,) = tree([ref("Pod", f"p{one}", group="")], found, NOW)
        keys = list(_keys(branch))
        assert len(keys) == len(set(keys))


def _keys(branch: Branch) -> list[str]:
    return [branch.key, *(key for child in branch.children for key in _keys(child))]
