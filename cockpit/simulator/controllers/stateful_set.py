"""Stateful sets: named pods with their own volumes, made and renewed in order."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_finished, is_ready
from cockpit.simulator.controllers.revisions import REVISION_LABEL, RevisionHistory
from cockpit.simulator.controllers.rollout import wanted
from cockpit.simulator.controllers.templates import pod_from
from cockpit.simulator.kinds import PODS, PVCS, STATEFUL_SETS, controller_of, name_of, new_object
from cockpit.simulator.store import Change, Object

_SOURCE = Source("statefulset-controller")
_POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
_INDEX_LABEL = "apps.kubernetes.io/pod-index"


def ordinal_of(pod: Object) -> int:
    """Return the number at the end of a stateful set's pod's name."""
    return int(pod["metadata"]["name"].rpartition("-")[2])


def stateful_pod(stateful_set: Object, template: Object, ordinal: int, revision: str) -> Object:
    """Return the pod of an ordinal with its volumes, at a revision."""
    name = f"{stateful_set['metadata']['name']}-{ordinal}"
    pod = pod_from(template, stateful_set, name, generateName=f"{stateful_set['metadata']['name']}-")
    labels = {_POD_NAME_LABEL: name, _INDEX_LABEL: str(ordinal), REVISION_LABEL: revision}
    pod["metadata"]["labels"] = {**pod["metadata"].get("labels", {}), **labels}
    claims = stateful_set["spec"].get("volumeClaimTemplates", ())
    volumes = [
        {
            "name": claim["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": f"{claim['metadata']['name']}-{name}"},
        }
        for claim in claims
    ]
    own_names = {volume["name"] for volume in volumes}
    others = [volume for volume in pod["spec"].get("volumes", ()) if volume["name"] not in own_names]
    pod["spec"] |= {"hostname": name, "subdomain": stateful_set["spec"].get("serviceName", "")}
    if volumes or others:
        pod["spec"]["volumes"] = [*volumes, *others]
    return pod


def claim_for(stateful_set: Object, claim: Object, ordinal: int) -> Object:
    """Return the volume claim of an ordinal."""
    metadata = stateful_set["metadata"]
    return new_object(
        PVCS,
        f"{claim['metadata']['name']}-{metadata['name']}-{ordinal}",
        metadata["namespace"],
        labels=stateful_set["spec"]["selector"].get("matchLabels"),
        spec={"volumeMode": "Filesystem", **claim["spec"]},
        status={"phase": "Pending"},
    )


class StatefulSetController:
    """Keeps the pods and claims of every stateful set."""

    def __init__(self, context: Context, history: RevisionHistory) -> None:
        self._context = context
        self._store = context.store
        self._history = history
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(STATEFUL_SETS, self._note)
        context.pods.on_change(self._note_pod)

    def _note(self, change: Change) -> None:
        if change.old is None or change.old.object["spec"] is not change.new.object["spec"]:
            self.queue.add(*name_of(change.new.object))

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        owner = controller_of(pod)
        if owner is not None and owner["kind"] == "StatefulSet":
            self.queue.add(pod["metadata"]["namespace"], owner["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Bring one stateful set a step nearer to its spec."""
        stored = self._store.get(STATEFUL_SETS, namespace, name)
        if stored is None or "deletionTimestamp" in stored.object["metadata"]:
            return
        stateful_set = stored.object
        revision = self._history.current(stateful_set)["metadata"]["name"]
        current = stateful_set.get("status", {}).get("currentRevision", revision)
        pods = {ordinal_of(pod): pod for pod in self._context.pods.owned_by(stateful_set["metadata"]["uid"])}
        self._step(stateful_set, pods, current, revision)
        self._write_status(namespace, name, current, revision)

    def _step(self, stateful_set: Object, pods: dict[int, Object], current: str, revision: str) -> None:
        spec = stateful_set["spec"]
        replicas = wanted(spec)
        in_order = spec.get("podManagementPolicy", "OrderedReady") == "OrderedReady"
        partition = ((spec.get("updateStrategy") or {}).get("rollingUpdate") or {}).get("partition", 0)
        for ordinal in range(replicas):
            pod = pods.get(ordinal)
            if pod is None:
                self._create(stateful_set, ordinal, revision if ordinal >= partition else current)
            elif is_finished(pod):
                self._delete(stateful_set, pod)
            if in_order and (pod is None or not _is_healthy(pod)):
                return
        for ordinal in sorted((one for one in pods if one >= replicas), reverse=True):
            self._delete(stateful_set, pods[ordinal])
            if in_order:
                return
        if (spec.get("updateStrategy") or {}).get("type") == "OnDelete":
            return
        for ordinal in range(replicas - 1, partition - 1, -1):
            pod = pods.get(ordinal)
            if pod is None:
                return
            if pod["metadata"].get("labels", {}).get(REVISION_LABEL) != revision:
                self._delete(stateful_set, pod)
                return
            if not _is_healthy(pod):
                return

    def _create(self, stateful_set: Object, ordinal: int, revision: str) -> None:
        namespace, name = name_of(stateful_set)
        template = self._history.template(stateful_set, revision) or stateful_set["spec"]["template"]
        pod = stateful_pod(stateful_set, template, ordinal, revision)
        if self._store.get(PODS, namespace, pod["metadata"]["name"]) is not None:
            return  # somebody else's pod holds the name
        for claim in stateful_set["spec"].get("volumeClaimTemplates", ()):
            made = claim_for(stateful_set, claim, ordinal)
            if self._store.get(PVCS, namespace, made["metadata"]["name"]) is None:
                self._store.create(PVCS, made)
        self._store.create(PODS, pod)
        message = f"create Pod {pod['metadata']['name']} in StatefulSet {name} successful"
        self._context.events.normal(stateful_set, _SOURCE, "SuccessfulCreate", message)

    def _delete(self, stateful_set: Object, pod: Object) -> None:
        if "deletionTimestamp" in pod["metadata"]:
            return
        delete(self._store, self._context.clock, PODS, *name_of(pod))
        message = f"delete Pod {pod['metadata']['name']} in StatefulSet {stateful_set['metadata']['name']} successful"
        self._context.events.normal(stateful_set, _SOURCE, "SuccessfulDelete", message)

    def _write_status(self, namespace: str, name: str, current: str, revision: str) -> None:
        stored = self._store.get(STATEFUL_SETS, namespace, name)
        if stored is None:
            return
        stateful_set = stored.object
        pods = self._context.pods.owned_by(stateful_set["metadata"]["uid"])
        status = stateful_set_status(stateful_set, pods, current, revision)
        self._store.replace(STATEFUL_SETS, {**stateful_set, "status": status})


def stateful_set_status(stateful_set: Object, pods: list[Object], current: str, revision: str) -> Object:
    """Return the status of a stateful set with these pods on its way from one revision to another."""
    ready = sum(is_ready(pod) for pod in pods)
    updated = sum(pod["metadata"].get("labels", {}).get(REVISION_LABEL) == revision for pod in pods)
    if updated == ready == len(pods) == wanted(stateful_set["spec"]):
        current = revision
    status: Object = {
        "observedGeneration": stateful_set["metadata"].get("generation", 1),
        "replicas": len(pods),
        "currentRevision": current,
        "updateRevision": revision,
        "collisionCount": 0,
        "availableReplicas": ready,
    }
    at_current = sum(pod["metadata"].get("labels", {}).get(REVISION_LABEL) == current for pod in pods)
    counts = {"readyReplicas": ready, "currentReplicas": at_current, "updatedReplicas": updated}
    return status | {key: value for key, value in counts.items() if value}


def _is_healthy(pod: Object) -> bool:
    return is_ready(pod) and "deletionTimestamp" not in pod["metadata"]
