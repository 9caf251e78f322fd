"""Rollouts of Argo: deployments that go to a new template by the steps of a canary.

Weights and pauses are known as steps; traffic is not routed, so a weight is a share of the pods.
"""

import math
from dataclasses import dataclass

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.conditions import find, with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.owned import OwnedIndex
from cockpit.simulator.controllers.rollout import wanted
from cockpit.simulator.controllers.templates import ROLLOUT_HASH_LABEL, same_template, short_hash, with_hash
from cockpit.simulator.kinds import REPLICA_SETS, ROLLOUTS, controller_of, name_of, new_object, with_metadata
from cockpit.simulator.store import Change, Object

REVISION = "rollout.argoproj.io/revision"
HISTORY = "rollout.argoproj.io/revision-history"
_DEADLINE_SECONDS = 600
_SOURCE = Source("rollouts-controller")


def hash_of(replica_set: Object) -> str:
    """Return the hash of the template that a replica set of a rollout stands for."""
    return str(replica_set["metadata"]["labels"].get(ROLLOUT_HASH_LABEL, ""))


def revision_of(replica_set: Object) -> int:
    """Return the revision that a replica set carries, 0 when none."""
    return int(replica_set["metadata"].get("annotations", {}).get(REVISION, 0))


def replica_set_for(rollout: Object, revision: int, replicas: int) -> Object:
    """Return the replica set that stands for the rollout's present template."""
    spec, metadata = rollout["spec"], rollout["metadata"]
    hash_ = short_hash(spec["template"])
    template = with_hash(spec["template"], hash_, ROLLOUT_HASH_LABEL)
    labels = {**spec["selector"].get("matchLabels", {}), ROLLOUT_HASH_LABEL: hash_}
    return new_object(
        REPLICA_SETS,
        f"{metadata['name']}-{hash_}",
        metadata["namespace"],
        labels=template["metadata"]["labels"],
        annotations={REVISION: str(revision)},
        owner=rollout,
        generation=1,
        spec={"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
        status={"replicas": 0},
    )


@dataclass(frozen=True, slots=True)
class Course:
    """Where a rollout is: its step, the phase with its message, and since when a pause lasts."""

    step: int
    phase: str
    message: str = ""
    paused: str = ""


def rollout_status(rollout: Object, new: Object | None, owned: list[Object], course: Course, now: str) -> Object:
    """Return a rollout's status from its replica sets."""
    old = rollout.get("status", {})
    counts = {
        field: sum(one.get("status", {}).get(field, 0) for one in owned)
        for field in ("replicas", "readyReplicas", "availableReplicas")
    }
    updated = new.get("status", {}).get("replicas", 0) if new is not None else 0
    current = hash_of(new) if new is not None else old.get("currentPodHash", "")
    settled = course.phase == "Healthy"
    said = {
        "Healthy": ("True", "NewReplicaSetAvailable"),
        "Degraded": ("False", "ProgressDeadlineExceeded"),
        "Paused": ("Unknown", "RolloutPaused"),
    }.get(course.phase, ("True", "ReplicaSetUpdated"))
    conditions, before = old.get("conditions", ()), find(old.get("conditions", ()), "Progressing")
    moved = (updated, counts["availableReplicas"]) != (old.get("updatedReplicas", 0), old.get("availableReplicas", 0))
    if before is None or moved or (before["status"], before["reason"]) != said:
        conditions = with_condition(
            conditions, "Progressing", said[0], now, lastUpdateTime=now, reason=said[1], message=course.message
        )
    paused = [{"reason": "CanaryPauseStep", "startTime": course.paused}] if course.paused else []
    stable = current if settled or not old.get("stableRS") else old["stableRS"]
    return {
        **{key: value for key, value in counts.items() if value},
        **({"updatedReplicas": updated} if updated else {}),
        "HPAReplicas": counts["replicas"],
        "conditions": conditions,
        "currentPodHash": current,
        "currentStepIndex": course.step,
        "observedGeneration": str(rollout["metadata"].get("generation", 1)),
        "phase": course.phase,
        "selector": ",".join(f"{key}={value}" for key, value in rollout["spec"]["selector"]["matchLabels"].items()),
        "stableRS": stable,
        **({"message": course.message} if course.message else {}),
        **({"pauseConditions": paused, "controllerPause": True} if paused else {}),
    }


class RolloutController:
    """Brings each rollout to its template, step by step."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.replica_sets = OwnedIndex(context, REPLICA_SETS)
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(ROLLOUTS, lambda change: self.queue.add(*name_of(change.new.object)))
        context.hub.on(REPLICA_SETS, self._note_replica_set)

    def _note_replica_set(self, change: Change) -> None:
        owner = controller_of(change.new.object)
        if owner is not None and owner["kind"] == "Rollout":
            self.queue.add(change.new.object["metadata"]["namespace"], owner["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Bring one rollout a step nearer to its spec, and write its status."""
        stored = self._store.get(ROLLOUTS, namespace, name)
        if stored is None or "deletionTimestamp" in stored.object["metadata"]:
            return
        rollout = stored.object
        new = self._ensure_new(rollout)
        annotations = {**rollout["metadata"].get("annotations", {}), REVISION: str(revision_of(new))}
        rollout = with_metadata(rollout, annotations=annotations)
        course = self._go(rollout, new)
        owned = self.replica_sets.of(rollout["metadata"]["uid"])
        new = next(one for one in owned if hash_of(one) == hash_of(new))
        status = rollout_status(rollout, new, owned, course, self._context.now())
        self._store.replace(ROLLOUTS, {**rollout, "status": status})

    def _ensure_new(self, rollout: Object) -> Object:
        owned = self.replica_sets.of(rollout["metadata"]["uid"])
        template = rollout["spec"]["template"]
        new = next((one for one in owned if same_template(one["spec"]["template"], template)), None)
        revision = max((revision_of(one) for one in owned if one is not new), default=0) + 1
        if new is None:
            return self._store.create(REPLICA_SETS, replica_set_for(rollout, revision, 0)).object
        known = revision_of(new)
        if known >= revision:
            return new
        annotations = {**new["metadata"].get("annotations", {}), REVISION: str(revision)}
        earlier = annotations.get(HISTORY)
        annotations[HISTORY] = f"{earlier},{known}" if earlier else str(known)
        return self._store.replace(REPLICA_SETS, with_metadata(new, annotations=annotations)).object

    def _go(self, rollout: Object, new: Object) -> Course:
        """Do what the present step asks for, and return where the rollout is then."""
        spec, status = rollout["spec"], rollout.get("status", {})
        steps = ((spec.get("strategy") or {}).get("canary") or {}).get("steps") or []
        replicas = wanted(spec)
        again = status.get("currentPodHash") == hash_of(new)
        step = status.get("currentStepIndex", 0) if again else 0
        # Back to what ran before there are no steps.
        if status.get("stableRS") == hash_of(new):
            step = len(steps)
        weight = next((one["setWeight"] for one in reversed(steps[: step + 1]) if "setWeight" in one), 0)
        share = replicas if step >= len(steps) else math.ceil(replicas * weight / 100)
        settled = self._resize(rollout, new, replicas, share)
        if not settled:
            return self._waiting(rollout, new, step, again=again)
        if step >= len(steps):
            return Course(len(steps), "Healthy")
        pause = steps[step].get("pause")
        if pause is None:
            self.queue.add(*name_of(rollout))
            return Course(step + 1, "Progressing", "more replicas need to be updated")
        since = next((one["startTime"] for one in status.get("pauseConditions", ())), "") if again else ""
        since = since or self._context.now()
        seconds = _seconds(pause.get("duration"))
        if seconds is not None:
            due = seconds_of(since) + self._context.clock.takes(seconds)
            if due <= self._context.clock.now():
                self.queue.add(*name_of(rollout))
                return Course(step + 1, "Progressing", "more replicas need to be updated")
            self.queue.add_at(due, *name_of(rollout))
        return Course(step, "Paused", "CanaryPauseStep", since)

    def _resize(self, rollout: Object, new: Object, replicas: int, share: int) -> bool:
        """Give the new replica set its share, the others the rest; return whether all of it stands."""
        self._scale(rollout, new, share)
        others = self._others(rollout, new)
        available = new.get("status", {}).get("availableReplicas", 0)
        rest = replicas - min(share, available)
        for one in sorted(others, key=revision_of, reverse=True):
            size = min(one["spec"]["replicas"], rest)
            self._scale(rollout, one, size)
            rest -= size
        return available >= share and all(
            one.get("status", {}).get("replicas", 0) == one["spec"]["replicas"] for one in self._others(rollout, new)
        )

    def _others(self, rollout: Object, new: Object) -> list[Object]:
        return [one for one in self.replica_sets.of(rollout["metadata"]["uid"]) if hash_of(one) != hash_of(new)]

    def _scale(self, rollout: Object, replica_set: Object, size: int) -> None:
        before = replica_set["spec"]["replicas"]
        if size == before:
            return
        generation = replica_set["metadata"].get("generation", 1) + 1
        changed = with_metadata(replica_set, generation=generation)
        self._store.replace(REPLICA_SETS, {**changed, "spec": {**replica_set["spec"], "replicas": size}})
        direction, name = "up" if size > before else "down", replica_set["metadata"]["name"]
        message = f"Scaled {direction} ReplicaSet {name} (revision {revision_of(replica_set)}) from {before} to {size}"
        self._context.events.normal(rollout, _SOURCE, "ScalingReplicaSet", message)

    def _waiting(self, rollout: Object, new: Object, step: int, *, again: bool) -> Course:
        """Return where a rollout is that waits for pods: degraded once nothing came within its deadline."""
        progressing = find(rollout.get("status", {}).get("conditions", ()), "Progressing") if again else None
        reason = progressing["reason"] if progressing is not None else ""
        late = Course(step, "Degraded", f'ReplicaSet "{new["metadata"]["name"]}" has timed out progressing.')
        if reason == "ProgressDeadlineExceeded":
            return late
        if progressing is not None and reason == "ReplicaSetUpdated":
            deadline = rollout["spec"].get("progressDeadlineSeconds", _DEADLINE_SECONDS)
            due = seconds_of(progressing["lastUpdateTime"]) + self._context.clock.takes(deadline)
            if due <= self._context.clock.now():
                return late
            self.queue.add_at(due, *name_of(rollout))
        return Course(step, "Progressing", "updated replicas are still becoming available")


def _seconds(duration: str | int | None) -> float | None:
    """Return how long a pause lasts: `30`, `30s`, `5m`, `1h`; None until somebody promotes."""
    if duration is None:
        return None
    text = str(duration)
    unit = {"s": 1.0, "m": 60.0, "h": 3600.0}.get(text[-1:])
    return float(text[:-1]) * unit if unit is not None else float(text)
