"""Deployments: each template its replica set, rolled forward and back within what the strategy allows."""

from cockpit.simulator.controllers.conditions import with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deployment_status import deadline_of, deployment_status
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.owned import OwnedIndex
from cockpit.simulator.controllers.pods import Essence, is_finished
from cockpit.simulator.controllers.rollout import (
    Fence,
    Generation,
    fence,
    new_size,
    old_sizes,
    proportional_sizes,
    wanted,
)
from cockpit.simulator.controllers.templates import HASH_LABEL, same_template, short_hash, with_hash
from cockpit.simulator.kinds import DEPLOYMENTS, REPLICA_SETS, controller_of, name_of, new_object, with_metadata
from cockpit.simulator.store import Change, Object

REVISION = "deployment.kubernetes.io/revision"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"
HISTORY = "deployment.kubernetes.io/revision-history"
_NOT_COPIED = {"kubectl.kubernetes.io/last-applied-configuration", REVISION, HISTORY, DESIRED, MAXIMUM}
_SOURCE = Source("deployment-controller")


def revision_of(obj: Object) -> int:
    """Return the revision a deployment or replica set carries, 0 when none."""
    return int(obj["metadata"].get("annotations", {}).get(REVISION, 0))


def sizes_known(replicas: int, surge: int) -> dict[str, str]:
    """Return the annotations that tell a replica set what its deployment allowed when it got its size."""
    return {DESIRED: str(replicas), MAXIMUM: str(replicas + surge)}


def replica_set_for(deployment: Object, revision: int, replicas: int) -> Object:
    """Return the replica set that stands for the deployment's present template."""
    spec, metadata = deployment["spec"], deployment["metadata"]
    hash_ = short_hash(spec["template"])
    selector = spec["selector"]
    copied = {key: value for key, value in metadata.get("annotations", {}).items() if key not in _NOT_COPIED}
    template = with_hash(spec["template"], hash_)
    replica_set = new_object(
        REPLICA_SETS,
        f"{metadata['name']}-{hash_}",
        metadata["namespace"],
        labels=template["metadata"]["labels"],
        annotations={**copied, **sizes_known(wanted(spec), fence(spec).surge), REVISION: str(revision)},
        owner=deployment,
        spec={
            "replicas": replicas,
            "selector": {**selector, "matchLabels": {**selector.get("matchLabels", {}), HASH_LABEL: hash_}},
            "template": template,
            **({"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}),
        },
        status={"replicas": 0},
    )
    replica_set["metadata"]["generation"] = 1
    return replica_set


class DeploymentController:
    """Keeps the replica sets of every deployment as its spec asks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.replica_sets = OwnedIndex(context, REPLICA_SETS)
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(DEPLOYMENTS, lambda change: self.queue.add(*name_of(change.new.object)))
        context.hub.on(REPLICA_SETS, self._note_replica_set)
        context.pods.on_change(self._note_pod)

    def _note_replica_set(self, change: Change) -> None:
        owner = controller_of(change.new.object)
        if owner is not None and owner["kind"] == "Deployment":
            self.queue.add(change.new.object["metadata"]["namespace"], owner["name"])

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        """A pod that is gone at last is what a deployment of type Recreate waits for."""
        owner = controller_of(pod) if after is None else None
        if owner is not None and owner["kind"] == "ReplicaSet":
            replica_set = self._store.get(REPLICA_SETS, pod["metadata"]["namespace"], owner["name"])
            keeper = controller_of(replica_set.object) if replica_set is not None else None
            if keeper is not None:
                self.queue.add(pod["metadata"]["namespace"], keeper["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Bring one deployment a step nearer to its spec."""
        stored = self._store.get(DEPLOYMENTS, namespace, name)
        if stored is None or "deletionTimestamp" in stored.object["metadata"]:
            return
        deployment = stored.object
        owned = sorted(
            self.replica_sets.of(deployment["metadata"]["uid"]),
            key=lambda one: (one["metadata"]["creationTimestamp"], revision_of(one)),
        )
        template = deployment["spec"]["template"]
        new = next((one for one in owned if same_template(one["spec"]["template"], template)), None)
        paused = bool(deployment["spec"].get("paused"))
        if paused or self._was_scaled(deployment, owned):
            old = [one for one in owned if one is not new]
            self._scale(deployment, new, old)
        else:
            new, deployment = self._ensure_new(deployment, new, owned)
            old = [one for one in owned if one["metadata"]["uid"] != new["metadata"]["uid"]]
            self._roll(deployment, new, old)
        self._write_status(namespace, name)

    # --- the newest replica set ---

    def _ensure_new(self, deployment: Object, new: Object | None, owned: list[Object]) -> tuple[Object, Object]:
        others = [revision_of(one) for one in owned if one is not new]
        revision = max(others, default=0) + 1
        status = deployment.get("status", {})
        if new is None:
            replica_set = replica_set_for(deployment, revision, 0)
            new = self._store.create(REPLICA_SETS, replica_set).object
            reason, message = "NewReplicaSetCreated", f'Created new replica set "{new["metadata"]["name"]}"'
            status = self._progressing(status, reason, message)
        else:
            known = revision_of(new)
            own = deployment["metadata"].get("annotations", {})
            copied = {key: value for key, value in own.items() if key not in _NOT_COPIED}
            annotations = {**new["metadata"].get("annotations", {}), **copied}
            if known < revision:
                earlier = annotations.get(HISTORY)
                annotations[HISTORY] = f"{earlier},{known}" if earlier else str(known)
                annotations[REVISION] = str(revision)
                found = f'Found new replica set "{new["metadata"]["name"]}"'
                status = self._progressing(status, "FoundNewReplicaSet", found)
            revision = max(revision, known)
            annotations |= sizes_known(wanted(deployment["spec"]), fence(deployment["spec"]).surge)
            new = self._store.replace(REPLICA_SETS, with_metadata(new, annotations=annotations)).object
        annotations = {**deployment["metadata"].get("annotations", {}), REVISION: str(revision)}
        deployment = {**with_metadata(deployment, annotations=annotations), "status": status}
        return new, self._store.replace(DEPLOYMENTS, deployment).object

    def _progressing(self, status: Object, reason: str, message: str) -> Object:
        now = self._context.now()
        conditions = with_condition(
            status.get("conditions", ()), "Progressing", "True", now, lastUpdateTime=now, reason=reason, message=message
        )
        return {**status, "conditions": conditions}

    # --- sizes ---

    def _roll(self, deployment: Object, new: Object, old: list[Object]) -> None:
        spec = deployment["spec"]
        replicas, allowed = wanted(spec), fence(spec)
        active = [one for one in old if one["spec"]["replicas"] > 0]
        if (spec.get("strategy") or {}).get("type") == "Recreate":
            for one in active:
                self._resize(deployment, one, 0, allowed)
            if not active and not any(self._has_pods(one) for one in old):
                self._resize(deployment, new, replicas, allowed)
        else:
            size = new_size(replicas, allowed, _generation(new), [_generation(one) for one in active])
            if size != new["spec"]["replicas"]:
                self._resize(deployment, new, size, allowed)
                return
            sizes = old_sizes(replicas, allowed, _generation(new), [_generation(one) for one in active])
            for one in active:
                if one["metadata"]["name"] in sizes:
                    self._resize(deployment, one, sizes[one["metadata"]["name"]], allowed)
        if not active and new.get("status", {}).get("availableReplicas", 0) >= replicas:
            self._clean_up(deployment, old)

    def _has_pods(self, replica_set: Object) -> bool:
        return any(not is_finished(pod) for pod in self._context.pods.owned_by(replica_set["metadata"]["uid"]))

    def _was_scaled(self, deployment: Object, owned: list[Object]) -> bool:
        replicas = str(wanted(deployment["spec"]))
        return any(
            one["spec"]["replicas"] > 0 and one["metadata"].get("annotations", {}).get(DESIRED) not in (None, replicas)
            for one in owned
        )

    def _scale(self, deployment: Object, new: Object | None, old: list[Object]) -> None:
        spec = deployment["spec"]
        replicas, allowed = wanted(spec), fence(spec)
        everyone = [*old, *([new] if new is not None else [])]
        active = [one for one in everyone if one["spec"]["replicas"] > 0]
        if len(active) <= 1:
            target = active[0] if active else (new or (everyone[-1] if everyone else None))
            if target is not None:
                self._resize(deployment, target, replicas, allowed)
            return
        if new is not None and _is_saturated(new, replicas):
            for one in old:
                self._resize(deployment, one, 0, allowed)
            return
        size = replicas + allowed.surge if replicas else 0
        pairs = [
            (_generation(one), int(one["metadata"].get("annotations", {}).get(MAXIMUM, size)))
            for one in reversed(active)
        ]
        sizes = proportional_sizes(size, pairs)
        for one in active:
            self._resize(deployment, one, sizes[one["metadata"]["name"]], allowed)

    def _resize(self, deployment: Object, replica_set: Object, size: int, allowed: Fence) -> None:
        before = replica_set["spec"]["replicas"]
        known = sizes_known(wanted(deployment["spec"]), allowed.surge)
        annotations = {**replica_set["metadata"].get("annotations", {}), **known}
        changed = with_metadata(replica_set, annotations=annotations)
        if size != before:
            generation = replica_set["metadata"].get("generation", 1) + 1
            changed = with_metadata(changed, generation=generation)
            changed["spec"] = {**replica_set["spec"], "replicas": size}
        self._store.replace(REPLICA_SETS, changed)
        if size != before:
            direction = "up" if size > before else "down"
            name = replica_set["metadata"]["name"]
            self._context.events.normal(
                deployment,
                _SOURCE,
                "ScalingReplicaSet",
                f"Scaled {direction} replica set {name} from {before} to {size}",
            )

    def _clean_up(self, deployment: Object, old: list[Object]) -> None:
        limit = deployment["spec"].get("revisionHistoryLimit", 10)
        idle = [one for one in old if not one["spec"]["replicas"] and not one.get("status", {}).get("replicas")]
        for one in sorted(idle, key=revision_of)[: max(0, len(idle) - limit)]:
            self._store.remove(REPLICA_SETS, *name_of(one))

    # --- status ---

    def _write_status(self, namespace: str, name: str) -> None:
        stored = self._store.get(DEPLOYMENTS, namespace, name)
        if stored is None:
            return
        deployment = stored.object
        owned = self.replica_sets.of(deployment["metadata"]["uid"])
        template = deployment["spec"]["template"]
        new = next((one for one in owned if same_template(one["spec"]["template"], template)), None)
        clock = self._context.clock
        status = deployment_status(deployment, new, owned, clock)
        self._store.replace(DEPLOYMENTS, {**deployment, "status": status})
        due = deadline_of(deployment["spec"], status, clock)
        if due is not None and due > clock.now():
            self.queue.add_at(due, namespace, name)


def _is_saturated(replica_set: Object, replicas: int) -> bool:
    known = replica_set["metadata"].get("annotations", {}).get(DESIRED)
    available = replica_set.get("status", {}).get("availableReplicas", 0)
    return bool(known == str(replicas) and replica_set["spec"]["replicas"] == available == replicas)


def _generation(replica_set: Object) -> Generation:
    return Generation(
        replica_set["metadata"]["name"],
        replica_set["spec"]["replicas"],
        replica_set.get("status", {}).get("availableReplicas", 0),
    )
