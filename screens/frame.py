"""What every screen has around it: the line that says how things are, the line that says what keys do."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.screen import Screen

from screens.commands import BY_ID, bindings
from state.cell import Cell
from widgets.key_line import Key, KeyLine
from widgets.status_line import StatusLine


@dataclass(frozen=True, slots=True)
class Status:
    """The top line: parts from left to right, and parts from the right edge; each a few cells.

    Of each side the first parts stay longest when the screen is narrow.
    """

    left: tuple[tuple[Cell, ...], ...] = ()
    right: tuple[tuple[Cell, ...], ...] = ()


SCREENS = ("overview", "cluster", "apps", "alerts", "board")


class Frame(Screen[None]):
    """A screen with the top line, a body and the bottom line.

    The app hands it the top line's content and calls `update` several times a second while it is on top.
    """

    BINDINGS = [*bindings("frame")]
    NAME: str = ""
    """Which of the numbered screens it is; empty for one on top of another."""

    def compose(self) -> ComposeResult:
        yield StatusLine(id="status")
        yield from self.compose_body()
        yield KeyLine(id="keys")

    def compose_body(self) -> ComposeResult:
        """Yield the widgets between the two lines."""
        yield from ()

    def show_status(self, status: Status) -> None:
        """Set the top line."""
        self.query_one("#status", StatusLine).show(status.left, status.right)

    def update(self) -> None:
        """Take over what changed since the last call."""

    def on_mount(self) -> None:
        self.show_keys()

    def on_descendant_focus(self) -> None:
        self.show_keys()

    def on_screen_resume(self) -> None:
        self.show_keys()

    def show_keys(self) -> None:
        """Set the bottom line to what the keys do with the focus where it is."""
        shown: dict[str, tuple[int, Key]] = {}
        for active in self.active_bindings.values():
            command = BY_ID.get(active.binding.id or "")
            if command is None or command.footer is None or not active.enabled:
                continue
            shown.setdefault(command.id, (command.footer, Key(self.app.get_key_display(active.binding), command.title)))
        here = sorted(shown.values(), key=lambda item: item[0])
        places = [Key(str(n), name, current=name == self.NAME) for n, name in enumerate(SCREENS, 1)]
        self.query_one("#keys", KeyLine).show(
            places if self.NAME else [],
            [key for rank, key in here if rank < 90],
            [key for rank, key in here if rank >= 90],
        )
