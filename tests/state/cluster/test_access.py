import json
from pathlib import Path

import pytest

from state.cluster.access import Identity, allowed, whoami
from state.cluster.errors import ApiError
from state.cluster.transport import Answer
from state.operation import Permission

WIRE = Path(__file__).parents[2] / "wire"


def recorded(name):
    """The answer of a recording, and the body that was sent."""
    sent, _, received = next(WIRE.glob(name)).read_bytes().replace(b"\r\n", b"\n").partition(b"\nHTTP/1.1 ")
    head, _, body = received.partition(b"\n\n")
    return Answer(int(head.split()[0]), body), json.loads(sent.partition(b"\n\n")[2])


class Fake:
    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def call(self, request):
        self.asked.append(request)
        return self.answer


PATCH = Permission("patch", "apps", "deployments", "payments")


def test_a_permission_is_asked_as_a_real_client_asks_it():
    answer, sent = recorded("57-*")
    fake = Fake(answer)
    assert allowed(fake, PATCH) == ""
    (asked,) = fake.asked
    assert asked.method == "POST"
    assert json.loads(asked.body)["spec"] == sent["spec"]


def test_a_denial_is_a_sentence():
    answer, _ = recorded("58-*")
    assert allowed(Fake(answer), Permission("list", "", "namespaces")) == (
        "you may not list namespaces in the whole cluster"
    )


def test_a_denial_gives_its_reason():
    status = {"allowed": False, "denied": True, "reason": "frozen\x1b[2J", "evaluationError": "no role"}
    answer = Answer(201, json.dumps({"status": status}).encode())
    assert allowed(Fake(answer), PATCH) == "you may not patch deployments in payments: frozen; no role"


def test_a_subresource_and_a_name_are_asked_for():
    fake = Fake(Answer(201, b'{"status":{"allowed":true}}'))
    allowed(fake, Permission("create", "", "pods", "a", "p", "eviction"))
    assert json.loads(fake.asked[0].body)["spec"]["resourceAttributes"] == {
        "verb": "create", "resource": "pods", "subresource": "eviction", "namespace": "a", "name": "p",
    }  # fmt: skip


@pytest.mark.parametrize("body", [b"{}", b'{"status":null}', b'{"status":[]}'])
def test_a_review_without_a_word_is_no_yes(body):
    with pytest.raises(ApiError, match="without a status"):
        allowed(Fake(Answer(201, body)), PATCH)


def test_who_the_server_takes_the_user_for():
    answer, _ = recorded("60-*")
    assert whoami(Fake(answer)) == Identity("viewer", ("lab-viewers", "system:authenticated"))


@pytest.mark.parametrize(("status", "body"), [(404, b""), (403, b"{}"), (201, b'{"status":{}}')])
def test_a_server_that_cannot_tell_says_nothing(status, body):
    assert whoami(Fake(Answer(status, body))) is None
