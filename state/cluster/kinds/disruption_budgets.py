"""Pod disruption budgets."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    UNREADABLE,
    age_column,
    health_column,
    name_column,
    namespace_column,
    text,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.selectors import LabelSelector, selector_text

YOUNG = 60.0
"""Seconds that the pods of a new budget may take before missing ones are a fault."""
_NOT_SET = "N/A"


class BudgetRow(Row, frozen=True, kw_only=True, gc=False):
    """A pod disruption budget. Counts are pods."""

    min_available: str = _NOT_SET
    """A count or a share of its pods, `50%`."""
    max_unavailable: str = _NOT_SET
    allowed: int = 0
    """How many pods may be evicted now."""
    healthy: int = 0
    wanted: int = 0
    """How many of its pods must be healthy."""
    pods: int = 0
    selector: str = ""


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    min_available: int | str | None = None
    max_unavailable: int | str | None = None
    selector: LabelSelector | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0


class _Budget(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Budget, extra: tuple[Any, ...]) -> BudgetRow:
    """Return a budget's row. Raises ValueError for one without a uid."""
    spec, status = found.spec, found.status
    return BudgetRow(
        **identity(found.metadata, extra),
        min_available=_limit(spec.min_available),
        max_unavailable=_limit(spec.max_unavailable),
        allowed=status.disruptions_allowed,
        healthy=status.current_healthy,
        wanted=status.desired_healthy,
        pods=status.expected_pods,
        selector=selector_text(spec.selector),
    )


def _limit(value: int | str | None) -> str:
    return _NOT_SET if value is None else intern(str(value))


def _limit_key(value: str) -> tuple[int, int, str]:
    digits = value.removesuffix("%")
    return (1 + value.endswith("%"), int(digits), "") if digits.isdecimal() else (0, 0, value)


def budget_fault(row: BudgetRow, now: float) -> Fault | None:
    """Return what is wrong with a budget at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.healthy < row.wanted and now - row.created > YOUNG:
        return Fault(f"{row.healthy} of {row.wanted} healthy", Tone.WARN, 43)
    return None


DISRUPTION_BUDGET: Kind[BudgetRow] = Kind(
    Resource(
        "policy",
        "v1",
        "poddisruptionbudgets",
        "PodDisruptionBudget",
        singular="poddisruptionbudget",
        short_names=("pdb",),
    ),
    (
        health_column(budget_fault),
        namespace_column(),
        name_column(),
        text(
            "MIN AVAILABLE",
            lambda row: row.min_available,
            width=13,
            importance=2,
            right=True,
            sort_key=lambda row: _limit_key(row.min_available),
        ),
        text(
            "MAX UNAVAILABLE",
            lambda row: row.max_unavailable,
            width=15,
            importance=2,
            right=True,
            sort_key=lambda row: _limit_key(row.max_unavailable),
        ),
        text(
            "ALLOWED DISRUPTIONS",
            lambda row: str(row.allowed),
            width=19,
            right=True,
            tone=lambda row: Tone.WARN if row.pods and not row.allowed else Tone.TEXT,
            sort_key=lambda row: row.allowed,
        ),
        age_column(),
    ),
    JsonDecoder(_Budget, flatten, BudgetRow),
    budget_fault,
    lambda row: f"{row.namespace}/{row.name} {row.selector}",
)
