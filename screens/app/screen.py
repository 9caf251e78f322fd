"""The page of one app: workloads, readiness, signals, releases, and what board and journal say of it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from screens.app.around import AroundPane
from screens.app.header import header
from screens.app.parts import AppParts
from screens.app.readiness import ReadinessPane
from screens.app.releases import ReleasesPane
from screens.app.signals import SignalsPane
from screens.app.workloads import WorkloadsPane
from screens.commands import bindings
from screens.frame import Frame
from state.cell import Cell, Tone
from widgets.cell_lines import Bold, CellLines, Line
from widgets.pane import Pane

ROOMY = 116
"""Columns from which on all panes stand beside each other."""
_NAMES = ("workloads", "readiness", "signals", "releases", "board")


class AppScreen(Frame):
    """Five panes beside each other where there is room, else one at a time; Tab goes from one to the next."""

    DEFAULT_CSS = """
    AppScreen #app-head { padding: 0 1; }
    AppScreen #app-page { layout: horizontal; height: 1fr; }
    AppScreen #app-page > Container { width: 1fr; height: 1fr; layout: vertical; }
    AppScreen #app-page > #app-right { width: 6fr; margin-left: 1; }
    AppScreen #app-page > #app-left { width: 5fr; }
    AppScreen #app-workloads { height: auto; max-height: 9; min-height: 5; }
    AppScreen #app-workloads Grid { height: auto; max-height: 7; }
    AppScreen #app-check { margin: 0 1; }
    AppScreen #app-signals { height: 3fr; }
    AppScreen #app-releases, AppScreen #app-around { height: 1fr; min-height: 5; }
    AppScreen #app-releases-words { margin: 0 1; }
    AppScreen.-single Pane { display: none; }
    AppScreen.-single Pane.-shown { display: block; height: 1fr; max-height: 100%; }
    AppScreen.-single #app-page > Container { display: none; }
    AppScreen.-single #app-page > Container.-shown { display: block; }
    AppScreen.-single #app-page > #app-right { margin: 0; }
    AppScreen.-single #app-workloads.-shown { height: 1fr; max-height: 100%; }
    AppScreen.-single #app-workloads Grid { height: 1fr; max-height: 100%; }
    """
    STREAMS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page", "pushed")]
    AUTO_FOCUS = "#app-workloads Grid"

    def __init__(self, parts: AppParts) -> None:
        super().__init__()
        self._parts = parts
        self._head = CellLines(id="app-head")
        self._workloads = WorkloadsPane()
        self._readiness = ReadinessPane(parts)
        self._signals = SignalsPane(parts)
        self._releases = ReleasesPane(parts)
        self._around = AroundPane(parts)
        self._current = 0
        self._zoomed = False

    def compose_body(self) -> ComposeResult:
        yield self._head
        with Container(id="app-page"):
            with Container(id="app-left"):
                yield self._workloads
                yield self._readiness
            with Container(id="app-right"):
                yield self._signals
                yield self._releases
                yield self._around

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes in the order in which Tab goes through them."""
        return self._workloads, self._readiness, self._signals, self._releases, self._around

    def update(self) -> None:
        app, now = self._parts.find(), self._parts.clock.wall()
        if app is None:
            self._head.show([(Cell("▲ ", Tone.WARN), Cell("the app is gone", Tone.WARN))])
            return
        lines = header(app, self._readiness.report, self._parts.alerts(), max(20, self.size.width - 2))
        self._head.show([*lines, *self._tabs()])
        self._workloads.show(app, now)
        self._readiness.show(app)
        self._releases.show(app, now)
        self._signals.show(app, self._releases.releases)
        self._around.show(app, now)

    # --- one pane at a time ---

    def on_resize(self) -> None:
        self._arrange()

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        place = next((number for number, pane in enumerate(self.panes) if pane.has_focus_within), self._current)
        if place != self._current:
            self._current = place
            self._arrange()

    @property
    def _single(self) -> bool:
        return self._zoomed or self.size.width < ROOMY

    def _arrange(self) -> None:
        self.set_class(self._single, "-single")
        for number, pane in enumerate(self.panes):
            pane.set_class(number == self._current, "-shown")
        for column in self.query("#app-left, #app-right"):
            column.set_class(self.panes[self._current].parent is column, "-shown")

    def _tabs(self) -> list[Line]:
        if not self._single:
            return []
        cells: list[Cell] = []
        for number, name in enumerate(_NAMES):
            cells.append(Bold(name, Tone.FOCUS) if number == self._current else Cell(name, Tone.QUIET))
            cells.append(Cell("  "))
        return [cells[:-1]]

    def action_pane(self, places: int) -> None:
        """Go to the next pane, or to the one before."""
        self._current = (self._current + places) % len(self.panes)
        self._arrange()
        self.call_after_refresh(self._focus_current)

    def _focus_current(self) -> None:
        pane = self.panes[self._current]
        target = next((widget for widget in pane.query("*") if widget.focusable), None)
        if target is not None:
            self.set_focus(target, scroll_visible=False)

    def action_zoom(self) -> None:
        """Give the whole page to this pane, or take it back."""
        self._zoomed = not self._zoomed
        self._arrange()

    def action_write_card(self) -> None:
        """Write a card about the app, from the list of checks about what the one under the cursor found."""
        app = self._parts.find()
        finding = self._readiness.finding if self._readiness.has_focus_within else None
        if app is not None:
            self.run_worker(self._parts.write_card(self, app, finding), exit_on_error=False)

    def action_back(self) -> None:
        if self._zoomed:
            self.action_zoom()
        else:
            self.dismiss()
