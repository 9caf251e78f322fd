"""The table of alerts: how a look at them is drawn, and what the line under the cursor stands for."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from screens.alerts.cells import COLUMNS, HEADERS, alert_cells, group_cells, past_cells, title, unranked
from screens.emptiness import emptiness, stale_note
from screens.panes.alerts import HOW, AlertKeys, main_freshness, no_alerts
from screens.table import Table
from screens.wanted import AlertWanted
from state.alerts.chronicle import AlertChronicle
from state.alerts.grouping import GroupKey
from state.alerts.listing import PAST, Look
from state.alerts.model import Alert, Matcher
from state.alerts.source import LiveAlerts
from state.alerts.view import AlertView
from state.apps.model import App
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.freshness import Freshness, Health
from widgets.grid import Grid

OF_SEVERAL = ("ack", "silence")
"""What can be meant for several alerts at once."""


@dataclass(frozen=True, slots=True)
class AlertTableParts:
    """What the table shows. `source` and `chronicle` are None where none are configured."""

    source: LiveAlerts | None
    chronicle: AlertChronicle | None = None
    apps: Callable[[], Sequence[App]] = tuple
    clock: Clock = SYSTEM


@dataclass(frozen=True, slots=True)
class AlertRows:
    """A view's listing as a grid takes it: the cells of a line are made when it is looked at."""

    view: AlertView
    keys: Sequence[Hashable]
    clock: Clock

    def cells(self, key: Hashable) -> Sequence[Cell] | None:
        view = self.view
        if isinstance(key, GroupKey):
            group = view.listing.groups.get(key)
            return None if group is None else group_cells(key, group)
        alert = view.listing.alerts.get(str(key))
        # Ages go by the clock that the alerts' moments go by.
        now = self.clock.wall() + view.ahead
        return None if alert is None else alert_cells(alert, now, view.names, view.week)


class AlertTable(AlertKeys):
    """The table of one look at the alerts. The cursor keeps to its alert, whatever arrives."""

    def __init__(self, parts: AlertTableParts, look: Look) -> None:
        super().__init__(title="Alerts", id="alert-table")
        self._parts = parts
        self.view = AlertView(parts.source, parts.chronicle, parts.apps, look) if parts.source is not None else None
        """What is looked at, None where nothing tells of alerts."""
        self._shown: tuple[int, object] = (0, None)
        self._words: tuple[str, str] = ("", "")
        """What the title says of what is shown, and which severities nobody has ranked."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, letters_shift=False)

    # --- what the cursor means ---

    @property
    def group(self) -> GroupKey | None:
        """The group that the cursor is in, or whose line it is on."""
        key, view = self.query_one(Grid).cursor_key, self.view
        if view is None:
            return None
        if isinstance(key, GroupKey):
            return key if key in view.listing.groups else None
        groups = view.listing.groups.items()
        return next((group for group, one in groups if any(alert.fingerprint == key for alert in one.alerts)), None)

    def alert(self) -> Alert | None:
        """Return the alert under the cursor; of a group with a single one, that one."""
        found = self._of(self.query_one(Grid).cursor_key)
        return found[0] if len(found) == 1 else None

    def marked(self) -> tuple[Alert, ...]:
        grid = self.query_one(Grid)
        if not grid.marks:
            return ()
        found = (alert for key in grid.targets for alert in self._of(key))
        return tuple({alert.fingerprint: alert for alert in found}.values())

    def matchers(self) -> tuple[Matcher, ...]:
        return self.view.filter.matchers if self.view is not None else ()

    def want(self, verb: str) -> None:
        key = self.query_one(Grid).cursor_key
        alerts = self._of(key)
        if not isinstance(key, GroupKey):
            super().want(verb)
        elif verb == "open":
            self.fold()
        elif alerts and (verb in OF_SEVERAL or len(alerts) == 1):
            self.post_message(AlertWanted(verb, alerts[0], self.marked() or alerts, self.matchers()))
        elif alerts:
            words = f"these are {len(alerts)} alerts: open the group and choose one"
            self.app.notify(words, severity="warning", markup=False)

    def fold(self) -> None:
        """Fold the group that the cursor is in, or unfold it; its line is then under the cursor."""
        group = self.group
        if self.view is not None and group is not None:
            self.view.fold(group.value)
            self.update_at(self._parts.clock.wall())
            self.query_one(Grid).move_to(group)

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the labels that alerts have, the most frequent first."""
        source = self._parts.source
        alerts = source.picture.alerts if source is not None else ()
        counts = Counter(name for alert in alerts for name, _ in alert.labels)
        return tuple(name for name, _ in counts.most_common())

    def _of(self, key: Hashable) -> tuple[Alert, ...]:
        return self.view.listing.of(key) if self.view is not None else ()

    def on_grid_sort_asked(self, message: Grid.SortAsked) -> None:
        message.stop()
        if self.view is not None:
            self.view.sort_by(HEADERS[message.index])

    # --- what it shows ---

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch. Time alone costs only the lines in sight."""
        source, view = self._parts.source, self.view
        if source is None or view is None:
            self.say_empty(emptiness(Freshness(Health.OFF, now), now, "", how=HOW))
            return
        update = view.update()
        said = (int(now), (source.alertmanager.health, source.prometheus.health))
        if update is None and said == self._shown:
            return
        self._shown = said
        if view.look.view == PAST:
            self._show_past(view, now)
            return
        if update is not None:
            words = title(source.picture, view.look, view.listing, filtered=bool(view.filter))
            self._words = words, unranked(source.picture.alerts)
        self._entitle(source, view, now)
        if self._says_empty(source, view, now):
            return
        grid = self.query_one(Grid)
        if update is None:
            grid.tick()
            return
        sort = view.look.sort
        grid.sort_by(HEADERS.index(sort) if sort else None, view.look.descending)
        grid.show(AlertRows(view, view.listing.keys, self._parts.clock), update.changed)
        if grid.has_focus:
            # There may have been nothing to hold when the focus came.
            grid.hold()

    def _says_empty(self, source: LiveAlerts, view: AlertView, now: float) -> bool:
        """Say which empty it is where there is nothing to show; return whether that is so."""
        if view.listing.keys:
            self.say_empty(None)
            return False
        if source.picture.alerts:
            words = view.problem or ("nothing matches" if view.filter else f"no alert is {view.look.view}")
            self.say_empty([(Cell(words, Tone.QUIET),)])
        else:
            self.say_empty(no_alerts(source.picture, source, now))
        return True

    def _entitle(self, source: LiveAlerts, view: AlertView, now: float) -> None:
        words, odd = self._words
        stale = stale_note(main_freshness(source), now)
        notes = (words, view.problem, stale, *source.picture.notes[:1], odd)
        self.name_it("Alerts", " · ".join(note for note in notes if note))

    def _show_past(self, view: AlertView, now: float) -> None:
        """Show the alerts that are over, as the journal saw them, those that ended last first."""
        found = view.past
        self.name_it("Alerts", f"{len(found)} over in the last 30 days, as this machine saw them")
        if not found:
            words = "nothing matches" if view.filter else "the journal has seen no alert end"
            self.say_empty([(Cell(words, Tone.QUIET),)])
            return
        self.say_empty(None)
        grid = self.query_one(Grid)
        grid.sort_by(None)
        grid.show(Table.of({(life.fingerprint, life.start): past_cells(life, now) for life in found}), None)
