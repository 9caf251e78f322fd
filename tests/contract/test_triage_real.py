"""What triage reads of an alert's rule, from a real Prometheus that evaluates real rules."""

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from cockpit.simulator.promql.values import Series
from state.alerts.begun import BegunReader
from state.alerts.join import join
from state.alerts.model import Alert, AlertState
from state.alerts.prometheus import PrometheusAlerts
from state.alerts.triage.rule import SPAN, STEP, CourseReader
from state.endpoint import Endpoint
from state.metrics.app_expressions import fired
from state.metrics.client import PrometheusClient
from tests.contract.real_prometheus import program, serving
from tests.contract.remote_write import Points, send, stored

LIMIT = 40
RULES = [
    {
        "alert": "QueueIsLong",
        "expr": f'work_queue_depth{{namespace="shop"}} > {LIMIT}',
        "labels": {"severity": "critical", "team": "shop"},
        "annotations": {"summary": "{{ $labels.queue }} holds {{ $value }}", "runbook_url": "http://wiki/queue"},
    },
    {
        "alert": "QueueIsLong",
        "expr": 'work_queue_depth{namespace="shop"} > 20 and work_queue_depth > 10',
        "for": "90m",
        "labels": {"severity": "warning", "team": "shop"},
    },
    {
        "alert": "QueueRenamed",
        "expr": 'label_replace(sum by (queue) (work_queue_depth{queue="mail"}) >= 1, "topic", "$1", "queue", "(.*)")',
        "labels": {"severity": "info", "namespace": "shop"},
    },
    {
        "alert": "QueueRuleBroken",
        "expr": "work_queue_depth * on (namespace) work_queue_depth",
        "labels": {"severity": "warning"},
    },
    {"alert": "QueueGone", "expr": "absent(work_queue_nothing)", "labels": {"severity": "none"}},
]
NOTE = "rule QueueRuleBroken fails: "


def depth(queue: str, index: int) -> float:
    """The depth of a queue at a sample, counted from an hour ago: one grows past the limit, one stays below."""
    return float(index) if queue == "mail" else 15 + 10 * math.sin(index / 20)


def earlier(now: float) -> Iterator[Series]:
    """The series that Prometheus wrote of an alert that fired twice before anybody watched."""
    labels = {"alertname": "Earlier", "namespace": "shop", "severity": "critical"}
    for began in (now - 3000, now - 1200):
        times = range(int(began), int(began) + 600, int(STEP))
        state: Points = [(when * 1000, began) for when in times]
        firing: Points = [(when * 1000, 1.0) for when in times if when > began + 120]
        yield stored({"__name__": "ALERTS_FOR_STATE", **labels}, state)
        yield stored({"__name__": "ALERTS", **labels, "alertstate": "firing"}, firing)


@dataclass(frozen=True)
class Platform:
    """A Prometheus that has seen two queues for an hour, sampled on the steps that triage asks for."""

    client: PrometheusClient
    first: float
    samples: int

    def alerts(self) -> tuple[Alert, ...]:
        return join(None, PrometheusAlerts(self.client).fetch()).alerts

    def alert(self, name: str, severity: str) -> Alert:
        (found,) = (a for a in self.alerts() if a.name == name and a.label("severity") == severity)
        return found


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.yml").write_text(json.dumps({"groups": [{"name": "queues", "interval": "1s", "rules": RULES}]}))
    now = time.time() // STEP * STEP
    samples = int(SPAN / STEP) + 1
    with serving(
        program("prometheus"),
        folder,
        json.dumps({"rule_files": [str(folder / "rules.yml")]}),
        "--web.enable-remote-write-receiver",
    ) as url:
        both = []
        for queue in ("mail", "bills"):
            points: Points = [(int((now - SPAN + i * STEP) * 1000), depth(queue, i)) for i in range(samples)]
            both.append((stored({"__name__": "work_queue_depth", "namespace": "shop", "queue": queue}, points), 0))
        send(url, [*both, *((one, 0) for one in earlier(now))])
        yield Platform(PrometheusClient(Endpoint(url)), now - SPAN, samples)


@pytest.fixture
def evaluated(platform: Platform, until: Callable[[Callable[[], bool], str], None]) -> Platform:
    until(lambda: len(platform.alerts()) == 4, "four alerts")
    return platform


def test_an_alert_comes_with_its_own_rule_and_its_value(evaluated: Platform) -> None:
    critical = evaluated.alert("QueueIsLong", "critical")
    assert (critical.state, critical.value) == (AlertState.ACTIVE, float(evaluated.samples - 1))
    assert (critical.expression, critical.wait) == (RULES[0]["expr"], 0.0)
    assert critical.annotation("summary") == f"mail holds {evaluated.samples - 1}"
    assert critical.annotation("runbook_url") == "http://wiki/queue"
    assert critical.updated is None


def test_a_pending_alert_has_the_other_rule_of_its_name(evaluated: Platform) -> None:
    warning = evaluated.alert("QueueIsLong", "warning")
    assert (warning.state, warning.wait) == (AlertState.PENDING, 5400.0)
    assert "and" in warning.expression
    assert time.time() - warning.since < 60


def test_the_course_of_a_rule_is_what_was_measured_and_its_limit(evaluated: Platform) -> None:
    course = CourseReader(evaluated.client, evaluated.alert("QueueIsLong", "critical")).fetch()
    assert (course.sign, course.limit) == (">", LIMIT)
    assert course.now == evaluated.samples - 1
    measured = {when: value for when, value in course.points if when <= evaluated.first + SPAN}
    assert len(measured) > evaluated.samples - 5
    assert measured == {when: depth("mail", round((when - evaluated.first) / STEP)) for when in measured}
    assert course.notes == ()


@pytest.mark.parametrize(
    ("name", "severity", "limit"), [("QueueIsLong", "warning", 20), ("QueueRenamed", "info", None)]
)
def test_a_rule_that_says_more_has_a_course_too(
    evaluated: Platform, name: str, severity: str, limit: float | None
) -> None:
    course = CourseReader(evaluated.client, evaluated.alert(name, severity)).fetch()
    assert course.limit == limit
    assert course.now == evaluated.samples - 1


def test_a_rule_about_nothing_has_a_course(evaluated: Platform) -> None:
    course = CourseReader(evaluated.client, evaluated.alert("QueueGone", "none")).fetch()
    assert {value for _, value in course.points} == {1.0}


def test_a_rule_that_fails_is_said_in_the_servers_words(evaluated: Platform) -> None:
    told = PrometheusAlerts(evaluated.client).fetch()
    assert told.evaluating is True
    (note,) = told.notes
    assert note.startswith(NOTE)
    assert "many-to-many" in note or "duplicate series" in note


def test_when_alerts_began_before_anybody_watched_is_told(platform: Platform) -> None:
    last = platform.first + SPAN
    assert BegunReader(platform.client).fetch()["Earlier", "shop"] == (last - 3000, last - 1200)


def test_what_fires_is_found_in_the_history_of_alerts(
    evaluated: Platform, until: Callable[[Callable[[], bool], str], None]
) -> None:
    def seen() -> set[tuple[str, str]]:
        samples = evaluated.client.query(fired(("shop",), "5m").promql).samples
        return {(one.label("alertname"), one.label("severity")) for one in samples}

    until(lambda: bool(seen()), "the series of alerts")
    assert seen() == {("QueueIsLong", "critical"), ("QueueRenamed", "info")}
