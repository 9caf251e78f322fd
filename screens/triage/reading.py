"""What triage reads of one alert: each part by itself, on a thread of its own, so that none waits for the slowest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from state.alerts.model import Alert
from state.alerts.source import LiveAlerts
from state.alerts.triage.about import About, about, seen_again
from state.alerts.triage.events import EventReader
from state.alerts.triage.history import UNWATCHED, HistoryReader, earlier
from state.alerts.triage.log_end import LogEnd, LogEndReader
from state.alerts.triage.rule import Course, CourseReader
from state.alerts.week import NO_WEEK, Week
from state.apps.model import App
from state.board.model import Board
from state.clock import SYSTEM, Clock
from state.cluster.kinds.events import EventRow
from state.freshness import Health
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.metrics.model import MetricsClient
from state.platform_view import PlatformView
from state.polled import Polled

RULE_EVERY, EVENTS_EVERY, LOGS_EVERY, HISTORY_EVERY = 15.0, 10.0, 5.0, 10.0
LOOK_EVERY = 1.0
"""Seconds between two looks at what an alert is about while the cluster moves."""


@dataclass(frozen=True, slots=True)
class TriageParts:
    """What triage reads. `metrics` and `alerts` are None where none are configured."""

    view: PlatformView
    alerts: LiveAlerts | None
    metrics: MetricsClient | None
    journal: Journal
    apps: Callable[[], Sequence[App]]
    board: Callable[[], Board | None]
    clock: Clock = SYSTEM
    week: Callable[[], Week] = lambda: NO_WEEK
    """How often alerts began of late."""
    prometheuses: Mapping[str, MetricsClient] = field(default_factory=dict)
    """The Prometheus servers by their names, where there are several; `metrics` is the first."""

    def metrics_of(self, alert: Alert) -> MetricsClient | None:
        """Return the Prometheus that has an alert's rule, None where that is not known of several."""
        return self.prometheuses.get(alert.prometheus) if len(self.prometheuses) > 1 else self.metrics


class Reading:
    """The parts of one alert's triage, the newest of each. Belongs to the loop."""

    def __init__(self, alert: Alert, parts: TriageParts) -> None:
        self.alert = alert
        """The alert as it was last seen."""
        self.gone = ""
        """What became of it when it is not among the alerts any more: over, or lost sight of."""
        self.about = About()
        self.parts = parts
        self._looked = float("-inf")
        self._started = False
        self._stopped = False
        clock, transport = parts.clock, parts.view.cluster.transport
        self._events_of = EventReader(transport)
        self._log_of = LogEndReader(transport, alert.label("container"))
        self._history_of = HistoryReader(parts.journal, parts.view.cluster.name, clock=clock)
        self.course: Polled[Course] | None = None
        """The course of its rule, None while no rule is known."""
        self.events: Polled[tuple[EventRow, ...]] = Polled("alert events", self._events_of.fetch, EVENTS_EVERY, clock)
        self.log: Polled[LogEnd | None] = Polled("alert log", self._log_of.fetch, LOGS_EVERY, clock)
        self.history: Polled[tuple[Entry, ...]] = Polled("alert history", self._history_of.fetch, HISTORY_EVERY, clock)

    def start(self) -> None:
        """Begin to read."""
        self._look()
        self._started = True
        for source in self._sources():
            source.start()

    def stop(self) -> None:
        """Read no more; nothing is waited for."""
        self._stopped = True
        for source in self._sources():
            source.stop()

    def ask(self) -> None:
        """Read all parts again now, for after something was done."""
        for source in self._sources():
            source.ask()

    def pump(self) -> bool:
        """Take over what arrived and look at the alert again; return whether anything may show differently."""
        before = self.alert, self.gone, self.about
        if self.parts.clock.elapsed() - self._looked >= LOOK_EVERY:
            self._look()
        arrived = [source.pump() for source in self._sources()]
        return any(arrived) or before != (self.alert, self.gone, self.about)

    def earlier(self) -> list[Entry]:
        """Return the journal's entries without the beginning of this very life."""
        own = (self.alert.fingerprint, self.alert.since)
        found = [e for e in self.history.value or () if (e.fingerprint, e.start) != own or e.event != "firing"]
        # That nobody watched matters only beside what was seen.
        return found if any(one.event != UNWATCHED for one in found) else []

    def times(self, now: float) -> int | None:
        """Return how often its like began here in a week, this time included; None while that is not known."""
        if self.history.value is None:
            return None
        seen = earlier(self.history.value, self.alert, self.parts.view.cluster.name, now)
        # Prometheus tells of the time that nobody watched from here.
        return max(seen, self.parts.week().count(self.alert, now).number)

    def _sources(self) -> list[Polled[Any]]:
        return [source for source in (self.course, self.events, self.log, self.history) if source is not None]

    def _look(self) -> None:
        """Find the alert again, and what it is about; let the readers know."""
        parts = self.parts
        self._looked = parts.clock.elapsed()
        if parts.alerts is not None:
            self._find(parts.alerts)
        self._follow_rule()
        self.about = about(self.alert, parts.view, parts.apps())
        pod = self.about.pods[0][0] if self.about.pods else None
        objects = self.about.objects
        subjects = (self.alert.name, self.alert.fingerprint, *(str(ref) for ref in objects[:1]))
        changed = (pod, objects, subjects) != (self._log_of.pod, self._events_of.about, self._history_of.subjects)
        self._log_of.pod, self._events_of.about, self._history_of.subjects = pod, objects, subjects
        if changed and self._started:
            for source in (self.events, self.log, self.history):
                source.ask()

    def _find(self, alerts: LiveAlerts) -> None:
        self.gone = ""
        current = seen_again(self.alert, alerts.picture.alerts)
        if current is not None:
            # An equal alert stays the same object: nothing has to be compared part by part again.
            self.alert = self.alert if current == self.alert else current
        elif alerts.revision:
            healthy = alerts.alertmanager.health in (Health.LIVE, Health.OFF)
            silent = alerts.picture.sender_silent is not None
            self.gone = "over" if healthy and not silent else "lost sight of"

    def _follow_rule(self) -> None:
        """Ask for the course of the rule once it is known: Prometheus may answer after the alert was opened."""
        parts = self.parts
        metrics = parts.metrics_of(self.alert)
        if self.course is not None or metrics is None or not self.alert.expression or self._stopped:
            return
        reader = CourseReader(metrics, self.alert, parts.clock)
        self.course = Polled("alert rule", reader.fetch, RULE_EVERY, parts.clock)
        if self._started:
            self.course.start()
