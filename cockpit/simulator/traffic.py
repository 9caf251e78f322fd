"""What the apps answer: rates by the time of day, errors and latency that follow the pods behind each service."""

import math
from bisect import bisect_right
from dataclasses import dataclass

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_active, is_crashing, is_ready
from cockpit.simulator.kinds import PODS, SERVICES, name_of
from cockpit.simulator.noise import draw, stream, wander
from cockpit.simulator.ports import Traffic
from cockpit.simulator.store import Change, Object, Store

SCRAPED = "prometheus.io/scrape"
"""Annotation of a service whose requests are counted."""
SETTLING_SECONDS = 40.0
"""Time constant with which errors and latency follow the pods."""
CRASH_ERRORS = 0.126
"""Error ratio for each share of the pods that crashes: what their short lives take in and never answer."""
CRASH_SLOWDOWN = 9.0
"""Latency added for each share of the pods that crashes, as a multiple: the others do their work too."""
DAY_SECONDS = 86400.0


@dataclass(frozen=True, slots=True)
class Profile:
    """How a service answers when all is well: requests a second at noon, error ratio, latencies in seconds."""

    rate: float
    error_ratio: float
    median_seconds: float
    p95_seconds: float


PROFILES = {
    ("storefront", "storefront-web"): Profile(64.0, 0.0002, 0.031, 0.12),
    ("storefront", "storefront-api"): Profile(48.0, 0.0003, 0.042, 0.15),
    ("storefront", "storefront-search"): Profile(15.0, 0.0003, 0.055, 0.19),
    ("payments", "payments-api"): Profile(18.0, 0.0004, 0.068, 0.21),
    ("notifications", "notifications-api"): Profile(9.0, 0.0010, 0.021, 0.08),
}


def profile_of(namespace: str, service: str) -> Profile:
    """Return how a service answers when all is well; one that nobody described is small and quick."""
    known = PROFILES.get((namespace, service))
    if known is not None:
        return known
    share = draw(stream(0, f"profile {namespace}/{service}"))
    return Profile(0.5 + 4 * share, 0.0002, 0.012 + 0.02 * share, 0.05 + 0.05 * share)


def daylight(moment: float) -> float:
    """Return how busy the hour is, from 0.3 in the small hours to 1 in the afternoon (UTC)."""
    hour = moment % DAY_SECONDS / 3600
    return 0.65 - 0.35 * math.cos((hour - 3.0) / 24 * 2 * math.pi)


class Settling:
    """A value that follows its target exponentially; answers for any past moment."""

    def __init__(self, value: float, time_constant: float) -> None:
        self._constant = time_constant
        self._moments: list[float] = []
        self._bends: list[tuple[float, float]] = [(value, value)]

    @property
    def target(self) -> float:
        """Where the value is going now."""
        return self._bends[-1][1]

    def aim(self, moment: float, target: float) -> None:
        """Let the value go to another target from a moment on; moments must not go back."""
        if target != self.target:
            self._bends.append((self.at(moment), target))
            self._moments.append(moment)

    def at(self, moment: float) -> float:
        """Return the value at a moment."""
        index = bisect_right(self._moments, moment)
        start, target = self._bends[index]
        if index == 0:
            return start
        return target + (start - target) * math.exp(-(moment - self._moments[index - 1]) / self._constant)


class _Behaviour:
    __slots__ = ("errors", "slowdown")

    def __init__(self, time_constant: float) -> None:
        self.errors = Settling(0.0, time_constant)
        self.slowdown = Settling(1.0, time_constant)


def strain(pods: list[Object]) -> tuple[float, float]:
    """Return what the pods behind a service make of it: added error ratio, and the factor on its latency."""
    alive = [pod for pod in pods if is_active(pod)]
    ready = sum(is_ready(pod) for pod in alive)
    crashing = sum(is_crashing(pod) for pod in alive)
    if not ready:
        return 1.0, CRASH_SLOWDOWN
    share = crashing / (ready + crashing)
    return CRASH_ERRORS * share, 1 + CRASH_SLOWDOWN * share


class TrafficModel:
    """The traffic of all services that are scraped."""

    def __init__(self, context: Context, seed: int) -> None:
        self._context = context
        self._store: Store = context.store
        self._seed = seed
        self._constant = context.clock.takes(SETTLING_SECONDS)
        self._behaviours: dict[tuple[str, str], _Behaviour] = {}
        self.queue = WorkQueue(context.agenda, self.reconcile)
        for stored in self._store.list(SERVICES):
            if _is_scraped(stored.object):
                self._behaviours[name_of(stored.object)] = _Behaviour(self._constant)
        context.hub.on(SERVICES, self._note)
        context.pods.on_change(self._note_pod)

    def services(self) -> list[tuple[str, str]]:
        """Return the `(namespace, service)` pairs that answer HTTP requests."""
        return sorted(self._behaviours)

    def at(self, namespace: str, service: str, when: float) -> Traffic:
        """Return what a service answered at a moment; nothing for one that is not scraped."""
        behaviour = self._behaviours.get((namespace, service))
        if behaviour is None:
            return Traffic(0.0, 0.0, 0.0, 0.0)
        profile = profile_of(namespace, service)
        source = stream(self._seed, f"traffic {namespace}/{service}")
        rate = profile.rate * daylight(when) * (0.9 + 0.2 * wander(source, when, 90.0))
        calm = profile.error_ratio * (0.4 + 1.2 * wander(source ^ 1, when, 120.0))
        slowdown = behaviour.slowdown.at(when) * (0.93 + 0.14 * wander(source ^ 2, when, 75.0))
        return Traffic(
            rate,
            min(1.0, calm + behaviour.errors.at(when)),
            profile.median_seconds * (1 + (slowdown - 1) / 3),
            profile.p95_seconds * slowdown,
        )

    def reconcile(self, namespace: str, name: str) -> None:
        """Let a service's errors and latency follow the pods behind it."""
        stored = self._store.get(SERVICES, namespace, name)
        behaviour = self._behaviours.get((namespace, name))
        if stored is None or behaviour is None:
            return
        selector = stored.object["spec"].get("selector") or {}
        keys = self._context.pods.names_in(namespace)
        pods = [
            pod.object
            for key in keys
            if (pod := self._store.get(PODS, *key)) is not None
            and selector.items() <= pod.object["metadata"].get("labels", {}).items()
        ]
        errors, slowdown = strain(pods)
        now = self._context.clock.now()
        behaviour.errors.aim(now, errors)
        behaviour.slowdown.aim(now, slowdown)

    def _note(self, change: Change) -> None:
        key = name_of(change.new.object)
        if change.type == "DELETED" or not _is_scraped(change.new.object):
            self._behaviours.pop(key, None)
        elif key not in self._behaviours:
            self._behaviours[key] = _Behaviour(self._constant)
            self.queue.add(*key)

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        namespace, labels = pod["metadata"]["namespace"], pod["metadata"].get("labels", {})
        for key in self._behaviours:
            if key[0] == namespace and (stored := self._store.get(SERVICES, *key)) is not None:
                selector = stored.object["spec"].get("selector") or {}
                if selector.items() <= labels.items():
                    self.queue.add(*key)


def _is_scraped(service: Object) -> bool:
    return bool(service["metadata"].get("annotations", {}).get(SCRAPED) == "true")
