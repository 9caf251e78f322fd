"""One alert with all that helps to judge and mend it; each part says how fresh it is."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from screens.commands import bindings
from screens.dialogs.choose import Choose
from screens.frame import Frame
from screens.triage.panes import AboutPart, BeforePart, EventsPart, LogPart, RulePart
from screens.triage.reading import Reading, TriageParts
from screens.triage.repairs import repairs
from screens.wanted import AlertWanted, ObjectWanted
from state.alerts.markdown import alert_markdown
from state.alerts.model import Alert, AlertState
from state.printable import printable

_OF_OBJECT = ("workload.rollback", "alert.restart", "workload.describe", "workload.logs", "triage.repairs")
"""What needs an object that the alert is about."""


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
        self._reading = Reading(alert, parts)
        self._seen: object = None
        self._parts = (
            RulePart(id="triage-rule"),
            AboutPart(id="triage-about"),
            LogPart(id="triage-logs"),
            EventsPart(id="triage-events"),
            BeforePart(id="triage-before"),
        )

    def compose_body(self) -> ComposeResult:
        rule, about, logs, events, before = self._parts
        with VerticalScroll(id="triage-body"):
            yield rule
            with Horizontal(id="triage-middle"):
                yield about
                with Vertical(id="triage-right"):
                    yield logs
                    yield events
            yield before

    @property
    def alert(self) -> Alert:
        """The alert as it was last seen."""
        return self._reading.alert

    def on_mount(self) -> None:
        self._reading.start()
        self.update()

    def on_unmount(self) -> None:
        self._reading.stop()

    def update(self) -> None:
        reading, before = self._reading, self.alert
        now = reading.parts.clock.wall()
        moved = reading.pump()
        if self.alert is not before:
            self.show_keys()
        seen = (int(now), self.size)
        if seen == self._seen and not moved:
            return
        self._seen = seen
        self.set_class(reading.course is None, "-no-course")
        for part in self._parts:
            part.show_at(reading, now)

    # --- keys ---

    def why_not(self, command: str) -> str:
        about = self._reading.about
        if command in _OF_OBJECT and about.nowhere:
            return about.nowhere
        if command == "workload.logs" and not about.pods:
            return "there is no pod to read"
        if command == "alert.ack" and self.alert.state is AlertState.PENDING:
            return "it has not reached Alertmanager yet"
        alerts = self._reading.parts.alerts
        if command in ("alert.ack", "alert.silence") and alerts is not None:
            return alerts.why_not_write(self.alert.source)
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
        end = self._reading.log.value
        text = alert_markdown(
            self.alert,
            self._reading.parts.clock.wall(),
            ref=str(self._reading.about.ref) if self._reading.about.ref else "",
            log=[line.text for line in end.lines[-10:]] if end is not None else (),
        )
        self.app.copy_to_clipboard(text)
        self.app.notify("the alert is copied as Markdown", markup=False)

    def action_runbook(self) -> None:
        """Show the runbook, or open its address."""
        self._want("runbook")

    def action_repairs(self) -> None:
        """Offer all that can be done to what the alert is about."""
        self.run_worker(self._repair(), exclusive=True, exit_on_error=False)

    async def _repair(self) -> None:
        options, each = repairs(self._reading.about, self._reading.parts.view)
        if not options:
            why = self._reading.about.nowhere or "its labels lead to no object that is read here"
            self.app.notify(printable(why), severity="warning", markup=False)
            return
        chosen = await self.app.push_screen_wait(Choose(f"What to do about {self.alert.name}", options))
        if isinstance(chosen, int):
            verb, target = each[chosen]
            self.post_message(ObjectWanted(verb, target))

    def ask(self) -> None:
        """Read all parts again now, for after something was done."""
        self._reading.ask()

    def action_back(self) -> None:
        self.dismiss()
