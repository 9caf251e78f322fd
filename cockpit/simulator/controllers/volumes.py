"""Volume claims: bound to a fresh volume a moment after they are asked for."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.kinds import PVCS, PVS, name_of, new_object
from cockpit.simulator.store import Change, NotFound, Object

_SOURCE = Source("csi.storage.example_csi-controller-0")
DEFAULT_CLASS = "fast"
_PROVISIONED_AFTER_SECONDS = 2.0


def volume_for(claim: Object) -> Object:
    """Return the persistent volume that a claim is bound to."""
    metadata, spec = claim["metadata"], claim["spec"]
    return new_object(
        PVS,
        f"pvc-{metadata['uid']}",
        annotations={"pv.kubernetes.io/provisioned-by": "csi.storage.example"},
        spec={
            "accessModes": spec.get("accessModes", ["ReadWriteOnce"]),
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "csi": {"driver": "csi.storage.example", "volumeHandle": metadata["uid"]},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": spec.get("storageClassName") or DEFAULT_CLASS,
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
        status={"phase": "Bound"},
    )


def bound(claim: Object) -> Object:
    """Return the claim bound to its volume."""
    spec = claim["spec"]
    return {
        **claim,
        "spec": {
            **spec,
            "volumeName": f"pvc-{claim['metadata']['uid']}",
            "storageClassName": spec.get("storageClassName") or DEFAULT_CLASS,
        },
        "status": {
            "phase": "Bound",
            "accessModes": spec.get("accessModes", ["ReadWriteOnce"]),
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
        },
    }


class VolumeController:
    """Provisions a volume for each new claim and takes it away with the claim."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(PVCS, self._note)

    def _note(self, change: Change) -> None:
        claim = change.new.object
        if change.type == "DELETED":
            volume = claim["spec"].get("volumeName")
            if volume:
                self._context.agenda.soon(lambda: self._remove(volume))
        elif change.type == "ADDED" and claim.get("status", {}).get("phase") != "Bound":
            namespace, name = name_of(claim)
            self._context.agenda.after(_PROVISIONED_AFTER_SECONDS, lambda: self.queue.add(namespace, name))

    def reconcile(self, namespace: str, name: str) -> None:
        """Bind one claim."""
        stored = self._store.get(PVCS, namespace, name)
        if stored is None or stored.object.get("status", {}).get("phase") == "Bound":
            return
        volume = self._store.create(PVS, volume_for(stored.object)).object["metadata"]["name"]
        claim = self._store.replace(PVCS, bound(stored.object)).object
        message = f"Successfully provisioned volume {volume}"
        self._context.events.normal(claim, _SOURCE, "ProvisioningSucceeded", message)

    def _remove(self, volume: str) -> None:
        try:
            self._store.remove(PVS, "", volume)
        except NotFound:
            pass  # somebody deleted it before its claim
