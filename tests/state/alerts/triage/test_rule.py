"""The course of an alert's rule."""

from dataclasses import replace

import pytest

from state.alerts.model import Alert, AlertState, Severity
from state.alerts.triage.rule import SPAN, STEP, Course, CourseReader, own_series
from state.clock import Clock
from state.metrics.model import Answer, MetricsError, Series
from state.polled import Denied

NOW = 1_800_000_007.0
LABELS = (("alertname", "Down"), ("cluster", "prod"), ("namespace", "pay"), ("pod", "api-1"))
ALERT = Alert("f", "Down", Severity.CRITICAL, AlertState.ACTIVE, LABELS, (), NOW - 60, expression="up == 0")


class Prometheus:
    """Answers a range query with some series, and keeps what it was asked."""

    def __init__(self, *series: Series, error: MetricsError | None = None, **parts: object) -> None:
        self.answer = Answer(series=series, **parts)  # type: ignore[arg-type]
        self.error = error
        self.asked: list[tuple[str, float, float, float]] = []

    def query(self, expression: str) -> Answer:
        raise AssertionError("a moment is not asked for")

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        self.asked.append((expression, start, end, step))
        if self.error is not None:
            raise self.error
        return self.answer


def read(prometheus: Prometheus, alert: Alert = ALERT) -> Course:
    return CourseReader(prometheus, alert, Clock(wall=lambda: NOW)).fetch()


def series(*points: tuple[float, float], **labels: str) -> Series:
    return Series(tuple(sorted(labels.items())), points)


def test_what_is_measured_is_asked_for_in_whole_steps() -> None:
    prometheus = Prometheus(series((NOW - 7, 0.0), namespace="pay", pod="api-1"))
    course = read(prometheus)
    assert prometheus.asked == [("up", NOW - 7 - SPAN, NOW - 7, STEP)]
    assert (course.now, course.sign, course.limit) == (0.0, "==", 0.0)
    values = course.values()
    assert (len(values), values[-1], values[0]) == (SPAN / STEP + 1, 0.0, None)


def test_a_rule_that_is_no_comparison_is_asked_as_it_is() -> None:
    prometheus = Prometheus()
    course = read(prometheus, replace(ALERT, expression="absent(up)"))
    assert prometheus.asked[0][0] == "absent(up)"
    assert (course.now, course.limit) == (None, None)


def test_an_old_value_is_not_the_present_one() -> None:
    assert read(Prometheus(series((NOW - 400, 3.0), pod="api-1"))).now is None


def test_the_series_of_the_alert_is_found_among_others() -> None:
    other, own = series((1.0, 1.0), pod="api-2"), series((1.0, 2.0), namespace="pay", pod="api-1")
    coarse = series((1.0, 3.0), namespace="pay")
    assert own_series([other, own, coarse], ALERT) is own
    assert own_series([other], ALERT) is None
    renamed = series((1.0, 4.0), exported="x")
    assert own_series([renamed], ALERT) is renamed
    assert own_series([renamed, series((1.0, 4.0), exported="y")], ALERT) is None


def test_what_is_no_number_is_no_point() -> None:
    course = read(Prometheus(series((NOW - 22, float("nan")), (NOW - 7, float("inf")), pod="api-1")))
    assert course.points == ()


def test_missing_stores_are_said_and_other_warnings_are_not() -> None:
    assert read(Prometheus(warnings=("no store",), partial=True)).notes == ("no store",)
    assert read(Prometheus(warnings=("PromQL info",))).notes == ()


@pytest.mark.parametrize(("kind", "raised"), [("auth", Denied), ("timeout", MetricsError)])
def test_a_refusal_is_told_apart_from_no_answer(kind: str, raised: type[Exception]) -> None:
    with pytest.raises(raised, match="words"):
        read(Prometheus(error=MetricsError(kind, "words")))
