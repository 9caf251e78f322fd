"""What Alertmanager and Prometheus say of the same alerts, made one picture. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from state.alerts.fingerprint import Labels
from state.alerts.model import Alert, AlertPicture, AlertState
from state.alerts.order import worst_first
from state.alerts.reading import FromAlertmanager, FromPrometheus, Rule

WATCHDOG = "Watchdog"
"""The alert that always fires: its absence says that alerts do not arrive."""
SILENT_AFTER = 150.0
"""Seconds without a refresh after which a sender counts as silent: Prometheus sends each minute."""


def join(alertmanager: FromAlertmanager | None, prometheus: FromPrometheus | None) -> AlertPicture:
    """Return the picture; either side may be missing.

    Alertmanager's word holds for what it knows; Prometheus adds values, expressions, pending alerts and those
    that never arrived.
    """
    known = alertmanager.alerts if alertmanager else ()
    told = prometheus.alerts if prometheus else ()
    notes = [*(alertmanager.notes if alertmanager else ()), *(prometheus.notes if prometheus else ())]
    rules = _Rules(prometheus.rules if prometheus else ())
    matched = _match(known, told)
    alerts = [rules.explain(alert, matched.value.get(alert.fingerprint)) for alert in known]
    alerts += [rules.explain(alert, None) for alert in matched.left_over]
    if alertmanager is not None and prometheus is not None and abs(alertmanager.at - prometheus.at) < SILENT_AFTER / 2:
        if any(rule.name == WATCHDOG for rule in prometheus.rules) and not any(a.name == WATCHDOG for a in known):
            notes.append("Watchdog does not reach Alertmanager: other alerts may not reach it either")
        lost = sum(
            alert.state is AlertState.ACTIVE and prometheus.at - alert.since > SILENT_AFTER + (rules.wait(alert) or 0)
            for alert in matched.left_over
        )
        if lost:
            notes.append(f"{lost} firing in Prometheus and unknown to Alertmanager")
    return AlertPicture(
        worst_first(alerts),
        alertmanager.silences if alertmanager else (),
        prometheus.evaluating if prometheus else None,
        _silent(alertmanager) if alertmanager else None,
        tuple(notes),
        alertmanager.restarted if alertmanager else None,
    )


class _Rules:
    """Rules by the name of their alerts; of several of one name the one whose labels fit best."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_name: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._by_name[rule.name].append(rule)

    def explain(self, alert: Alert, value: float | None) -> Alert:
        rule = self._of(alert)
        if rule is None:
            return alert if value is None else replace(alert, value=value)
        return replace(alert, value=alert.value if value is None else value, expression=rule.expression, wait=rule.wait)

    def wait(self, alert: Alert) -> float | None:
        rule = self._of(alert)
        return rule.wait if rule else None

    def _of(self, alert: Alert) -> Rule | None:
        named = self._by_name.get(alert.name, ())
        if len(named) < 2:
            return named[0] if named else None
        # Label values of rules may be templates, which no alert's label equals.
        own = set(alert.labels)
        return max(named, key=lambda rule: sum(1 if pair in own else -1 for pair in rule.labels if "{{" not in pair[1]))


@dataclass(frozen=True, slots=True)
class _Matched:
    value: dict[str, float]
    """Prometheus' value by Alertmanager's fingerprint."""
    left_over: list[Alert]


def _match(known: Sequence[Alert], told: Sequence[Alert]) -> _Matched:
    """Find Prometheus' alerts among Alertmanager's.

    External labels and relabelling make the label sets differ, so they are compared by the names that the alerts
    of one rule have on both sides.
    """
    by_name: dict[str, list[Alert]] = defaultdict(list)
    for alert in known:
        by_name[alert.name].append(alert)
    firing: dict[str, list[Alert]] = defaultdict(list)
    left_over: list[Alert] = []
    for alert in told:
        if alert.state is AlertState.ACTIVE and alert.name in by_name:
            firing[alert.name].append(alert)
        else:
            left_over.append(alert)
    values: dict[str, float] = {}
    for name, candidates in firing.items():
        common = {n for a in by_name[name] for n, _ in a.labels} & {n for a in candidates for n, _ in a.labels}
        keyed: dict[Labels, list[Alert]] = defaultdict(list)
        for alert in by_name[name]:
            keyed[_reduced(alert, common)].append(alert)
        for alert in candidates:
            same = keyed.get(_reduced(alert, common), ())
            if not same:
                left_over.append(alert)
            elif len(same) == 1 and alert.value is not None:
                # Of several, all but one were sent by another Prometheus.
                values[same[0].fingerprint] = alert.value
    return _Matched(values, left_over)


def _reduced(alert: Alert, names: set[str]) -> Labels:
    return tuple(pair for pair in alert.labels if pair[0] in names)


def _silent(alertmanager: FromAlertmanager) -> float | None:
    """Return the seconds since a Prometheus last sent anything, None when that is not long or none ever did."""
    refreshed = [alert.updated for alert in alertmanager.alerts if alert.generator_url and alert.updated]
    if not refreshed:
        return None
    silent = alertmanager.at - max(refreshed)
    return silent if silent > SILENT_AFTER else None
