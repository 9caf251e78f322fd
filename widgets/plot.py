"""A plot of values over time, in as many columns as there are."""

from collections.abc import Sequence

from widgets.cell_lines import Line, LineWidget
from widgets.plot_model import PlotData
from widgets.plot_paint import AXIS, plot_lines
from widgets.tone_style import ASCII_CLASS

DOTS_A_COLUMN = 2


def points_for(width: int) -> int:
    """Return how many points a plot of `width` columns can tell apart."""
    return max(2, (width - AXIS - 1) * DOTS_A_COLUMN)


class Plot(LineWidget):
    """Draws one plot and repaints the rows that differ."""

    def __init__(self, height: int = 9, *, id: str | None = None, classes: str | None = None) -> None:
        """`height` is in rows, three of which are the title and the time axis."""
        super().__init__(id=id, classes=classes)
        self._data: PlotData | None = None
        self._rows = height

    def show(self, data: PlotData, height: int | None = None) -> None:
        """Show these values from now on, in another height when one is given."""
        self._data = data
        self._rows = height or self._rows
        self.update()

    def lines_at(self, width: int) -> Sequence[Line]:
        if self._data is None:
            return [()] * self._rows
        return plot_lines(self._data, width, self._rows, ascii_only=self.app.has_class(ASCII_CLASS))
