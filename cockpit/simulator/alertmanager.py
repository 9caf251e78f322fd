"""An Alertmanager: alerts taken in, routed, grouped, silenced, inhibited. It notifies nobody."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from cockpit.simulator.clock import WorldClock
from cockpit.simulator.matchers import matches_all, parse_matcher
from cockpit.simulator.promql.ast import Matcher
from cockpit.simulator.promql.values import Labels
from cockpit.simulator.silences import Silences

RESOLVE_TIMEOUT_MILLISECONDS = 300_000

CONFIG = """\
global:
  resolve_timeout: 5m
  http_config:
    follow_redirects: true
    enable_http2: true
route:
  receiver: platform-team
  group_by:
  - namespace
  - alertname
  continue: false
  routes:
  - receiver: dead-man-switch
    matchers:
    - alertname="Watchdog"
    continue: false
  - receiver: on-call
    matchers:
    - severity="critical"
    continue: false
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 12h
inhibit_rules:
- source_matchers:
  - severity="critical"
  target_matchers:
  - severity=~"warning|info"
  equal:
  - namespace
  - alertname
- source_matchers:
  - alertname="KubePodCrashLooping"
  target_matchers:
  - alertname="TargetDown"
  equal:
  - namespace
- source_matchers:
  - alertname="KubeNodeNotReady"
  target_matchers:
  - alertname="NodeDiskFillingUp"
  equal:
  - node
receivers:
- name: platform-team
- name: on-call
- name: dead-man-switch
templates: []
"""
"""The configuration as Alertmanager shows it."""


class Route(NamedTuple):
    """A leaf of the routing tree."""

    receiver: str
    matchers: tuple[Matcher, ...]
    group_by: tuple[str, ...]


class Inhibition(NamedTuple):
    """A rule by which a source mutes targets that agree on some labels."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]


GROUP_BY = ("namespace", "alertname")
RECEIVERS = ("platform-team", "on-call", "dead-man-switch")
ROUTES = (
    Route("dead-man-switch", (parse_matcher('alertname="Watchdog"'),), GROUP_BY),
    Route("on-call", (parse_matcher('severity="critical"'),), GROUP_BY),
    Route("platform-team", (), GROUP_BY),
)
"""The first that matches takes an alert."""
INHIBITIONS = (
    Inhibition(
        (parse_matcher('severity="critical"'),),
        (parse_matcher('severity=~"warning|info"'),),
        ("namespace", "alertname"),
    ),
    Inhibition(
        (parse_matcher('alertname="KubePodCrashLooping"'),), (parse_matcher('alertname="TargetDown"'),), ("namespace",)
    ),
    Inhibition(
        (parse_matcher('alertname="KubeNodeNotReady"'),), (parse_matcher('alertname="NodeDiskFillingUp"'),), ("node",)
    ),
)


@dataclass(frozen=True, slots=True)
class HeldAlert:
    """An alert as it was last told. Times are milliseconds since the epoch."""

    labels: Labels
    annotations: Labels
    starts: int
    ends: int
    updated: int
    generator_url: str
    timed_out: bool = False
    """Whether its end is only a guess, since its sender named none."""

    @property
    def fingerprint(self) -> str:
        """The hash of its labels, 16 hexadecimal digits."""
        return fingerprint(self.labels)


class AlertStatus(NamedTuple):
    """What keeps an alert from being notified: ids of silences, fingerprints of other alerts."""

    silenced_by: list[str]
    inhibited_by: list[str]

    @property
    def state(self) -> str:
        return "suppressed" if self.silenced_by or self.inhibited_by else "active"


class AlertGroup(NamedTuple):
    """Alerts that would be notified together."""

    labels: Labels
    receiver: str
    alerts: list[HeldAlert]


class Alertmanager:
    """What one Alertmanager holds. Nothing here awaits."""

    def __init__(self, clock: WorldClock, seed: int) -> None:
        self._clock = clock
        self._alerts: dict[frozenset[tuple[str, str]], HeldAlert] = {}
        self.silences = Silences(seed)
        self.started = self.now()

    def now(self) -> int:
        """Return the time in milliseconds since the epoch."""
        return int(self._clock.now() * 1000)

    def receive(self, alert: HeldAlert) -> None:
        """Take an alert in; one that overlaps what is held of the same labels becomes one with it."""
        key = frozenset(alert.labels.items())
        old = self._alerts.get(key)
        if old is not None and (old.starts < alert.ends < old.ends or old.starts < alert.starts < old.ends):
            alert = _merged(old, alert, self.now())
        self._alerts[key] = alert

    def forget(self) -> None:
        """Drop the alerts that ended and the silences that ended long ago."""
        now = self.now()
        self._alerts = {key: alert for key, alert in self._alerts.items() if alert.ends > now}
        self.silences.forget(now)

    def firing(self) -> list[HeldAlert]:
        """Return the alerts that did not end, by fingerprint."""
        now = self.now()
        return sorted((one for one in self._alerts.values() if one.ends > now), key=lambda one: one.fingerprint)

    def status(self, alert: HeldAlert) -> AlertStatus:
        """Return what keeps an alert from being notified."""
        return AlertStatus(self.silences.covering(alert.labels, self.now()), self._inhibitors(alert))

    def groups(self) -> list[AlertGroup]:
        """Return the alerts in groups, those of fewer labels first."""
        found: dict[tuple[tuple[tuple[str, str], ...], str], AlertGroup] = {}
        for alert in self.firing():
            route = route_of(alert.labels)
            labels = {name: alert.labels[name] for name in sorted(route.group_by) if name in alert.labels}
            key = (tuple(labels.items()), route.receiver)
            found.setdefault(key, AlertGroup(labels, route.receiver, [])).alerts.append(alert)
        return [found[key] for key in sorted(found, key=lambda key: (len(key[0]), key))]

    def _inhibitors(self, target: HeldAlert) -> list[str]:
        for rule in INHIBITIONS:
            if not matches_all(rule.target, target.labels):
                continue
            two_sided = matches_all(rule.source, target.labels)
            for source in self.firing():
                agrees = all(source.labels.get(name, "") == target.labels.get(name, "") for name in rule.equal)
                # What could be either side of a rule is not muted by its like.
                alike = two_sided and matches_all(rule.target, source.labels)
                if agrees and not alike and matches_all(rule.source, source.labels):
                    return [source.fingerprint]
        return []


def _merged(old: HeldAlert, new: HeldAlert, now: int) -> HeldAlert:
    ended = new.ends <= now
    # An end that was guessed counts for less than the new one; of two ends that were told the later counts.
    keeps = old.ends > new.ends and (old.ends <= now if ended else not old.timed_out)
    return replace(new, starts=min(old.starts, new.starts), ends=old.ends if keeps else new.ends)


def route_of(labels: Labels) -> Route:
    """Return where an alert is routed to."""
    return next(route for route in ROUTES if matches_all(route.matchers, labels))


def fingerprint(labels: Labels) -> str:
    """Return Alertmanager's fingerprint: 64-bit FNV-1a over the sorted labels, each part ended by a byte of ones."""
    value = 0xCBF29CE484222325
    for name, text in sorted(labels.items()):
        for part in (name, text):
            for byte in (*part.encode(), 0xFF):
                value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"
