"""The line that names a form's groups, with the one that is seen in bold."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from state.cell import Cell, Tone
from widgets.cell_lines import Bold, Line, LineWidget, line_width
from widgets.tone_style import palette_of

_GAP = 3


class FormGroups(LineWidget):
    """Names of groups; a mark beside one says that something there is wrong or asked."""

    DEFAULT_CSS = """
    FormGroups { height: 1; margin-bottom: 1; }
    """

    @dataclass
    class Pressed(Message):
        """A name was clicked."""

        at: int

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = tuple(names)
        self._marks: tuple[Cell | None, ...] = tuple(None for _ in names)
        self._here = 0

    def show(self, current: int, marks: Sequence[Cell | None]) -> None:
        """Show which group is seen, and a mark for each one that has one."""
        self._here, self._marks = current, tuple(marks)
        self.update()

    def _parts(self) -> list[list[Cell]]:
        parts: list[list[Cell]] = []
        for at, (name, mark) in enumerate(zip(self._names, self._marks, strict=True)):
            shown = Bold(name, Tone.FOCUS) if at == self._here else Cell(name, Tone.QUIET)
            parts.append([shown, Cell(" "), mark] if mark else [shown])
        return parts

    def lines_at(self, width: int) -> Sequence[Line]:
        line: list[Cell] = []
        for part in self._parts():
            line += [Cell(" " * _GAP), *part] if line else part
        return [line]

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        x = 0
        text = palette_of(self).text
        for at, part in enumerate(self._parts()):
            width = line_width([Cell(text(cell.text)) for cell in part])
            if place is not None and x <= place.x < x + width:
                self.post_message(self.Pressed(at))
            x += width + _GAP
