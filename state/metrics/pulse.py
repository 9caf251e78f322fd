"""The platform's pulse: how used the cluster is and how its services answer, from one Prometheus."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from state.apps.model import Signals
from state.clock import SYSTEM, Clock
from state.metrics.catalogue import (
    DIALECTS,
    WINDOW,
    Expression,
    TrafficSource,
    cpu_used,
    memory_used,
    probe,
    recognise,
)
from state.metrics.model import Answer, Labels, MetricsClient, MetricsError, Sample, Series, as_source
from state.printable import printable

HISTORY_SECONDS = 3600.0
_DETECT_EVERY = 300.0
_DETECT_AGAIN = 10.0
_PATIENCE = 10.0
_FATAL = ("absent", "unreachable", "auth", "not_prometheus")

Service = tuple[str, str]
"""`(namespace, service)`; the namespace is empty where the metrics do not say it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """A used share, 0 to 1: now, and over the last hour.

    `history` is oldest first and evenly spaced, None where nothing was measured.
    """

    now: float | None = None
    history: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceSignals:
    """What one service answers. `dialect` names the metrics it was read from."""

    namespace: str
    service: str
    signals: Signals
    dialect: str = ""
    labels: Labels = ()
    """The labels that tell it from other services, as they stand in the metrics."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """All of it at the moment `at`, in seconds since the epoch.

    `partial` and `warnings` are what the server said of its own answers; `missing` holds a sentence for each
    expression that had no answer.
    """

    at: float
    cpu: Usage = Usage()
    memory: Usage = Usage()
    services: tuple[ServiceSignals, ...] = ()
    sources: tuple[TrafficSource, ...] = ()
    """How requests are measured here."""
    warnings: tuple[str, ...] = ()
    partial: bool = False
    missing: tuple[str, ...] = ()

    @property
    def dialects(self) -> tuple[str, ...]:
        """The names of the ways in which requests are counted here."""
        return tuple(source.dialect.name for source in self.sources)


class PulseSource:
    """Takes the pulse again and again. `fetch` blocks and belongs to one thread."""

    def __init__(self, client: MetricsClient, *, window: str = WINDOW, points: int = 24, clock: Clock = SYSTEM) -> None:
        """`window` is over what time rates are taken: four scrapes at least. `points` is the history's length."""
        self._client = client
        self._window = window
        self._points = points
        self._clock = clock
        self._sources: tuple[TrafficSource, ...] = ()
        self._detected: float | None = None

    def fetch(self) -> Pulse:
        """Return the pulse. Raises Denied, Absent, or MetricsError when the server gave no answer to anything."""
        round_ = _Round(self._client, self._clock, self._points)
        try:
            cpu = round_.usage(cpu_used(self._window))
            memory = round_.usage(memory_used())
            self._detect(round_)
            services: dict[Service, ServiceSignals] = {}
            for source in self._sources:
                for one in _measure(source, round_, self._window):
                    services.setdefault((one.namespace, one.service), one)
        except MetricsError as error:
            raise as_source(error) from None
        round_.raise_if_mute()
        return Pulse(
            round_.end,
            cpu,
            memory,
            tuple(services.values()),
            self._sources,
            tuple(round_.warnings),
            round_.partial,
            tuple(round_.missing),
        )

    def _detect(self, round_: "_Round") -> None:
        now = self._clock.elapsed()
        pause = _DETECT_EVERY if self._sources else _DETECT_AGAIN
        if self._detected is not None and now - self._detected < pause:
            return
        found = (recognise(dialect, round_.instant(probe(dialect))) for dialect in DIALECTS)
        self._sources = tuple(source for source in found if source is not None)
        self._detected = now


class _Round:
    """One fetch: its moment, what was said beside the answers, and how long it may still take."""

    def __init__(self, client: MetricsClient, clock: Clock, points: int) -> None:
        self._client = client
        self._clock = clock
        self._begun = clock.elapsed()
        self.end = clock.wall()
        self.step = max(1.0, math.floor(HISTORY_SECONDS / points))
        # The client library rounds both ends to whole seconds, so the grid lies on whole seconds.
        self._last = math.floor(self.end)
        self._points = points
        self._answered = False
        self._first_error: MetricsError | None = None
        self.warnings: dict[str, None] = {}
        self.partial = False
        self.missing: list[str] = []

    def instant(self, expression: Expression) -> tuple[Sample, ...]:
        answer = self._ask(expression, lambda: self._client.query(expression.promql))
        return answer.samples if answer else ()

    def history(self, expression: Expression) -> tuple[Series, ...] | None:
        """Return the last hour's series, None when there was no answer."""
        start = self._last - self.step * (self._points - 1)
        answer = self._ask(
            expression, lambda: self._client.query_range(expression.promql, start, self._last, self.step)
        )
        return answer.series if answer else None

    def usage(self, candidates: Sequence[Expression]) -> Usage:
        for expression in candidates:
            for series in self.history(expression) or ():
                shares = tuple(_share(value) for value in self.grid(series))
                if any(share is not None for share in shares):
                    return Usage(shares[-1], shares)
        return Usage()

    def grid(self, series: Series) -> tuple[float | None, ...]:
        """Return the values on the history's grid, oldest first, None where there is none or none that is finite."""
        values: list[float | None] = [None] * self._points
        for when, value in series.points:
            place = self._points - 1 - round((self._last - when) / self.step)
            if 0 <= place < self._points and math.isfinite(value):
                values[place] = value
        return tuple(values)

    def raise_if_mute(self) -> None:
        """Raise the first error when nothing was answered."""
        if not self._answered and self._first_error is not None:
            raise as_source(self._first_error)

    def _ask(self, expression: Expression, ask: Callable[[], Answer]) -> Answer | None:
        if self._clock.elapsed() - self._begun > _PATIENCE:
            self.missing.append(f"{expression.name}: not asked, Prometheus is slow")
            return None
        try:
            answer = ask()
        except MetricsError as error:
            if error.kind in _FATAL:
                raise
            self._first_error = self._first_error or error
            self.missing.append(f"{expression.name}: {error}")
            return None
        self._answered = True
        self.warnings.update(dict.fromkeys(answer.warnings))
        self.partial = self.partial or answer.partial
        return answer


def _measure(source: TrafficSource, round_: _Round, window: str) -> Iterable[ServiceSignals]:
    answer = round_.history(source.rate(window)) or ()
    rates = _by_service(source, round_, answer)
    labels = {_service(source, series.labels): series.labels for series in answer}
    failures_answer = round_.history(source.failures(window))
    failures = _by_service(source, round_, failures_answer or ())
    latencies = {
        _service(source, sample.labels): sample.value * source.dialect.unit
        for sample in round_.instant(source.p95(window))
        if math.isfinite(sample.value)
    }
    for service, rate in rates.items():
        failed = failures.get(service, (None,) * len(rate))
        errors: tuple[float | None, ...] = ()
        if failures_answer is not None:
            errors = tuple(error_ratio(every, some) for every, some in zip(rate, failed, strict=True))
        yield ServiceSignals(
            *service,
            Signals(
                rate=rate[-1],
                errors=errors[-1] if errors else None,
                p95=latencies.get(service),
                error_history=errors,
                rate_history=rate,
            ),
            source.dialect.name,
            labels[service],
        )


def _by_service(
    source: TrafficSource, round_: _Round, answer: Iterable[Series]
) -> dict[Service, tuple[float | None, ...]]:
    named = ((_service(source, series.labels), round_.grid(series)) for series in answer)
    return {service: grid for service, grid in named if service[1]}


def error_ratio(rate: float | None, failed: float | None) -> float | None:
    """Return failed ÷ all requests, 0 to 1; no failure counted is 0 where there are requests, else None."""
    if rate is None or rate <= 0:
        return None
    return min(1.0, max(0.0, failed or 0.0) / rate)


def _service(source: TrafficSource, labels: tuple[tuple[str, str], ...]) -> Service:
    given = dict(labels)
    namespace = given.get(source.namespace, "") if source.namespace else ""
    service = given.get(source.service, "").partition("@")[0]
    if not namespace and "/" in service:
        # OpenTelemetry's job is `service.namespace/service.name`.
        namespace, _, service = service.partition("/")
    return printable(namespace), printable(service)


def _share(value: float | None) -> float | None:
    return None if value is None else min(1.0, max(0.0, value))
