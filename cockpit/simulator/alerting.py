"""Rules evaluated: alerts that go pending, fire and end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import NamedTuple
from urllib.parse import quote_plus

from cockpit.simulator.metrics.family import Family, Selection
from cockpit.simulator.promql.ast import Node
from cockpit.simulator.promql.errors import ExecutionError
from cockpit.simulator.promql.evaluator import evaluate
from cockpit.simulator.promql.parser import parse
from cockpit.simulator.promql.values import Database, Labels, Row, Scalar, Series, Settings, Vector, nameless
from cockpit.simulator.rules import Group, Rule
from cockpit.simulator.series import Runs, Scrapes

_REMEMBERED_MILLISECONDS = 15 * 60_000
"""How long an alert that ended is still told to Alertmanager."""


@dataclass(slots=True)
class ActiveAlert:
    """An alert of a rule. Times are milliseconds since the epoch, 0 for not yet."""

    labels: Labels
    annotations: Labels
    value: float
    active_at: int
    fired_at: int = 0
    resolved_at: int = 0
    sent_at: int = 0

    @property
    def state(self) -> str:
        """inactive, pending or firing."""
        if self.resolved_at:
            return "inactive"
        return "firing" if self.fired_at else "pending"


class Notice(NamedTuple):
    """What Alertmanager is told of an alert; milliseconds since the epoch."""

    labels: Labels
    annotations: Labels
    starts: int
    ends: int
    generator_url: str


@dataclass(slots=True)
class RuleState:
    """A rule with its alerts. `error` is why its last evaluation failed."""

    rule: Rule
    node: Node
    alerts: dict[frozenset[tuple[str, str]], ActiveAlert] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0

    @property
    def state(self) -> str:
        """The worst state of its alerts."""
        states = {alert.state for alert in self.alerts.values()}
        return next((state for state in ("firing", "pending") if state in states), "inactive")

    def listed(self) -> list[ActiveAlert]:
        """Return the alerts that are pending or firing."""
        return [alert for alert in self.alerts.values() if alert.state != "inactive"]

    def take(self, moment: int, samples: list[tuple[Labels, float]]) -> None:
        """Let the alerts follow the samples that the rule's expression gave at a moment. Raises ExecutionError."""
        present = set()
        for labels, value in samples:
            full = {**nameless(labels), **self.rule.labels, "alertname": self.rule.name}
            key = frozenset(full.items())
            if key in present:
                raise ExecutionError("vector contains metrics with the same labelset after applying alert labels")
            present.add(key)
            texts = {name: text.expand(labels, value) for name, text in self.rule.annotations.items()}
            known = self.alerts.get(key)
            if known is not None and known.state != "inactive":
                known.value, known.annotations = value, texts
            else:
                self.alerts[key] = ActiveAlert(dict(sorted(full.items())), texts, value, moment)
        for key, alert in list(self.alerts.items()):
            if key not in present:
                over = alert.resolved_at and moment - alert.resolved_at > _REMEMBERED_MILLISECONDS
                if alert.state == "pending" or over:
                    del self.alerts[key]
                elif not alert.resolved_at:
                    alert.resolved_at = moment
            elif alert.state == "pending" and moment - alert.active_at >= self.rule.pause:
                alert.fired_at = moment


class Alerting:
    """All rules, evaluated at scrapes; their alerts as `ALERTS` and `ALERTS_FOR_STATE`."""

    def __init__(self, groups: tuple[Group, ...], database: Database, scrapes: Scrapes, settings: Settings) -> None:
        self.groups = groups
        self.states = {
            group.name: tuple(RuleState(rule, parse(rule.query)) for rule in group.rules) for group in groups
        }
        self.evaluated_at = 0
        self._database = database
        self._scrapes = scrapes
        self._settings = settings
        self._alerts = Runs(scrapes.times)
        self._for_state = Runs(scrapes.times)

    def every(self) -> Iterator[RuleState]:
        """Iterate over the rules."""
        for states in self.states.values():
            yield from states

    def replay(self, steps: range) -> Iterator[None]:
        """Evaluate the rules at moments of the past, all of them scrapes, so that what goes on has its beginning."""
        rows = []
        for state in self.every():
            rows.append(self._rows(state, steps))
            yield
        for place, moment in enumerate(steps):
            for state, columns in zip(self.every(), rows, strict=True):
                state.take(moment, _at(columns, place))
            self._note(self._scrapes.index_of(moment))

    def evaluate(self, index: int) -> Iterator[None]:
        """Evaluate the rules at a scrape, one a slice."""
        moment = self._scrapes.times[index]
        for state in self.every():
            started = perf_counter()
            try:
                state.take(moment, _at(self._rows(state, range(moment, moment + 1)), 0))
                state.error = ""
            except ExecutionError as error:
                state.error = str(error)
            state.seconds = perf_counter() - started
            yield
        self.evaluated_at = moment
        self._note(index)

    def due(self, moment: int, resend: int, valid: int, external_url: str) -> list[Notice]:
        """Return what Alertmanager must hear now: what fires, each `resend` milliseconds again, and what ended.

        A firing alert ends `valid` milliseconds from now, unless it is told again.
        """
        notices = []
        for state in self.every():
            url = f"{external_url}/graph?g0.expr={quote_plus(state.rule.query)}&g0.tab=1"
            for alert in state.alerts.values():
                if not _needs_sending(alert, moment, resend):
                    continue
                alert.sent_at = moment
                ends = alert.resolved_at or moment + valid
                notices.append(Notice(alert.labels, alert.annotations, alert.fired_at, ends, url))
        return notices

    def families(self) -> Iterator[Family]:
        """Iterate over the two families."""

        yield Family("ALERTS", "gauge", "", partial(self._recorded, self._alerts))
        yield Family("ALERTS_FOR_STATE", "gauge", "", partial(self._recorded, self._for_state))

    def _recorded(self, runs: Runs, selection: Selection) -> Iterator[Series]:
        return (series for series in runs.series() if selection.wants(series.labels))

    def _rows(self, state: RuleState, steps: range) -> list[Row]:
        value = evaluate(state.node, self._database, steps, self._settings)
        if isinstance(value, Scalar):
            return [Row({}, [*value.values])]
        assert isinstance(value, Vector)
        return value.rows

    def _note(self, index: int) -> None:
        active = [alert for state in self.every() for alert in state.listed()]
        self._alerts.note(
            index, (({"__name__": "ALERTS", **alert.labels, "alertstate": alert.state}, 1.0) for alert in active)
        )
        self._for_state.note(
            index,
            (({"__name__": "ALERTS_FOR_STATE", **alert.labels}, float(alert.active_at // 1000)) for alert in active),
        )


def _at(rows: list[Row], place: int) -> list[tuple[Labels, float]]:
    return [(row.labels, value) for row in rows if (value := row.values[place]) is not None]


def _needs_sending(alert: ActiveAlert, moment: int, resend: int) -> bool:
    if not alert.fired_at:
        return False
    if alert.resolved_at > alert.sent_at:
        return True
    return alert.sent_at + resend < moment
