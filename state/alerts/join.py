"""What Alertmanager and Prometheus say of the same alerts, made one picture. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from state.alerts.fingerprint import Labels
from state.alerts.matching import BadMatcher, Holding
from state.alerts.model import Alert, AlertPicture, AlertState, Silence
from state.alerts.order import worst_first
from state.alerts.reading import FromAlertmanager, FromPrometheus, Rule
from state.threads import gently

WATCHDOG = "Watchdog"
"""The alert that always fires: its absence says that alerts do not arrive."""
SILENT_AFTER = 150.0
"""Seconds without a refresh after which a sender counts as silent: Prometheus sends each minute."""


def join(
    alertmanager: FromAlertmanager | None, prometheus: FromPrometheus | None, *, whole: bool = True
) -> AlertPicture:
    """Return the picture; either side may be missing.

    Alertmanager's word holds for what it knows; Prometheus adds values, expressions, pending alerts and those
    that never arrived. Unless Alertmanager's side is `whole`, what is missing there is not called lost.
    """
    known = alertmanager.alerts if alertmanager else ()
    told = prometheus.alerts if prometheus else ()
    notes = [*(alertmanager.notes if alertmanager else ()), *(prometheus.notes if prometheus else ())]
    rules = _Rules(prometheus.rules if prometheus else ())
    matched = _match(known, told)
    alerts = [rules.explain(alert, matched.same.get(alert.fingerprint)) for alert in gently(known)]
    held = _Silenced(alertmanager.silences if alertmanager else ())
    alerts += [held.by(rules.explain(alert, None)) for alert in matched.left_over]
    if whole and alertmanager and prometheus and abs(alertmanager.at - prometheus.at) < SILENT_AFTER / 2:
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
        silent_since(alertmanager) if alertmanager else None,
        tuple(notes),
        alertmanager.restarted if alertmanager else None,
        alertmanager.ended if alertmanager else (),
        alertmanager.ahead if alertmanager else 0.0,
    )


class _Silenced:
    """Silences held against alerts that Alertmanager does not have: one that has not arrived yet, or has just ended."""

    def __init__(self, silences: Iterable[Silence]) -> None:
        self._holding = [found for silence in silences if silence.state == "active" for found in _holding(silence)]

    def by(self, alert: Alert) -> Alert:
        """Return an alert that fires as Alertmanager would show it."""
        if alert.state is not AlertState.ACTIVE or not self._holding:
            return alert
        labels = dict(alert.labels)
        silences = tuple(silence for silence, holding in self._holding if holding.holds(labels))
        if not silences:
            return alert
        acked = any(silence.is_ack for silence in silences)
        return replace(alert, state=AlertState.ACKED if acked else AlertState.SILENCED, silences=silences)


def _holding(silence: Silence) -> Iterator[tuple[Silence, Holding]]:
    try:
        yield silence, Holding(silence.matchers)
    except BadMatcher:
        # A pattern that only Alertmanager can read.
        return


class _Rules:
    """Rules by the name of their alerts; of several of one name the one whose labels fit best."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_name: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._by_name[rule.name].append(rule)

    def explain(self, alert: Alert, told: Alert | None) -> Alert:
        """`told` is the same alert as a Prometheus knows it."""
        # A Prometheus and the Alertmanagers of one place are likely to have one name.
        prometheus = told.prometheus if told is not None else alert.prometheus or alert.source
        rule = self._of(alert, prometheus)
        value = told.value if told is not None and told.value is not None else alert.value
        if rule is None:
            return alert if value is alert.value else replace(alert, value=value, prometheus=prometheus)
        return replace(
            alert,
            value=value,
            expression=rule.expression,
            wait=rule.wait,
            prometheus=rule.prometheus if self._is_sure(rule, prometheus) else "",
            failing=rule.failing,
        )

    def _is_sure(self, rule: Rule, prometheus: str) -> bool:
        """Whether it is this Prometheus' rule that is meant: it was named, or no other has one of that name."""
        return rule.prometheus == prometheus or len({one.prometheus for one in self._by_name[rule.name]}) == 1

    def wait(self, alert: Alert) -> float | None:
        rule = self._of(alert)
        return rule.wait if rule else None

    def _of(self, alert: Alert, prometheus: str = "") -> Rule | None:
        named = self._by_name.get(alert.name, [])
        if prometheus:
            named = [rule for rule in named if rule.prometheus == prometheus] or named
        if len(named) < 2:
            return named[0] if named else None
        # Label values of rules may be templates, which no alert's label equals.
        own = set(alert.labels)
        return max(named, key=lambda rule: sum(1 if pair in own else -1 for pair in rule.labels if "{{" not in pair[1]))


@dataclass(frozen=True, slots=True)
class _Matched:
    same: dict[str, Alert]
    """Prometheus' alert by the fingerprint of Alertmanager's."""
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
    found: dict[str, Alert] = {}
    for name, candidates in firing.items():
        common = {n for a in by_name[name] for n, _ in a.labels} & {n for a in candidates for n, _ in a.labels}
        keyed: dict[Labels, list[Alert]] = defaultdict(list)
        for alert in by_name[name]:
            keyed[_reduced(alert, common)].append(alert)
        for alert in candidates:
            same = keyed.get(_reduced(alert, common), ())
            if not same:
                left_over.append(alert)
            elif (meant := _meant(same, alert)) is not None:
                found[meant.fingerprint] = alert
    return _Matched(found, left_over)


def _meant(same: Sequence[Alert], told: Alert) -> Alert | None:
    """Return the one that a Prometheus sent of those that look the same: all others were sent by another one."""
    if len(same) > 1:
        same = [one for one in same if one.source and one.source == told.prometheus]
    return same[0] if len(same) == 1 else None


def _reduced(alert: Alert, names: set[str]) -> Labels:
    return tuple(pair for pair in alert.labels if pair[0] in names)


def silent_since(alertmanager: FromAlertmanager) -> float | None:
    """Return the seconds since a Prometheus last sent anything, None when that is not long or none ever did."""
    refreshed = [alert.updated for alert in alertmanager.alerts if alert.generator_url and alert.updated]
    if not refreshed:
        return None
    silent = alertmanager.at - max(refreshed)
    return silent if silent > SILENT_AFTER else None
