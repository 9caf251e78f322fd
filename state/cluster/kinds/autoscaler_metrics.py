"""What an autoscaler measures and wants, by the rules of `formatHPAMetrics` in pkg/printers/internalversion."""

from collections.abc import Sequence

import msgspec

from state.cluster.kinds.columns import NONE, UNKNOWN, some

_SHOWN = 2
_NO_QUANTITY = "<nil>"


class Value(msgspec.Struct, gc=False, rename="camel"):
    """A target or a measured value: quantities, or percent of what is requested."""

    value: str | None = None
    average_value: str | None = None
    average_utilization: int | None = None


class Wanted(msgspec.Struct, gc=False):
    name: str = ""
    target: Value = msgspec.field(default_factory=Value)


class Measured(msgspec.Struct, gc=False):
    current: Value = msgspec.field(default_factory=Value)


class Metric(msgspec.Struct, gc=False, rename="camel"):
    """One metric of a spec."""

    type: str = ""
    external: Wanted | None = None
    pods: Wanted | None = None
    object: Wanted | None = None
    resource: Wanted | None = None
    container_resource: Wanted | None = None


class Current(msgspec.Struct, gc=False, rename="camel"):
    """What was measured for the metric of the same place."""

    external: Measured | None = None
    pods: Measured | None = None
    object: Measured | None = None
    resource: Measured | None = None
    container_resource: Measured | None = None


_FIELDS = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "container_resource",
}


def targets(metrics: Sequence[Metric], measured: Sequence[Current]) -> str:
    """Return what is measured and wanted, the first two metrics: `cpu: 42%/70%, 5/10`."""
    if not metrics:
        return NONE
    texts = [
        _text(metric, measured[index] if index < len(measured) else None)
        for index, metric in enumerate(metrics[:_SHOWN])
    ]
    return some(texts, len(metrics), _SHOWN, ", ")


def _text(metric: Metric, measured: Current | None) -> str:
    field = _FIELDS.get(metric.type)
    wanted: Wanted | None = getattr(metric, field) if field else None
    if field is None or wanted is None:
        return "<unknown type>"
    found: Measured | None = getattr(measured, field) if measured is not None else None
    now = found.current if found is not None else None
    target = wanted.target
    match metric.type:
        case "Pods":
            return f"{_amount(now.average_value) if now else UNKNOWN}/{_amount(target.average_value)}"
        case "Resource" | "ContainerResource" if target.average_value is not None:
            return f"{wanted.name}: {_amount(now.average_value) if now else UNKNOWN}/{target.average_value}"
        case "Resource" | "ContainerResource":
            known = now is not None and now.average_utilization is not None
            share = f"{now.average_utilization}%" if known and now is not None else UNKNOWN
            aim = "<auto>" if target.average_utilization is None else f"{target.average_utilization}%"
            return f"{wanted.name}: {share}/{aim}"
    if target.average_value is not None:
        return f"{(now.average_value if now else None) or UNKNOWN}/{target.average_value} (avg)"
    return f"{_amount(now.value) if now else UNKNOWN}/{_amount(target.value)}"


def _amount(quantity: str | None) -> str:
    return _NO_QUANTITY if quantity is None else quantity
