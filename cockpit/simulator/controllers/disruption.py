"""Pod disruption budgets: how many pods may be taken away now."""

import math

from cockpit.simulator.controllers.conditions import with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_active, is_ready
from cockpit.simulator.controllers.rollout import share_of, wanted
from cockpit.simulator.kinds import (
    DEPLOYMENTS,
    PDBS,
    REPLICA_SETS,
    ROLLOUTS,
    STATEFUL_SETS,
    controller_of,
    matches,
    name_of,
)
from cockpit.simulator.store import Change, Object

_SCALED = {"Deployment": DEPLOYMENTS, "StatefulSet": STATEFUL_SETS, "Rollout": ROLLOUTS}


def budget_status(budget: Object, healthy: int, expected: int, now: str) -> Object:
    """Return a budget's status for this many healthy of this many expected pods."""
    spec = budget["spec"]
    if (least := spec.get("minAvailable")) is not None:
        desired = math.ceil(share_of(least, expected))
    else:
        desired = max(0, expected - math.ceil(share_of(spec.get("maxUnavailable", 0), expected)))
    allowed = max(0, healthy - desired) if expected else 0
    return {
        "conditions": with_condition(
            budget.get("status", {}).get("conditions", ()),
            "DisruptionAllowed",
            str(allowed > 0),
            now,
            observedGeneration=budget["metadata"].get("generation", 1),
            reason="SufficientPods" if allowed else "InsufficientPods",
            message="",
        ),
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "disruptionsAllowed": allowed,
        "expectedPods": expected,
        "observedGeneration": budget["metadata"].get("generation", 1),
    }


class DisruptionController:
    """Keeps the status of every pod disruption budget."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(PDBS, self._note)
        context.hub.on(DEPLOYMENTS, self._note_workload)
        context.hub.on(STATEFUL_SETS, self._note_workload)
        context.hub.on(ROLLOUTS, self._note_workload)
        context.pods.on_change(self._note_pod)

    def _note(self, change: Change) -> None:
        self.queue.add(*name_of(change.new.object))

    def _note_workload(self, change: Change) -> None:
        if change.old is None or change.old.object["spec"] is not change.new.object["spec"]:
            self._add_matching(change.new.object["metadata"]["namespace"], None)

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        self._add_matching(pod["metadata"]["namespace"], pod["metadata"].get("labels", {}))

    def _add_matching(self, namespace: str, labels: dict[str, str] | None) -> None:
        for stored in self._store.list(PDBS, namespace):
            if labels is None or matches(stored.object["spec"].get("selector"), labels):
                self.queue.add(*name_of(stored.object))

    def reconcile(self, namespace: str, name: str) -> None:
        """Write the status of one budget."""
        stored = self._store.get(PDBS, namespace, name)
        if stored is None:
            return
        budget = stored.object
        pods = [
            pod
            for pod in self._context.pods.in_namespace(namespace)
            if matches(budget["spec"].get("selector"), pod["metadata"].get("labels", {}))
        ]
        healthy = sum(is_ready(pod) and is_active(pod) for pod in pods)
        status = budget_status(budget, healthy, self._expected(namespace, pods), self._context.now())
        self._store.replace(PDBS, {**budget, "status": status})

    def _expected(self, namespace: str, pods: list[Object]) -> int:
        scales: dict[str, int] = {}
        loose = 0
        for pod in pods:
            owner = controller_of(pod)
            if owner is None:
                loose += 1
                continue
            if owner["kind"] == "ReplicaSet":
                replica_set = self._store.get(REPLICA_SETS, namespace, owner["name"])
                owner = (controller_of(replica_set.object) if replica_set is not None else None) or owner
            collection = _SCALED.get(owner["kind"], REPLICA_SETS)
            workload = self._store.get(collection, namespace, owner["name"])
            if workload is not None:
                scales[owner["uid"]] = wanted(workload.object["spec"])
        return loose + sum(scales.values())
