"""An app's signals over a stretch of time, read from one Prometheus. Blocks; for a thread."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from state.apps.budget import BURN_WINDOWS, PERIOD, Budget, burn_of, remaining_of
from state.apps.model import App
from state.clock import SYSTEM, Clock
from state.metrics.app_expressions import (
    QUANTILES,
    Pods,
    Traffic,
    fired,
    pyrra_objective,
    sloth_budgets,
)
from state.metrics.catalogue import Expression
from state.metrics.model import Answer, MetricsClient, MetricsError, Series
from state.metrics.pulse import Pulse
from state.metrics.span import Span
from state.printable import printable

Points = tuple[float | None, ...]
THIN_REQUESTS = 10.0
"""Requests in the time of one point below which its ratio and its quantiles are not drawn."""
_FATAL = ("unreachable", "auth", "not_prometheus")
_PATIENCE = 15.0
_NAMING = ("service", "deployment", "statefulset", "daemonset", "cronjob")
_EXPORTER = "kube-state-metrics"
_QUIET_ALERTS = ("Watchdog", "InfoInhibitor", "DeadMansSwitch")


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart: a value at each point of its span, None where nothing was measured."""

    name: str
    points: Points


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves of one unit over a span. `unit` is one of `/s`, `ratio`, `s`, `count`.

    `limit` is a value that the curves should stay below, `note` what must be known to read them.
    """

    id: str
    title: str
    unit: str
    curves: tuple[Curve, ...]
    limit: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that began to fire, in seconds since the epoch. One that did so `before` the span has its start."""

    name: str
    start: float
    before: bool = False


@dataclass(frozen=True, slots=True)
class Charts:
    """All of it. `missing` holds a sentence for each question that had no answer."""

    span: Span
    charts: tuple[Chart, ...] = ()
    firing: tuple[Firing, ...] = ()
    budget: Budget | None = None
    missing: tuple[str, ...] = ()
    partial: bool = False


@dataclass(slots=True)
class _Asking:
    """One reading: what was not answered, and how long it may still take."""

    client: MetricsClient
    span: Span
    clock: Clock
    begun: float
    missing: list[str] = field(default_factory=list)
    partial: bool = False

    def line(self, expression: Expression, scale: float = 1.0) -> Points:
        """Return the one series of an expression on the span's points."""
        series = self.series(expression)
        points: list[float | None] = [None] * self.span.points
        for when, value in series[0].points if series else ():
            place = self.span.place(when)
            if place is not None and math.isfinite(value):
                points[place] = value * scale
        return tuple(points)

    def series(self, expression: Expression) -> tuple[Series, ...]:
        span = self.span
        answer = self._ask(
            expression, lambda: self.client.query_range(expression.promql, span.start, span.end, span.step)
        )
        return answer.series if answer else ()

    def number(self, expression: Expression) -> float | None:
        answer = self._ask(expression, lambda: self.client.query(expression.promql))
        found = [sample.value for sample in answer.samples if math.isfinite(sample.value)] if answer else []
        return found[0] if found else None

    def _ask(self, expression: Expression, ask: Callable[[], Answer]) -> Answer | None:
        if self.clock.elapsed() - self.begun > _PATIENCE:
            self.missing.append(f"{expression.name}: not asked, Prometheus is slow")
            return None
        try:
            answer = ask()
        except MetricsError as error:
            if error.kind in _FATAL:
                raise
            self.missing.append(printable(f"{expression.name}: {error}"))
            return None
        self.partial = self.partial or answer.partial
        return answer


def read_charts(app: App, pulse: Pulse | None, client: MetricsClient, span: Span, clock: Clock = SYSTEM) -> Charts:
    """Return an app's charts over a span; `pulse` says how its requests are measured. Raises MetricsError."""
    asking = _Asking(client, span, clock, clock.elapsed())
    traffic = traffic_of(app, pulse)
    charts = [*_requests(asking, traffic, app.objective)] if traffic is not None else []
    charts += _pods(asking, Pods(app.namespaces, tuple(ref.name for ref in app.workloads)))
    firing = _firing(asking, app)
    budget = _budget(asking, app, traffic)
    return Charts(span, tuple(charts), firing, budget, tuple(asking.missing), asking.partial)


def traffic_of(app: App, pulse: Pulse | None) -> Traffic | None:
    """Return how an app's requests are measured: by the first way in the order of trust; None when by none."""
    if pulse is None:
        return None
    for source in pulse.sources:
        labels = tuple(one.labels for one in app.measured if one.dialect == source.dialect.name)
        if labels:
            return Traffic(source, labels)
    return None


def _requests(asking: _Asking, traffic: Traffic, objective: float) -> Sequence[Chart]:
    span = asking.span
    rates = asking.line(traffic.rate(span.rate))
    thin = [rate is not None and rate * span.rate_seconds < THIN_REQUESTS for rate in rates]

    def thick(points: Points) -> Points:
        return tuple(None if few else point for few, point in zip(thin, points, strict=True))

    share = sum(thin) / max(1, sum(rate is not None for rate in rates))
    note = f"{share:.0%} not drawn: fewer than {THIN_REQUESTS:g} requests in {span.rate}" if any(thin) else ""
    errors = thick(asking.line(traffic.error_ratio(span.rate)))
    unit = traffic.source.dialect.unit
    quantiles = tuple(
        Curve(expression.name, thick(asking.line(expression, unit)))
        for expression in (traffic.latency(quantile, span.rate) for quantile in QUANTILES)
    )
    return (
        Chart("rate", "requests", "/s", (Curve("rate", rates),)),
        Chart("errors", "errors", "ratio", (Curve("errors", errors),), limit=1 - objective, note=note),
        Chart("latency", "latency", "s", quantiles, note=note),
    )


def _pods(asking: _Asking, pods: Pods) -> list[Chart]:
    rate = asking.span.rate
    cpu, memory = Curve("cpu", asking.line(pods.cpu(rate))), Curve("memory", asking.line(pods.memory()))
    restarts = Curve("restarts", asking.line(pods.restarts(rate)))
    throttled = Curve("throttled", asking.line(pods.throttling(rate)))
    return [
        Chart("saturation", "fullest pod", "ratio", (cpu, memory), limit=1.0, note="CPU of requests, memory of limits"),
        Chart("restarts", "restarts", "count", (restarts,)),
        Chart("throttling", "throttled", "ratio", (throttled,)),
    ]


def _firing(asking: _Asking, app: App) -> tuple[Firing, ...]:
    """Return the alerts of the span that name something of the app, or its namespace alone; oldest first."""
    names = {ref.name for ref in app.workloads} | {one.service for one in app.measured}
    found = []
    for series in asking.series(fired(app.namespaces, asking.span.rate)):
        name = series.label("alertname")
        if name in _QUIET_ALERTS or not series.points or not _concerns(series, names):
            continue
        before = -math.inf
        for when, _ in series.points:
            if when - before > 1.5 * asking.span.step:
                found.append(Firing(printable(name), when, before=when <= asking.span.start))
            before = when
    return tuple(sorted(set(found), key=lambda one: (one.start, one.name)))


def _concerns(series: Series, names: set[str]) -> bool:
    """Return whether an alert names a workload, a pod or a service of the app, or none at all."""
    said = [series.label(label) for label in _NAMING]
    # The exporter of a metric, not what the metric is about, may stand in these labels.
    named = {name for name in said if name and _EXPORTER not in name}
    pod = series.label("pod")
    if pod and _EXPORTER not in pod and not named & names:
        return any(pod.startswith(f"{name}-") for name in names)
    return not named or bool(named & names)


def _budget(asking: _Asking, app: App, traffic: Traffic | None) -> Budget:
    kept = _kept_budget(asking, app)
    if kept is not None:
        return kept
    objective = app.objective
    if traffic is None:
        return Budget(objective, "wanted")
    ratios = {window: asking.number(traffic.error_ratio(window)) for window in (*BURN_WINDOWS, PERIOD)}
    return Budget(
        objective,
        "wanted",
        remaining_of(ratios[PERIOD], objective),
        tuple((window, burn_of(ratios[window], objective)) for window in BURN_WINDOWS),
        asking.number(traffic.requests(PERIOD)),
        asking.number(traffic.days(PERIOD)),
    )


def _kept_budget(asking: _Asking, app: App) -> Budget | None:
    """Return the budget that Sloth or Pyrra keeps for the app or one of its services, None when neither does."""
    names = sorted({app.name, *(one.service for one in app.measured)})
    objective, left, burn = map(asking.number, sloth_budgets(names))
    if objective is not None and 0 < objective < 1:
        return Budget(objective, "kept by Sloth", left, (("now", burn),))
    objective, available = map(asking.number, pyrra_objective(names))
    if objective is not None and 0 < objective < 1:
        lost = None if available is None else 1 - available
        return Budget(objective, "kept by Pyrra", remaining_of(lost, objective))
    return None
