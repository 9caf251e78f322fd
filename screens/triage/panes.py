"""The parts of triage on the screen: each shows what was read of it, and says which empty it is."""

from collections.abc import Sequence

from textual.app import ComposeResult

from screens.emptiness import emptiness, stale_note
from screens.triage import words
from screens.triage.about_words import about_lines, related_lines
from screens.triage.reading import Reading
from state.alerts.triage.about import inhibitors, related
from state.alerts.triage.rule import Course
from state.cell import Cell, Tone
from state.freshness import Freshness, Health
from widgets.cell_lines import CellLines, Line
from widgets.pane import Pane
from widgets.plot import Plot
from widgets.plot_model import PlotData, PlotLine, PlotMark

PLOT_LINES = 6


class Part(Pane):
    """A pane of lines that is empty in words."""

    TITLE = ""
    NEWEST_LAST = False
    """Whether its end is what matters where not all of it fits."""

    def __init__(self, *, id: str) -> None:
        super().__init__(title=self.TITLE, id=id)
        self._lines = CellLines(classes="part--lines")

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self._lines

    def show_at(self, reading: Reading, now: float) -> None:
        """Show what was read, at a moment in seconds since the epoch."""
        raise NotImplementedError

    def show(self, lines: Sequence[Line]) -> None:
        """Show lines; of what has its newest line last, those that fit from its end."""
        self.say_empty(None)
        height = self.size.height
        self._lines.show(lines[-height:] if self.NEWEST_LAST and height > 0 else lines)


class RulePart(Pane):
    """The alert itself: its rule with value, course and releases, what it says, who has it, its runbook."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._says = CellLines(classes="part--lines")
        self._plot = Plot(PLOT_LINES, id="triage-plot")

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self._says
        yield self._plot

    def show_at(self, reading: Reading, now: float) -> None:
        source = reading.course
        note = stale_note(source.freshness, now) if source is not None else ""
        alerts = reading.parts.alerts
        by_alerts = now + (alerts.picture.ahead if alerts is not None else 0.0)
        heading = words.heading(reading.alert, by_alerts, reading.times(now), reading.gone)
        self.name_it(heading, "  ".join(part for part in (words.notified(reading.alert), note) if part))
        course = source.value if source is not None else None
        self._says.show(words.rule_lines(reading.alert, course))
        if source is not None:
            self._plot.show(plot_of(reading, course, source.freshness, now))


class AboutPart(Part):
    """What the alert is about, and what else is wrong with it."""

    TITLE = "What"

    def show_at(self, reading: Reading, now: float) -> None:
        view, alerts, alert = reading.parts.view, reading.parts.alerts, reading.alert
        self.name_it(self.TITLE, stale_note(view.freshness, now))
        lines = about_lines(reading.about, now, max(20, self.size.width - 4))
        if alerts is not None:
            others = related(alert, alerts.picture, reading.about)
            beside = related_lines(others, inhibitors(alert, alerts.picture), now)
            if beside:
                name = reading.about.app.name if reading.about.app else alert.namespace
                lines += [(), (Cell(f"also of {name}", Tone.QUIET),), *beside]
        self.show(lines)


class LogPart(Part):
    """The end of the log that most likely says why."""

    TITLE, NEWEST_LAST = "Logs", True

    def show_at(self, reading: Reading, now: float) -> None:
        source, end = reading.log, reading.log.value
        title, run = words.log_title(end)
        self.name_it(title, "  ".join(text for text in (run, stale_note(source.freshness, now)) if text))
        if not reading.about.pods:
            where = "it has no pods" if reading.about.has_pods else "it runs no pods of its own"
            if reading.about.nowhere:
                where = "there is no object to have logs"
            self.say_empty([(Cell(where, Tone.QUIET),)])
        elif end is not None and end.lines:
            self.show(words.log_lines(end))
        else:
            self.say_empty(emptiness(source.freshness, now, "it has written nothing"))


class EventsPart(Part):
    """What the cluster says happened to it."""

    TITLE = "Events"

    def show_at(self, reading: Reading, now: float) -> None:
        source = reading.events
        self.name_it(self.TITLE, stale_note(source.freshness, now))
        if source.value:
            self.show(words.event_lines(source.value, now))
        elif not reading.about.objects:
            self.say_empty([(Cell("there is no object to have events", Tone.QUIET),)])
        else:
            self.say_empty(emptiness(source.freshness, now, "no events of it"))


class BeforePart(Part):
    """What happened before, as the journal has it."""

    TITLE = "Before"

    def show_at(self, reading: Reading, now: float) -> None:
        source = reading.history
        self.name_it(self.TITLE, stale_note(source.freshness, now))
        entries = reading.earlier()
        if entries:
            self.show(words.history_lines(entries, now))
        else:
            self.say_empty(emptiness(source.freshness, now, "the journal knows of nothing before"))


def plot_of(reading: Reading, course: Course | None, freshness: Freshness, now: float) -> PlotData:
    """Return the course of an alert's rule with its limit, its beginning, and the releases that fell into it."""
    if course is None:
        return PlotData("last hour", now - 3600, now, note=_unread(freshness))
    alert = reading.alert
    missing = "nothing was measured in the last hour" if course.sign else "the rule has not held in the last hour"
    tone = words.TONES.get(alert.severity, Tone.FOCUS)
    marks = [PlotMark(alert.since, "▲", tone)] if alert.since >= course.start else []
    released = [one for one in reading.about.releases if course.start <= one.created <= course.end]
    marks += [PlotMark(one.created, "◆", Tone.FOCUS, upright=True) for one in released]
    title = f"last hour  ◆ release {released[0].version}" if released else "last hour"
    if course.notes:
        title += f"  ▲ {course.notes[0]}"
    return PlotData(
        title,
        course.start,
        course.end,
        (PlotLine("", course.values(), tone),),
        tuple(marks),
        course.limit,
        "{:.3g}".format,
        "" if course.points else missing,
    )


def _unread(freshness: Freshness) -> str:
    if freshness.health is Health.CONNECTING:
        return "loading …"
    return freshness.reason or freshness.health.value
