"""The bottom line: what the keys do here."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from state.cell import Cell, Tone
from widgets.cell_lines import Bold, Line, LineWidget, line_width
from widgets.tone_style import palette_of


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is written on a keyboard, and what it does in a word or two. `current`: the user is there now;
    `dimmed`: it does nothing but say why it does nothing."""

    key: str
    title: str
    current: bool = False
    dimmed: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        if self.current:
            return Bold(self.key), Cell(f" {self.title}")
        title = f" {self.title}" if self.title else ""
        if self.dimmed:
            return Cell(self.key, Tone.FAINT), Cell(title, Tone.FAINT)
        return Cell(self.key, Tone.FOCUS), Cell(title, Tone.QUIET)


@dataclass(frozen=True, slots=True)
class _Placed:
    key: Key
    x: int
    width: int


_GAP = 2
_RULE = (Cell("   │  ", Tone.FAINT),)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Three groups of keys as they are shown in a width: places, what can be done here, what can be done always."""

    places: tuple[Key, ...]
    here: tuple[Key, ...]
    always: tuple[Key, ...]

    def fitted(self, width: int) -> "KeyRow":
        """Return the row with as many keys as fit, whole ones only.

        What can be done here goes from its end, down to two; then the places lose their words but for the current
        one; then keys go from the end of each group.
        """
        row = self
        while row.width > width and len(row.here) > 2:
            row = KeyRow(row.places, row.here[:-1], row.always)
        if row.width > width:
            row = KeyRow(tuple(k if k.current else Key(k.key, "") for k in row.places), self.here, self.always)
        while row.width > width and row.here:
            row = KeyRow(row.places, row.here[:-1], row.always)
        while row.width > width and row.always:
            row = KeyRow(row.places, row.here, row.always[1:])
        while row.width > width and row.places:
            row = KeyRow(row.places[:-1], row.here, row.always)
        return row

    @property
    def width(self) -> int:
        groups = [_group_width(group) for group in (self.places, self.here) if group]
        left = sum(groups) + (line_width(_RULE) if len(groups) == 2 else 0)
        right = _group_width(self.always)
        return left + right + (2 * _GAP if left and right else 0)

    def placed(self, width: int) -> tuple[_Placed, ...]:
        """Return where each key stands."""
        found: list[_Placed] = []

        def put(keys: Sequence[Key], x: int) -> int:
            for key in keys:
                size = line_width(key.cells)
                found.append(_Placed(key, x, size))
                x += size + _GAP
            return x - _GAP if keys else x

        x = put(self.places, 0)
        if self.places and self.here:
            x += line_width(_RULE)
        put(self.here, x)
        put(self.always, width - _group_width(self.always))
        return tuple(found)


def _group_width(keys: Sequence[Key]) -> int:
    return sum(line_width(key.cells) for key in keys) + _GAP * max(0, len(keys) - 1)


class KeyLine(LineWidget):
    """Keys and their words on one line; what does not fit goes whole."""

    DEFAULT_CSS = """
    KeyLine { height: 1; padding: 0 1; background: $panel; }
    """

    @dataclass
    class Pressed(Message):
        """A key was clicked."""

        key: Key

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._row = KeyRow((), (), ())

    def show(self, places: Sequence[Key], here: Sequence[Key] = (), always: Sequence[Key] = ()) -> None:
        """Show the screens on the left, what can be done here beside them, what can be done always on the right."""
        self._row = KeyRow(tuple(places), tuple(here), tuple(always))
        self.update()

    def _fitted(self, width: int) -> KeyRow:
        text = palette_of(self).text
        groups = (self._row.places, self._row.here, self._row.always)
        written = (
            tuple(Key(text(key.key), text(key.title), key.current, key.dimmed) for key in group) for group in groups
        )
        return KeyRow(*written).fitted(width)

    def lines_at(self, width: int) -> Sequence[Line]:
        row = self._fitted(width)
        line: list[Cell] = []
        end = 0
        places = len(row.places)
        for n, placed in enumerate(row.placed(width)):
            if n == places and places and row.here:
                line.extend(_RULE)
                end += line_width(_RULE)
            if placed.x > end:
                line.append(Cell(" " * (placed.x - end)))
            line.extend(placed.key.cells)
            end = placed.x + placed.width
        return [line]

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        for placed in self._fitted(self.size.width).placed(self.size.width):
            if placed.x <= at.x < placed.x + placed.width:
                self.post_message(self.Pressed(placed.key))
