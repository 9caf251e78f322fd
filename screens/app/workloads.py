"""The workloads of an app."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from screens.commands import bindings
from screens.panes.apps import LOOKS
from screens.panes.wanting import Wanting
from screens.table import Table
from screens.wanted import ObjectWanted, Target
from state.age import short_age
from state.apps.model import App, AppHealth, Part
from state.cell import Cell, Tone
from widgets.grid import Grid
from widgets.grid_model import GridColumn

COLUMNS = (
    GridColumn("", 1, importance=0),
    GridColumn("NAME", 14, grows=True, importance=0),
    GridColumn("KIND", 11, importance=3),
    GridColumn("READY", 5, right=True, importance=0),
    GridColumn("VERSION", 9, importance=2),
    GridColumn("RELEASED", 8, right=True, importance=4, ticks=True),
    GridColumn("WHAT", 16, importance=1),
)


CONTEXT = GridColumn("CONTEXT", 12, importance=1)
"""Beside the name where the app is in several contexts."""


class WorkloadsPane(Wanting):
    """What runs of the app, the worst first."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("workload")]

    def __init__(self) -> None:
        super().__init__(title="Workloads", id="app-workloads")
        self._parts: dict[str, Part] = {}
        self._contexts = False

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Grid(COLUMNS, marking=False, letters_shift=False, focus_holds=False)

    def show(self, app: App, now: float) -> None:
        """Show the app's workloads; `now` in seconds since the epoch."""
        self._parts = {f"{part.ref.cluster} {part.uid}": part for part in app.parts}
        unwell = sum(part.health is not AppHealth.WELL for part in app.parts)
        count = f"{unwell} of {len(app.parts)} not well" if unwell else f"{len(app.parts)} well"
        self.name_it("Workloads", count)
        several = len(app.namespaces) > 1
        contexts = len(app.clusters) > 1
        grid = self.query_one(Grid)
        if contexts is not self._contexts:
            self._contexts = contexts
            grid.set_columns((*COLUMNS[:2], CONTEXT, *COLUMNS[2:]) if contexts else COLUMNS)
        rows = {uid: _cells(part, now, several=several, contexts=contexts) for uid, part in self._parts.items()}
        grid.show(Table.of(rows), None)

    def want(self, verb: str) -> None:
        part = self._parts.get(str(self.query_one(Grid).cursor_key))
        if part is not None:
            self.post_message(ObjectWanted(verb, Target(part.ref, part.uid)))


def _cells(part: Part, now: float, *, several: bool, contexts: bool) -> tuple[Cell, ...]:
    glyph, tone = LOOKS[part.health]
    count = f"{part.ready}/{part.wanted}" if part.wanted else "–"
    return (
        Cell(glyph, tone),
        Cell(part.ref.path if several else part.ref.name),
        *((Cell(part.ref.cluster, Tone.QUIET),) if contexts else ()),
        Cell(part.ref.group_kind.kind, Tone.QUIET),
        Cell(count, tone if part.ready < part.wanted else Tone.TEXT),
        Cell(part.version, Tone.QUIET),
        Cell(short_age(now - part.released) if part.released else "", Tone.QUIET),
        Cell(part.reason or part.health.value, tone if part.health is not AppHealth.WELL else Tone.FAINT),
    )
