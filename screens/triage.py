"""One alert with all that helps to judge and mend it; each part is read by itself and says how fresh it is."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import environ
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from screens import triage_words as words
from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.frame import Frame
from screens.wanted import AlertWanted
from state.alerts.markdown import alert_markdown
from state.alerts.model import Alert, AlertState
from state.alerts.source import LiveAlerts
from state.alerts.triage.about import About, about, inhibitors, related, seen_again
from state.alerts.triage.events import EventReader
from state.alerts.triage.history import WEEK, HistoryReader
from state.alerts.triage.log_end import LogEnd, LogEndReader
from state.alerts.triage.rule import Course, CourseReader
from state.apps.model import App
from state.board.model import Board
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.cluster.kinds.events import EventRow
from state.freshness import Freshness, Health
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.journal.lives import alert_source, lives
from state.metrics.model import MetricsClient
from state.platform_view import PlatformView
from state.polled import Polled
from widgets.cell_lines import CellLines, Line
from widgets.pane import Pane
from widgets.plot import Plot
from widgets.plot_model import PlotData, PlotLine, PlotMark

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


class Part(Pane):
    """A pane of lines that is empty in words."""

    def __init__(self, title: str, *, id: str, newest_last: bool = False) -> None:
        super().__init__(title=title, id=id)
        self._lines = CellLines(classes="part--lines")
        self._newest_last = newest_last

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Show lines; of what has its newest line last, those that fit from its end."""
        self.say_empty(None)
        height = self.size.height
        self._lines.show(lines[-height:] if self._newest_last and height > 0 else lines)


class TriageScreen(Frame):
    """An alert: its rule, what it is about, events, logs, other alerts of the app, and what happened before."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("alert", "workload", "triage", "pushed")]
    AUTO_FOCUS = "#triage-body"
    DEFAULT_CSS = """
    TriageScreen #triage-body { height: 1fr; scrollbar-size-vertical: 1; }
    TriageScreen .part--lines { padding: 0 1; }
    TriageScreen #triage-rule { height: auto; }
    TriageScreen #triage-rule Plot { margin: 0 1; }
    TriageScreen #triage-middle { height: 1fr; min-height: 12; }
    TriageScreen #triage-about { width: 2fr; }
    TriageScreen #triage-right { width: 3fr; }
    TriageScreen #triage-logs { height: 3fr; }
    TriageScreen #triage-events { height: 2fr; }
    TriageScreen #triage-before { height: auto; max-height: 9; min-height: 3; }
    TriageScreen.-narrow #triage-middle { layout: vertical; height: auto; min-height: 0; }
    TriageScreen.-no-course #triage-plot, TriageScreen.-narrow #triage-plot { display: none; }
    TriageScreen.-narrow #triage-about { width: 1fr; height: auto; max-height: 8; }
    TriageScreen.-narrow #triage-right { width: 1fr; height: auto; }
    TriageScreen.-narrow #triage-logs { height: 8; }
    TriageScreen.-narrow #triage-events { height: 7; }
    """

    def __init__(self, alert: Alert, parts: TriageParts) -> None:
        super().__init__()
        self.alert = alert
        """The alert as it was last seen."""
        self._parts = parts
        self._gone = ""
        self._about = About()
        self._looked = float("-inf")
        self._seen: object = None
        view = parts.view
        self._events_of = EventReader(view.cluster.transport)
        self._log_of = LogEndReader(view.cluster.transport, alert.label("container"))
        self._history_of = HistoryReader(parts.journal)
        # Each on a thread of its own: none waits for the slowest.
        self._course: Polled[Course] | None = None
        if parts.metrics is not None and alert.expression:
            reader = CourseReader(parts.metrics, alert, parts.clock)
            self._course = Polled("alert rule", reader.fetch, RULE_EVERY, parts.clock)
        self._events: Polled[tuple[EventRow, ...]] = Polled(
            "alert events", self._events_of.fetch, EVENTS_EVERY, parts.clock
        )
        self._log: Polled[LogEnd | None] = Polled("alert log", self._log_of.fetch, LOGS_EVERY, parts.clock)
        self._history: Polled[tuple[Entry, ...]] = Polled(
            "alert history", self._history_of.fetch, HISTORY_EVERY, parts.clock
        )

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="triage-body"):
            with Pane(id="triage-rule"):
                yield CellLines(classes="part--lines", id="triage-says")
                yield Plot(6, id="triage-plot")
            with Horizontal(id="triage-middle"):
                yield Part("What", id="triage-about")
                with Vertical(id="triage-right"):
                    yield Part("Logs", id="triage-logs", newest_last=True)
                    yield Part("Events", id="triage-events")
            yield Part("Before", id="triage-before")

    def on_mount(self) -> None:
        self.set_class(self._course is None, "-no-course")
        self._look()
        for source in self._sources():
            source.start()
        self.update()

    def on_unmount(self) -> None:
        for source in self._sources():
            source.stop()

    def _sources(self) -> list[Polled[Any]]:
        return [s for s in (self._course, self._events, self._log, self._history) if s is not None]

    # --- what it shows ---

    def update(self) -> None:
        now = self._parts.clock.wall()
        if self._parts.clock.elapsed() - self._looked >= LOOK_EVERY:
            self._look()
        arrived = [source.pump() for source in self._sources()]
        seen = (self.alert, self._gone, self._about, int(now), self.size)
        if seen == self._seen and not any(arrived):
            return
        self._seen = seen
        self._show_rule(now)
        self._show_about(now)
        self._show_log(now)
        self._show_events(now)
        self._show_history(now)

    def _look(self) -> None:
        """Find the alert again, and what it is about; let the readers know."""
        parts = self._parts
        self._looked = parts.clock.elapsed()
        if parts.alerts is not None:
            self._gone = ""
            current = seen_again(self.alert, parts.alerts.picture.alerts)
            if current is not None:
                if current != self.alert:
                    self.alert = current
                    self.show_keys()
            elif parts.alerts.revision:
                healthy = parts.alerts.alertmanager.health in (Health.LIVE, Health.OFF)
                silent = parts.alerts.picture.sender_silent is not None
                self._gone = "over" if healthy and not silent else "lost sight of"
        self._about = about(self.alert, parts.view, parts.apps())
        pod = self._about.pods[0][0] if self._about.pods else None
        objects = self._about.objects
        subjects = (self.alert.name, self.alert.fingerprint, *(str(ref) for ref in objects[:1]))
        changed = (pod, objects, subjects) != (self._log_of.pod, self._events_of.about, self._history_of.subjects)
        self._log_of.pod, self._events_of.about, self._history_of.subjects = pod, objects, subjects
        if changed and self.ready:
            for source in (self._events, self._log, self._history):
                source.ask()

    def _show_rule(self, now: float) -> None:
        pane = self.query_one("#triage-rule", Pane)
        course = self._course.value if self._course is not None else None
        note = stale_note(self._course.freshness, now) if self._course is not None else ""
        pane.name_it(words.heading(self.alert, now, self._times(now), self._gone), note)
        self.query_one("#triage-says", CellLines).show(words.rule_lines(self.alert, course))
        if self._course is None:
            return
        freshness = self._course.freshness
        plot = PlotData("last hour", now - 3600, now, note=_unread(freshness))
        if course is not None:
            missing = (
                "nothing was measured in the last hour" if course.sign else "the rule has not held in the last hour"
            )
            tone = words.TONES.get(self.alert.severity, Tone.FOCUS)
            marks = [PlotMark(self.alert.since, "▲", tone)] if self.alert.since >= course.start else []
            released = [one for one in self._about.releases if course.start <= one.created <= course.end]
            marks += [PlotMark(one.created, "◆", Tone.FOCUS, upright=True) for one in released]
            title = f"last hour  ◆ release {released[0].version}" if released else "last hour"
            if course.notes:
                title += f"  ▲ {course.notes[0]}"
            line = PlotLine("", course.values(), tone)
            plot = PlotData(
                title,
                course.start,
                course.end,
                (line,),
                tuple(marks),
                course.limit,
                "{:.3g}".format,
                "" if course.points else missing,
            )
        self.query_one("#triage-plot", Plot).show(plot)

    def _show_about(self, now: float) -> None:
        part = self.query_one("#triage-about", Part)
        view = self._parts.view
        part.name_it("What", stale_note(view.freshness, now))
        picture = self._parts.alerts.picture if self._parts.alerts is not None else None
        lines = words.about_lines(self._about, now, max(20, part.size.width - 4))
        if picture is not None:
            others = related(self.alert, picture, self._about)
            beside = words.related_lines(others, inhibitors(self.alert, picture), now)
            if beside:
                name = self._about.app.name if self._about.app else self.alert.label("namespace")
                lines += [(), (Cell(f"also of {name}", Tone.QUIET),), *beside]
        part.show(lines)

    def _show_log(self, now: float) -> None:
        part, source = self.query_one("#triage-logs", Part), self._log
        end = source.value
        title, run = words.log_title(end)
        part.name_it(title, "  ".join(text for text in (run, stale_note(source.freshness, now)) if text))
        if not self._about.pods:
            where = "it has no pods" if self._about.has_pods else "it runs no pods of its own"
            part.say_empty([(Cell(where, Tone.QUIET),)])
        elif end is not None and end.lines:
            part.show(words.log_lines(end))
        else:
            part.say_empty(emptiness(source.freshness, now, "it has written nothing"))

    def _show_events(self, now: float) -> None:
        part, source = self.query_one("#triage-events", Part), self._events
        part.name_it("Events", stale_note(source.freshness, now))
        if source.value:
            part.show(words.event_lines(source.value, now))
        elif not self._about.objects:
            part.say_empty([(Cell("there is no object to have events", Tone.QUIET),)])
        else:
            part.say_empty(emptiness(source.freshness, now, "no events of it"))

    def _show_history(self, now: float) -> None:
        part, source = self.query_one("#triage-before", Part), self._history
        part.name_it("Before", stale_note(source.freshness, now))
        entries = self._earlier()
        if entries:
            part.show(words.history_lines(entries, now))
        else:
            part.say_empty(emptiness(source.freshness, now, "the journal knows of nothing before"))

    def _earlier(self) -> list[Entry]:
        """The journal's entries without the beginning of this very life."""
        own = (self.alert.fingerprint, self.alert.since)
        return [e for e in self._history.value or () if (e.fingerprint, e.start) != own or e.event != "firing"]

    def _times(self, now: float) -> int | None:
        """How often an alert of its name began at its place in a week, this time included; None while not known."""
        if self._history.value is None:
            return None
        source = alert_source(self._parts.view.cluster.name)
        told = lives(entry for entry in self._history.value if entry.source == source)
        same = {
            (life.fingerprint, life.start)
            for life in told
            if life.name == self.alert.name
            and life.start >= now - WEEK
            and life.where.partition("/")[0] == self.alert.where.partition("/")[0]
        }
        return len(same | {(self.alert.fingerprint, self.alert.since)})

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "runbook":
            return bool(self.alert.annotation(words.RUNBOOK))
        return super().check_action(action, parameters)

    def why_not(self, command: str) -> str:
        if command == "workload.logs" and not self._about.pods:
            return "there is no pod to read"
        if command in ("workload.rollback", "alert.restart", "workload.describe") and self._about.ref is None:
            return "its labels lead to no object that is read here"
        if command == "alert.ack" and self.alert.state is AlertState.PENDING:
            return "it has not reached Alertmanager yet"
        return ""

    def _want(self, verb: str) -> None:
        self.post_message(AlertWanted(verb, self.alert))

    def action_ack(self) -> None:
        self._want("ack")

    def action_silence(self) -> None:
        self._want("silence")

    def action_card(self) -> None:
        self._want("card")

    def action_note(self) -> None:
        self._want("note")

    def action_restart(self) -> None:
        self._want("restart")

    def action_describe(self) -> None:
        self._want("describe")

    def action_logs(self) -> None:
        self._want("logs")

    def action_roll_back(self) -> None:
        self._want("roll_back")

    def action_copy(self) -> None:
        """Copy the alert with what is known of it, as Markdown."""
        end = self._log.value
        text = alert_markdown(
            self.alert,
            self._parts.clock.wall(),
            ref=str(self._about.ref) if self._about.ref else "",
            log=[line.text for line in end.lines[-10:]] if end is not None else (),
        )
        self.app.copy_to_clipboard(text)
        self.app.notify("the alert is copied as Markdown", markup=False)

    def action_runbook(self) -> None:
        """Open the runbook where there is a browser; copy its address in any case."""
        url = self.alert.annotation(words.RUNBOOK).strip()
        self.app.copy_to_clipboard(url)
        if url.startswith(("http://", "https://")) and _has_browser():
            self.app.open_url(url)
            self.app.notify(f"opened and copied: {url}", markup=False)
        else:
            self.app.notify(f"copied: {url}", markup=False)

    def ask(self) -> None:
        """Read all parts again now, for after something was done."""
        for source in self._sources():
            source.ask()

    def action_back(self) -> None:
        self.dismiss()


def _has_browser() -> bool:
    """Whether a browser has a window to open: one in the terminal would draw over the cockpit."""
    return sys.platform == "darwin" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _unread(freshness: Freshness) -> str:
    if freshness.health is Health.CONNECTING:
        return "loading …"
    return freshness.reason or freshness.health.value
