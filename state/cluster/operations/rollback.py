"""Rolling a deployment back: its template becomes that of an older replica set, as `kubectl rollout undo` does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.access import allowed
from state.cluster.errors import ApiError
from state.cluster.transport import Query, Transport
from state.operation import Outcome, Permission, Preview, Refused
from state.printable import printable
from state.ref import Ref

REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"
_HASH = "pod-template-hash"


class Revision(NamedTuple):
    """One revision of a deployment. `template` has no pod-template-hash, so it can be set as it is."""

    number: int
    created: str
    images: tuple[str, ...]
    cause: str
    template: dict[str, Any]


def revisions(deployment: Mapping[str, Any], replica_sets: Mapping[str, Any]) -> list[Revision]:
    """Return a deployment's revisions, newest first, from the ReplicaSetList of its namespace."""
    uid = deployment["metadata"]["uid"]
    found = []
    for replica_set in replica_sets.get("items", ()):
        metadata = replica_set.get("metadata", {})
        if not any(o.get("uid") == uid and o.get("controller") for o in metadata.get("ownerReferences", ())):
            continue
        annotations = metadata.get("annotations", {})
        number = annotations.get(REVISION, "")
        if not number.isdigit():
            continue
        template = replica_set["spec"]["template"]
        labels = {k: v for k, v in template.get("metadata", {}).get("labels", {}).items() if k != _HASH}
        template = {**template, "metadata": {**template.get("metadata", {}), "labels": labels}}
        images = tuple(printable(c.get("image", "")) for c in template.get("spec", {}).get("containers", ()))
        cause = printable(annotations.get(CHANGE_CAUSE, ""))
        found.append(Revision(int(number), metadata.get("creationTimestamp", ""), images, cause, template))
    return sorted(found, key=lambda revision: -revision.number)


class _Plan(NamedTuple):
    deployment: dict[str, Any]
    now: Revision | None
    then: Revision


@dataclass(frozen=True, slots=True)
class RollBack:
    """Set a deployment's template to that of an older revision: the one before the current, or a named one."""

    transport: Callable[[], Transport]
    subject: Ref
    uid: str
    to_revision: int | None = None
    generation: int | None = None
    """The generation that was previewed; set, `run` changes nothing when the spec has changed since."""
    id: str = "roll-back"

    @property
    def title(self) -> str:
        to = f" to revision {self.to_revision}" if self.to_revision is not None else ""
        return f"Roll back {self.subject.path}{to}"

    def permitted(self) -> str:
        return allowed(
            self.transport(), Permission("patch", "apps", "deployments", self.subject.namespace, self.subject.name)
        )

    def planned(self) -> "RollBack":
        """Return the same operation tied to the revision and generation as they are now. Asks the server."""
        plan = self._plan(self.transport())
        generation = plan.deployment["metadata"].get("generation")
        return RollBack(self.transport, self.subject, self.uid, plan.then.number, generation)

    def preview(self) -> Preview:
        transport = self.transport()
        plan = self._plan(transport)
        self._patch(transport, plan, requests.DRY_RUN)
        now, then = plan.now, plan.then
        lines: list[tuple[Cell, ...]] = [
            (Cell("from   ", Tone.QUIET), *_revision(now))
            if now
            else (Cell("from   an unknown revision", Tone.QUIET),),
            (Cell("to     ", Tone.QUIET), *_revision(then)),
        ]
        warnings = []
        if plan.deployment.get("spec", {}).get("paused"):
            warnings.append("the deployment is paused: nothing rolls until it is resumed")
        if "argocd.argoproj.io/tracking-id" in plan.deployment["metadata"].get("annotations", {}):
            warnings.append("Argo CD manages it and may roll it forward again")
        return Preview(tuple(lines), tuple(warnings))

    def run(self) -> Outcome:
        transport = self.transport()
        plan = self._plan(transport)
        self._patch(transport, plan, ())
        images = ", ".join(plan.then.images)
        details = {"to revision": str(plan.then.number), "images": images}
        if plan.now is not None:
            details["from revision"] = str(plan.now.number)
        return Outcome(True, f"{self.subject.path} rolls back to revision {plan.then.number} ({images})", details)

    @property
    def _path(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.subject.namespace}/deployments/{self.subject.name}"

    def _plan(self, transport: Transport) -> _Plan:
        deployment = requests.get(transport, self._path)
        metadata = deployment["metadata"]
        if metadata.get("uid") != self.uid:
            raise Refused(f"{self.subject.path} is another deployment by now: the one you saw is gone")
        if self.generation is not None and metadata.get("generation") != self.generation:
            raise Refused(f"{self.subject.path} was changed since the preview: look again")
        selector = deployment.get("spec", {}).get("selector", {}).get("matchLabels", {})
        query = (("labelSelector", ",".join(f"{k}={v}" for k, v in sorted(selector.items()))),) if selector else ()
        sets = requests.get(transport, f"/apis/apps/v1/namespaces/{self.subject.namespace}/replicasets", query)
        known = revisions(deployment, sets)
        number = metadata.get("annotations", {}).get(REVISION, "")
        now = next((r for r in known if str(r.number) == number), None)
        older = [r for r in known if now is None or r.number != now.number]
        if self.to_revision is not None:
            older = [r for r in older if r.number == self.to_revision]
            if not older:
                raise Refused(f"{self.subject.path} has no older revision {self.to_revision}")
        if not older:
            raise Refused(f"{self.subject.path} has no older revision to roll back to")
        return _Plan(deployment, now, older[0])

    def _patch(self, transport: Transport, plan: _Plan, query: Query) -> None:
        metadata = plan.deployment["metadata"]
        body: list[dict[str, Any]] = [
            {"op": "test", "path": "/metadata/uid", "value": self.uid},
            {"op": "test", "path": "/metadata/generation", "value": metadata.get("generation", 0)},
            {"op": "replace", "path": "/spec/template", "value": plan.then.template},
        ]
        pointer = f"/metadata/annotations/{CHANGE_CAUSE.replace('/', '~1')}"
        if plan.then.cause and "annotations" in metadata:
            body.append({"op": "add", "path": pointer, "value": plan.then.cause})
        elif CHANGE_CAUSE in metadata.get("annotations", {}):
            body.append({"op": "remove", "path": pointer})
        try:
            requests.patch(transport, self._path, body, requests.JSON_PATCH, query)
        except ApiError as error:
            if error.status == 422 and "test" in error.message:
                raise Refused(f"{self.subject.path} was changed since it was read: look again") from error
            raise


def _revision(revision: Revision) -> tuple[Cell, ...]:
    cause = f"  {revision.cause}" if revision.cause else ""
    return (
        Cell(f"revision {revision.number}  "),
        Cell(", ".join(revision.images), Tone.FOCUS),
        Cell(cause, Tone.QUIET),
    )
