"""Rolling a workload back: its template becomes that of another revision, as `kubectl rollout undo` does.

A rollout of Argo is set back as `kubectl argo rollouts undo` does it: its own strategy then brings the pods there.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple, Self

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.operations.managers import FieldPath, management
from state.cluster.operations.object_operation import GENERATION, Line, ObjectOperation, labelled
from state.cluster.operations.revisions import CHANGE_CAUSE, History, Revision, keeps_revisions, revisions_of
from state.cluster.operations.template_diff import differences, template_diff
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.operation import Outcome, Preview, Refused
from state.printable import printable

_TEMPLATE: FieldPath = ("spec", "template")


class _Plan(NamedTuple):
    workload: Json
    now: Revision | None
    then: Revision


@dataclass(frozen=True, slots=True)
class RollBack(ObjectOperation):
    """Set the template of a workload that keeps revisions to that of the revision before, or of a named one."""

    to_revision: int | None = None
    generation: int | None = None
    """The generation that was previewed; set, `run` changes nothing when the spec has changed since."""

    id: ClassVar[str] = "roll-back"

    @property
    def title(self) -> str:
        to = f" to revision {self.to_revision}" if self.to_revision is not None else ""
        return f"Roll back {self.subject.path}{to}"

    def history(self) -> History:
        """Return the revisions there are to choose from. Raises as `preview`."""
        transport = self.transport()
        return self._history(transport, self.read(transport))

    def planned(self) -> Self:
        """Return the same operation tied to the revision and generation as they are now. Asks the server."""
        plan = self._plan(self.transport())
        generation = plan.workload["metadata"].get("generation")
        return replace(self, to_revision=plan.then.number, generation=generation)

    def preview(self) -> Preview:
        transport = self.transport()
        plan = self._plan(transport)
        self._patch(transport, plan, requests.DRY_RUN)
        now, then = plan.now, plan.then
        template = plan.workload.get("spec", {}).get("template") or {}
        lines: list[Line] = [
            labelled("from", *_revision(now)) if now else labelled("from", Cell("an unknown revision", Tone.QUIET)),
            labelled("to", *_revision(then)),
            (),
            *template_diff(_without_nulls(template), _without_nulls(then.template)),
        ]
        managed = management(transport, self.resource, plan.workload, (_TEMPLATE,))
        return Preview((*lines, *managed.lines), (*_warnings(plan.workload), *managed.warnings))

    def run(self) -> Outcome:
        transport = self.transport()
        plan = self._plan(transport)
        self._patch(transport, plan, ())
        images = ", ".join(plan.then.images)
        generation = plan.workload["metadata"].get("generation", 0) + 1
        details = {"to revision": str(plan.then.number), "images": images, GENERATION: str(generation)}
        if plan.now is not None:
            details["from revision"] = str(plan.now.number)
        return Outcome(True, f"{self.subject.path} rolls back to revision {plan.then.number} ({images})", details)

    def _history(self, transport: Transport, workload: Json) -> History:
        if not keeps_revisions(self.resource):
            raise Refused(f"{self.called} keeps no revisions: there is nothing to roll back to")
        kept_in = (workload.get("spec") or {}).get("workloadRef")
        if isinstance(kept_in, dict):
            where = printable(f"{kept_in.get('kind', '')} {kept_in.get('name', '')}")
            raise Refused(f"{self.called} has its template in {where}: roll that back")
        return revisions_of(transport, self.resource, workload)

    def _plan(self, transport: Transport) -> _Plan:
        workload = self.read(transport)
        if self.generation is not None and workload["metadata"].get("generation") != self.generation:
            raise Refused(f"{self.subject.path} was changed since the preview: look again")
        known = self._history(transport, workload)
        others = known.others
        if self.to_revision is not None:
            if known.now is not None and known.now.number == self.to_revision:
                raise Refused(f"{self.subject.path} is at revision {self.to_revision} already")
            others = tuple(one for one in others if one.number == self.to_revision)
            if not others:
                raise Refused(f"{self.subject.path} has no revision {self.to_revision}")
        if not others:
            raise Refused(f"{self.subject.path} has no older revision to roll back to")
        then = others[0]
        template = workload.get("spec", {}).get("template") or {}
        if not any(differences(_without_nulls(template), _without_nulls(then.template))):
            raise Refused(f"{self.subject.path} has the template of revision {then.number} already")
        return _Plan(workload, known.now, then)

    def _patch(self, transport: Transport, plan: _Plan, query: Query) -> None:
        metadata = plan.workload["metadata"]
        body: list[dict[str, Any]] = [
            {"op": "test", "path": "/metadata/uid", "value": self.uid},
            {"op": "test", "path": "/metadata/generation", "value": metadata.get("generation", 0)},
            {"op": "replace", "path": "/spec/template", "value": plan.then.template},
        ]
        pointer = f"/metadata/annotations/{CHANGE_CAUSE.replace('/', '~1')}"
        if self.resource.kind == "Rollout":
            pass  # what caused a revision is written on its replica set, and nobody takes it over from there
        elif plan.then.cause and metadata.get("annotations"):
            body.append({"op": "add", "path": pointer, "value": plan.then.cause})
        elif CHANGE_CAUSE in (metadata.get("annotations") or {}):
            body.append({"op": "remove", "path": pointer})
        try:
            requests.patch(transport, self.path, body, requests.JSON_PATCH, query)
        except ApiError as error:
            if error.status == 422 and "test" in error.message and not error.causes:
                raise Refused(f"{self.subject.path} was changed since it was read: look again") from error
            raise


def _warnings(workload: Json) -> tuple[str, ...]:
    spec = workload.get("spec") or {}
    steps = ((spec.get("strategy") or {}).get("canary") or {}).get("steps")
    if steps:
        by = "the step" if len(steps) == 1 else f"the {len(steps)} steps"
        return (f"its pods change by {by} of its canary, unless it is what ran before",)
    if spec.get("paused"):
        return ("it is paused: nothing rolls until it is resumed",)
    if (spec.get("updateStrategy") or {}).get("type") == "OnDelete":
        return ("its pods change only when somebody deletes them (strategy OnDelete)",)
    return ()


def _without_nulls(value: Any) -> Any:
    """Return a value without fields that are null, as servers keep them in some revisions and not in others."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _revision(revision: Revision) -> tuple[Cell, ...]:
    cause = f"  {revision.cause}" if revision.cause else ""
    return (
        Cell(f"revision {revision.number}  "),
        Cell(", ".join(revision.images), Tone.FOCUS),
        Cell(cause, Tone.QUIET),
    )
