"""What runs on the platform: every app with its health, version, signals and last release."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.frame import Frame
from screens.panes.apps import LOOKS, AppKeys, errors_spark, errors_tone
from screens.reading import Reading
from screens.table import Table
from state.age import short_age
from state.apps.glance import Glance
from state.apps.model import App, AppHealth
from state.apps.target import Target, count, count_words
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.freshness import Freshness
from widgets.grid import Grid
from widgets.grid_model import GridColumn

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("NAME", 16, grows=True, importance=0),
    GridColumn("NAMESPACE", 14, importance=8),
    GridColumn("VERSION", 10, importance=3),
    GridColumn("READY", 6, right=True, importance=0),
    GridColumn("ERRORS", 7, right=True, importance=1),
    GridColumn("P95", 8, right=True, importance=2),
    GridColumn("RATE", 8, right=True, importance=5),
    GridColumn("LAST HOUR", 12, importance=4),
    GridColumn("BUDGET", 6, right=True, importance=3),
    GridColumn("READINESS", 9, right=True, importance=5),
    GridColumn("TEAM", 13, importance=6),
    GridColumn("RELEASED", 8, right=True, importance=4, ticks=True),
    GridColumn("WHAT", 20, importance=1),
)
EVERY = 60.0
"""Seconds between two looks at what is not live."""
Look = Callable[[Sequence[App]], Mapping[str, Glance]]
NOTHING = Glance()
_LOW_BUDGET = 0.25
_HEALTHS = list(AppHealth)
_SORT_KEYS: Mapping[int, Callable[[App], Any]] = {
    0: lambda app: -_HEALTHS.index(app.health),
    1: lambda app: app.name,
    2: lambda app: app.namespace,
    3: lambda app: app.version,
    4: lambda app: app.ready - app.wanted,
    5: lambda app: app.signals.errors or 0.0,
    6: lambda app: app.signals.p95 or 0.0,
    7: lambda app: app.signals.rate or 0.0,
    11: lambda app: app.team,
    12: lambda app: -(app.released or 0.0),
    13: lambda app: app.reason,
}


class AppTable(AppKeys):
    """All apps, product ones first."""

    def __init__(
        self,
        apps: Callable[[], Sequence[App]],
        freshness: Callable[[], Freshness],
        target: Callable[[], Target | None],
        page: Callable[[App], Screen[Any]] | None,
        glance: Look | None,
        clock: Clock,
    ) -> None:
        super().__init__(title="Apps", id="app-table")
        self.page = page
        self._glance = glance
        self._glances: Reading[Mapping[str, Glance]] = Reading(self, "budgets and readiness", EVERY, clock)
        self._apps, self._freshness, self._target = apps, freshness, target
        self._sort: tuple[int | None, bool] = (None, False)
        self._seen: object = None
        self._shown: dict[str, App] = {}
        self.filter_text = ""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, letters_shift=False, focus_holds=False)

    def app_under_cursor(self) -> App | None:
        return self._shown.get(str(self.query_one(Grid).cursor_key))

    def filter_by(self, text: str) -> None:
        """Show the apps whose name, namespace or team holds the text (`!` before it: does not)."""
        self.filter_text = text
        self._seen = None

    def look_again(self) -> None:
        """Read what is not live as soon as it is shown again."""
        self._glances.hurry()

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        apps, freshness, target = self._apps(), self._freshness(), self._target()
        glance = self._glance
        if glance is not None and apps:
            self._glances.look(tuple((app.key, bool(app.measured)) for app in apps), lambda: glance(apps))
        glances = self._glances.value or {}
        seen = (apps, freshness, target, glances, int(now))
        if seen == self._seen:
            return
        self._seen = seen
        counted, note = count(apps), stale_note(freshness, now)
        words = f"{count_words(counted, target)} · {counted.platform} of the platform"
        self.name_it("Apps", f"{words}  {note}".rstrip())
        if not apps:
            self.say_empty(emptiness(freshness, now, "no apps"))
            return
        shown = [app for app in apps if self._matches(app)]
        column, reverse = self._sort
        shown.sort(key=_SORT_KEYS[column] if column is not None else lambda app: app.platform, reverse=reverse)
        self._shown = {app.key: app for app in shown}
        self.say_empty(None if shown else [(Cell("nothing matches", Tone.QUIET),)])
        grid = self.query_one(Grid)
        grid.sort_by(column, reverse)
        grid.show(
            Table.of({key: _cells(app, glances.get(key, NOTHING), now) for key, app in self._shown.items()}), None
        )

    def on_grid_sort_asked(self, message: Grid.SortAsked) -> None:
        message.stop()
        if message.index in _SORT_KEYS:
            now, reverse = self._sort
            again = now == message.index
            self._sort = (None, False) if again and reverse else (message.index, again)
            self._seen = None

    def _matches(self, app: App) -> bool:
        text = self.filter_text.removeprefix("!").casefold()
        found = any(text in word.casefold() for word in (app.name, *app.namespaces, app.team))
        return not text or found is not self.filter_text.startswith("!")


class AppsScreen(Frame):
    """The table of apps."""

    NAME = "apps"
    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("top")]
    AUTO_FOCUS = "Grid"

    def __init__(
        self,
        apps: Callable[[], Sequence[App]],
        freshness: Callable[[], Freshness],
        clock: Clock = SYSTEM,
        *,
        target: Callable[[], Target | None] = lambda: None,
        page: Callable[[App], Screen[Any]] | None = None,
        glance: Look | None = None,
    ) -> None:
        """`target` is how many apps are wanted in production, `page` makes what an app opens into.

        `glance` reads what is not live; it blocks.
        """
        super().__init__()
        self._page = page
        self._glance = glance
        self._apps, self._freshness, self._target = apps, freshness, target
        self._clock = clock

    def compose_body(self) -> ComposeResult:
        yield AppTable(self._apps, self._freshness, self._target, self._page, self._glance, self._clock)

    def update(self) -> None:
        self.query_one(AppTable).update_at(self._clock.wall())

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        # Whoever comes back from an app's page has had it checked.
        for table in self.query(AppTable):
            table.look_again()

    @property
    def filter_text(self) -> str:
        return self.query_one(AppTable).filter_text

    def filter_by(self, text: str) -> str:
        self.query_one(AppTable).filter_by(text)
        # Whoever types on means what the filter leaves.
        self.update()
        return ""


def _cells(app: App, glance: Glance, now: float) -> tuple[Cell, ...]:
    glyph, tone = LOOKS[app.health]
    signals = app.signals
    errors = errors_tone(signals.errors)
    return (
        Cell(glyph, tone),
        Cell(app.name, Tone.QUIET if app.platform else Tone.TEXT),
        Cell(", ".join(app.namespaces), Tone.QUIET),
        Cell(app.version, Tone.QUIET),
        Cell(f"{app.ready}/{app.wanted}", tone if app.ready < app.wanted else Tone.TEXT),
        Cell(f"{signals.errors * 100:.1f} %", errors) if signals.errors is not None else Cell("–", Tone.FAINT),
        Cell(f"{signals.p95 * 1000:.0f} ms") if signals.p95 is not None else Cell("–", Tone.FAINT),
        Cell(f"{signals.rate:.1f}/s", Tone.QUIET) if signals.rate is not None else Cell("–", Tone.FAINT),
        errors_spark(app),
        _budget(glance.budget),
        Cell(f"{glance.readiness:.0f} %", Tone.QUIET) if glance.readiness is not None else Cell("–", Tone.FAINT),
        Cell(app.team, Tone.QUIET),
        Cell(short_age(now - app.released) if app.released else "", Tone.QUIET),
        Cell(app.reason or app.health.value, tone if app.health is not AppHealth.WELL else Tone.FAINT),
    )


def _budget(left: float | None) -> Cell:
    """Return the share of the error budget that is left."""
    if left is None:
        return Cell("–", Tone.FAINT)
    tone = Tone.BAD if left <= 0 else Tone.WARN if left < _LOW_BUDGET else Tone.QUIET
    return Cell(f"{left * 100:.0f} %", tone)
