"""The first frame: the overview's shape, before there is anything to put into it."""

from textual.app import ComposeResult
from textual.containers import Container

from screens.frame import Frame, Status
from state.cell import Cell, Tone
from widgets.pane import Pane

TITLES = ("Cluster", "Alerts", "Apps", "Scope")


class OpeningScreen(Frame):
    """Four empty panes; needs nothing that takes time to import."""

    NAME = "overview"

    def compose_body(self) -> ComposeResult:
        with Container(classes="overview"):
            for title in TITLES:
                yield Pane(title=title)

    def on_mount(self) -> None:
        self.show_status(Status(((Cell("cockpit"),),)))
        for pane in self.query(Pane):
            pane.say_empty([(Cell("◌ ", Tone.QUIET), Cell("opening …", Tone.QUIET))])
