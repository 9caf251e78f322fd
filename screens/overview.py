"""Cluster, alerts, apps and scope on one screen, the worst first in each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from screens.commands import bindings
from screens.frame import Frame
from screens.panes.alerts import AlertsPane
from screens.panes.apps import AppsPane
from screens.panes.cluster import ClusterPane, ClusterParts
from screens.panes.scope import ScopePane
from state.alerts.source import LiveAlerts
from state.apps.model import App
from state.apps.target import target_of
from state.board.desk import Desk
from state.clock import SYSTEM, Clock
from state.freshness import Freshness
from widgets.grid import Grid
from widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class OverviewParts:
    """What the four panes show. `apps_freshness` is that of what the apps are made of."""

    cluster: ClusterParts
    alerts: LiveAlerts | None
    apps: Callable[[], tuple[App, ...]]
    apps_freshness: Callable[[], Freshness]
    desk: Desk
    app_page: Callable[[App], Screen[Any]] | None = None
    """Makes the page that an app opens into."""
    clock: Clock = SYSTEM


class OverviewScreen(Frame):
    """Four live panes; Tab goes between them, `z` gives one of them the whole screen."""

    NAME = "overview"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("overview", "top")]
    AUTO_FOCUS = "#alerts-pane Grid"

    def __init__(self, parts: OverviewParts) -> None:
        super().__init__()
        self._parts = parts
        self._panes = (
            ClusterPane(parts.cluster),
            AlertsPane(parts.alerts),
            AppsPane(parts.apps, parts.apps_freshness, lambda: target_of(parts.desk.board), parts.app_page),
            ScopePane(parts.desk),
        )

    def compose_body(self) -> ComposeResult:
        with Container(classes="overview"):
            yield from self._panes

    def update(self) -> None:
        now = self._parts.clock.wall()
        for pane in self._panes:
            pane.update_at(now)

    def action_zoom(self) -> None:
        """Give the whole screen to the pane with the focus, or take it back."""
        zoomed = self.has_class("-zoomed")
        for pane in self.query(Pane):
            pane.set_class(not zoomed and pane.has_focus_within, "-zoomed")
        self.set_class(not zoomed, "-zoomed")

    def action_leave_zoom(self) -> None:
        """Show all panes again."""
        if self.has_class("-zoomed"):
            self.action_zoom()

    def on_grid_highlighted(self, message: Grid.Highlighted) -> None:
        message.stop()
