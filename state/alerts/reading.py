"""What the servers send about alerts, read into values. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from state.alerts.fingerprint import Labels, fingerprint
from state.alerts.model import Alert, AlertState, Silence
from state.alerts.order import RankOf, severity_of
from state.alerts.wire import WireAlert
from state.metrics import wire as prometheus
from state.printable import printable, printable_lines
from state.rfc3339 import moment_of

_LATE_FACTOR = 3.0
_LATE_LEAST = 60.0


@dataclass(frozen=True, slots=True)
class FromAlertmanager:
    """What the Alertmanagers of one cluster said at the moment `at`, merged.

    `notes` name the members that did not answer. `restarted` is when the member that began last began.
    """

    at: float
    alerts: tuple[Alert, ...] = ()
    silences: tuple[Silence, ...] = ()
    notes: tuple[str, ...] = ()
    restarted: float | None = None
    name: str = ""
    """What the cluster is called among several."""
    ended: tuple[Silence, ...] = ()
    """Silences that ended in the last day."""
    read_only: str = ""
    """Why this user may change no silence there, empty when nothing is known against it."""
    ahead: float = 0.0
    """The seconds by which its clock is ahead of ours."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An alerting rule. `wait` is its `for`, in seconds."""

    name: str
    labels: Labels
    expression: str
    wait: float
    prometheus: str = ""
    """The name of the Prometheus that has it, empty where there is only one."""
    failing: str = ""
    """Why it cannot be evaluated, empty while it can."""


@dataclass(frozen=True, slots=True)
class FromPrometheus:
    """What Prometheus said at the moment `at`. `evaluating` is whether its alerting rules run."""

    at: float
    alerts: tuple[Alert, ...] = ()
    rules: tuple[Rule, ...] = ()
    evaluating: bool | None = None
    notes: tuple[str, ...] = ()
    name: str = ""
    """What the server is called among several."""


def alert_of(wire: WireAlert, silences: Mapping[str, Silence], rank: RankOf = severity_of) -> Alert:
    """Return Alertmanager's alert as a value; `silences` are by id, `rank` says what its severity's word means."""
    labels = _labels(wire.labels)
    covering = tuple(silences[id_] for id_ in wire.status.silenced_by if id_ in silences)
    state = AlertState.ACTIVE
    if any(silence.is_ack for silence in covering):
        state = AlertState.ACKED
    elif wire.status.silenced_by:
        state = AlertState.SILENCED
    elif wire.status.inhibited_by:
        state = AlertState.INHIBITED
    elif wire.status.muted_by:
        state = AlertState.MUTED
    elif wire.status.state == "unprocessed":
        state = AlertState.UNPROCESSED
    return Alert(
        wire.fingerprint or fingerprint(wire.labels.items()),
        printable(wire.labels.get("alertname", "")),
        rank(wire.labels.get("severity", "")),
        state,
        labels,
        _annotations(wire.annotations),
        moment_of(wire.starts_at) or 0.0,
        updated=moment_of(wire.updated_at),
        silences=covering,
        inhibited_by=tuple(wire.status.inhibited_by),
        muted_by=tuple(map(printable, wire.status.muted_by)),
        receivers=tuple(printable(receiver.name) for receiver in wire.receivers),
        generator_url=printable(wire.generator_url),
    )


def alert_of_prometheus(wire: prometheus.WireAlert, rank: RankOf = severity_of) -> Alert:
    """Return Prometheus' alert as a value; `rank` says what its severity's word means."""
    try:
        value = float(wire.value)
    except ValueError:
        value = None
    return Alert(
        fingerprint(wire.labels.items()),
        printable(wire.labels.get("alertname", "")),
        rank(wire.labels.get("severity", "")),
        AlertState.PENDING if wire.state == "pending" else AlertState.ACTIVE,
        _labels(wire.labels),
        _annotations(wire.annotations),
        moment_of(wire.active_at) or 0.0,
        value=value,
    )


def rules_of(groups: Iterable[prometheus.WireGroup], name: str = "") -> tuple[Rule, ...]:
    """Return the alerting rules of a Prometheus as values; `name` is what it is called among several."""
    return tuple(
        Rule(printable(rule.name), _labels(rule.labels), printable(rule.query), rule.duration, name, _failing(rule))
        for group in groups
        for rule in group.rules
        if rule.type == "alerting"
    )


def judge_rules(groups: Iterable[prometheus.WireGroup], now: float) -> tuple[bool, tuple[str, ...]]:
    """Return whether alerting rules are evaluated, and sentences on those that are late or fail."""
    notes: list[str] = []
    rules = late = 0
    for group in groups:
        alerting = [rule for rule in group.rules if rule.type == "alerting"]
        rules += len(alerting)
        notes += (f"rule {printable(rule.name)} fails: {said}" for rule in alerting if (said := _failing(rule)))
        last = moment_of(group.last_evaluation)
        if last is None:
            last = max((m for rule in alerting if (m := moment_of(rule.last_evaluation)) is not None), default=None)
        if alerting and (last is None or now - last > max(_LATE_LEAST, _LATE_FACTOR * group.interval)):
            late += len(alerting)
            notes.append(f"rules of {printable(group.name)} are not evaluated")
    if not rules:
        return False, ("Prometheus has no alerting rules",)
    return late < rules, tuple(notes)


def _failing(rule: prometheus.WireRule) -> str:
    return printable(rule.last_error) or "no reason given" if rule.health == "err" else ""


def _labels(labels: dict[str, str]) -> Labels:
    return tuple(sorted((printable(name), printable(value)) for name, value in labels.items()))


def _annotations(annotations: dict[str, str]) -> Labels:
    return tuple(sorted((printable(name), printable_lines(text)) for name, text in annotations.items()))
