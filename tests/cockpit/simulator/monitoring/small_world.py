"""A small world at the monitoring system's seam, whose time a test moves by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cockpit.simulator.clock import WorldClock, timestamp
from cockpit.simulator.kinds import NODES, PODS, SERVICES
from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.ports import Traffic, Usage
from cockpit.simulator.promql.query import query, query_range
from cockpit.simulator.store import Object, Store

OPENED = 1_795_500_000.0


@dataclass
class SmallPlatform:
    """Implements the port `Platform` with plain numbers; `calls` holds every moment it was asked about."""

    opened: float = OPENED
    error_ratio: Callable[[float], float] = lambda when: 0.0004
    disk: Callable[[float], float] = lambda when: 0.5
    expiries: list[tuple[str, str, float]] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)

    def services(self) -> list[tuple[str, str]]:
        return [("pay", "api"), ("shop", "web")]

    def traffic(self, namespace: str, service: str, when: float) -> Traffic:
        self.calls.append(when)
        return Traffic(20.0, self.error_ratio(when) if namespace == "pay" else 0.0, 0.05, 0.4)

    def disk_used_ratio(self, node: str, when: float) -> float:
        self.calls.append(when)
        return self.disk(when) if node == "node-1" else 0.3

    def certificates(self) -> list[tuple[str, str, float]]:
        return self.expiries

    def container_usage(self, namespace: str, pod: str, container: str, when: float) -> Usage:
        self.calls.append(when)
        return Usage(0.25, 1e8)

    def node_usage_at(self, node: str, when: float) -> Usage:
        self.calls.append(when)
        return Usage(1.0, 2e9)


class World:
    """A store, a platform, a clock and the monitoring over them."""

    def __init__(self, speed: float = 1.0) -> None:
        self.time = OPENED
        self.clock = WorldClock(speed, lambda: self.time)
        self.store = Store(self.clock)
        self.platform = SmallPlatform()
        for number in (1, 2):
            self.store.create(NODES, node(f"node-{number}", f"10.0.0.{number}"), created=OPENED - 86400 * 9)
        self.store.create(
            SERVICES,
            {"metadata": {"namespace": "pay", "name": "api"}, "spec": {"selector": {"app": "api"}}},
            created=OPENED - 86400,
        )
        self.add_pod("api-1")
        self.monitoring = Monitoring(self.store, self.platform, self.clock, seed=3)

    def add_pod(self, name: str, **state: Any) -> None:
        self.store.create(PODS, pod(name, **state), created=OPENED - 7200)

    def set_pod(self, name: str, **state: Any) -> None:
        old = self.store.get(PODS, "pay", name)
        assert old is not None
        fresh = pod(name, **state)
        self.store.replace(PODS, {**old.object, "spec": fresh["spec"], "status": fresh["status"]})

    def run(self, seconds: float) -> None:
        """Let so much time pass, with a scrape at each interval."""
        end = self.time + seconds
        while self.time + self.monitoring.interval / 1000 <= end + 1e-6:
            self.time += self.monitoring.interval / 1000
            self.monitoring.tick(self.time)

    def ask(self, text: str, at: float | None = None) -> list[dict[str, Any]]:
        moment = round((self.time if at is None else at) * 1000)
        found: list[dict[str, Any]] = query(text, self.monitoring.database, moment, self.monitoring.settings)["result"]
        return found

    def value(self, text: str, at: float | None = None) -> float:
        """The value of a query that has one element."""
        (only,) = self.ask(text, at)
        return float(only["value"][1])

    def ask_range(self, text: str, start: float, end: float, step: float) -> list[list[list[Any]]]:
        steps = range(round(start * 1000), round(end * 1000) + 1, round(step * 1000))
        data = query_range(text, self.monitoring.database, steps, self.monitoring.settings)
        return [series["values"] for series in data["result"]]

    def states(self) -> dict[str, str]:
        """The state of each rule that has alerts; of two rules of one name the worse."""
        worse = {"inactive": 0, "pending": 1, "firing": 2}
        found: dict[str, str] = {}
        for state in self.monitoring.alerting.every():
            if worse[state.state] > worse[found.get(state.rule.name, "inactive")]:
                found[state.rule.name] = state.state
        return found


def node(name: str, address: str, ready: str = "True") -> Object:
    return {
        "metadata": {"name": name},
        "spec": {},
        "status": {
            "addresses": [{"type": "InternalIP", "address": address}],
            "capacity": {"cpu": "4", "memory": "8Gi", "ephemeral-storage": "100Gi"},
            "allocatable": {"cpu": "3900m", "memory": "7Gi"},
            "conditions": [{"type": "Ready", "status": ready}],
            "nodeInfo": {"kernelVersion": "6.1"},
        },
    }


def pod(name: str, *, phase: str = "Running", waiting: str = "", restarts: int = 0) -> Object:
    started = timestamp(OPENED - 7100)
    state = {"waiting": {"reason": waiting}} if waiting else {"running": {"startedAt": started}}
    status = {"name": "api", "state": state, "ready": not waiting, "restartCount": restarts}
    return {
        "metadata": {
            "namespace": "pay",
            "name": name,
            "labels": {"app": "api"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": "api-7d4f", "controller": True}],
        },
        "spec": {
            "nodeName": "" if phase == "Pending" else "node-1",
            "containers": [
                {"name": "api", "image": "api:1", "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}}}
            ],
        },
        "status": {
            "phase": phase,
            "podIP": "10.64.0.7",
            "hostIP": "10.0.0.1",
            "conditions": [{"type": "Ready", "status": "False" if waiting else "True"}],
            "containerStatuses": [] if phase == "Pending" else [status],
        },
    }


def deployment(available: int) -> Object:
    return {
        "metadata": {"namespace": "pay", "name": "api", "generation": 2},
        "spec": {"replicas": 3},
        "status": {"availableReplicas": available, "updatedReplicas": 1},
    }
