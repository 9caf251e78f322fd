"""The root disks of the nodes: how full they are, and one that fills."""

from bisect import bisect_right

from cockpit.simulator.clock import WorldClock
from cockpit.simulator.noise import draw, stream, wander

_FULLEST = 0.985


class Slope:
    """A value that moves in straight lines from one point to the next; answers for any past moment."""

    def __init__(self, value: float) -> None:
        self._moments: list[float] = []
        self._lines: list[tuple[float, float, float]] = [(value, value, 1.0)]

    def go(self, moment: float, target: float, seconds: float) -> None:
        """Go to a target within so many seconds from a moment on."""
        self._lines.append((self.at(moment), target, max(1e-6, seconds)))
        self._moments.append(moment)

    def at(self, moment: float) -> float:
        """Return the value at a moment."""
        index = bisect_right(self._moments, moment)
        start, target, seconds = self._lines[index]
        if index == 0:
            return start
        return start + (target - start) * min(1.0, (moment - self._moments[index - 1]) / seconds)


class Disks:
    """How full each node's root disk is, as a share of its size."""

    def __init__(self, clock: WorldClock, seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._levels: dict[str, Slope] = {}

    def used_ratio(self, node: str, when: float) -> float:
        """Return the used share of a node's disk at a moment."""
        source = stream(self._seed, f"disk {node}")
        return min(_FULLEST, self._level(node).at(when) + 0.012 * (wander(source, when, 900.0) - 0.5))

    def go(self, node: str, target: float, seconds: float) -> None:
        """Let a node's disk go to a share within so many seconds of an unhurried world."""
        self._level(node).go(self._clock.now(), target, self._clock.takes(seconds))

    def usual(self, node: str) -> float:
        """Return how full a node's disk is when all is well."""
        return 0.38 + 0.22 * draw(stream(self._seed, f"disk {node}"), -1)

    def _level(self, node: str) -> Slope:
        known = self._levels.get(node)
        if known is None:
            known = self._levels[node] = Slope(self.usual(node))
        return known
