"""The alerts of a picture as a list: which are shown, in which order, in which groups. Pure."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from state.alerts.alert_filter import AlertFilter
from state.alerts.grouping import NO_APPS, NO_GROUPS, GroupBy, GroupKey
from state.alerts.model import Alert, AlertState, Severity
from state.alerts.order import STATES, rank_order
from state.journal.lives import AlertLife

ALL, PAST = "all", "past"
VIEWS: tuple[str, ...] = (ALL, *(state.value for state in STATES), PAST)
"""What can be shown: all, one state alone, or what is over."""
SORTS: Mapping[str, Callable[[Alert], Any]] = {
    "SEVERITY": lambda alert: rank_order(alert.severity),
    "NAME": lambda alert: alert.name,
    "WHERE": lambda alert: alert.where,
    "STATE": lambda alert: alert.state.value,
    "WHO": lambda alert: alert.ack.created_by if alert.ack else "",
    "VALUE": lambda alert: alert.value if alert.value is not None else float("-inf"),
    "SUMMARY": lambda alert: alert.annotation("summary"),
    "AGE": lambda alert: -alert.since,
}
"""The columns that order, by their header."""


@dataclass(frozen=True, slots=True)
class Look:
    """How alerts are looked at."""

    view: str = ALL
    by: GroupBy = NO_GROUPS
    folded: frozenset[str] = frozenset()
    """The values of the groups whose alerts are not shown."""
    sort: str = ""
    """The header of the column that orders; empty: what needs somebody first."""
    descending: bool = False

    def but(self, **parts: Any) -> "Look":
        """Return the same but for some parts."""
        return replace(self, **parts)


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its alerts in their order, and whether they are folded away."""

    name: str
    """Empty for those without a value."""
    alerts: tuple[Alert, ...]
    folded: bool = False

    @property
    def worst(self) -> Alert:
        """The alert that says how bad it is: the worst that nothing keeps quiet, else the worst of all."""
        firing = [alert for alert in self.alerts if alert.state is AlertState.ACTIVE]
        return min(firing or self.alerts, key=lambda alert: rank_order(alert.severity))

    @property
    def by_severity(self) -> Mapping[Severity, int]:
        """How many that nothing keeps quiet there are of each severity."""
        return Counter(alert.severity for alert in self.counted if alert.state is AlertState.ACTIVE)

    @property
    def by_state(self) -> Mapping[AlertState, int]:
        """How many there are of each state."""
        return Counter(alert.state for alert in self.counted)

    @property
    def counted(self) -> tuple[Alert, ...]:
        """Those that count: what says nothing but that monitoring runs does not."""
        return tuple(alert for alert in self.alerts if not alert.of_monitoring)


@dataclass(frozen=True, slots=True)
class AlertListing:
    """Keys in the order of their lines: a fingerprint for an alert, a GroupKey for the line of a group."""

    keys: tuple[Hashable, ...] = ()
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    """By fingerprint, those that are folded away among them."""
    groups: Mapping[GroupKey, Group] = field(default_factory=dict)

    def of(self, key: Hashable) -> tuple[Alert, ...]:
        """Return the alerts that a line stands for, none when it went."""
        if isinstance(key, GroupKey):
            group = self.groups.get(key)
            return group.alerts if group is not None else ()
        alert = self.alerts.get(str(key))
        return (alert,) if alert is not None else ()

    def changed(self, before: "AlertListing") -> frozenset[Hashable]:
        """Return the keys whose lines may say something else than those of the listing before."""
        own: Iterable[Hashable] = (key for key, one in self.alerts.items() if before.alerts.get(key) is not one)
        groups: Iterable[Hashable] = (key for key, one in self.groups.items() if before.groups.get(key) != one)
        return frozenset((*own, *groups))


def in_view(alerts: Sequence[Alert], view: str) -> Sequence[Alert]:
    """Return the alerts of a view."""
    return alerts if view == ALL else [alert for alert in alerts if alert.state.value == view]


def arranged(shown: Sequence[Alert], look: Look, app_of: Mapping[str, str] = NO_APPS) -> AlertListing:
    """Return the listing of the alerts that are shown, which come with those first that need somebody first.

    Groups stand in the order of their first alerts. `app_of` gives the name of an alert's app by its fingerprint.
    """
    if look.sort in SORTS:
        shown = sorted(shown, key=SORTS[look.sort], reverse=look.descending)
    by_key = {alert.fingerprint: alert for alert in shown}
    if not look.by.what:
        return AlertListing(tuple(by_key), by_key)
    found: dict[str, list[Alert]] = {}
    for alert in by_key.values():
        found.setdefault(look.by.value_of(alert, app_of), []).append(alert)
    keys: list[Hashable] = []
    groups: dict[GroupKey, Group] = {}
    for value, members in found.items():
        key = GroupKey(look.by, value)
        groups[key] = Group(value, tuple(members), value in look.folded)
        keys.append(key)
        if value not in look.folded:
            keys += [alert.fingerprint for alert in members]
    return AlertListing(tuple(keys), by_key, groups)


def over(lives: Iterable[AlertLife], wanted: AlertFilter) -> tuple[AlertLife, ...]:
    """Return the lives that are over and that a filter holds, those that ended last first.

    Of the labels the journal keeps name, severity and namespace.
    """
    found = [(-life.ended, life) for life in lives if life.ended is not None and _lived(life, wanted)]
    return tuple(life for _, life in sorted(found, key=lambda pair: pair[0]))


def _lived(life: AlertLife, wanted: AlertFilter) -> bool:
    labels = {"alertname": life.name, "severity": life.severity, "namespace": life.where.partition("/")[0]}
    return wanted.meets(labels, (life.name, life.severity, life.where, life.ending, life.by))
