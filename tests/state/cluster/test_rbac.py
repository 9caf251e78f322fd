"""Who may do what, from roles and bindings, and asked of the server for oneself."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.errors import ApiError
from state.cluster.rbac import (
    Binding,
    Policy,
    Right,
    Rule,
    Subject,
    Wanted,
    allows,
    my_rights,
    read_policy,
    rights_of,
    who_can,
)
from state.cluster.transport import Answer

ANA, TEAM = Subject("User", "ana"), Subject("Group", "team")
ROBOT = Subject("ServiceAccount", "robot", "shop")
READ = Rule(("get", "list"), ("",), ("pods", "pods/log"))
EDIT = Rule(("*",), ("apps",), ("*",))
ONE = Rule(("get",), ("",), ("secrets",), ("db",))


def policy(*bindings: Binding) -> Policy:
    roles = {("", "reader"): (READ,), ("", "editor"): (EDIT,), ("shop", "db"): (ONE,)}
    return Policy(roles, bindings)


def bound(role: str, *subjects: Subject, namespace: str = "", kind: str = "ClusterRole") -> Binding:
    return Binding(f"b-{role}", namespace, kind, role, subjects)


# --- rules ---


@pytest.mark.parametrize(
    ("rule", "wanted", "may"),
    [
        (READ, Wanted("get", "", "pods"), True),
        (READ, Wanted("get", "", "pods/log"), True),
        (READ, Wanted("delete", "", "pods"), False),
        (READ, Wanted("get", "", "pods/exec"), False),
        (READ, Wanted("get", "apps", "pods"), False),
        (EDIT, Wanted("patch", "apps", "deployments/scale"), True),
        (Rule(("*",), ("*",), ("*/scale",)), Wanted("get", "apps", "deployments/scale"), True),
        (Rule(("*",), ("*",), ("*/scale",)), Wanted("get", "apps", "deployments"), False),
        (ONE, Wanted("get", "", "secrets"), True),
        (ONE, Wanted("get", "", "secrets", "", "db"), True),
        (ONE, Wanted("get", "", "secrets", "", "other"), False),
        (Rule(("get",), urls=("/metrics",)), Wanted("get", "", "pods"), False),
    ],
)
def test_a_rule_allows_what_it_names(rule: Rule, wanted: Wanted, may: bool) -> None:
    assert allows(rule, wanted) is may


@given(st.sampled_from(["get", "list", "*"]), st.sampled_from(["", "apps"]), st.sampled_from(["pods", "a/b"]))
def test_stars_allow_everything(verb: str, group: str, resource: str) -> None:
    assert allows(Rule(("*",), ("*",), ("*",)), Wanted(verb, group, resource))


# --- who can ---


def test_everybody_who_may_is_found_with_where_and_through_what() -> None:
    known = policy(
        bound("reader", ANA, TEAM),
        bound("reader", ROBOT, namespace="shop"),
        bound("reader", ROBOT, namespace="else"),
        bound("editor", ANA, namespace="shop"),
        bound("gone", ANA),
    )
    found = who_can(known, Wanted("get", "", "pods", "shop"))
    assert [(one.subject, one.scope) for one in found] == [(TEAM, ""), (ANA, ""), (ROBOT, "shop")]
    assert found[0].role == "ClusterRole reader"
    assert (found[0].binding, found[2].binding) == ("clusterrolebinding b-reader", "rolebinding shop/b-reader")
    anywhere = who_can(known, Wanted("get", "", "pods"))
    assert [one.scope for one in anywhere] == ["", "", "else", "shop"]


def test_who_may_with_some_objects_alone_is_found_with_their_names() -> None:
    known = policy(bound("db", ANA, namespace="shop", kind="Role"))
    assert who_can(known, Wanted("get", "", "secrets", "shop"))[0].names == ("db",)
    assert who_can(known, Wanted("get", "", "secrets", "shop", "db"))[0].names == ()
    assert who_can(known, Wanted("get", "", "secrets", "shop", "other")) == ()


# --- what somebody may ---


def test_rights_of_somebody_come_together_with_where_and_through_what() -> None:
    known = policy(bound("reader", ANA), bound("editor", ANA, namespace="shop"), bound("reader", TEAM))
    rights = rights_of(known, ANA)
    assert rights.found == (
        Right("*.apps", ("*",), (), "shop", "ClusterRole editor by rolebinding shop/b-editor"),
        Right("pods", ("get", "list"), (), "", "ClusterRole reader by clusterrolebinding b-reader"),
        Right("pods/log", ("get", "list"), (), "", "ClusterRole reader by clusterrolebinding b-reader"),
    )
    assert "groups of a user" in rights.note
    assert rights_of(known, TEAM).note == ""


@pytest.mark.parametrize(
    "subject",
    [
        Subject("Group", "system:serviceaccounts"),
        Subject("Group", "system:serviceaccounts:shop"),
        Subject("Group", "system:authenticated"),
        Subject("User", "system:serviceaccount:shop:robot"),
        ROBOT,
    ],
)
def test_an_account_has_the_rights_of_its_groups_and_of_its_user(subject: Subject) -> None:
    assert [one.resource for one in rights_of(policy(bound("reader", subject)), ROBOT).found] == ["pods", "pods/log"]
    others = rights_of(policy(bound("reader", Subject("Group", "system:serviceaccounts:else"))), ROBOT)
    assert others.found == ()


def test_urls_come_from_bindings_of_the_whole_cluster_alone() -> None:
    roles = {("", "urls"): (Rule(("get",), urls=("/metrics",)),)}
    everywhere = Policy(roles, (bound("urls", ANA),))
    inside = Policy(roles, (bound("urls", ANA, namespace="shop"),))
    assert [one.resource for one in rights_of(everywhere, ANA).found] == ["/metrics"]
    assert rights_of(inside, ANA).found == ()


# --- reading ---


class Server:
    def __init__(self, denied: tuple[str, ...] = (), **lists: list[Any]) -> None:
        self.lists = lists
        self.denied = denied
        self.review: dict[str, Any] = {}

    def call(self, request: Any) -> Answer:
        if request.method == "POST":
            self.asked = json.loads(request.body)
            return Answer(201, json.dumps({"status": self.review}).encode())
        plural = request.path.rpartition("/")[2]
        if request.path in self.denied or plural in self.denied:
            return Answer(403, b'{"message": "no", "code": 403}')
        return Answer(200, json.dumps({"items": self.lists.get(plural, [])}).encode())


ROLE = {
    "metadata": {"name": "db", "namespace": "shop"},
    "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"]}],
}
BINDING = {
    "metadata": {"name": "dbs", "namespace": "shop"},
    "roleRef": {"kind": "Role", "name": "db"},
    "subjects": [{"kind": "User", "name": "ana\x1b[2J"}],
}


def test_roles_and_bindings_are_read() -> None:
    server = Server(roles=[ROLE], rolebindings=[BINDING], clusterroles=[{"metadata": {"name": "odd"}, "rules": 7}])
    found = read_policy(server)  # type: ignore[arg-type]
    assert found.unread == ()
    assert [one.subject.name for one in who_can(found, Wanted("get", "", "secrets", "shop"))] == ["ana"]


def test_what_may_not_be_read_is_named() -> None:
    root = "/apis/rbac.authorization.k8s.io/v1"
    server = Server(("clusterroles", f"{root}/roles", "rolebindings"), roles=[ROLE])
    found = read_policy(server, "shop")  # type: ignore[arg-type]
    assert found.unread == ("clusterroles", "roles outside of shop", "rolebindings")
    assert ("shop", "db") in found.roles


def test_the_server_says_what_i_may() -> None:
    server = Server()
    server.review = {
        "resourceRules": [
            {"verbs": ["get"], "apiGroups": ["", "apps"], "resources": ["pods"]},
            {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]},
            {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "resourceNames": ["x"]},
        ],
        "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz"]}],
        "incomplete": True,
        "evaluationError": "webhook authorizer does not support user rule resolution",
    }
    rights = my_rights(server, "shop")  # type: ignore[arg-type]
    assert server.asked["spec"] == {"namespace": "shop"}
    assert rights.found == (
        Right("*.*", ("*",), ("x",)),
        Right("pods", ("get", "list")),
        Right("pods.apps", ("get",)),
        Right("/healthz", ("get",)),
    )
    assert rights.note == "not all of it: webhook authorizer does not support user rule resolution"


def test_an_answer_without_a_status_is_told() -> None:
    server = Server()
    server.review = []  # type: ignore[assignment]
    with pytest.raises(ApiError, match="without a status"):
        my_rights(server, "shop")  # type: ignore[arg-type]
