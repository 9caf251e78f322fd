"""The arithmetic of a rolling update, as the deployment controller of Kubernetes does it. Pure functions on counts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.simulator.store import Object


@dataclass(frozen=True, slots=True)
class Fence:
    """How far a rolling update may leave the wanted count: pods too many, pods missing."""

    surge: int
    unavailable: int


def fence(spec: Object) -> Fence:
    """Return what a deployment's strategy allows; percentages round up for surge and down for unavailable."""
    strategy = spec.get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return Fence(0, 0)
    rolling = strategy.get("rollingUpdate") or {}
    replicas = wanted(spec)
    surge = math.ceil(share_of(rolling.get("maxSurge", "25%"), replicas))
    unavailable = math.floor(share_of(rolling.get("maxUnavailable", "25%"), replicas))
    if surge == 0 and unavailable == 0:
        unavailable = 1  # else nothing could ever move
    return Fence(surge, min(unavailable, replicas))


def share_of(value: int | str, total: int) -> float:
    """Return what a count or a percentage (`25%`) of a total comes to, not rounded."""
    if isinstance(value, str) and value.endswith("%"):
        return float(value[:-1]) * total / 100
    return float(value)


def wanted(spec: Object) -> int:
    """Return `spec.replicas`, 1 when it is not set."""
    replicas = spec.get("replicas")
    return 1 if replicas is None else int(replicas)


@dataclass(frozen=True, slots=True)
class Generation:
    """One replica set of a deployment in numbers: its name, wanted and available pods."""

    name: str
    replicas: int
    available: int


def new_size(replicas: int, allowed: Fence, new: Generation, old: Sequence[Generation]) -> int:
    """Return the size the newest replica set may take now."""
    if new.replicas >= replicas:
        return replicas
    room = replicas + allowed.surge - new.replicas - sum(one.replicas for one in old)
    return new.replicas + max(0, min(room, replicas - new.replicas))


def old_sizes(replicas: int, allowed: Fence, new: Generation, old: Sequence[Generation]) -> dict[str, int]:
    """Return the sizes of the old replica sets (oldest first) that change now: unavailable pods go first."""
    total = new.replicas + sum(one.replicas for one in old)
    least = replicas - allowed.unavailable
    may_go = total - least - (new.replicas - new.available)
    if may_go <= 0:
        return {}
    sizes = {one.name: one.replicas for one in old}
    for one in old:
        gone = min(may_go, max(0, one.replicas - one.available))
        sizes[one.name] -= gone
        may_go -= gone
    may_go = min(may_go, new.available + sum(min(one.available, sizes[one.name]) for one in old) - least)
    for one in old:
        gone = max(0, min(may_go, sizes[one.name]))
        sizes[one.name] -= gone
        may_go -= gone
    return {one.name: sizes[one.name] for one in old if sizes[one.name] != one.replicas}


def proportional_sizes(allowed_size: int, generations: Sequence[tuple[Generation, int]]) -> dict[str, int]:
    """Return the sizes when a deployment is scaled in mid rollout: each replica set keeps its share.

    `generations` pairs each active replica set, newest first, with the size that was allowed when it got its own.
    """
    total = sum(one.replicas for one, _ in generations)
    to_add = allowed_size - total
    sizes: dict[str, int] = {}
    added = 0
    for one, allowed_before in sorted(generations, key=lambda pair: -pair[0].replicas):
        fraction = round(one.replicas * allowed_size / max(1, allowed_before)) - one.replicas
        left = to_add - added
        step = min(fraction, left) if to_add > 0 else max(fraction, left)
        if (step > 0) != (to_add > 0):
            step = 0
        sizes[one.name] = one.replicas + step
        added += step
    if sizes:
        largest = next(iter(sizes))
        sizes[largest] = max(0, sizes[largest] + to_add - added)
    return sizes
