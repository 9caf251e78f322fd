"""The overview's alerts: what fires and who has it."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.panes.wanting import Wanting
from screens.table import Table
from screens.wanted import AlertWanted
from state.age import short_age
from state.alerts.model import Alert, AlertPicture, AlertState, Matcher, Severity
from state.alerts.source import LiveAlerts
from state.cell import Cell, Tone
from state.freshness import Freshness, Health
from widgets.cell_lines import Line
from widgets.grid import Grid
from widgets.grid_model import GridColumn

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("NAME", 22, importance=0),
    GridColumn("WHERE", 14, grows=True, middle=True, importance=1),
    GridColumn("", 14, importance=3),
    GridColumn("AGE", 4, right=True, importance=2),
)
TONES = {Severity.CRITICAL: Tone.BAD, Severity.WARNING: Tone.WARN}
HOW = "name them with --prometheus and --alertmanager, or in the configuration"


class AlertKeys(Wanting):
    """The keys of a list of alerts."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("alert", "workload")]

    def alert(self) -> Alert | None:
        """Return the alert under the cursor."""
        raise NotImplementedError

    def marked(self) -> tuple[Alert, ...]:
        """Return the alerts that are marked, none where only the one under the cursor is meant."""
        return ()

    def matchers(self) -> tuple[Matcher, ...]:
        """Return the matchers that narrow the list."""
        return ()

    def want(self, verb: str) -> None:
        alert = self.alert()
        if alert is not None:
            self.post_message(AlertWanted(verb, alert, self.marked(), self.matchers()))


class AlertsPane(AlertKeys):
    """Active alerts, worst first, with who has them."""

    def __init__(self, source: LiveAlerts | None) -> None:
        """`source` is None where none is configured."""
        super().__init__(title="Alerts", id="alerts-pane")
        self._source = source
        self._seen: object = None
        self._alerts: dict[str, Alert] = {}

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, header=False, marking=False, letters_shift=False, focus_holds=False, id="alerts")

    def alert(self) -> Alert | None:
        return self._alerts.get(str(self.query_one("#alerts", Grid).cursor_key))

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        if self._source is None:
            self.say_empty(emptiness(Freshness(Health.OFF, now), now, "", how=HOW))
            return
        source = self._source
        seen = (source.revision, int(now), source.alertmanager.health, source.prometheus.health)
        if seen == self._seen:
            return
        self._seen = seen
        picture = source.picture
        freshness = main_freshness(source)
        note = stale_note(freshness, now)
        self.name_it("Alerts", "  ".join(part for part in (count_words(picture.alerts), note) if part))
        states = (AlertState.ACTIVE, AlertState.ACKED)
        shown = [alert for alert in picture.alerts if alert.state in states and not alert.of_monitoring]
        self._alerts = {alert.fingerprint: alert for alert in shown}
        if not shown:
            self.say_empty(no_alerts(picture, source, now))
            return
        self.say_empty(None)
        rows = {fingerprint: cells(alert, now) for fingerprint, alert in self._alerts.items()}
        self.query_one("#alerts", Grid).show(Table.of(rows), None)


def main_freshness(source: LiveAlerts) -> Freshness:
    """Return the freshness that says whether active alerts can be seen: Alertmanager's, else Prometheus'."""
    return source.alertmanager if source.alertmanager.health is not Health.OFF else source.prometheus


def no_alerts(picture: AlertPicture, source: LiveAlerts, now: float) -> Sequence[Line]:
    """Return what to say in place of alerts. Green only when the rules are known to be evaluated."""
    freshness = main_freshness(source)
    if freshness.health is not Health.LIVE:
        return emptiness(freshness, now, "no alerts", how=HOW)
    if picture.sender_silent is not None:
        silent = short_age(picture.sender_silent)
        return [(Cell("▲ ", Tone.WARN), Cell(f"no alerts, but their sender is silent for {silent}", Tone.WARN))]
    if picture.rules_evaluating is None:
        words = "no alerts, but nobody says whether the rules are evaluated"
        return [(Cell("◌ ", Tone.QUIET), Cell(words, Tone.QUIET))]
    if not picture.rules_evaluating:
        return [(Cell("▲ ", Tone.WARN), Cell("no alerts, but the rules are not evaluated", Tone.WARN))]
    return emptiness(freshness, now, "no alerts")


def count_words(alerts: Sequence[Alert]) -> str:
    """Return `2 critical · 3 warning · 1 acked`, without the noughts."""
    active = Counter(a.severity for a in alerts if a.state is AlertState.ACTIVE and not a.of_monitoring)
    acked = sum(alert.state is AlertState.ACKED for alert in alerts)
    words = [f"{active[severity]} {severity.value}" for severity in Severity if active[severity]]
    return " · ".join([*words, *([f"{acked} acked"] if acked else [])])


def cells(alert: Alert, now: float) -> tuple[Cell, ...]:
    """Return an alert as the cells of one line."""
    ack = alert.ack
    acked = alert.state is AlertState.ACKED
    tone = Tone.QUIET if acked else TONES.get(alert.severity, Tone.QUIET)
    glyph = "●" if acked else {Tone.BAD: "✗", Tone.WARN: "▲"}.get(tone, "◌")
    who = f"acked {ack.created_by}" if ack is not None else ""
    return (
        Cell(glyph, tone),
        Cell(alert.name, Tone.QUIET if acked else Tone.TEXT),
        Cell(alert.where, Tone.QUIET),
        Cell(who, Tone.QUIET),
        Cell(short_age(now - alert.since), Tone.QUIET),
    )
