from dataclasses import replace
from pathlib import Path

import pytest

from state.apps.glance import MOST, Glance, glances
from state.apps.model import App, AppHealth, Measured
from state.apps.readiness.catalogue import CHECKS
from state.apps.readiness.model import Outcome, Report, Result
from state.apps.readiness.trend import record
from state.journal.journal import Journal
from state.metrics.catalogue import DIALECTS, TrafficSource
from state.metrics.model import Answer, MetricsError, Sample
from state.metrics.pulse import Pulse

PULSE = Pulse(0.0, sources=(TrafficSource(DIALECTS[1], "code", "namespace", "service"),))
APP = App(
    "pay", "prod", "pay", False, (), "", 1, 1, AppHealth.WELL, "", None,
    measured=(Measured("api", "http_requests_total", (("namespace", "pay"), ("service", "api"))),),
)  # fmt: skip


class Told:
    def __init__(self, answer: float | Exception | None) -> None:
        self.answer = answer
        self.asked = 0

    def query(self, expression: str) -> Answer:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return Answer() if self.answer is None else Answer(samples=(Sample((), self.answer),))

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        raise AssertionError(expression)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db")


def test_a_glance_is_the_budget_left_and_the_last_known_readiness(journal: Journal) -> None:
    journal.start()
    record(journal, APP.key, Report("pay", (), 1e9, (Result(CHECKS[0], Outcome.PASS, ""),)))
    assert journal.drain(5)
    assert glances([APP], PULSE, Told(0.00025), journal) == {APP.key: Glance(pytest.approx(0.75), 100.0)}
    journal.close()


@pytest.mark.parametrize("answer", [None, MetricsError("timeout", "slow")])
def test_what_is_not_known_is_left_out(journal: Journal, answer: Exception | None) -> None:
    assert glances([APP], PULSE, Told(answer), journal) == {APP.key: Glance()}
    assert glances([APP], None, Told(0.1), journal) == {APP.key: Glance()}


def test_a_server_that_does_not_answer_is_told(journal: Journal) -> None:
    with pytest.raises(MetricsError):
        glances([APP], PULSE, Told(MetricsError("unreachable", "refused")), journal)


def test_only_product_apps_and_not_too_many_are_asked_about(journal: Journal) -> None:
    client = Told(0.0)
    apps = [replace(APP, name=str(number)) for number in range(MOST + 5)]
    found = glances([replace(APP, name="dns", platform=True), *apps], PULSE, client, journal)
    assert (len(found), client.asked) == (MOST, MOST)
