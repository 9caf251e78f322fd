"""`python -m tests.bench.inside.grid ROWS OUT`: a grid of so many rows on a terminal, page by page.

OUT takes the CPU milliseconds of one frame.
"""

import sys
import time
from collections.abc import Hashable, Sequence
from pathlib import Path

from textual.app import App, ComposeResult

from state.cell import Cell, Tone
from widgets.grid import Grid
from widgets.grid_model import GridColumn

FRAMES = 320
PAGES = 16
"""How many pages it goes in one direction."""
COLUMNS = tuple(GridColumn(f"COLUMN {at}", 12, importance=0) for at in range(10))


class Rows:
    """Rows that make their cells when asked, as a listing does."""

    def __init__(self, count: int) -> None:
        self.keys: Sequence[Hashable] = range(count)

    def cells(self, key: Hashable) -> Sequence[Cell]:
        return [Cell(f"{key} {at}", Tone.TEXT) for at in range(len(COLUMNS))]


class Drawing(App[None]):
    """Steps down and draws, again and again."""

    def __init__(self, rows: int, out: Path) -> None:
        super().__init__()
        self._rows, self._out = rows, out
        self._left = FRAMES
        self._began = 0.0

    def compose(self) -> ComposeResult:
        yield Grid(COLUMNS)

    def on_mount(self) -> None:
        grid = self.query_one(Grid)
        grid.show(Rows(self._rows))
        grid.focus()
        self.set_timer(0.3, self._begin)

    def _begin(self) -> None:
        self._began = time.process_time()
        self._step()

    def _step(self) -> None:
        if self._left == 0:
            self._out.write_text(str(1000 * (time.process_time() - self._began) / FRAMES))
            self.exit()
            return
        self._left -= 1
        # Up and down, so that the short list is not at its end for most of the time.
        self.query_one(Grid).action_page(1 if self._left // PAGES % 2 else -1)
        self.call_after_refresh(self._step)


Drawing(int(sys.argv[1]), Path(sys.argv[2])).run()
