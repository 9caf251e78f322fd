"""The releases of an app, each with what it changed, and the way back to it."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.app.diff import DiffScreen
from screens.app.parts import AppParts
from screens.app.readiness import wrapped
from screens.app.workloads import CONTEXT
from screens.commands import bindings
from screens.reading import Reading
from screens.table import Table
from state.age import short_age
from state.apps.delivery import delivery
from state.apps.model import App
from state.apps.releases import History, Release, ReleaseKind
from state.cell import Cell, Tone
from widgets.cell_lines import CellLines, Line
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.pane import Pane

EVERY = 15.0
AROUND = 4
"""Columns of a pane that no line of words takes."""
COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("WHEN", 5, right=True, importance=0, ticks=True),
    GridColumn("NAME", 20, importance=1),
    GridColumn("REV", 4, right=True, importance=2),
    GridColumn("VERSION", 9, importance=0),
    GridColumn("WHAT", 9, importance=2),
    GridColumn("CAUSE", 12, grows=True, importance=4),
)
_TONES = {ReleaseKind.ROLLBACK: Tone.WARN, ReleaseKind.RELEASE: Tone.TEXT}


class ReleasesPane(Pane):
    """All revisions that are kept, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("release")]

    def __init__(self, parts: AppParts) -> None:
        super().__init__(title="Releases", id="app-releases")
        self._parts = parts
        self._reading: Reading[History] = Reading(self, "releases", EVERY, parts.clock)
        self._shown: object = None
        self._by_key: dict[str, Release] = {}
        self._contexts = False

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, header=False, marking=False, letters_shift=False, focus_holds=False)
        yield CellLines(id="app-releases-words")

    @property
    def releases(self) -> Sequence[Release]:
        """What is known of the app's releases, newest first."""
        return self._reading.value.releases if self._reading.value is not None else ()

    def show(self, app: App, now: float) -> None:
        """Read the app's releases when it is due, and show them; `now` in seconds since the epoch."""
        self._reading.look((app.version, app.released, app.workloads), lambda: self._parts.releases(app))
        history = self._reading.value
        if history is None or not history.releases:
            empty = [self._reading.words("reading revisions") or (Cell("no revisions are kept", Tone.QUIET),)]
            self.say_empty([*empty, *_unread(history)])
            return
        found = history.releases
        seen = (history, int(now / 10), self._reading.wrong, self.size.width)
        if seen == self._shown:
            return
        self._shown = seen
        self.say_empty(None)
        newest = next((one for one in found if one.when is not None), None)
        self.name_it("Releases", f"the last {short_age(now - newest.when)} ago" if newest and newest.when else "")
        self._by_key = {f"{one.workload}/{one.revision}": one for one in found}
        several = len(app.clusters) > 1
        grid = self.query_one(Grid)
        if several is not self._contexts:
            self._contexts = several
            grid.set_columns((*COLUMNS[:3], CONTEXT, *COLUMNS[3:]) if several else COLUMNS)
        rows = {key: _cells(one, now, several=several) for key, one in self._by_key.items()}
        grid.show(Table.of(rows), None)
        told = wrapped(delivery(found, now, history.alarms).words, max(20, self.size.width - AROUND))
        words = [self._reading.words("")] if self._reading.words("") else [(Cell(text, Tone.FAINT),) for text in told]
        self.query_one("#app-releases-words", CellLines).show([*words, *_unread(history)])

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        release = self._by_key.get(str(message.key))
        if release is not None:
            self.app.push_screen(DiffScreen(release))

    def action_roll_back(self) -> None:
        """Roll the workload back to the revision under the cursor."""
        release = self._by_key.get(str(self.query_one(Grid).cursor_key))
        if release is None:
            return
        if release.tool is not None:
            words = (
                f"{release.workload.name} is rolled back with {release.tool.value}; its workloads can be rolled back"
            )
            self.app.notify(words, severity="warning", markup=False)
            return
        if release.current or not release.kept:
            why = "is what runs" if release.current else "was taken over by a later one: choose that"
            words = f"{release.workload.name}: revision {release.revision} {why}"
            self.app.notify(words, severity="warning", markup=False)
            return
        self.run_worker(self._roll_back(release), exit_on_error=False)

    async def _roll_back(self, release: Release) -> None:
        await self._parts.roll_back(self.screen, release)
        self._reading.hurry()


def _unread(history: History | None) -> list[Line]:
    return [(Cell(f"▲ {words}", Tone.WARN),) for words in (history.unread if history is not None else ())]


def _cells(one: Release, now: float, *, several: bool) -> tuple[Cell, ...]:
    glyph = ("●", Tone.FOCUS) if one.current else ("", Tone.FAINT)
    when = "?" if one.when is None else f"{'~' if one.inferred else ''}{short_age(now - one.when)}"
    name = f"{one.tool.value}: {one.workload.name}" if one.tool else one.workload.name
    return (
        Cell(*glyph),
        Cell(when, Tone.QUIET),
        Cell(name, Tone.TEXT if one.current else Tone.QUIET),
        *((Cell(one.workload.cluster, Tone.QUIET),) if several else ()),
        Cell(str(one.revision), Tone.FAINT),
        Cell(one.version, Tone.TEXT if one.current else Tone.QUIET),
        Cell("failed", Tone.BAD) if one.failed else Cell(one.kind.value, _TONES.get(one.kind, Tone.QUIET)),
        Cell(", ".join(filter(None, (f"by {one.by}" if one.by else "", one.cause))), Tone.FAINT),
    )
