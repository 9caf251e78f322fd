"""Descriptions against what kubectl 1.37 printed of the same objects at the same moment, in UTC."""

import json
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.describe import describe
from state.cluster.errors import ApiError
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Answer

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"), key=lambda path: path.name)
POD = Resource("", "v1", "pods", "Pod")
NOT_FOUND = Answer(404, b'{"reason":"NotFound","message":"not found","code":404}')
FORBIDDEN = Answer(403, b'{"reason":"Forbidden","message":"no","code":403}')


class Replay:
    """A server that knows one object and what belongs to it."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def call(self, request):
        key = request.path + (f"?{urlencode(request.query)}" if request.query else "")
        self.asked.append(key)
        if key not in self.answers:
            return NOT_FOUND
        status, body = self.answers[key]
        return Answer(status, json.dumps(body).encode())


class One:
    """A server with one object, that answers the same to every list."""

    def __init__(self, found, lists=NOT_FOUND):
        self.found = found
        self.lists = lists

    def call(self, request):
        return self.lists if request.query else Answer(200, json.dumps(self.found).encode())


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("path", RECORDED, ids=[path.stem for path in RECORDED])
def test_it_reads_as_kubectl_prints_it(path):
    case = json.loads(path.read_text())
    group, version, plural, kind, namespaced = case["resource"]
    resource = Resource(group, version, plural, kind, namespaced)
    said = describe(Replay(case["answers"]), resource, case["namespace"], case["name"], case["now"])
    assert said == path.with_suffix(".txt").read_text()


def test_a_secrets_values_are_nowhere_not_even_in_an_odd_one():
    secret = {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "a", "labels": 7},
        "data": {"k": "aHVudGVyMg=="}, "stringData": ["hunter2"], "type": ["x"],
    }  # fmt: skip
    for resource in (Resource("", "v1", "secrets", "Secret"), Resource("", "v1", "secrets", "Other")):
        said = describe(One(secret), resource, "a", "s", 0.0)
        assert "hunter2" not in said
        assert "aHVudGVyMg" not in said
        assert "7 bytes" in said


def test_a_variable_from_a_label_shows_its_value():
    ref = {"fieldPath": "metadata.labels['app']", "apiVersion": "v1"}
    pod = {
        "metadata": {"name": "p", "namespace": "a", "labels": {"app": "shop"}},
        "spec": {"containers": [{"name": "c", "env": [{"name": "APP", "valueFrom": {"fieldRef": ref}}]}]},
    }
    said = describe(One(pod), POD, "a", "p", 0.0)
    assert "APP: shop (v1:metadata.labels['app'])" in " ".join(said.split())


def test_what_may_not_be_read_is_left_out():
    deployment = {"metadata": {"name": "d", "namespace": "a"}, "spec": {"selector": {"matchLabels": {"a": "b"}}}}
    said = describe(One(deployment, FORBIDDEN), Resource("apps", "v1", "deployments", "Deployment"), "a", "d", 0.0)
    assert "Name:" in said
    assert "ReplicaSet" not in said
    assert "Events" not in said


def test_a_node_whose_pods_may_not_be_read_says_so():
    node = {"metadata": {"name": "n"}}
    said = describe(One(node, FORBIDDEN), Resource("", "v1", "nodes", "Node", False), "", "n", 0.0)
    assert "Pods:" in said
    assert "not authorized" in said


def test_an_object_that_is_gone_is_an_error():
    with pytest.raises(ApiError, match="not found"):
        describe(Replay({}), POD, "a", "p", 0.0)


def test_long_lists_are_read_to_their_end():
    first = {"items": [{"involvedObject": {}, "reason": "One"}], "metadata": {"continue": "more"}}
    second = {"items": [{"involvedObject": {}, "reason": "Two"}], "metadata": {}}

    class Pages(One):
        def call(self, request):
            if not request.query:
                return super().call(request)
            page = second if ("continue", "more") in request.query else first
            return Answer(200, json.dumps(page).encode())

    said = describe(Pages({"metadata": {"name": "p", "namespace": "a"}}), POD, "a", "p", 0.0)
    assert "One" in said
    assert "Two" in said


def test_nothing_from_outside_reaches_the_terminal_as_more_than_text():
    evil = "\x1b]0;pwned\x07\x1b[2J\u202e\ttab"
    pod = {
        "metadata": {"name": evil, "namespace": "a", "labels": {evil: evil}, "annotations": {"a": evil}},
        "spec": {
            "containers": [{"name": evil, "image": evil, "command": [evil], "env": [{"name": evil, "value": evil}]}]
        },
        "status": {"message": evil, "conditions": [{"type": evil, "status": evil}]},
    }
    event = {"items": [{"involvedObject": {}, "message": evil, "reason": evil}]}
    said = describe(One(pod, Answer(200, json.dumps(event).encode())), POD, "a", "p", 0.0)
    assert all(one == "\n" or one.isprintable() for one in said)


_FIELDS = [
    "metadata", "spec", "status", "containers", "name", "labels", "conditions", "selector", "matchLabels", "template",
    "env", "valueFrom", "resources", "requests", "cpu", "ports", "volumes", "secret", "state", "running", "items",
    "replicas", "tolerations",
]  # fmt: skip
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_FIELDS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)
_KINDS = [
    ("", "Pod"), ("apps", "Deployment"), ("apps", "ReplicaSet"), ("apps", "StatefulSet"), ("apps", "DaemonSet"),
    ("batch", "Job"), ("batch", "CronJob"), ("", "Node"), ("", "Service"), ("", "Namespace"), ("", "Secret"),
    ("", "ConfigMap"), ("x", "Any"),
]  # fmt: skip


@given(st.sampled_from(_KINDS), st.dictionaries(st.sampled_from(_FIELDS), _ANY))
def test_no_shape_of_object_is_too_odd(kind, found):
    group, name = kind
    said = describe(One(found, Answer(200, b'{"items":[]}')), Resource(group, "v1", "things", name), "a", "b", 0.0)
    assert said.startswith("Name:")
