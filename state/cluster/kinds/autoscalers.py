"""Horizontal pod autoscalers."""

from sys import intern
from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.autoscaler_metrics import Current, Metric, targets
from state.cluster.kinds.columns import (
    UNREADABLE,
    age_column,
    health_column,
    name_column,
    namespace_column,
    number,
    text,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource, Row
from state.cluster.kinds.metadata import Shape, identity
from state.cluster.kinds.moments import moment
from state.cluster.kinds.workload_json import Condition, condition
from state.printable import printable

YOUNG = 120.0
"""Seconds that the first metrics may take to come."""


class AutoscalerRow(Row, frozen=True, kw_only=True, gc=False):
    """A horizontal pod autoscaler. Counts are pods."""

    target: str = ""
    """What it scales: `Deployment/api`."""
    metrics: str = ""
    """TARGETS as `kubectl get` shows them."""
    least: int | None = None
    most: int = 0
    replicas: int = 0
    trouble: str = ""
    """Why it cannot scale: the reason of a condition."""
    troubled: float | None = None
    """Since when, in seconds since the epoch."""
    limited: bool = False
    """It would scale further up than it may."""


class _Target(msgspec.Struct, gc=False):
    kind: str = ""
    name: str = ""


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    scale_target_ref: _Target = msgspec.field(default_factory=_Target)
    min_replicas: int | None = None
    max_replicas: int = 0
    metrics: list[Metric] | None = None


class _Status(msgspec.Struct, gc=False, rename="camel"):
    current_replicas: int = 0
    current_metrics: list[Current] | None = None
    conditions: list[Condition] | None = None


class _Autoscaler(Shape):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Autoscaler, extra: tuple[Any, ...]) -> AutoscalerRow:
    """Return an autoscaler's row. Raises ValueError for one without a uid."""
    spec, status = found.spec, found.status
    trouble = next(filter(None, (_false(status, kind) for kind in ("AbleToScale", "ScalingActive"))), None)
    limited = condition(status.conditions, "ScalingLimited")
    return AutoscalerRow(
        **identity(found.metadata, extra),
        target=f"{spec.scale_target_ref.kind}/{spec.scale_target_ref.name}",
        metrics=targets(spec.metrics or (), status.current_metrics or ()),
        least=spec.min_replicas,
        most=spec.max_replicas,
        replicas=status.current_replicas,
        trouble=intern(trouble.reason) if trouble else "",
        troubled=moment(trouble.last_transition_time) if trouble else None,
        limited=limited is not None and limited.status == "True" and limited.reason == "TooManyReplicas",
    )


def _false(status: _Status, kind: str) -> Condition | None:
    found = condition(status.conditions, kind)
    # A target scaled to nothing by hand is not scaled by design.
    failed = found is not None and found.status == "False" and found.reason != "ScalingDisabled"
    return found if failed else None


def autoscaler_fault(row: AutoscalerRow, now: float) -> Fault | None:
    """Return what is wrong with an autoscaler at a wall-clock moment, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.trouble and now - row.created > YOUNG:
        return Fault(printable(row.trouble), Tone.WARN, 52, row.troubled)
    if row.limited:
        return Fault(f"wants more than {row.most}", Tone.WARN, 35)
    return None


AUTOSCALER: Kind[AutoscalerRow] = Kind(
    Resource(
        "autoscaling",
        "v2",
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        singular="horizontalpodautoscaler",
        short_names=("hpa",),
    ),
    (
        health_column(autoscaler_fault),
        namespace_column(),
        name_column(),
        text("REFERENCE", lambda row: row.target, width=28, middle=True),
        text(
            "TARGETS",
            lambda row: row.metrics,
            width=24,
            importance=0,
            tone=lambda row: Tone.WARN if "<unknown>" in row.metrics else Tone.TEXT,
        ),
        text(
            "MINPODS",
            lambda row: "<unset>" if row.least is None else str(row.least),
            width=7,
            importance=2,
            right=True,
            sort_key=lambda row: row.least or 0,
        ),
        number("MAXPODS", lambda row: row.most),
        number("REPLICAS", lambda row: row.replicas, width=8, importance=1),
        age_column(),
    ),
    JsonDecoder(_Autoscaler, flatten, AutoscalerRow),
    autoscaler_fault,
    lambda row: f"{row.namespace}/{row.name} {row.target} {row.metrics}",
)
