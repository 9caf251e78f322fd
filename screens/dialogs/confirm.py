"""Asks before something happens, showing what would."""

from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from screens.dialogs.dialog import Dialog
from screens.dialogs.said import Said, refusal
from state.cell import Cell, Tone
from state.operation import Preview
from state.printable import printable
from widgets.cell_lines import CellLines, Line, line_width
from widgets.key_line import Key

_ROOM = 68
"""Cells for a line."""
_WIDTH = 64
"""Cells for the words of a warning: all of it is read before somebody says yes."""


class Confirm(Dialog[bool]):
    """Shows an operation's preview and answers whether it may run. Closing it any other way answers no."""

    DEFAULT_CSS = """
    Confirm VerticalScroll { height: auto; max-height: 16; scrollbar-size-vertical: 1; }
    Confirm .confirm--type { height: 1; margin-top: 1; }
    Confirm .confirm--type CellLines { width: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "accept", "yes", show=False),
        Binding("n", "cancel", "no", show=False),
    ]

    def __init__(self, title: str, preview: Preview, *, type_name: str = "") -> None:
        """`title` is the operation's; where `type_name` is not empty, it has to be typed before yes is taken."""
        super().__init__(printable(title))
        self._preview = preview
        self._type_name = type_name

    def compose_dialog(self) -> ComposeResult:
        warnings: list[Line] = [
            (Cell("  " if at else "▲ ", Tone.WARN), Cell(part, Tone.WARN))
            for warning in self._preview.warnings
            for at, part in enumerate(wrap(printable(warning), _WIDTH) or [""])
        ]
        gap: list[Line] = [()] if warnings and self._preview.lines else []
        with VerticalScroll(can_focus=False):
            yield CellLines([part for line in self._preview.lines for part in wrapped(line)] + [*gap, *warnings])
        if self._type_name:
            with Horizontal(classes="confirm--type"):
                yield CellLines([(Cell("type ", Tone.QUIET), Cell(self._type_name, Tone.BAD), Cell(" to go on  "))])
                yield Input(compact=True)
            yield Said(id="confirm-refusal")

    def keys(self) -> tuple[Key, ...]:
        if self._type_name:
            return Key("enter", "do it"), Key("esc", "leave it")
        return Key("y", "do it"), Key("n", "leave it")

    def action_accept(self) -> None:
        self.dismiss(True)

    def action_cancel(self) -> None:
        self.dismiss(False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() == self._type_name:
            self.dismiss(True)
        else:
            self.query_one("#confirm-refusal", Said).show(refusal(f"that is not {self._type_name}"))


def wrapped(line: Line) -> list[Line]:
    """Return a line that says something of a label as lines that have room; any other as it is."""
    if len(line) != 2 or line_width(line) <= _ROOM or " " not in line[1].text:
        return [line]
    label, said = line
    room = max(1, _ROOM - line_width((label,)))
    first, *others = wrap(said.text, room, break_on_hyphens=False)
    indent = Cell(" " * line_width((label,)))
    return [(label, Cell(first, said.tone)), *((indent, Cell(other, said.tone)) for other in others)]
