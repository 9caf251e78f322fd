"""Range vectors: which samples lie in each step's window, and the functions over them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import floor, fsum, inf, isinf, isnan, nan, sqrt
from typing import NamedTuple

from cockpit.simulator.promql.values import Column, Series


class Windows(NamedTuple):
    """For each step the window's ends and the indices `[low, high)` of a series' times within it."""

    starts: list[int]
    ends: list[int]
    lows: list[int]
    highs: list[int]


def windows(times: Sequence[int], steps: range, length: int, offset: int, major: int) -> Windows:
    """Return the windows of `length` milliseconds that end `offset` before each step."""
    ends = [step - offset for step in steps]
    starts = [end - length for end in ends]
    first = bisect_right if major >= 3 else bisect_left
    return Windows(starts, ends, [first(times, at) for at in starts], [bisect_right(times, at) for at in ends])


class Window(NamedTuple):
    """The samples of one series in the window of step number `step`; one of `values` for each of `times[low:high]`."""

    step: int
    times: Sequence[int]
    low: int
    high: int
    values: list[float]
    start: int
    end: int


def over_windows(series: Series, plan: Windows, function: Callable[[Window], float | None]) -> Column:
    """Return a function's value for each window that holds a sample."""
    low, high = min(plan.lows), max(plan.highs)
    spans = [(max(low, start), min(high, end)) for start, end in series.spans if start < high and end > low]
    if not spans:
        return [None] * len(plan.lows)
    if len(spans) == 1:
        start, end = spans[0]
        times, values, shift = series.times, series.read(range(start, end)), start
        bounds = [(max(a, start), min(b, end)) for a, b in zip(plan.lows, plan.highs, strict=True)]
    else:
        indices = [index for start, end in spans for index in range(start, end)]
        times, values, shift = [series.times[index] for index in indices], series.read(indices), 0
        bounds = [
            (bisect_left(indices, a), bisect_left(indices, b)) for a, b in zip(plan.lows, plan.highs, strict=True)
        ]
    return [
        function(Window(step, times, a, b, values[a - shift : b - shift], start, end)) if a < b else None
        for step, ((a, b), start, end) in enumerate(zip(bounds, plan.starts, plan.ends, strict=True))
    ]


def last_two(window: Window, *, per_second: bool) -> float | None:
    """Return `irate` (per second, a fall counting as a reset) or `idelta` of the last two samples."""
    if len(window.values) < 2:
        return None
    before, last = window.values[-2:]
    if not per_second:
        return last - before
    seconds = (window.times[window.high - 1] - window.times[window.high - 2]) / 1000
    return (last if last < before else last - before) / seconds


def regression(window: Window, origin: int) -> tuple[float, float] | None:
    """Return slope a second and value at `origin` of the least-squares line, None for fewer than two samples."""
    values = window.values
    if len(values) < 2:
        return None
    if all(value == values[0] for value in values):
        return (nan, nan) if isinf(values[0]) else (0.0, values[0])
    xs = [(at - origin) / 1000 for at in window.times[window.low : window.high]]
    count, sum_x, sum_y = len(values), total(xs), total(values)
    covariance = total([x * y for x, y in zip(xs, values, strict=True)]) - sum_x * sum_y / count
    variance = total([x * x for x in xs]) - sum_x * sum_x / count
    slope = covariance / variance
    return slope, sum_y / count - slope * sum_x / count


def deriv(window: Window) -> float | None:
    """Return the slope a second."""
    line = regression(window, window.times[window.low])
    return None if line is None else line[0]


def total(values: list[float]) -> float:
    """Return the sum without loss of small parts; what cannot be summed so, plainly."""
    try:
        return fsum(values)
    except (ValueError, OverflowError):
        return sum(values)


def quantile(q: float, values: list[float]) -> float:
    """Return the q-quantile with linear interpolation, as Prometheus' `quantile` does it."""
    if not values or isnan(q):
        return nan
    if q < 0:
        return -inf
    if q > 1:
        return inf
    ordered = sorted(values, key=lambda value: (value == value, value))
    rank = q * (len(ordered) - 1)
    low = max(0, floor(rank))
    high = min(len(ordered) - 1, low + 1)
    weight = rank - floor(rank)
    return ordered[low] * (1 - weight) + ordered[high] * weight


def variance(values: list[float]) -> float:
    """Return the population's variance."""
    mean = total(values) / len(values)
    return total([(value - mean) ** 2 for value in values]) / len(values)


def greatest(values: list[float]) -> float:
    """Return the greatest value that is a number."""
    return max((value for value in values if value == value), default=nan)


def least(values: list[float]) -> float:
    """Return the least value that is a number."""
    return min((value for value in values if value == value), default=nan)


def _changes(values: list[float]) -> float:
    return float(sum(a != b and not (isnan(a) and isnan(b)) for a, b in pairwise(values)))


OVER_TIME: dict[str, Callable[[list[float]], float]] = {
    "avg_over_time": lambda values: total(values) / len(values),
    "changes": _changes,
    "count_over_time": lambda values: float(len(values)),
    "last_over_time": lambda values: values[-1],
    "max_over_time": greatest,
    "min_over_time": least,
    "present_over_time": lambda values: 1.0,
    "resets": lambda values: float(sum(b < a for a, b in pairwise(values))),
    "stddev_over_time": lambda values: sqrt(variance(values)),
    "stdvar_over_time": variance,
    "sum_over_time": total,
}
