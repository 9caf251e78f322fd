from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from state.apps.budget import Budget, burn_of, remaining_of
from state.apps.charts import Charts, Firing, read_charts, traffic_of
from state.apps.model import App, AppHealth, Measured, Part, Signals
from state.clock import Clock
from state.metrics.catalogue import DIALECTS, TrafficSource
from state.metrics.model import Answer, MetricsError, Sample, Series
from state.metrics.pulse import Pulse
from state.metrics.span import Span
from state.ref import GroupKind, Ref

SPAN = Span(0, 600, 60)
HTTP = TrafficSource(DIALECTS[1], "code", "namespace", "service")
ISTIO = TrafficSource(DIALECTS[2], "response_code", "destination_workload_namespace", "destination_workload")
PULSE = Pulse(0.0, sources=(HTTP, ISTIO))
API = Ref("prod", GroupKind("apps", "Deployment"), "pay", "api")
APP = App(
    "payments",
    "prod",
    "pay",
    False,
    (Part(API, "u", "v1", 2, 2, AppHealth.WELL, ""),),
    "v1",
    2,
    2,
    AppHealth.WELL,
    "",
    None,
    namespaces=("pay",),
    signals=Signals(rate=5.0),
    measured=(Measured("api", "http_requests_total", (("namespace", "pay"), ("service", "api"))),),
)


class Told:
    """A Prometheus that answers by a word in the question; what no word is in has no series."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def _find(self, expression: str) -> Any:
        self.asked.append(expression)
        found = next((value for word, value in self.answers.items() if word in expression), None)
        if isinstance(found, Exception):
            raise found
        return found

    def query(self, expression: str) -> Answer:
        found = self._find(expression)
        return Answer() if found is None else Answer(samples=(Sample((), float(found)),))

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        found = self._find(expression)
        if found is None:
            return Answer()
        if isinstance(found, Answer):
            return found
        points = tuple((start + at * step, float(found)) for at in range(int((end - start) / step) + 1))
        return Answer(series=(Series((), points),))


def charts(client: Told, app: App = APP, clock: Clock | None = None) -> Charts:
    return read_charts(app, PULSE, client, SPAN, clock or Clock())


def alert(name: str, *moments: float, **labels: str) -> Series:
    pairs = tuple(sorted({"alertname": name, "namespace": "pay", **labels}.items()))
    return Series(pairs, tuple((moment, 1.0) for moment in moments))


def test_every_signal_is_a_chart_over_the_span() -> None:
    found = charts(Told(histogram_quantile=0.2, http_requests_total=2.0, container_cpu_usage=0.5, restarts=0.0))
    assert [chart.id for chart in found.charts] == [
        "rate", "errors", "latency", "saturation", "restarts", "throttling",
    ]  # fmt: skip
    by = {chart.id: chart for chart in found.charts}
    assert [curve.name for curve in by["latency"].curves] == ["p50", "p95", "p99"]
    assert by["rate"].curves[0].points == (2.0,) * 11
    assert by["errors"].limit == pytest.approx(0.001)
    assert by["throttling"].curves[0].points == (None,) * 11
    assert found.missing == ()


def test_thin_traffic_is_said_and_not_drawn_as_perfect() -> None:
    found = charts(Told(histogram_quantile=0.2, code=0.0, http_requests_total=0.01))
    by = {chart.id: chart for chart in found.charts}
    assert by["rate"].curves[0].points == (0.01,) * 11
    assert by["errors"].curves[0].points == (None,) * 11
    assert by["latency"].curves[1].points == (None,) * 11
    assert by["errors"].note == "100% not drawn: fewer than 10 requests in 5m"


def test_an_app_that_nothing_measures_has_no_requests_and_no_invented_ones() -> None:
    found = charts(Told(container_cpu=0.5), replace(APP, measured=()))
    assert [chart.id for chart in found.charts] == ["saturation", "restarts", "throttling"]
    assert found.budget == Budget(0.999, "wanted")
    assert "nothing measures requests" in found.budget.words


def test_requests_are_measured_by_the_most_trusted_way() -> None:
    istio = Measured("api", "Istio", (("destination_workload_namespace", "pay"), ("destination_workload", "api")))
    assert traffic_of(replace(APP, measured=(istio, *APP.measured)), PULSE).source is HTTP  # type: ignore[union-attr]
    assert traffic_of(replace(APP, measured=(istio,)), PULSE).source is ISTIO  # type: ignore[union-attr]
    assert traffic_of(APP, None) is None


def test_milliseconds_become_seconds() -> None:
    istio = Measured("api", "Istio", (("destination_workload_namespace", "pay"), ("destination_workload", "api")))
    found = charts(Told(histogram_quantile=200.0, istio_requests_total=2.0), replace(APP, measured=(istio,)))
    latency = next(chart for chart in found.charts if chart.id == "latency")
    assert latency.curves[0].points[-1] == pytest.approx(0.2)


def test_alerts_that_fired_are_told_each_time() -> None:
    told = Answer(
        series=(
            alert("Burn", 60, 120, 360, service="api"),
            alert("Crash", 240, pod="api-7d4f-x7k2p"),
            alert("Quota", 300),
            alert("Mismatch", 300, deployment="api", service="kube-state-metrics"),
            alert("Other", 240, pod="ledger-7d4f-x7k2p"),
            alert("Elsewhere", 240, deployment="ledger"),
            alert("Watchdog", 0),
        )
    )
    assert charts(Told(ALERTS=told)).firing == (
        Firing("Burn", 60), Firing("Crash", 240), Firing("Mismatch", 300), Firing("Quota", 300), Firing("Burn", 360),
    )  # fmt: skip


def test_what_has_no_answer_is_said_and_the_rest_is_shown() -> None:
    found = charts(Told(histogram_quantile=MetricsError("timeout", "too slow"), http_requests_total=2.0))
    assert found.missing == tuple(f"{name}: too slow" for name in ("p50", "p95", "p99"))
    assert next(chart for chart in found.charts if chart.id == "rate").curves[0].points[0] == 2.0


def test_a_server_that_does_not_answer_ends_it_at_once() -> None:
    client = Told(http=MetricsError("unreachable", "refused"))
    with pytest.raises(MetricsError):
        charts(client)
    assert len(client.asked) == 1


def test_a_slow_server_is_not_asked_for_ever() -> None:
    ticks = iter(range(0, 10_000, 10))
    clock = Clock(elapsed=lambda: float(next(ticks)))
    client = Told(http_requests_total=2.0)
    assert charts(client, clock=clock).missing[-1].endswith("not asked, Prometheus is slow")
    assert len(client.asked) < 4


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"sloth": 0.995}, "99.5 % kept by Sloth"),
        ({"pyrra_objective": 0.99, "pyrra_availability": 0.995}, "99 % kept by Pyrra · 50 % of 30d left"),
        (
            {"[30d:1d]": 3, "increase": 5000, "[30d]": 0.0005},
            "99.9 % wanted · 50 % of 30d left (3 of 30 days measured)",
        ),
    ],
)
def test_the_budget_is_kept_by_who_keeps_it(answers: dict[str, float], words: str) -> None:
    budget = charts(Told(**answers)).budget
    assert budget is not None
    assert budget.words.startswith(words)


def test_a_budget_is_told_with_when_it_is_spent() -> None:
    budget = Budget(0.999, "wanted", 0.5, (("5m", 30.0), ("1h", 15.0)), 50_000.0, 30.0)
    assert budget.exhausted_in == pytest.approx(86400)
    assert budget.words == "99.9 % wanted · 50 % of 30d left · burns 15.0 times · spent in 1d"
    assert replace(budget, remaining=-0.2).words.endswith("-20 % of 30d left · burns 15.0 times · spent")
    assert replace(budget, burns=(("5m", 0.0),)).exhausted_in is None
    assert "only 40 requests" in replace(budget, requests=40.0).words


@pytest.mark.parametrize(("formula", "expected"), [(burn_of, 14.4), (remaining_of, -13.4)])
def test_the_formulas_of_the_workbook(formula: Callable[[float | None, float], float | None], expected: float) -> None:
    assert formula(0.0144, 0.999) == pytest.approx(expected)
    assert formula(None, 0.999) is None
