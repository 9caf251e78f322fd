"""What the parts of triage say, in lines of cells."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from screens.log_paint import tone_of
from state.age import age, short_age
from state.alerts.model import Alert, AlertState, Severity
from state.alerts.runbooks import address_of
from state.alerts.triage.history import UNWATCHED
from state.alerts.triage.log_end import LogEnd
from state.alerts.triage.rule import Course
from state.cell import Cell, Tone
from state.cluster.kinds.events import EventRow
from state.cluster.log_json import readable
from state.cluster.log_level import said
from state.journal.entry import Entry
from state.journal.lives import ENDINGS, NOTE
from state.perform import SOURCE as OPERATION
from widgets.cell_lines import Bold, Line

TONES = {Severity.CRITICAL: Tone.BAD, Severity.WARNING: Tone.WARN}
RECENT = 3600.0
"""Seconds in which a release is likely to be the cause."""
_LABEL = 9
_ENDINGS = {"resolved": "over", "lost": "lost sight of", "unseen": "over when somebody looked again"}


def heading(alert: Alert, now: float, times: int | None, gone: str) -> str:
    """Return the title: what, where, since when, how often."""
    glyph = {Severity.CRITICAL: "✗", Severity.WARNING: "▲"}.get(alert.severity, "◌")
    state = gone or f"{state_words(alert)} {age(max(0.0, now - alert.since))}"
    often = f"{_ordinal(times)} time this week" if times is not None and times > 1 else ""
    return " · ".join(part for part in (f"{glyph} {alert.name}", alert.where, state, often) if part)


def state_words(alert: Alert) -> str:
    """Return where an alert is in its life, in a word or two."""
    return {AlertState.ACTIVE: "firing"}.get(alert.state, alert.state.value)


def notified(alert: Alert) -> str:
    """Return whom an alert is sent to, or why it is sent to nobody; empty where Alertmanager does not say."""
    to = ", ".join(alert.receivers)
    if not to:
        return ""
    if alert.state in (AlertState.ACTIVE, AlertState.UNPROCESSED):
        return f"→ {to}"
    by = f" by {', '.join(alert.muted_by)}" if alert.state is AlertState.MUTED else ""
    return f"→ nobody: {alert.state.value}{by}"


def rule_lines(alert: Alert, course: Course | None) -> list[Line]:
    """Return the rule, its value against its limit, the summary and the runbook."""
    lines: list[Line] = []
    if alert.expression:
        limit = f"{course.sign} {_number(course.limit)}" if course is not None and course.limit is not None else ""
        measured = course.now if course is not None and course.now is not None else alert.value
        value = [Cell("now ", Tone.QUIET), Bold(_number(measured)), Cell(f"  {limit}", Tone.QUIET)]
        held = [Cell(f"  for {age(alert.wait)}", Tone.FAINT)] if alert.wait else []
        lines.append((_label("rule"), *(value if measured is not None else ()), *held))
        lines.append((_label(""), Cell(" ".join(alert.expression.split()), Tone.QUIET)))
    if alert.failing:
        lines.append((_label("fails"), Cell(f"its rule cannot be evaluated: {alert.failing}", Tone.WARN)))
    servers = [
        f"{kind} {name}" for kind, name in (("Alertmanager", alert.source), ("Prometheus", alert.prometheus)) if name
    ]
    if servers:
        lines.append((_label("from"), Cell(", ".join(servers), Tone.QUIET)))
    summary = alert.annotation("summary") or alert.annotation("description") or alert.annotation("message")
    if summary:
        lines.append((_label("says"), Cell(" ".join(summary.split()))))
    for silence in alert.silences:
        word = "acked" if silence.is_ack else "silenced"
        until = f"{datetime.fromtimestamp(silence.ends):%H:%M}"
        lines.append(
            (_label(word), Cell(f"{silence.created_by} until {until}"), Cell(f"  {silence.comment}", Tone.QUIET))
        )
    if (was := alert.was) is not None:
        word = "acked" if was.is_ack else "silenced"
        until = f"{datetime.fromtimestamp(was.ends):%a %H:%M}"
        back = Cell(f"{word} by {was.created_by} until {until}, it came back", Tone.WARN)
        lines.append((_label("before"), back, Cell(f"  {was.comment}", Tone.QUIET)))
    if runbook := address_of(alert):
        lines.append((_label("runbook"), Cell(runbook, Tone.FOCUS)))
    return lines


def event_lines(events: Sequence[EventRow], now: float) -> list[Line]:
    """Return events, the newest first: how long ago, how often, what."""
    lines: list[Line] = []
    for event in events:
        warns = event.type != "Normal"
        count = f" ×{event.count}" if event.count > 1 else ""
        lines.append(
            (
                Cell(f"{short_age(now - event.last):>4} ", Tone.QUIET),
                Cell(f"{event.reason}{count}", Tone.WARN if warns else Tone.TEXT),
                Cell(f"  {' '.join(event.message.split())}", Tone.QUIET),
            )
        )
    return lines


def log_title(end: LogEnd | None) -> tuple[str, str]:
    """Return whose log it is, and which run's."""
    if end is None:
        return "Logs", ""
    return f"Logs  {end.pod}", f"{end.container}{' · the run before' if end.previous else ''}"


def log_lines(end: LogEnd) -> list[Line]:
    """Return the lines of a log's end, each with its moment."""
    lines: list[Line] = []
    for line in end.lines:
        level = said(line.text)
        text = readable(line.text) or line.text
        tone = (tone_of(level.level) if level is not None else None) or Tone.TEXT
        clock = f"{datetime.fromtimestamp(line.moment):%H:%M:%S} " if line.moment is not None else ""
        lines.append((Cell(clock, Tone.FAINT), Cell(text, tone)))
    return lines


def history_lines(entries: Sequence[Entry], now: float) -> list[Line]:
    """Return what happened before, the newest first; a life's beginning and end on one line."""
    ends: Mapping[tuple[str, float], Entry] = {
        (entry.fingerprint, entry.start): entry for entry in entries if entry.event in ENDINGS
    }
    lines: list[Line] = []
    for entry in entries:
        if entry.event in ENDINGS:
            continue
        ended = ends.get((entry.fingerprint, entry.start)) if entry.event == "firing" else None
        lines.append((Cell(f"{moment(entry.at, now):>6}  ", Tone.QUIET), *_told(entry, ended)))
    return lines


def moment(when: float, now: float) -> str:
    """Return a moment of today as a time, an earlier one as a day."""
    at, today = datetime.fromtimestamp(when), datetime.fromtimestamp(now)
    return f"{at:%H:%M}" if at.date() == today.date() else f"{at.day} {at:%b}"


def _told(entry: Entry, ended: Entry | None) -> Line:
    who = f"{entry.who}: " if entry.who else ""
    if entry.event == UNWATCHED:
        return (Cell(f"nobody watched for {age(entry.at - entry.start)} before this", Tone.WARN),)
    if entry.event == "firing":
        word = f"began{'' if ended is None else f', {_ENDINGS[ended.event]} after {age(ended.at - entry.start)}'}"
        where = f"  {entry.details.get('where', '')}"
        return Cell(word, Tone.TEXT), Cell(where, Tone.QUIET)
    if entry.event in ("acked", "silenced"):
        return Cell(f"{who}{entry.event}"), Cell(f"  {entry.outcome}", Tone.QUIET)
    if entry.source == NOTE:
        return Cell(who), Cell(entry.outcome)
    if entry.source == OPERATION:
        word = "" if entry.event == "done" else f" ({entry.event})"
        title = entry.details.get("title", entry.operation)
        return Cell(f"{who}{title}{word}"), Cell(f"  {entry.outcome}", Tone.QUIET)
    return (Cell(f"{who}{entry.event}  {entry.outcome}"),)


def _label(word: str) -> Cell:
    return Cell(f"{word:<{_LABEL}}", Tone.QUIET)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"
