"""Asks for one of a few things."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from screens.dialogs.dialog import Dialog
from state.cell import BLANK, Cell
from widgets.grid import Grid
from widgets.grid_model import GridColumn
from widgets.key_line import Key


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: what the answer is, its name, and what there is to know about it."""

    key: Hashable
    name: Cell
    about: Cell = BLANK


@dataclass(frozen=True, slots=True)
class _Options:
    keys: tuple[Hashable, ...]
    by_key: dict[Hashable, Option]

    def cells(self, key: Hashable) -> tuple[Cell, ...]:
        option = self.by_key[key]
        return option.name, option.about


class Choose(Dialog[Hashable]):
    """A short list; answers the key of the chosen option, None when nothing was."""

    def __init__(self, title: str, options: Sequence[Option], current: Hashable | None = None) -> None:
        """The cursor begins at `current`."""
        super().__init__(title)
        self._options = _Options(tuple(o.key for o in options), {o.key: o for o in options})
        self._current = current

    def compose_dialog(self) -> ComposeResult:
        yield Grid(
            (GridColumn("", 24, grows=True, middle=True, importance=0), GridColumn("", 30, importance=1)),
            header=False,
            marking=False,
        )

    def on_mount(self) -> None:
        grid = self.query_one(Grid)
        grid.styles.height = min(12, max(1, len(self._options.keys)))
        grid.show(self._options)
        if self._current is not None:
            grid.move_to(self._current)
        grid.focus()

    def keys(self) -> tuple[Key, ...]:
        return Key("enter", "choose"), Key("esc", "leave it")

    def on_grid_chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.dismiss(message.key)
