"""The overview's alerts: what fires and who has it."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.panes.wanting import Wanting
from screens.wanted import AlertWanted
from state.age import short_age
from state.alerts.model import Alert, AlertPicture, AlertState, Matcher, Severity
from state.alerts.order import RANKED
from state.alerts.source import LiveAlerts
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
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
_COUNTED = {Severity.OTHER: "unranked"}
TONES = {Severity.CRITICAL: Tone.BAD, Severity.OTHER: Tone.WARN, Severity.WARNING: Tone.WARN}
GLYPHS = {Severity.CRITICAL: "✗", Severity.WARNING: "▲", Severity.OTHER: "?"}
_SHOWN = frozenset({AlertState.ACTIVE, AlertState.ACKED})
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


@dataclass(frozen=True, slots=True)
class AlertLines:
    """Alerts as a grid takes them: the cells of a line are made when it is looked at."""

    alerts: Mapping[str, Alert]
    keys: Sequence[Hashable]
    clock: Clock
    ahead: float = 0.0
    """The seconds by which the alerts' own clock is ahead of ours."""

    def cells(self, key: Hashable) -> Sequence[Cell] | None:
        alert = self.alerts.get(str(key))
        return None if alert is None else cells(alert, self.clock.wall() + self.ahead)


class AlertsPane(AlertKeys):
    """Active alerts, worst first, with who has them."""

    def __init__(self, source: LiveAlerts | None, clock: Clock = SYSTEM) -> None:
        """`source` is None where none is configured."""
        super().__init__(title="Alerts", id="alerts-pane")
        self._source = source
        self._clock = clock
        self._seen: object = None
        self._second = 0
        self._words = ""
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
        source, grid = self._source, self.query_one("#alerts", Grid)
        fresh = source.alertmanager.health, source.prometheus.health
        if (source.revision, fresh) != self._seen:
            self._seen = source.revision, fresh
            self._take(source.picture)
            grid.show(AlertLines(self._alerts, tuple(self._alerts), self._clock, source.picture.ahead), None)
        elif int(now) == self._second:
            return
        else:
            # Time alone costs only the lines in sight.
            grid.tick()
        self._second = int(now)
        note = stale_note(main_freshness(source), now)
        self.name_it("Alerts", "  ".join(part for part in (self._words, note) if part))
        self.say_empty(None if self._alerts else no_alerts(source.picture, source, now))

    def _take(self, picture: AlertPicture) -> None:
        shown = (alert for alert in picture.alerts if alert.state in _SHOWN and not alert.of_monitoring)
        self._alerts = {alert.fingerprint: alert for alert in shown}
        self._words = count_words(picture.alerts)


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
    counted = [alert for alert in alerts if not alert.of_monitoring]
    active = Counter(alert.severity for alert in counted if alert.state is AlertState.ACTIVE)
    acked = sum(alert.state is AlertState.ACKED for alert in counted)
    words = [f"{active[one]} {_COUNTED.get(one, one.value)}" for one in RANKED if active[one]]
    return " · ".join([*words, *([f"{acked} acked"] if acked else [])])


def cells(alert: Alert, now: float) -> tuple[Cell, ...]:
    """Return an alert as the cells of one line."""
    ack = alert.ack
    acked = alert.state is AlertState.ACKED
    tone = Tone.QUIET if acked else TONES.get(alert.severity, Tone.QUIET)
    glyph = "●" if acked else GLYPHS.get(alert.severity, "◌")
    who = f"acked {ack.created_by}" if ack is not None else ""
    return (
        Cell(glyph, tone),
        Cell(alert.name, Tone.QUIET if acked else Tone.TEXT),
        Cell(alert.place, Tone.FAINT if alert.elsewhere else Tone.QUIET),
        Cell(who, Tone.QUIET),
        Cell(short_age(now - alert.since), Tone.QUIET),
    )
