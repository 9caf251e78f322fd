"""What pods and nodes use: drawn from seed, name and moment, so that any past moment has its answer."""

from bisect import bisect_right
from collections.abc import Callable

from cockpit.simulator.clock import WorldClock, seconds_of
from cockpit.simulator.controllers.pods import Requests
from cockpit.simulator.noise import draw, stream, wander
from cockpit.simulator.ports import Usage
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Object
from cockpit.simulator.traffic import daylight

_MEBIBYTE = 2.0**20
_SYSTEM = Usage(0.14, 1100 * _MEBIBYTE)
_COALESCED_SECONDS = 5.0
_REMEMBERED = 2000
_GROWS_SECONDS = 6 * 86400.0


class UsageModel:
    """CPU and memory of containers and nodes.

    `taken` tells what the pods on a node request now; `note_taken` keeps its past.
    """

    def __init__(self, clock: WorldClock, seed: int, taken: Callable[[str], Requests]) -> None:
        self._clock = clock
        self._seed = seed
        self._taken = taken
        self._past: dict[str, tuple[list[float], list[Requests]]] = {}

    def of_pod(self, pod: Object, when: float) -> dict[str, Usage]:
        """Return the use of each container of a pod that ran at a moment."""
        running = {
            one["name"]: one["state"]["running"]["startedAt"]
            for one in pod.get("status", {}).get("containerStatuses", ())
            if "running" in one["state"]
        }
        return {
            container["name"]: self.of_container(pod, container, seconds_of(running[container["name"]]), when)
            for container in pod["spec"]["containers"]
            if container["name"] in running
        }

    def of_container(self, pod: Object, container: Object, started: float, when: float) -> Usage:
        """Return the use at a moment of a container that runs since `started`: cores and bytes.

        CPU is 45–95 % of the request by container, moves with the hour for product work and a tenth by the minute;
        memory is 60–90 % of the request and grows a little over days.
        """
        asked = container.get("resources", {}).get("requests", {})
        cpu = quantity(asked.get("cpu", "20m"))
        memory = quantity(asked.get("memory", "40Mi"))
        source = stream(self._seed, f"{pod['metadata']['uid']}/{container['name']}")
        hour = (
            0.55 + 0.45 * daylight(when) if "app.kubernetes.io/part-of" in pod["metadata"].get("labels", {}) else 0.85
        )
        busy = cpu * (0.45 + 0.5 * draw(source, -1)) * hour * (0.9 + 0.2 * wander(source, when, 60.0))
        age = max(0.0, when - started)
        warm = min(1.0, 0.35 + age / 30.0)
        grown = 1 + 0.06 * min(1.0, age / _GROWS_SECONDS)
        kept = memory * (0.6 + 0.3 * draw(source, -2)) * grown * (0.98 + 0.04 * wander(source ^ 1, when, 600.0))
        return Usage(busy, kept * warm)

    def of_node(self, node: str, when: float) -> Usage:
        """Return a node's use at a moment: its system's own and a share of what its pods requested then."""
        source = stream(self._seed, f"node {node}")
        taken = self._taken_at(node, when)
        share = (0.72 + 0.12 * draw(source, -1)) * (0.72 + 0.28 * daylight(when))
        cpu = taken.cpu * share * (0.94 + 0.12 * wander(source, when, 45.0))
        memory = taken.memory * (0.80 + 0.08 * draw(source, -2)) * (0.985 + 0.03 * wander(source ^ 1, when, 400.0))
        return Usage(_SYSTEM.cpu + cpu, _SYSTEM.memory + memory)

    def begin(self, node: str) -> None:
        """Take what a node's pods request now for what they always did."""
        self._past[node] = ([0.0], [self._taken(node)])

    def note_taken(self, node: str) -> None:
        """Remember what a node's pods requested until now; call it when that changes."""
        now = self._clock.now()
        moments, values = self._past.setdefault(node, ([0.0], [Requests()]))
        if now - moments[-1] < _COALESCED_SECONDS:
            values[-1] = self._taken(node)
            return
        moments.append(now)
        values.append(self._taken(node))
        if len(moments) > _REMEMBERED:
            del moments[0], values[0]

    def _taken_at(self, node: str, when: float) -> Requests:
        past = self._past.get(node)
        if past is None:
            return self._taken(node)
        index = bisect_right(past[0], when)
        return past[1][max(0, index - 1)]
