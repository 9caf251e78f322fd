"""Functions of time, sampled at fixed knots and remembered: gauges stand still between knots, counters rise evenly."""

from array import array
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cockpit.simulator.series import Scrapes


class Plan(NamedTuple):
    """For each wanted scrape its knot and the seconds since then; the first and the last knot."""

    points: list[tuple[int, float]]
    first: int
    last: int


class Knots:
    """Moments at which functions are sampled: knot 0 is when the world opened, negative ones lie before.

    `past` and `live` are the milliseconds from knot to knot before and after that.
    """

    def __init__(self, scrapes: Scrapes, past: int, live: int) -> None:
        self.scrapes = scrapes
        self._past = past
        self._live = live
        self._planned: deque[tuple[Sequence[int], Plan]] = deque(maxlen=4)

    def moment(self, knot: int) -> float:
        """Return a knot's moment in seconds since the epoch."""
        return (self.scrapes.opened + knot * (self._live if knot >= 0 else self._past)) / 1000

    def width(self, knot: int) -> float:
        """Return the seconds to the next knot."""
        return (self._live if knot >= 0 else self._past) / 1000

    def plan(self, indices: Sequence[int]) -> Plan:
        """Return where scrapes lie between the knots; the last few answers are kept, as many series ask alike."""
        for asked, plan in self._planned:
            if asked is indices or (isinstance(indices, range) and asked == indices):
                return plan
        plan = self._plan(indices)
        self._planned.append((indices, plan))
        return plan

    def _plan(self, indices: Sequence[int]) -> Plan:
        times, opened = self.scrapes.times, self.scrapes.opened
        points = []
        for index in indices:
            since = times[index] - opened
            width = self._live if since >= 0 else self._past
            points.append((since // width, since % width / 1000))
        knots = [knot for knot, _ in points]
        return Plan(points, min(knots, default=0), max(knots, default=-1))


class Sampled:
    """A function of time with several components, each a gauge and, integrated, a counter.

    `base` are the counters' values at `anchor`; an anchor of None is the first knot that is asked for, and spares
    the way there from the opening for what is rarely asked.
    """

    def __init__(
        self,
        knots: Knots,
        function: Callable[[float], tuple[float, ...]],
        base: Callable[[tuple[float, ...]], tuple[float, ...]],
        anchor: int | None = 0,
    ) -> None:
        self._knots = knots
        self._function = function
        self._base = base
        self._anchor = anchor
        self._low = 0
        self._values: list[array[float]] = []
        self._sums: list[array[float]] = []

    def gauge(self, component: int, indices: Sequence[int]) -> list[float]:
        """Return a component's value at scrapes."""
        plan = self._knots.plan(indices)
        if not plan.points:
            return []
        self._reach(plan.first, plan.last)
        low, values = self._low, self._values[component]
        return [values[knot - low] for knot, _ in plan.points]

    def counter(self, component: int, indices: Sequence[int]) -> list[float]:
        """Return a component's integral over time at scrapes."""
        plan = self._knots.plan(indices)
        if not plan.points:
            return []
        self._reach(plan.first, plan.last)
        low, values, sums = self._low, self._values[component], self._sums[component]
        return [sums[knot - low] + values[knot - low] * seconds for knot, seconds in plan.points]

    def _reach(self, first: int, last: int) -> None:
        if not self._values:
            anchor = first if self._anchor is None else self._anchor
            start = self._function(self._knots.moment(anchor))
            self._low = anchor
            self._values = [array("d", [value]) for value in start]
            self._sums = [array("d", [value]) for value in self._base(start)]
        self._reach_back(first)
        for knot in range(self._low + len(self._values[0]), last + 1):
            width = self._knots.width(knot - 1)
            for values, sums, value in zip(
                self._values, self._sums, self._function(self._knots.moment(knot)), strict=True
            ):
                sums.append(sums[-1] + values[-1] * width)
                values.append(value)

    def _reach_back(self, first: int) -> None:
        if first >= self._low:
            return
        before = [self._function(self._knots.moment(knot)) for knot in range(first, self._low)]
        widths = [self._knots.width(knot) for knot in range(first, self._low)]
        for component, (values, sums) in enumerate(zip(self._values, self._sums, strict=True)):
            column = [point[component] for point in before]
            total, back = sums[0], []
            for value, width in zip(reversed(column), reversed(widths), strict=True):
                total -= value * width
                back.append(total)
            back.reverse()
            self._values[component] = array("d", column) + values
            self._sums[component] = array("d", back) + sums
        self._low = first
