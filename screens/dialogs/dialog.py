"""What every dialog looks like: a box in the middle, its title in the edge, its keys at the bottom."""

from collections.abc import Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from state.cell import Cell, Tone
from widgets.cell_lines import CellLines, Line
from widgets.key_line import Key

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A modal box. Escape answers None."""

    # What is outside of it decides too: the class of the app that stands for ASCII.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 70%; }
    Dialog > .dialog {
        width: 72;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        border: round $border;
        border-title-color: $foreground;
        border-title-style: bold;
        background: $background;
        padding: 0 1;
    }
    Dialog .dialog--keys { margin-top: 1; }
    Dialog Input, Dialog Input:focus {
        border: none; height: 1; padding: 0; background: $panel; background-tint: transparent; width: 1fr;
    }
    .-ascii Dialog > .dialog { border: ascii $border; }
    """

    BINDINGS = [Binding("escape", "cancel", "cancel", show=False)]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._words = title

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(self._words)
            yield from self.compose_dialog()
            yield CellLines([key_cells(self.keys())], classes="dialog--keys")

    def compose_dialog(self) -> ComposeResult:
        """Yield what is between the title and the keys."""
        yield from ()

    def keys(self) -> tuple[Key, ...]:
        """Return the keys to name at the bottom."""
        return (Key("esc", "cancel"),)

    def action_cancel(self) -> None:
        self.dismiss(None)


def key_cells(keys: tuple[Key, ...]) -> Line:
    """Return keys and their words as one line."""
    line: list[Cell] = []
    for key in keys:
        if line:
            line.append(Cell("  "))
        line.extend(key.cells)
    return tuple(line)


def some(lines: Sequence[Line], most: int) -> list[Line]:
    """Return at most so many lines; the last one says how many more there are."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], (Cell(f"and {len(lines) - most + 1} more", Tone.QUIET),)]
