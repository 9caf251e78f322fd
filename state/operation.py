"""What can be done to the world: permitted, previewed, run once, journalled."""

from dataclasses import dataclass, field
from typing import Protocol

from state.cell import Cell
from state.ref import Ref


@dataclass(frozen=True, slots=True)
class Permission:
    """What a SelfSubjectAccessReview is asked. `resource` is the plural."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        what = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        return f"{self.verb} {what}" + (f" in {self.namespace}" if self.namespace else "")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen, in lines of cells for the confirm dialog; made without changing anything."""

    lines: tuple[tuple[Cell, ...], ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `summary` is one printable sentence."""

    done: bool
    summary: str
    details: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The operation may not run: read-only, not permitted, or its target changed. The text says which."""


class Operation(Protocol):
    """One thing to do to one target, bound to all it needs. The methods block; call them off the loop."""

    @property
    def id(self) -> str:
        """The catalogue's name, for example `roll-back`."""
        ...

    @property
    def title(self) -> str:
        """What is asked, with the target: `Roll back payments/payments-api to revision 7`."""
        ...

    @property
    def subject(self) -> Ref | str:
        """What it is done to: an object, or the fingerprint or name of something else."""
        ...

    def permitted(self) -> str:
        """Return an empty string, or the sentence that says why this user may not. Asks the server."""
        ...

    def preview(self) -> Preview:
        """Return what would happen. Raises Refused when it cannot happen at all, ClusterError on no answer."""
        ...

    def run(self) -> Outcome:
        """Do it, once, on exactly the target that was previewed. Raises what `preview` raises."""
        ...
