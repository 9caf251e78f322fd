"""A usage as a line: how much of something is taken, with its number."""

from collections.abc import Sequence

from state.cell import Cell, Tone
from widgets.cell_lines import Line, LineWidget, line_width

FULL, EMPTY = "━", "─"


def meter(ratio: float | None, width: int, tone: Tone = Tone.FOCUS) -> tuple[Cell, Cell]:
    """Return a line of `width` cells, filled to `ratio` (0..1; None: nothing is known).

    Anything above nothing shows at least one cell, and only a full one shows none empty.
    """
    if ratio is None or width <= 0:
        return Cell("", tone), Cell(EMPTY * max(0, width), Tone.FAINT)
    filled = round(max(0.0, min(1.0, ratio)) * width)
    if ratio > 0:
        filled = max(1, filled)
    if ratio < 1:
        filled = min(width - 1, filled) if width > 1 else filled
    return Cell(FULL * filled, tone), Cell(EMPTY * (width - filled), Tone.FAINT)


def percent(ratio: float | None) -> str:
    """Return a ratio as `61 %`, or `–` when nothing is known."""
    return "–" if ratio is None else f"{ratio * 100:.0f} %"


class Meter(LineWidget):
    """One line: a label, the line, its number, and whatever stands behind it."""

    DEFAULT_CSS = """
    Meter { height: 1; }
    """

    def __init__(self, label: str = "", *, longest: int = 40, id: str | None = None) -> None:
        """`longest` is the most cells that the line takes."""
        super().__init__(id=id)
        self._label = Cell(f"{label} " if label else "", Tone.QUIET)
        self._longest = longest
        self._ratio: float | None = None
        self._tone = Tone.FOCUS
        self._behind: tuple[Cell, ...] = ()

    def measure(self, ratio: float | None, tone: Tone = Tone.FOCUS, behind: Line = ()) -> None:
        """Show `ratio` (0..1, None: nothing is known) in a tone, with `behind` at its end where there is room."""
        self._ratio, self._tone, self._behind = ratio, tone, tuple(behind)
        self.update()

    def lines_at(self, width: int) -> Sequence[Line]:
        number = Cell(f" {percent(self._ratio):>5}", Tone.TEXT if self._ratio is not None else Tone.FAINT)
        fixed = line_width((self._label, number))
        behind: Line = (Cell("  "), *self._behind) if self._behind else ()
        if width - fixed - line_width(behind) < 8:
            behind = ()
        room = max(0, min(self._longest, width - fixed - line_width(behind)))
        return [(self._label, *meter(self._ratio, room, self._tone), number, *behind)]
