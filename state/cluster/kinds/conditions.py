"""Conditions that say whether an object of a custom kind is well, as most controllers write them."""

from collections.abc import Sequence
from sys import intern
from typing import NamedTuple

from state.cluster.kinds.moments import moment
from state.cluster.kinds.workload_json import Condition, condition

_LONGEST = 1024


class Said(NamedTuple):
    """What one condition says. `status` is True, False or Unknown, empty when there is none of its type."""

    status: str = ""
    reason: str = ""
    message: str = ""
    since: float | None = None
    """When the status last changed, in seconds since the epoch."""

    @property
    def why(self) -> str:
        """The message, or the reason where there is none."""
        return self.message or self.reason


NOTHING = Said()


def said(conditions: Sequence[Condition] | None, kind: str) -> Said:
    """Return what the condition of a type says; at most 1,024 characters of its message."""
    found = condition(conditions, kind)
    if found is None:
        return NOTHING
    return Said(
        intern(found.status), intern(found.reason), found.message[:_LONGEST], moment(found.last_transition_time)
    )
