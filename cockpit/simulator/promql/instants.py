"""Instant vectors: which sample of a series counts at each step."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from cockpit.simulator.promql.values import Column, Series, Settings


class Instants(NamedTuple):
    """For each step the index of the newest time within the lookback, -1 for none; the least and the greatest."""

    indices: list[int]
    least: int
    greatest: int

    @classmethod
    def of(cls, times: Sequence[int], steps: range, offset: int, settings: Settings) -> "Instants":
        """Return the indices for steps that look `offset` milliseconds back."""
        indices = []
        for step in steps:
            at = step - offset
            index = bisect_right(times, at) - 1
            age = at - times[index] if index >= 0 else 0
            too_old = age > settings.lookback or (settings.major >= 3 and age == settings.lookback)
            indices.append(-1 if too_old else index)
        return cls(indices, min(indices), max(indices))


def read_instants(series: Series, plan: Instants, *, moments: bool = False) -> Column | None:
    """Return a series' value (or with `moments` its sample's time in seconds) at each step, None for never."""

    def read(indices: list[int]) -> list[float]:
        return [series.times[index] / 1000 for index in indices] if moments else series.read(indices)

    spans = series.spans
    if len(spans) == 1 and spans[0][0] <= plan.least and plan.greatest < spans[0][1]:
        return [*read(plan.indices)]
    column: Column = [None] * len(plan.indices)
    for start, end in spans:
        places = [place for place, index in enumerate(plan.indices) if start <= index < end]
        for place, value in zip(places, read([plan.indices[place] for place in places]), strict=True):
            column[place] = value
    return None if column.count(None) == len(column) else column
