"""What an alert's rule measured in the last hour, asked of Prometheus. Blocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from state.alerts.expression import held
from state.alerts.model import Alert
from state.clock import SYSTEM, Clock
from state.metrics.model import MetricsClient, MetricsError, Series
from state.polled import Denied

SPAN = 3600.0
"""Seconds back from now."""
STEP = 15.0


@dataclass(frozen=True, slots=True)
class Course:
    """How what a rule measures went from `start` to `end`; of the alert's own series, oldest first.

    `sign` and `limit` are what it is held against, empty and None where the rule is no simple comparison; `points`
    then are those moments alone at which the rule held.
    """

    start: float
    end: float
    points: tuple[tuple[float, float], ...] = ()
    sign: str = ""
    limit: float | None = None
    notes: tuple[str, ...] = ()
    """What the server said beside it: stores that are missing."""

    @property
    def now(self) -> float | None:
        """The newest value, None when there is none of the last two minutes."""
        if not self.points or self.end - self.points[-1][0] > 8 * STEP:
            return None
        return self.points[-1][1]

    def values(self, step: float = STEP) -> tuple[float | None, ...]:
        """Return a value for each step of the span, None where nothing was measured."""
        size = round((self.end - self.start) / step) + 1
        found: list[float | None] = [None] * size
        for when, value in self.points:
            place = round((when - self.start) / step)
            if 0 <= place < size:
                found[place] = value
        return tuple(found)


@dataclass(frozen=True, slots=True)
class CourseReader:
    """Asks for the course of one alert's rule."""

    client: MetricsClient
    alert: Alert
    clock: Clock = SYSTEM

    def fetch(self) -> Course:
        """Return the last hour. Raises Denied or MetricsError."""
        # Whole steps, so that two looks ask for the same moments.
        end = self.clock.wall() // STEP * STEP
        start = end - SPAN
        limit = held(self.alert.expression)
        asked = limit.measured if limit is not None else self.alert.expression
        try:
            answer = self.client.query_range(asked, start, end, STEP)
        except MetricsError as error:
            if error.kind == "auth":
                raise Denied(str(error)) from None
            raise
        own = own_series(answer.series, self.alert)
        points = tuple((when, value) for when, value in own.points if isfinite(value)) if own is not None else ()
        return Course(
            start,
            end,
            points,
            limit.sign if limit is not None else "",
            limit.limit if limit is not None else None,
            answer.warnings if answer.partial else (),
        )


def own_series(series: Iterable[Series], alert: Alert) -> Series | None:
    """Return the series that the alert came from: of those whose labels are all the alert's the most exact one.

    A rule may rename labels: of no such series the only one there is is meant.
    """
    found = tuple(series)
    labels = dict(alert.labels)
    agreeing = [one for one in found if all(labels.get(name) == value for name, value in one.labels)]
    if agreeing:
        return max(agreeing, key=lambda one: len(one.labels))
    close = [one for one in found if all(labels.get(name, value) == value for name, value in one.labels)]
    return close[0] if len(close) == 1 else None
