"""The overview's apps: what runs on the platform and how it does."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from screens.commands import bindings
from screens.emptiness import emptiness, stale_note
from screens.panes.wanting import Wanting
from screens.table import Table
from screens.wanted import AppWanted
from state.age import short_age
from state.apps.model import App, AppHealth
from state.apps.target import Target, count, count_words
from state.cell import Cell, Tone
from state.freshness import Freshness
from widgets.cell_lines import CellLines, Line
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.spark import spark

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("NAME", 12, grows=True, importance=0),
    GridColumn("VERSION", 9, importance=3),
    GridColumn("READY", 5, right=True, importance=0),
    GridColumn("ERRORS", 10, right=True, importance=1),
    GridColumn("P95", 11, right=True, importance=2),
    GridColumn("", 12, importance=4),
)
LOOKS = {
    AppHealth.WELL: ("✓", Tone.WELL),
    AppHealth.MOVING: ("◐", Tone.FOCUS),
    AppHealth.UNKNOWN: ("◌", Tone.QUIET),
    AppHealth.DEGRADED: ("▲", Tone.WARN),
    AppHealth.FAILING: ("✗", Tone.BAD),
    AppHealth.DOWN: ("✗", Tone.BAD),
}
QUIET = (AppHealth.WELL, AppHealth.UNKNOWN)
"""How platform services do that are counted and not shown: nothing bad is known of them."""
ERRORS_BAD, ERRORS_WARN = 0.01, 0.001


class AppKeys(Wanting):
    """The keys of a list of apps."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("workload")]

    def app_under_cursor(self) -> App | None:
        """Return the app under the cursor."""
        raise NotImplementedError

    page: Callable[[App], Screen[Any]] | None = None
    """Makes the page that an app opens into; without one it opens at its worst workload."""

    def want(self, verb: str) -> None:
        app = self.app_under_cursor()
        if app is not None and verb == "open" and self.page is not None:
            self.app.push_screen(self.page(app))
        elif app is not None:
            self.post_message(AppWanted(verb, app))


class AppsPane(AppKeys):
    """Product apps, worst first; platform services only where they are not well."""

    def __init__(
        self,
        apps: Callable[[], Sequence[App]],
        freshness: Callable[[], Freshness],
        target: Callable[[], Target | None] = lambda: None,
        page: Callable[[App], Screen[Any]] | None = None,
    ) -> None:
        """`freshness` is that of what the apps are made of, `target` how many are wanted in production."""
        super().__init__(title="Apps", id="apps-pane")
        self.page = page
        self._apps, self._freshness, self._target = apps, freshness, target
        self._seen: object = None
        self._shown: dict[str, App] = {}

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, header=False, marking=False, letters_shift=False, focus_holds=False, id="apps")
        yield CellLines(id="apps-notes")

    def app_under_cursor(self) -> App | None:
        return self._shown.get(str(self.query_one("#apps", Grid).cursor_key))

    def update_at(self, now: float) -> None:
        """Take over what changed; `now` in seconds since the epoch."""
        apps, freshness, target = self._apps(), self._freshness(), self._target()
        seen = (apps, freshness, target, int(now / 10))
        if seen == self._seen:
            return
        self._seen = seen
        product = [app for app in apps if not app.platform]
        note = stale_note(freshness, now)
        self.name_it("Apps", count_words(count(apps), target) + (f"  {note}" if note else ""))
        if not apps:
            self.say_empty(emptiness(freshness, now, "no apps"))
            return
        self.say_empty(None)
        platform = [app for app in apps if app.platform]
        unwell = [app for app in platform if app.health not in QUIET]
        self._shown = {app.key: app for app in (*product, *unwell)}
        rows = {key: cells(app) for key, app in self._shown.items()}
        self.query_one("#apps", Grid).show(Table.of(rows), None)
        notes: list[Line] = []
        newest = max(product, key=lambda app: app.released or 0.0, default=None)
        if newest is not None and newest.released:
            ago = short_age(now - newest.released)
            words = Cell(f"{newest.name} {newest.version}, {ago} ago", Tone.QUIET)
            notes.append((Cell("last release  ", Tone.FAINT), words))
        for health in QUIET:
            alike = sum(app.health is health for app in platform)
            if alike:
                notes.append((Cell(f"{alike} platform services {health.value}", Tone.FAINT),))
        self.query_one("#apps-notes", CellLines).show([(), *notes])


def cells(app: App) -> tuple[Cell, ...]:
    """Return an app as the cells of one line."""
    glyph, tone = LOOKS[app.health]
    short = app.ready < app.wanted
    return (
        Cell(glyph, tone),
        Cell(app.name),
        Cell(app.version, Tone.QUIET),
        Cell(f"{app.ready}/{app.wanted}", tone if short else Tone.TEXT),
        errors_cell(app.signals.errors),
        p95_cell(app.signals.p95, app.signals.errors),
        errors_spark(app),
    )


def errors_tone(errors: float | None) -> Tone:
    """Return the tone of an error ratio (0..1)."""
    if errors is None or errors < ERRORS_WARN:
        return Tone.QUIET
    return Tone.BAD if errors >= ERRORS_BAD else Tone.WARN


def errors_cell(errors: float | None) -> Cell:
    """Return an error ratio as `err 4.1 %`."""
    if errors is None:
        return Cell("err –", Tone.FAINT)
    tone = errors_tone(errors)
    return Cell(f"err {errors * 100:.1f} %", Tone.TEXT if tone is Tone.QUIET else tone)


def p95_cell(p95: float | None, errors: float | None) -> Cell:
    """Return a latency in seconds as `p95 840 ms`."""
    if p95 is None:
        return Cell("p95 –", Tone.FAINT)
    text = f"{p95 * 1000:.0f} ms" if p95 < 10 else f"{p95:.0f} s"
    return Cell(f"p95 {text}", Tone.TEXT)


def errors_spark(app: App) -> Cell:
    """Return the errors of the last hour; one percent at least is full height, so that noise stays low."""
    history = app.signals.error_history
    top = max([ERRORS_BAD, *(value for value in history if value is not None)])
    return Cell(spark(history, 12, high=top), errors_tone(app.signals.errors))
