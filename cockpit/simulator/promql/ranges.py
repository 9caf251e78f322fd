"""Range vectors and the functions that take them."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Generic, TypeVar

from cockpit.simulator.promql.extrapolation import Ends, Extrapolation
from cockpit.simulator.promql.values import Column, Row, Scalar, Series
from cockpit.simulator.promql.windows import (
    OVER_TIME,
    Window,
    Windows,
    deriv,
    last_two,
    over_windows,
    quantile,
    regression,
    windows,
)

Plan = TypeVar("Plan")


class Remembered(Generic[Plan]):
    """What is computed once for all series that share their times."""

    def __init__(self, make: Callable[[Sequence[int]], Plan]) -> None:
        self._make = make
        self._made: dict[int, tuple[Sequence[int], Plan]] = {}

    def __call__(self, times: Sequence[int]) -> Plan:
        """Return the plan for these times."""
        found = self._made.get(id(times))
        if found is None:
            # The times are kept beside the plan, so that their id stays theirs.
            found = self._made[id(times)] = (times, self._make(times))
        return found[1]


def as_series(row: Row, moments: range) -> Series:
    """Return a row of a subquery as a series."""
    spans = []
    at = 0
    for absent, run in groupby(row.values, lambda value: value is None):
        length = len(list(run))
        if not absent:
            spans.append((at, at + length))
        at += length
    values = row.values

    def read(indices: Sequence[int]) -> list[float]:
        return [value for index in indices if (value := values[index]) is not None]

    return Series(row.labels, moments, spans, read)


class RangeVector:
    """Series with the windows of `length` milliseconds that end `offset` before each step."""

    def __init__(self, series: Iterable[Series], steps: range, length: int, offset: int, major: int) -> None:
        self._series = series
        self._steps = steps
        self._major = major
        self._windows_of = Remembered[Windows](lambda times: windows(times, steps, length, offset, major))

    def samples(self) -> list[tuple[Row, list[int]]]:
        """Return the samples of the first step's window: rows with the moments of their values."""
        found = []
        for series in self._series:
            plan = self._windows_of(series.times)
            low, high = plan.lows[0], plan.highs[0]
            indices = [index for start, end in series.spans for index in range(max(start, low), min(end, high))]
            if indices:
                values: Column = [*series.read(indices)]
                found.append((Row(series.labels, values), [series.times[index] for index in indices]))
        return found

    def over(self, name: str) -> list[Row]:
        """Return a function of a window alone: `delta`, `changes`, `max_over_time` and the like."""
        return self._each(self._function(name))

    def counted(self, *, per_second: bool) -> list[Row]:
        """Return `rate` or `increase`. Counters that never fall are read at the windows' ends only."""
        how = Extrapolation(counter=True, per_second=per_second, major=self._major)
        ends_of = Remembered[Ends](lambda times: how.ends(times, self._windows_of(times)))
        rows = []
        for series in self._series:
            plan = self._windows_of(series.times)
            if series.monotone and _covers(series, plan):
                column = how.of_ends(series, ends_of(series.times))
            else:
                column = over_windows(series, plan, how.of)
            rows.append(Row(series.labels, column))
        return rows

    def predicted(self, ahead: Scalar) -> list[Row]:
        """Return `predict_linear`: the line through each window, some seconds ahead of its step."""

        def one(window: Window) -> float | None:
            line = regression(window, self._steps[window.step])
            return None if line is None else line[0] * ahead.values[window.step] + line[1]

        return self._each(one)

    def quantiles(self, q: Scalar) -> list[Row]:
        """Return `quantile_over_time`."""
        return self._each(lambda window: quantile(q.values[window.step], window.values))

    def _each(self, function: Callable[[Window], float | None]) -> list[Row]:
        return [
            Row(series.labels, over_windows(series, self._windows_of(series.times), function))
            for series in self._series
        ]

    def _function(self, name: str) -> Callable[[Window], float | None]:
        match name:
            case "delta":
                return Extrapolation(counter=False, per_second=False, major=self._major).of
            case "irate" | "idelta":
                return partial(last_two, per_second=name == "irate")
            case "deriv":
                return deriv
        over = OVER_TIME[name]
        return lambda window: over(window.values)


def _covers(series: Series, plan: Windows) -> bool:
    if len(series.spans) != 1:
        return False
    start, end = series.spans[0]
    return start <= min(plan.lows) and max(plan.highs) <= end
