"""Sparklines: a history in a few cells, eight levels high."""

from collections.abc import Sequence
from math import isfinite

_LEVELS = "▁▂▃▄▅▆▇█"


def spark(values: Sequence[float | None], width: int, *, low: float | None = 0.0, high: float | None = None) -> str:
    """Return `values`, oldest first, as one line of at most `width` cells; a gap where nothing was measured.

    More values than cells: each cell shows the highest of its share, so that no spike is lost. `low` and `high`
    are the values of the lowest and the highest level; None takes the least and the greatest there is. A flat
    line stays at the bottom.
    """
    points = _per_cell(values, width)
    there = [value for value in points if value is not None]
    if not there:
        return " " * len(points)
    bottom = min(there) if low is None else low
    top = max(there) if high is None else high
    half = top / 2 - bottom / 2

    def level(value: float) -> str:
        if half <= 0:
            return _LEVELS[0]
        # Halves, so that the distance between the greatest floats stays one.
        ratio = (value / 2 - bottom / 2) / half
        return _LEVELS[round(max(0.0, min(1.0, ratio)) * (len(_LEVELS) - 1))]

    return "".join(" " if value is None else level(value) for value in points)


def _per_cell(values: Sequence[float | None], width: int) -> list[float | None]:
    clean = [value if value is not None and isfinite(value) else None for value in values]
    if width <= 0:
        return []
    if len(clean) <= width:
        return clean
    shares = [clean[n * len(clean) // width : (n + 1) * len(clean) // width] for n in range(width)]
    return [max((value for value in share if value is not None), default=None) for share in shares]
