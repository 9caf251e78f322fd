"""What can be done to the world: permitted, previewed, run once, journalled."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, Self

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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running operation is, in one printable sentence; `total` is 0 where there is nothing to count."""

    text: str
    done: int = 0
    total: int = 0


class Course:
    """Ties a long operation to who watches it: it says how far it is, waits, and learns that it should stop."""

    def __init__(self, tell: Callable[[Progress], None] = lambda progress: None) -> None:
        """`tell` is called on the operation's own thread."""
        self._tell = tell
        self._stop = threading.Event()

    def tell(self, progress: Progress) -> None:
        """Say how far it is."""
        self._tell(progress)

    def stop(self) -> None:
        """Ask the operation to stop where it safely can. From any thread."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.is_set()

    def pause(self, seconds: float) -> bool:
        """Wait; return at once, with False, when somebody asks to stop."""
        return not self._stop.wait(seconds)


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


class LongOperation(Operation, Protocol):
    """An operation that takes minutes: it tells how far it is and can be stopped, and says what it left behind."""

    def along(self, course: Course) -> Self:
        """Return the same operation, tied to a course."""
        ...
