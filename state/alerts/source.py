"""Alerts, live: asked of every Alertmanager and of Prometheus, each by itself, and joined."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from state.alerts.client import Alertmanager
from state.alerts.errors import AlertmanagerError
from state.alerts.join import join
from state.alerts.merge import merge, merge_silences
from state.alerts.model import AlertPicture
from state.alerts.order import RankOf, severity_of
from state.alerts.reading import (
    FromAlertmanager,
    FromPrometheus,
    alert_of,
    alert_of_prometheus,
    judge_rules,
    rules_of,
)
from state.clock import SYSTEM, Clock
from state.freshness import Freshness, Health
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError
from state.polled import Denied, Polled
from state.rfc3339 import moment_of

T = TypeVar("T")
EVERY = 10.0
REST = 30.0
"""Seconds that a member which did not answer is left alone while another one answers."""


class Alertmanagers:
    """The members of one Alertmanager cluster. Blocks."""

    def __init__(self, members: Sequence[Alertmanager], clock: Clock = SYSTEM, rank: RankOf = severity_of) -> None:
        """`rank` says what the words of severity mean. Raises ValueError when there is no member."""
        if not members:
            raise ValueError("no Alertmanager is given")
        self._members = tuple(members)
        self._best = members[0]
        self._clock = clock
        self._rank = rank
        self._resting: dict[Alertmanager, tuple[float, AlertmanagerError]] = {}
        """Until when a member that did not answer is left alone, and what it failed with."""

    def fetch(self) -> FromAlertmanager:
        """Return what those say that answer. Raises Denied or AlertmanagerError when none does."""
        answers: list[FromAlertmanager] = []
        errors: list[AlertmanagerError] = []
        for member in sorted(self._members, key=lambda member: member is not self._best):
            until, before = self._resting.get(member, (0.0, None))
            if answers and before is not None and self._clock.elapsed() < until:
                # One that hangs shall not make the others' news old.
                errors.append(before)
                continue
            try:
                answers.append(_ask(member, self._rank))
            except AlertmanagerError as error:
                errors.append(error)
                self._resting[member] = (self._clock.elapsed() + REST, error)
                continue
            self._resting.pop(member, None)
            if len(answers) == 1:
                self._best = member
        if not answers:
            raise _worst(errors)
        return FromAlertmanager(
            max(answer.at for answer in answers),
            merge([answer.alerts for answer in answers]),
            merge_silences([answer.silences for answer in answers]),
            tuple(str(error) for error in errors),
            max((answer.restarted for answer in answers if answer.restarted is not None), default=None),
        )

    def with_live(self, ask: Callable[[Alertmanager], T]) -> tuple[Alertmanager, T]:
        """Ask the members in turn, the last good one first, until one answers; return it and its answer.

        For reading only. A later write goes to the member returned: what it knows may not have reached the
        others yet. Raises AlertmanagerError when none answers.
        """
        errors: list[AlertmanagerError] = []
        for member in sorted(self._members, key=lambda member: member is not self._best):
            try:
                return member, ask(member)
            except AlertmanagerError as error:
                if error.kind in ("refused", "not_found"):
                    raise
                errors.append(error)
        raise errors[0]


class PrometheusAlerts:
    """Prometheus' own view: pending alerts, values, rules. Blocks."""

    def __init__(self, client: PrometheusClient, clock: Clock = SYSTEM, rank: RankOf = severity_of) -> None:
        self._client = client
        self._clock = clock
        self._rank = rank

    def fetch(self) -> FromPrometheus:
        """Return what it says; rules it does not tell are a note. Raises Denied or MetricsError."""
        try:
            alerts = tuple(alert_of_prometheus(one, self._rank) for one in self._client.alerts())
            now = self._clock.wall()
            try:
                groups = self._client.alerting_groups()
            except MetricsError as error:
                return FromPrometheus(now, alerts, notes=(f"rules: {error}",))
        except MetricsError as error:
            if error.kind == "auth":
                raise Denied(str(error)) from None
            raise
        evaluating, notes = judge_rules(groups, now)
        return FromPrometheus(now, alerts, rules_of(groups), evaluating, notes)


class LiveAlerts:
    """Both kept up to date, each with its own freshness; `picture` joins the newest of both. Belongs to the loop."""

    def __init__(
        self,
        alertmanagers: Alertmanagers | None,
        prometheus: PrometheusAlerts | None,
        every: float = EVERY,
        clock: Clock = SYSTEM,
    ) -> None:
        self.picture = AlertPicture()
        self.revision = 0
        self._alertmanager = (
            None if alertmanagers is None else Polled("alertmanager", alertmanagers.fetch, every, clock)
        )
        self._prometheus = None if prometheus is None else Polled("prometheus alerts", prometheus.fetch, every, clock)

    @property
    def alertmanager(self) -> Freshness:
        """The freshness of Alertmanager's part."""
        return self._alertmanager.freshness if self._alertmanager else Freshness(Health.OFF, 0.0)

    @property
    def prometheus(self) -> Freshness:
        """The freshness of Prometheus' part."""
        return self._prometheus.freshness if self._prometheus else Freshness(Health.OFF, 0.0)

    def start(self) -> None:
        """Begin to ask."""
        for source in self._sources():
            source.start()

    def ask(self) -> None:
        """Ask again now, for after a change or a sleep."""
        for source in self._sources():
            source.ask()

    def stop(self) -> None:
        """Ask no more."""
        for source in self._sources():
            source.stop()

    def pump(self) -> bool:
        """Take over what has arrived; return whether anything did."""
        arrived = [source.pump() for source in self._sources()]
        if not any(arrived):
            return False
        self.picture = join(
            self._alertmanager.value if self._alertmanager else None,
            self._prometheus.value if self._prometheus else None,
        )
        self.revision += 1
        return True

    def _sources(self) -> Iterable["Polled[FromAlertmanager] | Polled[FromPrometheus]"]:
        return [source for source in (self._alertmanager, self._prometheus) if source is not None]


def _ask(member: Alertmanager, rank: RankOf) -> FromAlertmanager:
    # Silences last: every silence that an alert names is then among them.
    alerts = member.alerts()
    silences = member.silences()
    by_id = {silence.id: silence for silence in silences}
    return FromAlertmanager(
        member.now(),
        tuple(alert_of(one, by_id, rank) for one in alerts),
        tuple(silence for silence in silences if silence.state != "expired"),
        restarted=_began(member),
    )


def _began(member: Alertmanager) -> float | None:
    try:
        return moment_of(member.status().uptime)
    except AlertmanagerError:
        # What stands in for Alertmanager may not say.
        return None


def _worst(errors: Sequence[AlertmanagerError]) -> Exception:
    if all(error.kind == "auth" for error in errors):
        return Denied(str(errors[0]))
    return errors[0]
