"""`rate`, `increase` and `delta`: a difference of samples stretched to its whole window.

Source: `extrapolatedRate` of Prometheus, whose third major version cuts a counter at zero a little differently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import NamedTuple

from cockpit.simulator.promql.values import Column, Series
from cockpit.simulator.promql.windows import Window, Windows


class Extent(NamedTuple):
    """Where so many samples lie, from `first` to `last`, in the window from `start` to `end`. Milliseconds."""

    first: int
    last: int
    samples: int
    start: int
    end: int


class Stretch(NamedTuple):
    """`factor` turns a difference into the result. `before` is how far it reaches beyond the first sample, as a
    share of the sampled time: a counter that would have been below zero there is cut short."""

    factor: float
    before: float


class Ends(NamedTuple):
    """For each step the indices of the first and last sample of its window, and the stretch.

    A window of fewer than two samples has indices all the same, but no stretch.
    """

    firsts: list[int]
    lasts: list[int]
    extents: list[Extent]
    stretches: list[Stretch | None]


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """One of the three functions, as a major version of Prometheus does it."""

    counter: bool
    per_second: bool
    major: int

    def stretch(self, extent: Extent) -> Stretch:
        """Return the stretch before any cut at zero."""
        sampled = (extent.last - extent.first) / 1000
        to_start = (extent.first - extent.start) / 1000
        # Where the series seems to begin or end within the window, half an interval is added, not more.
        half = sampled / (extent.samples - 1) / 2
        before = to_start if to_start < 2.2 * half else half
        return Stretch(
            self._scaled(extent, sampled + before + _after(extent)), (before if self.major >= 3 else to_start) / sampled
        )

    def cut(self, extent: Extent, value: float, difference: float) -> float:
        """Return the result for a counter whose first sample is so low that it began within the stretch."""
        sampled = (extent.last - extent.first) / 1000
        half = sampled / (extent.samples - 1) / 2
        before = sampled * (value / difference)
        if self.major < 3 and before >= 2.2 * half:
            before = half
        return difference * self._scaled(extent, sampled + before + _after(extent))

    def _scaled(self, extent: Extent, reach: float) -> float:
        factor = reach / ((extent.last - extent.first) / 1000)
        return factor / ((extent.end - extent.start) / 1000) if self.per_second else factor

    def of(self, window: Window) -> float | None:
        """Return the result for a window, None for fewer than two samples."""
        values = window.values
        if len(values) < 2:
            return None
        first, last = window.times[window.low], window.times[window.high - 1]
        extent = Extent(first, last, len(values), window.start, window.end)
        difference = values[-1] - values[0]
        if self.counter:
            difference += fsum(before for before, after in pairwise(values) if after < before)
        return self._result(extent, self.stretch(extent), values[0], difference)

    def _result(self, extent: Extent, stretch: Stretch, value: float, difference: float) -> float:
        if self.counter and 0 <= value < difference * stretch.before:
            return self.cut(extent, value, difference)
        return difference * stretch.factor

    def ends(self, times: Sequence[int], plan: Windows) -> Ends:
        """Return where series that have a sample at every time begin and end in each window."""
        found = Ends([], [], [], [])
        for low, high, start, end in zip(plan.lows, plan.highs, plan.starts, plan.ends, strict=True):
            enough = high - low >= 2
            first, last = (low, high - 1) if enough else (0, 0)
            extent = Extent(times[first], times[last], high - low, start, end)
            found.firsts.append(first)
            found.lasts.append(last)
            found.extents.append(extent)
            found.stretches.append(self.stretch(extent) if enough else None)
        return found

    def of_ends(self, series: Series, ends: Ends) -> Column:
        """Return the results for a counter that never falls, has a sample at every time, and is read at the ends."""
        firsts, lasts = series.read(ends.firsts), series.read(ends.lasts)
        return [
            None if stretch is None else self._result(extent, stretch, first, last - first)
            for first, last, extent, stretch in zip(firsts, lasts, ends.extents, ends.stretches, strict=True)
        ]


def _after(extent: Extent) -> float:
    to_end = (extent.end - extent.last) / 1000
    half = (extent.last - extent.first) / 1000 / (extent.samples - 1) / 2
    return to_end if to_end < 2.2 * half else half
