"""Status conditions: set one, keep since when it holds."""

from collections.abc import Iterable
from typing import Any

from cockpit.simulator.store import Object


def find(conditions: Iterable[Object], type_: str) -> Object | None:
    """Return the condition of a type, None when it is not set."""
    return next((one for one in conditions if one["type"] == type_), None)


def with_condition(conditions: Iterable[Object], type_: str, status: str, now: str, **fields: Any) -> list[Object]:
    """Return the conditions with one set. `lastTransitionTime` moves only when its status does."""
    listed = list(conditions)
    old = find(listed, type_)
    since = old["lastTransitionTime"] if old is not None and old["status"] == status else now
    new = {"type": type_, "status": status, "lastTransitionTime": since, **fields}
    if old is None:
        return [*listed, new]
    return [new if one is old else one for one in listed]
