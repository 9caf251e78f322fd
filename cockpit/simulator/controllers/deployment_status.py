"""A deployment's status: counts over its replica sets, and whether it is available and moving."""

from collections.abc import Sequence

from cockpit.simulator.clock import WorldClock, seconds_of, timestamp
from cockpit.simulator.controllers.conditions import find, with_condition
from cockpit.simulator.controllers.rollout import fence, wanted
from cockpit.simulator.store import Object


def deployment_status(deployment: Object, new: Object | None, owned: Sequence[Object], clock: WorldClock) -> Object:
    """Return the status of a deployment as its replica sets stand."""
    spec, old = deployment["spec"], deployment.get("status", {})
    status: Object = {
        "observedGeneration": deployment["metadata"].get("generation", 1),
        "replicas": _total(owned, "replicas"),
        "updatedReplicas": 0 if new is None else new.get("status", {}).get("replicas", 0),
        "readyReplicas": _total(owned, "readyReplicas"),
        "availableReplicas": _total(owned, "availableReplicas"),
    }
    unavailable = sum(one["spec"]["replicas"] for one in owned) - status["availableReplicas"]
    if unavailable > 0:
        status["unavailableReplicas"] = unavailable
    conditions = _availability(spec, status, old.get("conditions", ()), timestamp(clock.now()))
    if spec.get("progressDeadlineSeconds", 600) is not None and not spec.get("paused"):
        conditions = _progress(spec, old, status, new, conditions, clock)
    # A real server leaves out counts that are nothing.
    counts = {key: value for key, value in status.items() if value or key == "observedGeneration"}
    return {**counts, "conditions": conditions}


def deadline_of(spec: Object, status: Object, clock: WorldClock) -> float | None:
    """Return when a rollout that is under way counts as stuck, None when none is."""
    progressing = find(status.get("conditions", ()), "Progressing")
    if progressing is None or progressing["reason"] in ("NewReplicaSetAvailable", "ProgressDeadlineExceeded"):
        return None
    # One second more: times in conditions are cut to whole seconds.
    return seconds_of(progressing["lastUpdateTime"]) + clock.takes(spec.get("progressDeadlineSeconds", 600)) + 1


def _total(owned: Sequence[Object], field: str) -> int:
    return sum(one.get("status", {}).get(field, 0) for one in owned)


def _availability(spec: Object, status: Object, conditions: Sequence[Object], now: str) -> list[Object]:
    enough = status["availableReplicas"] >= wanted(spec) - fence(spec).unavailable
    old = find(conditions, "Available")
    if old is not None and (old["status"] == "True") == enough:
        return list(conditions)
    reason, message = (
        ("MinimumReplicasAvailable", "Deployment has minimum availability.")
        if enough
        else ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    )
    return with_condition(conditions, "Available", str(enough), now, lastUpdateTime=now, reason=reason, message=message)


def _progress(
    spec: Object, old: Object, status: Object, new: Object | None, conditions: list[Object], clock: WorldClock
) -> list[Object]:
    now = timestamp(clock.now())
    current = find(conditions, "Progressing")
    replicas = wanted(spec)
    name = new["metadata"]["name"] if new is not None else ""
    complete = status["updatedReplicas"] == status["replicas"] == status["availableReplicas"] == replicas
    settled = current is not None and current["reason"] == "NewReplicaSetAvailable"
    if settled and status["replicas"] == status["updatedReplicas"]:
        return conditions
    if complete:
        done = f'ReplicaSet "{name}" has successfully progressed.'
        return with_condition(
            conditions, "Progressing", "True", now, lastUpdateTime=now, reason="NewReplicaSetAvailable", message=done
        )
    if _moved(old, status):
        moving = f'ReplicaSet "{name}" is progressing.'
        return with_condition(
            conditions, "Progressing", "True", now, lastUpdateTime=now, reason="ReplicaSetUpdated", message=moving
        )
    due = deadline_of(spec, {"conditions": conditions}, clock)
    if due is not None and clock.now() >= due:
        stuck = f'ReplicaSet "{name}" has timed out progressing.'
        return with_condition(
            conditions,
            "Progressing",
            "False",
            now,
            lastUpdateTime=now,
            reason="ProgressDeadlineExceeded",
            message=stuck,
        )
    return conditions


def _moved(old: Object, status: Object) -> bool:
    def grew(field: str) -> bool:
        return int(status[field]) > int(old.get(field, 0))

    left = status["replicas"] - status["updatedReplicas"]
    left_before = old.get("replicas", 0) - old.get("updatedReplicas", 0)
    return left < left_before or any(map(grew, ("updatedReplicas", "readyReplicas", "availableReplicas")))
