"""Every alert in one dense table: active, pending, acknowledged, silenced, inhibited."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.frame import Frame
from screens.panes.alerts import HOW, TONES, AlertKeys, main_freshness, no_alerts
from screens.table import Table
from screens.wanted import SilencesWanted
from state.age import age, short_age
from state.alerts.chronicle import AlertChronicle
from state.alerts.matching import BadMatcher, held_by, matches, read_matchers
from state.alerts.model import Alert, AlertState, Matcher, Severity
from state.alerts.source import LiveAlerts
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.freshness import Freshness, Health
from state.journal.lives import AlertLife, begun_at, flaps
from state.pattern import TOO_SLOW, BadPattern, TooSlow, compiled, time_limit
from widgets.grid import Grid
from widgets.grid_model import GridColumn

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("SEVERITY", 8, importance=4),
    GridColumn("NAME", 26, importance=0),
    GridColumn("WHERE", 16, grows=True, middle=True, importance=1),
    GridColumn("STATE", 10, importance=2),
    GridColumn("WHO", 12, importance=3),
    GridColumn("VALUE", 8, right=True, importance=5),
    GridColumn("SUMMARY", 44, importance=6),
    GridColumn("WEEK", 4, right=True, importance=3),
    GridColumn("AGE", 4, right=True, importance=1, ticks=True),
)
FILTER_SECONDS = 0.25
"""How much of the processor a filter may use for all alerts there are."""
_SEVERITIES = list(Severity)
_SORT_KEYS: Mapping[int, Callable[[Alert], Any]] = {
    1: lambda alert: _SEVERITIES.index(alert.severity),
    2: lambda alert: alert.name,
    3: lambda alert: alert.where,
    4: lambda alert: alert.state.value,
    5: lambda alert: alert.ack.created_by if alert.ack else "",
    6: lambda alert: alert.value if alert.value is not None else float("-inf"),
    7: lambda alert: alert.annotation("summary"),
    9: lambda alert: -alert.since,
}
PAST = "past"
WEEK = 7 * 86400.0
_ENDINGS = {"resolved": "over", "lost": "lost", "unseen": "over"}
_MATCHERS = re.compile(r"\s*[\w.\"]+\s*(?:=~|!~|!=|=)")
VIEWS: tuple[tuple[str, frozenset[AlertState]], ...] = (
    ("all", frozenset(AlertState)),
    *((state.value, frozenset({state})) for state in AlertState),
    (PAST, frozenset()),
)


class AlertTable(AlertKeys):
    """The table of one view of the alerts."""

    def __init__(self, source: LiveAlerts | None, chronicle: AlertChronicle | None) -> None:
        super().__init__(title="Alerts", id="alert-table")
        self._source = source
        self._chronicle = chronicle
        self._matchers: tuple[Matcher, ...] = ()
        self._everything: Sequence[Alert] = ()
        self._starts: tuple[int, Mapping[tuple[str, str], tuple[float, ...]]] = (-1, {})
        self._view = 0
        self._sort: tuple[int | None, bool] = (None, False)
        self._pattern: re.Pattern[str] | None = None
        self._seen: object = None
        self._alerts: dict[str, Alert] = {}
        self.filter_text = ""
        self.problem = ""
        """What turned out to be wrong with the filter, in a sentence; empty when nothing did."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, letters_shift=False, focus_holds=False)

    def alert(self) -> Alert | None:
        return self._alerts.get(str(self.query_one(Grid).cursor_key))

    def marked(self) -> tuple[Alert, ...]:
        grid = self.query_one(Grid)
        return tuple(self._alerts[str(key)] for key in grid.targets if str(key) in self._alerts) if grid.marks else ()

    def next_view(self) -> None:
        """Show the next of the views: all, then one state after another."""
        self._view = (self._view + 1) % len(VIEWS)
        self._seen = None

    def filter_by(self, text: str) -> str:
        """Show the alerts one of whose words matches a regular expression (`!` before it: does not), or that matchers
        hold: `namespace=~"pay.*", severity!=info`."""
        matchers: tuple[Matcher, ...] = ()
        pattern = None
        try:
            if _MATCHERS.match(text):
                matchers = read_matchers(text)
            elif text:
                pattern = compiled(text.removeprefix("!"))
        except (BadMatcher, BadPattern) as error:
            return str(error)
        self._matchers, self._pattern = matchers, pattern
        self.filter_text, self.problem = text, ""
        self._seen = None
        return ""

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        source = self._source
        if source is None:
            self.say_empty(emptiness(Freshness(Health.OFF, now), now, "", how=HOW))
            return
        seen = (source.revision, int(now), source.alertmanager.health, source.prometheus.health)
        if seen == self._seen:
            return
        self._seen = seen
        alerts = source.picture.alerts
        view, states = VIEWS[self._view]
        if view == PAST:
            self._show_past(now)
            return
        shown = self._narrowed([alert for alert in alerts if alert.state in states])
        column, reverse = self._sort
        if column is not None:
            shown.sort(key=_SORT_KEYS[column], reverse=reverse)
        # What says nothing but that monitoring runs is shown and never counted.
        counts = Counter(alert.state.value for alert in alerts if not alert.of_monitoring)
        note = stale_note(main_freshness(source), now) or next(iter(source.picture.notes), "")
        self._retitle(view, counts, len(shown), note)
        self._alerts = {alert.fingerprint: alert for alert in shown}
        self._everything = alerts
        if not alerts:
            self.say_empty(no_alerts(source.picture, source, now))
            return
        if not shown:
            words = self.problem or ("nothing matches" if self.filter_text else f"no alert is {view}")
            self.say_empty([(Cell(words, Tone.QUIET),)])
            return
        self.say_empty(None)
        grid = self.query_one(Grid)
        grid.sort_by(column, reverse)
        grid.show(Table.of({key: self._row(alert, now) for key, alert in self._alerts.items()}), None)

    def _row(self, alert: Alert, now: float) -> tuple[Cell, ...]:
        """An alert's cells, with how often its like began this week and whether it flaps."""
        cells = _cells(alert, now)
        if alert.state is AlertState.INHIBITED:
            by = next((one.name for one in self._everything if one.fingerprint in alert.inhibited_by), "")
            cells = (*cells[:5], Cell(f"by {by}" if by else "", Tone.QUIET), *cells[6:])
        if self._chronicle is None or alert.of_monitoring:
            return (*cells[:-1], Cell(""), cells[-1])
        if self._starts[0] != self._chronicle.revision:
            self._starts = (self._chronicle.revision, begun_at(self._chronicle.past))
        starts = self._starts[1].get((alert.name, alert.where.partition("/")[0]), ())
        count = sum(now - start < WEEK for start in starts)
        flapping = flaps(starts, now)
        words = f"{'~' if flapping else ''}{count}" if count else ""
        return (*cells[:-1], Cell(words, Tone.WARN if flapping else Tone.QUIET), cells[-1])

    def _show_past(self, now: float) -> None:
        """Show the alerts that are over, as the journal saw them, those that ended last first."""
        found = self._chronicle.past if self._chronicle is not None else ()
        over = [life for life in found if life.ended is not None and self._lived(life)]
        over.sort(key=lambda life: -(life.ended or 0.0))
        self._alerts = {}
        self.name_it("Alerts", f"{len(over)} over in the last 30 days, as this machine saw them")
        if not over:
            words = "nothing matches" if self.filter_text else "the journal has seen no alert end"
            self.say_empty([(Cell(words, Tone.QUIET),)])
            return
        self.say_empty(None)
        grid = self.query_one(Grid)
        grid.sort_by(None)
        grid.show(Table.of({(life.fingerprint, life.start): _past_cells(life, now) for life in over}), None)

    def _lived(self, life: AlertLife) -> bool:
        if self._matchers:
            labels = {"alertname": life.name, "severity": life.severity, "namespace": life.where.partition("/")[0]}
            return all(matches(matcher, labels) for matcher in self._matchers)
        words = (life.name, life.severity, life.where, life.ending, life.by)
        found = self._pattern is None or any(self._pattern.search(word) for word in words)
        return found is not self.filter_text.startswith("!") if self._pattern else True

    def on_grid_sort_asked(self, message: Grid.SortAsked) -> None:
        message.stop()
        self.sort_by(message.index)

    def sort_by(self, column: int) -> None:
        """Sort by a column; again turns it round, a third time goes back to the worst first."""
        if column not in _SORT_KEYS:
            return
        now, reverse = self._sort
        self._sort = (column, False) if now != column else (None, False) if reverse else (column, True)
        self._seen = None

    def sort_next(self) -> None:
        """Sort by the next column."""
        column = (self._sort[0] or 0) + 1
        self._sort = (column if column in _SORT_KEYS else None, False)
        self._seen = None

    def _narrowed(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Return those that match. A filter that takes too long is given up: what was shown stays."""
        if not self.problem:
            try:
                with time_limit(FILTER_SECONDS):
                    if self._matchers:
                        return list(held_by(self._matchers, alerts))
                    return [alert for alert in alerts if self._matches(alert)]
            except TooSlow:
                self.problem = TOO_SLOW
        return [alert for alert in alerts if alert.fingerprint in self._alerts]

    def _matches(self, alert: Alert) -> bool:
        if self._pattern is None:
            return True
        words = (alert.name, alert.severity.value, alert.state.value, *(f"{k}={v}" for k, v in alert.labels))
        found = any(self._pattern.search(word) for word in words)
        return found is not self.filter_text.startswith("!")

    def _retitle(self, view: str, counts: Mapping[str, int], shown: int, note: str) -> None:
        words = [f"{counts[state.value]} {state.value}" for state in AlertState if counts[state.value]]
        narrowed = [f"showing {shown} {view}"] if view != "all" else [f"showing {shown}"] if self.filter_text else []
        said = [text for text in (self.problem, note) if text]
        self.name_it("Alerts", " · ".join([*words, *narrowed, *said]))


class AlertsScreen(Frame):
    """The table of alerts."""

    NAME = "alerts"
    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("top", "alerts")]
    AUTO_FOCUS = "Grid"

    def __init__(
        self, source: LiveAlerts | None, chronicle: AlertChronicle | None = None, clock: Clock = SYSTEM
    ) -> None:
        """`chronicle` knows what was before, None where nothing is written down."""
        super().__init__()
        self._source = source
        self._chronicle = chronicle
        self._clock = clock

    def compose_body(self) -> ComposeResult:
        yield AlertTable(self._source, self._chronicle)

    def update(self) -> None:
        self._table.update_at(self._clock.wall())
        self.doubt_filter(self._table.problem)

    @property
    def filter_text(self) -> str:
        return self._table.filter_text

    def filter_by(self, text: str) -> str:
        return self._table.filter_by(text)

    def action_view(self) -> None:
        """Show the alerts of the next state."""
        self._table.next_view()

    def action_sort_next(self) -> None:
        """Sort by the next column."""
        self._table.sort_next()

    def action_silences(self) -> None:
        """Show which silences there are."""
        self.post_message(SilencesWanted())

    @property
    def _table(self) -> AlertTable:
        return self.query_one(AlertTable)


def _cells(alert: Alert, now: float) -> tuple[Cell, ...]:
    ack = alert.ack
    quiet = alert.state is not AlertState.ACTIVE
    tone = Tone.QUIET if quiet else TONES.get(alert.severity, Tone.QUIET)
    glyph = {AlertState.ACKED: "●", AlertState.ACTIVE: {Tone.BAD: "✗", Tone.WARN: "▲"}.get(tone, "●")}
    silenced = alert.silences[0].created_by if alert.silences else ", ".join(alert.muted_by)
    return (
        Cell(glyph.get(alert.state, "◌"), tone),
        Cell(alert.severity.value, tone),
        Cell(alert.name, Tone.QUIET if quiet else Tone.TEXT),
        Cell(alert.where, Tone.QUIET),
        Cell(alert.state.value, Tone.QUIET),
        Cell(ack.created_by if ack else silenced, Tone.QUIET),
        Cell(f"{alert.value:.3g}" if alert.value is not None else "", Tone.QUIET),
        Cell(alert.annotation("summary"), Tone.QUIET),
        Cell(short_age(now - alert.since), Tone.QUIET),
    )


def _past_cells(life: AlertLife, now: float) -> tuple[Cell, ...]:
    ended = life.ended if life.ended is not None else now
    lasted = f"lasted {age(ended - life.start)}"
    surely = "" if life.ending == "resolved" else "its end was not seen"
    return (
        Cell("✓" if life.ending == "resolved" else "◌", Tone.FAINT),
        Cell(life.severity, Tone.QUIET),
        Cell(life.name),
        Cell(life.where, Tone.QUIET),
        Cell(_ENDINGS.get(life.ending, life.ending), Tone.QUIET),
        Cell(life.by, Tone.QUIET),
        Cell(""),
        Cell(f"{lasted}{f', {surely}' if surely else ''}", Tone.QUIET),
        Cell(""),
        Cell(short_age(now - ended), Tone.QUIET),
    )
