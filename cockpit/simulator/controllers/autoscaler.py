"""Horizontal pod autoscalers: replicas that follow the CPU their pods use."""

import math

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.conditions import with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import is_ready, requests
from cockpit.simulator.controllers.rollout import wanted
from cockpit.simulator.kinds import DEPLOYMENTS, HPAS, matches, name_of
from cockpit.simulator.ports import Kubelets
from cockpit.simulator.store import Change, Object

_SOURCE = Source("horizontal-pod-autoscaler")
SYNC_SECONDS = 15.0
_TOLERANCE = 0.1
_STABILISED_SECONDS = 300.0


def desired_replicas(current: int, usage: float, target: float, least: int, most: int) -> int:
    """Return `ceil(current · usage / target)` inside its bounds; usage within a tenth of the target changes nothing."""
    ratio = usage / target
    desired = current if abs(ratio - 1) <= _TOLERANCE else math.ceil(current * ratio - 1e-9)
    return max(least, min(most, desired))


class Autoscaler:
    """Looks at every autoscaler four times a minute."""

    def __init__(self, context: Context, kubelets: Kubelets) -> None:
        self._context = context
        self._store = context.store
        self._kubelets = kubelets
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(HPAS, self._note)
        for stored in context.store.list(HPAS):
            self._look_later(*name_of(stored.object))

    def _note(self, change: Change) -> None:
        if change.type == "ADDED":
            self._look_later(*name_of(change.new.object))
        elif change.old is not None and change.old.object["spec"] is not change.new.object["spec"]:
            self.queue.add(*name_of(change.new.object))

    def _look_later(self, namespace: str, name: str) -> None:
        self._context.agenda.after(SYNC_SECONDS, lambda: self._tick(namespace, name))

    def _tick(self, namespace: str, name: str) -> None:
        if self._store.get(HPAS, namespace, name) is not None:
            self.queue.add(namespace, name)
            self._look_later(namespace, name)

    def reconcile(self, namespace: str, name: str) -> None:
        """Measure what one autoscaler looks after and scale it where that is due."""
        stored = self._store.get(HPAS, namespace, name)
        if stored is None:
            return
        scaler = stored.object
        spec = scaler["spec"]
        workload = self._store.get(DEPLOYMENTS, namespace, spec["scaleTargetRef"]["name"])
        if workload is None or not wanted(workload.object["spec"]):
            return
        deployment = workload.object
        usage = self._utilisation(deployment)
        target = _target_utilisation(spec)
        if usage is None or target is None:
            return
        current = wanted(deployment["spec"])
        desired = desired_replicas(current, usage, target, spec.get("minReplicas", 1), spec["maxReplicas"])
        status = scaler.get("status", {})
        if desired < current and not self._is_settled(status):
            desired = current
        now = self._context.now()
        if desired != current:
            self._scale(scaler, deployment, desired)
            status = {**status, "lastScaleTime": now}
        self._store.replace(HPAS, {**scaler, "status": self._status(scaler, status, usage, current, desired, now)})

    def _utilisation(self, deployment: Object) -> float | None:
        used = asked = 0.0
        for pod in self._context.pods.in_namespace(deployment["metadata"]["namespace"]):
            if matches(deployment["spec"]["selector"], pod["metadata"].get("labels", {})) and is_ready(pod):
                used += sum(one.cpu for one in self._kubelets.containers_usage(*name_of(pod)).values())
                asked += requests(pod).cpu
        return 100 * used / asked if asked else None

    def _is_settled(self, status: Object) -> bool:
        last = status.get("lastScaleTime")
        still = self._context.clock.takes(_STABILISED_SECONDS)
        return last is None or seconds_of(last) + still <= self._context.clock.now()

    def _scale(self, scaler: Object, deployment: Object, replicas: int) -> None:
        generation = deployment["metadata"].get("generation", 1) + 1
        self._store.replace(
            DEPLOYMENTS,
            {
                **deployment,
                "metadata": {**deployment["metadata"], "generation": generation},
                "spec": {**deployment["spec"], "replicas": replicas},
            },
        )
        above = "above" if replicas > wanted(deployment["spec"]) else "below"
        message = f"New size: {replicas}; reason: cpu resource utilization (percentage of request) {above} target"
        self._context.events.normal(scaler, _SOURCE, "SuccessfulRescale", message)

    def _status(self, scaler: Object, status: Object, usage: float, current: int, desired: int, now: str) -> Object:
        conditions = status.get("conditions", ())
        for type_, reason, message in (
            ("AbleToScale", "ReadyForNewScale", "recommended size matches current size"),
            ("ScalingActive", "ValidMetricFound", "the HPA was able to successfully calculate a replica count"),
        ):
            conditions = with_condition(conditions, type_, "True", now, reason=reason, message=message)
        metric = {"name": "cpu", "current": {"averageUtilization": round(usage)}}
        return {
            **status,
            "observedGeneration": scaler["metadata"].get("generation", 1),
            "currentReplicas": current,
            "desiredReplicas": desired,
            "currentMetrics": [{"type": "Resource", "resource": metric}],
            "conditions": list(conditions),
        }


def _target_utilisation(spec: Object) -> float | None:
    for metric in spec.get("metrics", ()):
        if metric["type"] == "Resource" and metric["resource"]["name"] == "cpu":
            target = metric["resource"]["target"].get("averageUtilization")
            return None if target is None else float(target)
    return None
