"""What the server says the user may do: asked once, by list rather than by object, and again after a minute."""

import json
import threading
from typing import Any

import pytest

from state.clock import Clock
from state.cluster.errors import Unreachable
from state.cluster.rights import AGAIN, KNOWN, Rights
from state.cluster.transport import Answer, Request
from state.operation import Permission

DELETE = Permission("delete", "", "pods", "shop", "api-1")


class Server:
    """Answers access reviews; `may` says to what."""

    def __init__(self) -> None:
        self.may: list[tuple[str, str]] = []
        self.asked: list[dict[str, Any]] = []
        self.away = False
        self.elapsed = 0.0
        self.rights = Rights(lambda: self, Clock(lambda: 0.0, lambda: self.elapsed))  # type: ignore[arg-type, return-value]

    def call(self, request: Request) -> Answer:
        if self.away:
            raise Unreachable("no answer")
        attributes = json.loads(request.body or b"{}")["spec"]["resourceAttributes"]
        self.asked.append(attributes)
        allowed = (attributes["namespace"], attributes.get("name", "")) in self.may
        return Answer(201, json.dumps({"status": {"allowed": allowed}}).encode())

    def settle(self) -> None:
        """Wait until nothing is asked any more."""
        for thread in threading.enumerate():
            if thread.name == "rights":
                thread.join(10)

    def why_not(self, permission: Permission) -> str:
        """Return the answer once it is there."""
        for _ in range(2):
            self.rights.why_not(permission)
            self.settle()
        return self.rights.why_not(permission)


@pytest.fixture
def server() -> Server:
    return Server()


def test_nothing_is_refused_before_the_answer(server: Server) -> None:
    assert server.rights.why_not(DELETE) == ""


def test_a_right_in_the_namespace_answers_for_all_of_it(server: Server) -> None:
    server.may = [("shop", "")]
    assert server.why_not(DELETE) == ""
    assert server.why_not(Permission("delete", "", "pods", "shop", "api-2")) == ""
    assert len(server.asked) == 1
    assert server.rights.revision == 1


def test_a_right_on_one_object_is_found_where_there_is_none_in_the_namespace(server: Server) -> None:
    server.may = [("shop", "api-1")]
    assert server.why_not(DELETE) == ""
    assert server.why_not(Permission("delete", "", "pods", "shop", "api-2")) == "you may not delete pods in shop"


def test_an_answer_holds_for_a_minute_and_stands_until_the_next(server: Server) -> None:
    assert "may not" in server.why_not(DELETE)
    asked = len(server.asked)
    server.elapsed = KNOWN - 1
    assert "may not" in server.why_not(DELETE)
    assert len(server.asked) == asked
    server.may = [("shop", "")]
    server.elapsed = KNOWN + 1
    assert "may not" in server.rights.why_not(DELETE)
    server.settle()
    assert server.rights.why_not(DELETE) == ""


def test_no_answer_is_no_refusal_and_is_asked_for_again(server: Server) -> None:
    server.away = True
    assert server.why_not(DELETE) == ""
    server.away = False
    assert server.why_not(DELETE) == ""
    assert server.asked == []
    server.elapsed = AGAIN + 1
    assert "may not" in server.why_not(DELETE)
