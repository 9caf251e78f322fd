"""Where the axes of a plot have their ticks. Pure."""

import math
import time

_TIME_STEPS = (
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600),
    *(86400, 2 * 86400, 5 * 86400, 10 * 86400, 30 * 86400),
)
_DAYS = 2 * 86400
"""Seconds of a plot from which on its times are days."""


def top_of(highest: float, limit: float | None) -> float:
    """Return where an axis that begins at 0 ends: a round number above the highest value.

    A limit up to twice as high is on it too, so that one sees how far away it is.
    """
    if limit is not None and limit < 2 * highest * 1.0001:
        highest = max(highest, limit)
    if not highest > 0:
        return limit if limit else 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    for factor in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        if factor * power >= highest * 0.9999:
            return factor * power
    return 10 * power


def value_ticks(rows: int) -> dict[int, float]:
    """Return which rows of a plot, counted from its top, say a value, each with its share of the axis."""
    if rows <= 1:
        return {0: 1.0}
    ticks = {0: 1.0, rows - 1: 0.0}
    if rows >= 5 and rows % 2:
        ticks[rows // 2] = 0.5
    return ticks


def time_ticks(start: float, end: float, width: int) -> list[tuple[int, str]]:
    """Return the columns of a time axis that say a time, with the text that begins there; local time."""
    if end <= start or width < 5:
        return []
    length = end - start
    form = "%H:%M" if length <= _DAYS else "%d %b"
    room = 5 if form == "%H:%M" else 6
    fitting = max(1, width // (room + 3))
    step = next((one for one in _TIME_STEPS if length / one <= fitting), _TIME_STEPS[-1])
    offset = time.localtime(end).tm_gmtoff
    moment = math.ceil((start + offset) / step) * step - offset
    found = []
    while moment <= end:
        column = round((moment - start) / length * (width - 1))
        if column + room <= width:
            found.append((column, time.strftime(form, time.localtime(moment))))
        moment += step
    return found
