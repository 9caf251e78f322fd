"""A tree of lines that fold, with a cursor kept by key."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from state.cell import Cell, Tone
from widgets.cell_text import cut, width_of
from widgets.keyed_view import KeyedView

_OPEN, _CLOSED, _LEAF, _ALONE = "▾ ", "▸ ", "─ ", "  "
_LEAST = 12
"""Cells that a name takes at least before what stands behind it is left out."""


@dataclass(frozen=True, slots=True)
class Twig:
    """One line of a tree and what is below it."""

    key: Hashable
    mark: Cell
    """One character in the tone of its health, or of the worst below it while that is folded."""
    kind: Cell
    name: Cell
    about: Cell
    twigs: tuple["Twig", ...] = ()
    worst: Cell | None = None
    """The mark that is shown while it is folded; None: its own."""


class TreeView(KeyedView):
    """Shows twigs under each other; `closed` are the keys of those that are folded."""

    class Chosen(Message):
        """A line is wanted."""

        def __init__(self, view: "TreeView", key: Hashable) -> None:
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> "TreeView":
            return self.view

    class Moved(Message):
        """The cursor stands on another line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.closed: set[Hashable] = set()
        self._twigs: Sequence[Twig] = ()
        self._rows: dict[Hashable, tuple[str, Twig, bool]] = {}

    def show(self, twigs: Sequence[Twig]) -> None:
        """Show a tree in place of the one before; cursor and folds stay on their keys."""
        self._twigs = twigs
        self._lay_out()

    @property
    def twig(self) -> Twig | None:
        """The line under the cursor."""
        row = self._rows.get(self.cursor_key)
        return row[1] if row is not None else None

    def fold(self) -> None:
        """Fold what is below the cursor, or open it again; of a line without anything below, what it stands in."""
        key = self.cursor_key
        if key is None or key not in self._rows:
            return
        if not self._rows[key][1].twigs:
            above = self._above(key)
            if above is None:
                return
            key = above
        self.closed ^= {key}
        self._lay_out()
        self.move_to(key)

    def fold_all(self) -> None:
        """Fold everything below the first two levels, or open it all again."""
        if self.closed:
            self.closed.clear()
        else:
            self.closed |= {one.key for root in self._twigs for one in root.twigs if one.twigs}
        here = self.cursor_key
        while here is not None and here in self._rows and self._hidden(here):
            here = self._above(here)
        self._lay_out()
        if here is not None:
            self.move_to(here)

    def _hidden(self, key: Hashable) -> bool:
        above = self._above(key)
        return above is not None and (above in self.closed or self._hidden(above))

    def _above(self, key: Hashable) -> Hashable | None:
        return next((row[1].key for row in self._rows.values() if any(one.key == key for one in row[1].twigs)), None)

    def _lay_out(self) -> None:
        self._rows = {}
        for twig in self._twigs:
            self._add(twig, "", "")
        self.set_order(tuple(self._rows))
        self.settle()

    def _add(self, twig: Twig, own: str, below: str) -> None:
        closed = twig.key in self.closed
        self._rows[twig.key] = (own, twig, closed)
        if closed:
            return
        for index, one in enumerate(twig.twigs):
            last = index == len(twig.twigs) - 1
            self._add(one, below + ("└─" if last else "├─"), below + ("  " if last else "│ "))

    # --- drawing ---

    def state_of(self, key: Hashable) -> object:
        row = self._rows.get(key)
        return row, key == self.cursor_key and self.shows_cursor

    def draw_line(self, key: Hashable, part: int) -> Strip:
        row = self._rows.get(key)
        if row is None:
            return self.draw_blank()
        guides, twig, closed = row
        cursor = key == self.cursor_key and self.shows_cursor
        width, palette = self.size.width, self.palette
        mark = (twig.worst or twig.mark) if closed else twig.mark
        leaf = _LEAF if guides else _ALONE
        fold = (_CLOSED if closed else _OPEN) if twig.twigs else leaf
        hidden = f"  {_count(twig)} below" if closed else ""
        about = f"  {twig.about.text}" if twig.about.text else ""
        fixed = width_of(guides) + len(fold) + width_of(mark.text) + 1 + width_of(twig.kind.text) + 1
        room = max(0, width - 1 - fixed)
        name = cut(palette.text(twig.name.text), max(_LEAST, room - width_of(about) - width_of(hidden)), middle=True)
        pieces = [
            (f" {guides}", Tone.FAINT, False),
            (fold, Tone.QUIET if twig.twigs else Tone.FAINT, False),
            (f"{mark.text} ", mark.tone, False),
            (f"{twig.kind.text} ", twig.kind.tone, False),
            (name, twig.name.tone, cursor),
            (about, twig.about.tone, False),
            (hidden, Tone.FOCUS, False),
        ]
        segments: list[Segment] = []
        left = width
        for text, tone, bold in pieces:
            shown = cut(palette.text(text), left, mark=palette.text("…"))
            if shown:
                segments.append(Segment(shown, palette.style(tone, cursor=cursor, bold=bold)))
            left -= width_of(shown)
        segments.append(Segment(" " * max(0, left), palette.style(Tone.TEXT, cursor=cursor)))
        return Strip(segments, width)

    def draw_blank(self) -> Strip:
        return Strip.blank(self.size.width, self.palette.blank)

    def highlighted(self, key: Hashable | None) -> None:
        self.post_message(self.Moved())

    def chosen(self, key: Hashable) -> None:
        self.post_message(self.Chosen(self, key))


def _count(twig: Twig) -> int:
    return sum(1 + _count(one) for one in twig.twigs)
