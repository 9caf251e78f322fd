import threading

import pytest

from state.clock import Clock
from state.metrics.model import Answer, MetricsError
from state.metrics.shared import INSTANT_SECONDS, KEPT, SharedMetrics


class Asked:
    """A client that counts what it is asked, and waits where a test wants it to."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.fails = False
        self.gate = threading.Event()
        self.gate.set()

    def query(self, expression: str) -> Answer:
        self.queries.append(expression)
        self.gate.wait(5)
        if self.fails:
            raise MetricsError("timeout", "too slow")
        return Answer(warnings=(f"answer {len(self.queries)}",))

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        return self.query(f"{expression} {start:g} {end:g} {step:g}")


class Time:
    now = 100.0

    @property
    def clock(self) -> Clock:
        return Clock(elapsed=lambda: self.now)


def test_equal_questions_are_asked_once_while_the_answer_is_good() -> None:
    client, time = Asked(), Time()
    shared = SharedMetrics(client, time.clock)
    assert shared.query("up") is shared.query("up")
    assert shared.query_range("up", 0, 60, 15) is shared.query_range("up", 0, 60, 15)
    shared.query_range("up", 15, 75, 15)
    assert client.queries == ["up", "up 0 60 15", "up 15 75 15"]
    time.now += INSTANT_SECONDS + 1
    assert shared.query("up").warnings == ("answer 4",)
    assert shared.query_range("up", 0, 60, 15).warnings == ("answer 2",)


def test_those_who_ask_meanwhile_wait_for_the_same_answer() -> None:
    client = Asked()
    client.gate.clear()
    shared = SharedMetrics(client)
    found: list[Answer] = []
    askers = [threading.Thread(target=lambda: found.append(shared.query("up"))) for _ in range(4)]
    for asker in askers:
        asker.start()
    client.gate.set()
    for asker in askers:
        asker.join(5)
    assert client.queries == ["up"]
    assert len(found) == 4


def test_what_failed_is_asked_again() -> None:
    client = Asked()
    shared = SharedMetrics(client)
    client.fails = True
    with pytest.raises(MetricsError):
        shared.query("up")
    client.fails = False
    assert shared.query("up").warnings == ("answer 2",)


def test_only_so_many_answers_are_kept() -> None:
    client = Asked()
    shared = SharedMetrics(client)
    for number in range(KEPT + 1):
        shared.query(str(number))
    shared.query("0")
    assert len(client.queries) == KEPT + 2
    shared.query(str(KEPT))
    assert len(client.queries) == KEPT + 2
