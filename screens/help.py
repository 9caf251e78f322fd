"""The keys of the screen that asked, in words."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen

from screens.commands import BY_ID, COMMANDS, bindings
from state.cell import Cell, Tone
from widgets.cell_lines import CellLines, Line
from widgets.pane import Pane

_MOVING = (
    ("j k  g G", "down, up, first, last"),
    ("ctrl+f ctrl+b", "a page down, up"),
    ("space", "mark; ctrl+space marks to here"),
    ("tab", "the next pane"),
)


def help_lines(screen: Screen[Any]) -> Sequence[Line]:
    """Return what the keys of a screen do with the focus where it is, in the order of the command list."""
    keys: dict[str, list[str]] = {}
    for active in screen.active_bindings.values():
        if active.enabled and active.binding.id in BY_ID:
            keys.setdefault(active.binding.id or "", []).append(screen.app.get_key_display(active.binding))
    lines: list[Line] = [
        (Cell(f"{' '.join(keys[command.id][:2]):<16}", Tone.FOCUS), Cell(command.help))
        for command in COMMANDS
        if command.id in keys
    ]
    lines.append(())
    lines += [(Cell(f"{key:<16}", Tone.FOCUS), Cell(words, Tone.QUIET)) for key, words in _MOVING]
    return lines


class HelpScreen(ModalScreen[None]):
    """A list over the screen it is about; any of the keys that leave closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > Pane { width: 84; max-width: 95%; height: auto; max-height: 90%; }
    HelpScreen > Pane { background: $background; padding: 0 1; }
    HelpScreen VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pushed"), ("question_mark", "back", "back")]

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Pane(title="Keys"):
            yield VerticalScroll(CellLines(self._lines))

    def action_back(self) -> None:
        self.dismiss()
