"""Who may stream to a pod: `create` is what it takes, `get` what a WebSocket alone takes of older servers."""

import json

import pytest

from state.cluster.operations.enter import may_stream
from state.cluster.transport import Answer


class Reviews:
    """A server that allows some verbs."""

    def __init__(self, *allowed):
        self.allowed = allowed

    def call(self, request):
        asked = json.loads(request.body)["spec"]["resourceAttributes"]
        assert (asked["resource"], asked["subresource"], asked["name"]) == ("pods", "exec", "web-0")
        may = asked["verb"] in self.allowed
        return Answer(201, json.dumps({"status": {"allowed": may, "reason": "" if may else "no rule"}}).encode())


@pytest.mark.parametrize("verbs", [("create",), ("get",), ("create", "get")])
def test_either_right_is_enough_to_be_let_try(verbs):
    assert may_stream(Reviews(*verbs), "shop", "web-0", "exec") == ""


def test_who_has_neither_is_told_that_create_is_missing():
    assert "create" in may_stream(Reviews(), "shop", "web-0", "exec")
