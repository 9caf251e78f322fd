"""Operations that need no answer before they are previewed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from state.cluster.kinds.kind import Resource
from state.cluster.operations.cordon import Cordon
from state.cluster.operations.delete import Delete
from state.cluster.operations.pausing import PauseRollout, Suspend
from state.cluster.operations.restart import Restart
from state.cluster.operations.trigger import Trigger
from state.cluster.transport import Transport
from state.operation import Operation
from state.ref import Ref

At = tuple[Callable[[], Transport], Resource, Ref, str]
"""What an operation is tied to: transport, resource, object and uid."""
Make = Callable[[At], Operation]
"""Makes an operation. May block and raise as a preview does."""


def _suspend(at: At) -> Operation:
    """Suspend what goes on, let go on what is suspended."""
    return _switched(Suspend(*at, True))


def _pause(at: At) -> Operation:
    return _switched(PauseRollout(*at, True))


def _switched(operation: Any) -> Operation:
    """Set the switch to what it is not."""
    found = operation.planned()
    switched: Operation = replace(found, on=not found.seen)
    return switched


PLAIN: dict[str, Make] = {
    "restart": lambda at: Restart(*at),
    "pause": _pause,
    "suspend": _suspend,
    "trigger": lambda at: Trigger(*at),
    "cordon": lambda at: Cordon(*at, True),
    "uncordon": lambda at: Cordon(*at, False),
    "delete": lambda at: Delete(*at),
    "kill": lambda at: Delete(*at, grace=0),
}
"""What needs no answer."""
