"""Applications as Argo CD shows them: is what runs what was asked for, and is it healthy."""

from cockpit.simulator.controllers.conditions import find
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.rollout import wanted
from cockpit.simulator.kinds import DEPLOYMENTS, GIT_APPLICATIONS, name_of
from cockpit.simulator.store import Change, Object

_ORDER = ("Degraded", "Progressing", "Healthy")


def health_of(deployment: Object) -> str:
    """Return a deployment's health as Argo CD's built-in check judges it: `Healthy`, `Progressing`, `Degraded`."""
    status = deployment.get("status", {})
    progressing = find(status.get("conditions", ()), "Progressing")
    if progressing is not None and progressing["reason"] == "ProgressDeadlineExceeded":
        return "Degraded"
    replicas = wanted(deployment["spec"])
    settled = (
        status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 1)
        and status.get("updatedReplicas", 0) == status.get("replicas", 0) == replicas
        and status.get("availableReplicas", 0) == replicas
    )
    return "Healthy" if settled else "Progressing"


def images_of(deployment: Object) -> list[str]:
    """Return the images a deployment's pods are made from."""
    return [container["image"] for container in deployment["spec"]["template"]["spec"]["containers"]]


def application_status(application: Object, deployments: list[Object], now: str) -> Object:
    """Return an application's status. `spec.source.kustomize.images` are the images it was asked to run."""
    old = application.get("status", {})
    worst = min((_ORDER.index(health_of(one)) for one in deployments), default=_ORDER.index("Healthy"))
    images = sorted({image for one in deployments for image in images_of(one)})
    asked = application["spec"]["source"].get("kustomize", {}).get("images", [])
    synced = all(image in images for image in asked)
    health = {"status": _ORDER[worst], "lastTransitionTime": now}
    if old.get("health", {}).get("status") == health["status"]:
        health = old["health"]
    return {
        **old,
        "health": health,
        "sync": {
            "status": "Synced" if synced else "OutOfSync",
            "revision": application["spec"]["source"]["targetRevision"],
        },
        "summary": {"images": images},
    }


class ApplicationController:
    """Keeps the status of every application in line with the deployments of its namespace and name."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._targets: dict[str, list[tuple[str, str]]] = {}
        self.queue = WorkQueue(context.agenda, self.reconcile)
        for stored in context.store.list(GIT_APPLICATIONS):
            self._remember(stored.object)
        context.hub.on(GIT_APPLICATIONS, self._note)
        context.hub.on(DEPLOYMENTS, self._note_deployment)

    def _remember(self, application: Object) -> None:
        keys = self._targets.setdefault(application["spec"]["destination"]["namespace"], [])
        if name_of(application) not in keys:
            keys.append(name_of(application))

    def _note(self, change: Change) -> None:
        if change.type != "DELETED":
            self._remember(change.new.object)
            self.queue.add(*name_of(change.new.object))

    def _note_deployment(self, change: Change) -> None:
        self.queue.add_all(self._targets.get(change.new.object["metadata"]["namespace"], ()))

    def reconcile(self, namespace: str, name: str) -> None:
        """Write the status of one application."""
        stored = self._store.get(GIT_APPLICATIONS, namespace, name)
        if stored is None:
            return
        application = stored.object
        target = application["spec"]["destination"]["namespace"]
        deployments = [one.object for one in self._store.list(DEPLOYMENTS, target)]
        status = application_status(application, deployments, self._context.now())
        self._store.replace(GIT_APPLICATIONS, {**application, "status": status})
