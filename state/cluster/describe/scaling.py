"""Horizontal pod autoscalers and disruption budgets, in the shape of `kubectl describe`."""

from typing import Any

from state.cluster.describe.amounts import Amount
from state.cluster.describe.parts import (
    NONE,
    UNSET,
    Json,
    at,
    described_by,
    entries,
    head,
    moment,
    number,
    selector,
    table,
    word,
)
from state.cluster.describe.sheet import Sheet

UNKNOWN = "<unknown>"
_OF_REQUEST = "  (as a percentage of request):"


def autoscaler(sheet: Sheet, found: Json) -> None:
    """Put a horizontal pod autoscaler of `autoscaling/v2`."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found)
    described_by(sheet, found)
    sheet.line(0, "CreationTimestamp:", moment(at(found, "metadata", "creationTimestamp")))
    target = table(spec, "scaleTargetRef")
    sheet.line(0, "Reference:", f"{word(target.get('kind'))}/{word(target.get('name'))}")
    sheet.line(0, "Metrics:", "( current / target )")
    now = entries(status, "currentMetrics")
    for index, metric in enumerate(entries(spec, "metrics")):
        sheet.line(1, *_metric(metric, now[index] if index < len(now) else {}))
    least = spec.get("minReplicas")
    sheet.line(0, "Min replicas:", UNSET if least is None else word(least))
    sheet.line(0, "Max replicas:", number(spec, "maxReplicas"))
    behaviour = table(spec, "behavior")
    if behaviour:
        sheet.put(0, "Behavior:\n")
        for title, key in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
            _direction(sheet, title, table(behaviour, key))
    counts = f"{number(status, 'currentReplicas')} current / {number(status, 'desiredReplicas')} desired"
    sheet.line(0, f"{word(target.get('kind'))} pods:", counts)
    conditions = entries(status, "conditions")
    if conditions:
        sheet.put(0, "Conditions:\n")
        sheet.line(1, "Type", "Status", "Reason", "Message")
        sheet.line(1, "----", "------", "------", "-------")
    for one in conditions:
        sheet.line(1, *(word(one.get(key)) for key in ("type", "status", "reason", "message")))


def _metric(metric: Json, now: Json) -> tuple[str, str]:
    """Return what a metric is, and its current and wanted value."""
    kind = word(metric.get("type"))
    key = kind[:1].lower() + kind[1:]
    wanted, current = table(metric, key), table(now, key, "current")
    target, name = table(wanted, "target"), word(at(wanted, "metric", "name"))
    average = target.get("averageValue") is not None
    values = _values(target, current, "averageValue" if average else "value")
    match kind:
        case "External":
            return f'"{name}" (target {"average " if average else ""}value):', values
        case "Pods":
            return f'"{name}" on pods:', _values(target, current, "averageValue")
        case "Object":
            subject = table(wanted, "describedObject")
            where = f"{word(subject.get('kind'))}/{word(subject.get('name'))}"
            return f'"{name}" on {where} (target {"average " if average else ""}value):', values
        case "Resource" | "ContainerResource":
            container = f' of container "{word(wanted.get("container"))}"' if kind == "ContainerResource" else ""
            title = f"resource {word(wanted.get('name'))}{container} on pods"
            return (f"{title}:", values) if average else (f"{title}{_OF_REQUEST}", _utilization(target, current))
    return f'<unknown metric type "{kind}">', ""


def _values(target: Json, current: Json, key: str) -> str:
    return f"{_amount(current.get(key))} / {_amount(target.get(key))}"


def _amount(value: Any) -> str:
    return UNKNOWN if value is None else str(Amount.of(value))


def _utilization(target: Json, current: Json) -> str:
    used, wanted = current.get("averageUtilization"), target.get("averageUtilization")
    told = UNKNOWN if used is None else f"{word(used)}% ({Amount.of(current.get('averageValue'))})"
    return f"{told} / {'<auto>' if wanted is None else f'{word(wanted)}%'}"


def _direction(sheet: Sheet, title: str, rules: Json) -> None:
    if not rules:
        return
    sheet.put(1, f"{title}:\n")
    if rules.get("stabilizationWindowSeconds") is not None:
        sheet.put(2, f"Stabilization Window: {number(rules, 'stabilizationWindowSeconds')} seconds\n")
    policies = entries(rules, "policies")
    if policies:
        sheet.put(2, f"Select Policy: {word(rules.get('selectPolicy')) or 'Max'}\n")
        sheet.put(2, "Policies:\n")
    for one in policies:
        cells = f"Value: {number(one, 'value')}", f"Period: {number(one, 'periodSeconds')} seconds"
        sheet.line(3, f"- Type: {word(one.get('type'))}", *cells)


def budget(sheet: Sheet, found: Json) -> None:
    """Put a disruption budget."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found)
    if spec.get("minAvailable") is not None:
        sheet.line(0, "Min available:", word(spec["minAvailable"]))
    elif spec.get("maxUnavailable") is not None:
        sheet.line(0, "Max unavailable:", word(spec["maxUnavailable"]))
    chosen = spec.get("selector")
    sheet.line(0, "Selector:", UNSET if chosen is None else selector(chosen) or NONE)
    sheet.put(0, "Status:\n")
    for title, key in (
        ("Allowed disruptions:", "disruptionsAllowed"),
        ("Current:", "currentHealthy"),
        ("Desired:", "desiredHealthy"),
        ("Total:", "expectedPods"),
    ):
        sheet.line(2, title, number(status, key))
