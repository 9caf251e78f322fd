"""All that the cockpit asks of Prometheus, asked of the simulator and of a real one that was fed its series."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.promql import query as simulated
from state.alerts.begun import BegunReader
from state.alerts.reading import alert_of_prometheus
from state.alerts.triage.rule import CourseReader
from state.apps.charts import read_charts
from state.apps.model import App, AppHealth, Measured, Part
from state.clock import Clock
from state.cluster.kinds.deployments import DEPLOYMENT
from state.metrics.app_expressions import every_app_expression
from state.metrics.catalogue import DIALECTS, Expression, every_expression, targets
from state.metrics.model import Answer, Labels, Sample, Series
from state.metrics.pulse import PulseSource
from state.metrics.span import WINDOWS, Span
from state.metrics.usage import PrometheusUsage, node_usage, pod_usage
from state.metrics.wire import WireAlert
from state.ref import Ref
from tests.cockpit.simulator.hand_world import HandWorld
from tests.contract.real_prometheus import Real, program, same, serving
from tests.contract.remote_write import send

NAMESPACE, SERVICE = "payments", "payments-api"
LIMITED = "payments-worker"
"""A workload with a limit on its CPU: nothing else is throttled."""
HISTORY = 26 * 3600
"""Seconds before its opening for which the world has been measured."""
RECENT, LATEST = 80 * 60_000, 30 * 60_000
"""Milliseconds for which the real server knows all that is asked about, and the objects that only rules ask about.

Before, it knows the app in the middle of the night and the alerts alone.
"""
NIGHT_SECONDS, ROLLED_BACK_AFTER = 300, 180
POINTS = 40
UNSPOKEN = {f"{one.name} present" for one in DIALECTS if one.name != "http_requests_total"}
"""Ways to count requests that nothing in the simulated world uses."""


def of_the_app(window: str) -> list[Expression]:
    """Return every expression about the app in the middle of the night."""
    return [one for name in (SERVICE, LIMITED) for one in every_app_expression(NAMESPACE, name, window)]


def catalogue(window: str) -> list[Expression]:
    """Return every expression of the catalogue."""
    found = [*every_expression(window), *of_the_app(window)]
    return [*found, *pod_usage(window), *node_usage(window), targets((NAMESPACE,)), targets((NAMESPACE, "monitoring"))]


@dataclass
class Twins:
    """The simulated monitoring after a night in which a release failed and was taken back, and its real twin."""

    monitoring: Monitoring
    real: Real
    now: float
    differences: list[str] = field(default_factory=list)

    def instant(self, promql: str, at: float) -> list[dict[str, Any]]:
        """Return what the simulator says an expression is worth; note where the real server says otherwise."""
        mine = simulated.query(promql, self.monitoring.database, round(at * 1000), self.real.settings)
        self._compare(f"{promql} @ {at}", mine, self.real.get("query", query=promql, time=at))
        return mine["result"]  # type: ignore[no-any-return]

    def course(self, promql: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """Return the same at steps between two moments."""
        steps = range(round(start * 1000), round(end * 1000) + 1, round(step * 1000))
        mine = simulated.query_range(promql, self.monitoring.database, steps, self.real.settings)
        theirs = self.real.get("query_range", query=promql, start=start, end=end, step=step)
        self._compare(f"{promql} @ {start} to {end} by {step}", mine, theirs)
        return mine["result"]  # type: ignore[no-any-return]

    def _compare(self, what: str, mine: Any, theirs: tuple[int, dict[str, Any]]) -> None:
        status, body = theirs
        if status != 200 or not same(mine, body["data"], ordered=False):
            self.differences.append(f"{what}\n  simulated: {str(mine)[:500]}\n  real: {str(body)[:500]}")

    def agree(self) -> None:
        """Fail when they have differed."""
        assert not self.differences, f"{len(self.differences)} differ:\n" + "\n".join(self.differences)

    # --- a MetricsClient ---

    def query(self, expression: str) -> Answer:
        samples = (Sample(labels_of(one), float(one["value"][1])) for one in self.instant(expression, self.now))
        return Answer(samples=tuple(samples))

    def query_range(self, expression: str, start: float, end: float, step: float) -> Answer:
        return Answer(
            series=tuple(
                Series(labels_of(one), tuple((when, float(value)) for when, value in one["values"]))
                for one in self.course(expression, start, end, step)
            )
        )


def labels_of(element: dict[str, Any]) -> Labels:
    return tuple(sorted((name, value) for name, value in element["metric"].items() if name != "__name__"))


def after_the_night() -> Monitoring:
    night = HandWorld(story="night")
    monitoring = Monitoring(night.store, night.world, night.store.clock, 1, history=HISTORY)
    for elapsed in range(0, NIGHT_SECONDS, 5):
        monitoring.tick(night.hand.moment)
        night.run(5)
        if elapsed == ROLLED_BACK_AFTER:
            night.undo(NAMESPACE, SERVICE)
    return monitoring


def feed(url: str, monitoring: Monitoring) -> None:
    """Write the series that the catalogue and the rules ask for."""
    texts = [*(one.promql for one in catalogue("5m")), *(state.rule.query for state in monitoring.alerting.every())]
    names = set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", " ".join(texts)))
    now = monitoring.scraped_at
    wanted = []
    for series in monitoring.database.select((), 0, now):
        labels = series.labels
        if labels["__name__"] in names:
            name = labels["__name__"]
            whole = labels.get("namespace") == NAMESPACE or name.startswith("ALERTS")
            wanted.append((series, 0 if whole else now - (LATEST if name.startswith("kube_") else RECENT)))
    send(url, wanted)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    monitoring = after_the_night()
    folder = tmp_path_factory.mktemp("twin")
    with serving(program("prometheus"), folder, "global: {}", "--web.enable-remote-write-receiver") as url:
        feed(url, monitoring)
        yield Twins(monitoring, Real(url), monitoring.scraped_at / 1000)


@pytest.fixture
def twins(night: Twins) -> Twins:
    night.differences.clear()
    return night


def moments(twins: Twins) -> Sequence[float]:
    """While it burns, between two scrapes; when it is well again; and before the world opened, off the minute."""
    opened = twins.monitoring.scrapes.opened / 1000
    return opened + ROLLED_BACK_AFTER - 1.3, twins.now, twins.now + 2.5, opened - 1007.25


def test_the_whole_catalogue_is_worth_the_same_at_a_moment(twins: Twins) -> None:
    found = set()
    for at in moments(twins):
        for expression in catalogue("5m"):
            if twins.instant(expression.promql, at):
                found.add(expression.name)
    twins.agree()
    nothing = {one.name for one in catalogue("5m")} - found
    assert {name for name in nothing if not name.startswith(("Sloth", "Pyrra"))} == UNSPOKEN


def test_the_whole_catalogue_is_worth_the_same_over_each_window(twins: Twins) -> None:
    for _, seconds in WINDOWS:
        span = Span.of(seconds, POINTS, twins.now)
        for expression in catalogue(span.rate) if seconds <= 3600 else of_the_app(span.rate):
            twins.course(expression.promql, span.start, span.end, span.step)
    twins.agree()


def test_rules_are_worth_the_same(twins: Twins) -> None:
    for state in twins.monitoring.alerting.every():
        for at in moments(twins):
            twins.instant(state.rule.query, at)
        twins.course(state.rule.query, twins.now - 600, twins.now, 15)
    twins.agree()


def test_what_the_screens_ask_has_the_same_answers(twins: Twins) -> None:
    clock = Clock(lambda: twins.now, lambda: 0.0)
    pulse = PulseSource(twins, clock=clock).fetch()
    assert (pulse.missing, {one.namespace for one in pulse.services} >= {NAMESPACE}) == ((), True)
    measured = [one for one in pulse.services if one.namespace == NAMESPACE]
    ref = Ref("prod", DEPLOYMENT.resource.group_kind, NAMESPACE, SERVICE)
    app = App(
        SERVICE,
        "prod",
        NAMESPACE,
        platform=False,
        parts=(Part(ref, "", "", 3, 3, AppHealth.WELL, ""),),
        version="",
        ready=3,
        wanted=3,
        health=AppHealth.WELL,
        reason="",
        released=None,
        namespaces=(NAMESPACE,),
        measured=tuple(Measured(one.service, one.dialect, one.labels) for one in measured),
    )
    for seconds in (86400, 900):
        charts = read_charts(app, pulse, twins, Span.of(seconds, POINTS, twins.now), clock)
        assert charts.missing == ()
        assert {chart.id for chart in charts.charts} >= {"rate", "errors", "latency", "saturation", "restarts"}
    assert [one.name for one in charts.firing if one.name in ("ErrorBudgetBurn", "KubePodCrashLooping")]
    assert len(BegunReader(twins, clock).fetch()["ErrorBudgetBurn", NAMESPACE]) == 2
    usage = PrometheusUsage(twins)
    assert usage(pods=True)
    assert usage(pods=False)
    for state in twins.monitoring.alerting.every():
        for alert in state.listed():
            known = alert_of_prometheus(WireAlert(alert.labels, {}, alert.state, "", "1"))
            assert CourseReader(twins, replace(known, expression=state.rule.query), clock).fetch().points
    twins.agree()
