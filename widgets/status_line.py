"""The top line: where I am, how the sources are, what matters always."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from state.cell import Cell
from widgets.cell_lines import Line, LineWidget, line_width

Part = tuple[Cell, ...]

_BETWEEN = {"left": 2, "right": 3}
_MIDDLE = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """A shown part: its side, its index among the parts of that side, and the cell it begins at."""

    side: str
    index: int
    x: int
    width: int


def arrange(left: Sequence[Part], right: Sequence[Part], width: int) -> tuple[Placed, ...]:
    """Return which parts are shown in `width` cells, and where.

    The first parts of each side stay longest, and of the last ones of both sides the right one goes first. The
    very first part of the left stays, cut if it must be.
    """
    kept_left, kept_right = len(left), len(right)

    def taken(parts: Sequence[Part], side: str) -> int:
        return sum(line_width(part) for part in parts) + _BETWEEN[side] * max(0, len(parts) - 1)

    def needed() -> int:
        both = _MIDDLE if kept_left and kept_right else 0
        return taken(left[:kept_left], "left") + taken(right[:kept_right], "right") + both

    while needed() > width and kept_left + kept_right > 1:
        if kept_right >= kept_left or kept_left == 1:
            kept_right -= 1
        else:
            kept_left -= 1
    placed, x = [], 0
    for index in range(kept_left):
        size = line_width(left[index])
        placed.append(Placed("left", index, x, size))
        x += size + _BETWEEN["left"]
    x = width - taken(right[:kept_right], "right")
    for index in range(kept_right):
        size = line_width(right[index])
        placed.append(Placed("right", index, x, size))
        x += size + _BETWEEN["right"]
    return tuple(placed)


class StatusLine(LineWidget):
    """Parts from the left and from the right edge of one line; a narrow line keeps the first of each side."""

    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; background: $panel; }
    """

    @dataclass
    class Pressed(Message):
        """A part was clicked: its side, `left` or `right`, and its index there."""

        side: str
        index: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    def show(self, left: Sequence[Line], right: Sequence[Line] = ()) -> None:
        """Show these parts, each a few cells, in their order on the line."""
        self._left = tuple(tuple(part) for part in left if line_width(part))
        self._right = tuple(tuple(part) for part in right if line_width(part))
        self.update()

    def lines_at(self, width: int) -> Sequence[Line]:
        line: list[Cell] = []
        end = 0
        for placed in arrange(self._left, self._right, width):
            if placed.x > end:
                line.append(Cell(" " * (placed.x - end)))
            line.extend((self._left if placed.side == "left" else self._right)[placed.index])
            end = placed.x + placed.width
        return [line]

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        for placed in arrange(self._left, self._right, self.size.width):
            if placed.x <= at.x < placed.x + placed.width:
                self.post_message(self.Pressed(placed.side, placed.index))
