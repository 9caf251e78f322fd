"""Rights read from roles and bindings against what a real API server decides of the same subjects."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.cluster import connect, kubeconfig, requests
from state.cluster.credentials import SignIns
from state.cluster.rbac import EVERYBODY, Policy, Subject, Wanted, my_rights, read_policy, who_can
from state.cluster.transport import Transport

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
pytestmark = pytest.mark.skipif(not CONFIG, reason="COCKPIT_TEST_KUBECONFIG names no API server")
REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
RESOURCES = [
    ("", "pods"), ("", "pods/log"), ("", "secrets"), ("apps", "deployments"), ("apps", "deployments/scale"),
    ("", "nodes"), ("coordination.k8s.io", "leases"), ("", "events"), ("rbac.authorization.k8s.io", "clusterroles"),
]  # fmt: skip
NAMESPACES = ["default", "kube-system", "kube-public", ""]


@pytest.fixture(scope="module")
def server() -> Iterator[Transport]:
    config = kubeconfig.load([Path(part) for part in CONFIG.split(os.pathsep)])
    transport = connect.connect(config.target(), SignIns(os.environ), {})
    yield transport
    transport.close()


def identities(subject: Subject) -> tuple[str, list[str]]:
    """Return the user and the groups that the server takes a subject for."""
    if subject.kind == "ServiceAccount":
        space = subject.namespace
        groups = ["system:serviceaccounts", f"system:serviceaccounts:{space}", EVERYBODY]
        return f"system:serviceaccount:{space}:{subject.name}", groups
    return (subject.name, [EVERYBODY]) if subject.kind == "User" else ("somebody", [subject.name])


def decided(server: Transport, subject: Subject, wanted: Wanted) -> bool:
    user, groups = identities(subject)
    resource, _, subresource = wanted.resource.partition("/")
    attributes = {
        "verb": wanted.verb, "group": wanted.group, "resource": resource, "subresource": subresource,
        "namespace": wanted.namespace,
    }  # fmt: skip
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": user, "groups": groups, "resourceAttributes": attributes},
    }
    return requests.post(server, REVIEWS, body)["status"].get("allowed") is True


def computed(policy: Policy, subject: Subject, wanted: Wanted) -> bool:
    user, groups = identities(subject)
    selves = {subject, Subject("User", user), *(Subject("Group", group) for group in groups)}
    holders = who_can(policy, wanted)
    # Nowhere in particular means everywhere to the server; rules for some objects alone are no general right.
    return any(
        one.subject in selves and not one.names and (one.scope == "" or one.scope == wanted.namespace)
        for one in holders
    )


def test_who_may_agrees_with_the_server(server: Transport) -> None:
    policy = read_policy(server)
    assert policy.unread == ()
    subjects = sorted({one for binding in policy.bindings for one in binding.subjects})
    choose = random.Random(8)
    seen = set()
    for _ in range(150):
        subject = choose.choice(subjects)
        group, resource = choose.choice(RESOURCES)
        verb = choose.choice(["get", "list", "create", "delete", "update"])
        wanted = Wanted(verb, group, resource, choose.choice(NAMESPACES))
        expected = decided(server, subject, wanted)
        seen.add(expected)
        assert computed(policy, subject, wanted) is expected, (subject, wanted)
    assert seen == {True, False}


def test_the_server_tells_my_rights(server: Transport) -> None:
    found = my_rights(server, "default").found
    assert any(right.resource.startswith("selfsubject") or right.resource == "*.*" for right in found)
    assert any(right.resource.startswith("/") for right in found)
