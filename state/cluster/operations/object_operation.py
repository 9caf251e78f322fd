"""What operations on one object have in common: exactly the object that was shown, changed only as it was shown."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.access import allowed
from state.cluster.errors import ApiError
from state.cluster.kinds.kind import Resource
from state.cluster.operations.managers import FieldPath, management
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.operation import Outcome, Permission, Preview, Refused
from state.ref import Ref

ATTEMPTS = 5
"""How often a change is tried anew when somebody else writes the object between its reading and its writing."""

GENERATION = "generation"
"""In an outcome's details: the generation of the spec that the change made, for those who follow its rollout."""

Line = tuple[Cell, ...]


def labelled(label: str, *cells: Cell) -> Line:
    """Return a line of a preview: a quiet word, and what stands beside it."""
    return (Cell(f"{label:<7}", Tone.QUIET), *cells)


@dataclass(frozen=True, slots=True)
class ObjectOperation(ABC):
    """One thing to do to the object of a name and uid."""

    transport: Callable[[], Transport]
    resource: Resource
    subject: Ref
    uid: str

    @property
    @abstractmethod
    def id(self) -> str:
        """The catalogue's name."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What is asked, with the target."""

    @property
    def permission(self) -> Permission:
        """What the user has to be allowed."""
        return self.asks("patch")

    def permitted(self) -> str:
        """Return an empty string, or the sentence that says why this user may not. Asks the server."""
        return allowed(self.transport(), self.permission)

    def asks(self, verb: str, subresource: str = "") -> Permission:
        """Return the permission for a verb on the object."""
        at = self.subject
        return Permission(verb, self.resource.group, self.resource.plural, at.namespace, at.name, subresource)

    @property
    def path(self) -> str:
        """The object's request path."""
        return self.resource.path(self.subject.namespace, self.subject.name)

    @property
    def called(self) -> str:
        """The object in words: `Deployment payments/payments-api`."""
        return f"{self.resource.kind} {self.subject.path}"

    def read(self, transport: Transport) -> Json:
        """Return the object. Raises Refused when it is gone or another one by now, ClusterError on no answer."""
        try:
            found = requests.get(transport, self.path)
        except ApiError as error:
            if error.status == 404:
                raise Refused(f"{self.called} is gone") from error
            raise
        metadata = found.get("metadata")
        if not isinstance(metadata, dict) or metadata.get("uid") != self.uid:
            raise Refused(f"{self.subject.path} is another object by now: the one you saw is gone")
        return found


@dataclass(frozen=True, slots=True)
class PatchOperation(ObjectOperation):
    """Changes some fields of an object by a merge patch; the server tries it first, for the preview."""

    seen: Any = field(default=None, kw_only=True)
    """What `now` gave when it was planned; set, `run` changes nothing when that is different by then."""

    patch_type: ClassVar[str] = requests.MERGE_PATCH

    @property
    @abstractmethod
    def touched(self) -> tuple[FieldPath, ...]:
        """The fields that it changes: whoever manages the object may set them back."""

    @abstractmethod
    def now(self, found: Json) -> Any:
        """Return what is to be changed as it stands in the object, never None."""

    @abstractmethod
    def change(self, found: Json) -> Json:
        """Return the patch. Raises Refused when there is nothing to change."""

    @abstractmethod
    def lines(self, found: Json) -> tuple[Line, ...]:
        """Return what would change, for the preview."""

    @abstractmethod
    def outcome(self, found: Json) -> Outcome:
        """Return what came of it; `found` is the object before."""

    def warnings(self, found: Json) -> tuple[str, ...]:
        """Return what somebody should know before."""
        return ()

    def planned(self) -> Self:
        """Return the same operation, tied to what is to be changed as it is now. Asks the server."""
        return replace(self, seen=self.now(self.read(self.transport())))

    def preview(self) -> Preview:
        transport = self.transport()
        found = self._write(transport, requests.DRY_RUN)
        managed = management(transport, self.resource, found, self.touched)
        return Preview((*self.lines(found), *managed.lines), (*self.warnings(found), *managed.warnings))

    def run(self) -> Outcome:
        found = self._write(self.transport(), ())
        outcome = self.outcome(found)
        generation = found["metadata"].get("generation")
        if generation is None or not any(path[:1] == ("spec",) for path in self.touched):
            return outcome
        # Nobody else wrote in between, so it is the next one.
        return replace(outcome, details={**outcome.details, GENERATION: str(generation + 1)})

    def send(self, transport: Transport, change: Json, query: Query) -> None:
        """Send the patch."""
        requests.patch(transport, self.path, change, self.patch_type, query)

    def _write(self, transport: Transport, query: Query) -> Json:
        """Change the object, on the condition that nobody did since it was read; return it as it was read."""
        for _ in range(ATTEMPTS):
            found = self.read(transport)
            if self.seen is not None and self.now(found) != self.seen:
                raise Refused(f"{self.subject.path} was changed since the preview: look again")
            change = self.change(found)
            metadata = found["metadata"]
            exactly = {"uid": self.uid, "resourceVersion": metadata.get("resourceVersion", "")}
            try:
                self.send(transport, {**change, "metadata": {**change.get("metadata", {}), **exactly}}, query)
            except ApiError as error:
                if not overtaken(error):
                    raise
            else:
                return found
        raise Refused(f"{self.subject.path} is being changed all the time: nothing was done, try again")


def overtaken(error: ApiError) -> bool:
    """Return whether the server refused because the object is not the one that was read any more."""
    if error.status == 409:
        return True
    return error.status == 422 and any(cause.field == "metadata.uid" for cause in error.causes)
