"""The functions on vectors and scalars."""

import re
from collections.abc import Callable
from math import ceil, exp, floor, inf, isinf, isnan, log, log2, log10, nan, sqrt

from cockpit.simulator.promql.ast import Matcher, Node, Range, Selector, anchored
from cockpit.simulator.promql.errors import ExecutionError
from cockpit.simulator.promql.values import Column, Labels, Row, Scalar, merged, without_names

_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_REFERENCE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")
_SAME = "vector cannot contain metrics with the same labelset"


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: value if isnan(value) or isinf(value) else float(function(value))


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: function(value) if value > 0 else -inf if value == 0 else nan


def _exp(value: float) -> float:
    return exp(value) if value < 709.7 or isnan(value) else inf


def _sign(value: float) -> float:
    return value if isnan(value) else float((value > 0) - (value < 0))


ELEMENTWISE: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "ceil": _whole(ceil),
    "exp": _exp,
    "floor": _whole(floor),
    "ln": _logarithm(log),
    "log10": _logarithm(log10),
    "log2": _logarithm(log2),
    "sgn": _sign,
    "sqrt": lambda value: sqrt(value) if value >= 0 else nan,
}


def mapped(rows: list[Row], function: Callable[[float], float]) -> list[Row]:
    """Return the rows without names, a function applied to each value."""
    return without_names(
        Row(row.labels, [None if value is None else function(value) for value in row.values]) for row in rows
    )


def rounded(rows: list[Row], nearest: Scalar) -> list[Row]:
    """Return values rounded to the nearest multiple, halves up."""

    def one(value: float, to: float) -> float:
        if to == 0 or isnan(value) or isinf(value):
            return value if to else nan
        return floor(value * (1 / to) + 0.5) / (1 / to)

    return _with_scalars(rows, one, nearest)


def clamped(rows: list[Row], low: Scalar, high: Scalar) -> list[Row]:
    """Return values held between two scalars; nothing at steps where the upper one is the lower."""

    def one(value: float, least: float, most: float) -> float | None:
        if most < least:
            return None
        return nan if isnan(least) or isnan(most) else max(least, min(most, value))

    return _with_scalars(rows, one, low, high)


def _with_scalars(rows: list[Row], function: Callable[..., float | None], *scalars: Scalar) -> list[Row]:
    columns = [scalar.values for scalar in scalars]
    return without_names(
        Row(
            row.labels,
            [None if step[0] is None else function(*step) for step in zip(row.values, *columns, strict=True)],
        )
        for row in rows
    )


def as_scalar(rows: list[Row], length: int) -> Scalar:
    """Return the value of the only element at each step, NaN where there is none or several."""
    values = []
    for step in range(length):
        present = [value for row in rows if (value := row.values[step]) is not None]
        values.append(present[0] if len(present) == 1 else nan)
    return Scalar(values)


def ordered(rows: list[Row], *, descending: bool) -> list[Row]:
    """Return the rows by value. Only the first step counts: a range query has no order."""
    worst = -inf if descending else inf

    def key(row: Row) -> float:
        value = row.values[0]
        return worst if value is None or isnan(value) else value

    return sorted(rows, key=key, reverse=descending)


def absent(argument: Node, rows: list[Row], length: int) -> list[Row]:
    """Return 1 where a vector is empty, with the labels its selector asks for by equality."""
    present = [False] * length
    for row in rows:
        present = [there or value is not None for there, value in zip(present, row.values, strict=True)]
    if all(present):
        return []
    column: Column = [None if there else 1.0 for there in present]
    return [Row(_asked_labels(argument), column)]


def _asked_labels(argument: Node) -> Labels:
    match argument:
        case Selector(matchers=matchers) | Range(selector=Selector(matchers=matchers)):
            pass
        case _:
            return {}
    seen: dict[str, list[Matcher]] = {}
    for matcher in matchers:
        seen.setdefault(matcher.name, []).append(matcher)
    return {
        name: found[0].value
        for name, found in seen.items()
        if name != "__name__" and len(found) == 1 and found[0].op == "="
    }


def label_replaced(rows: list[Row], target: str, replacement: str, source: str, pattern: str) -> list[Row]:
    """Return the rows with a label set from a match on another. Raises ExecutionError on bad arguments."""
    try:
        regex = anchored(pattern)
    except ValueError:
        raise ExecutionError(f"invalid regular expression in label_replace(): {pattern}") from None
    if not _LABEL_NAME.fullmatch(target):
        raise ExecutionError(f"invalid destination label name in label_replace(): {target}")
    found = []
    for row in rows:
        match = regex.fullmatch(row.labels.get(source, ""))
        value = None if match is None else _expanded(replacement, match)
        found.append(Row(row.labels if value is None else _with_label(row.labels, target, value), row.values))
    return merged(found, _SAME)


def _expanded(template: str, match: re.Match[str]) -> str:
    def group(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        name = found[2] or found[3]
        try:
            return match[int(name) if name.isdigit() else name] or ""
        except IndexError:
            return ""

    return _REFERENCE.sub(group, template)


def label_joined(rows: list[Row], target: str, separator: str, sources: list[str]) -> list[Row]:
    """Return the rows with a label made of others. Raises ExecutionError on bad names."""
    for name in sources:
        if not _LABEL_NAME.fullmatch(name):
            raise ExecutionError(f"invalid source label name in label_join(): {name}")
    if not _LABEL_NAME.fullmatch(target):
        raise ExecutionError(f"invalid destination label name in label_join(): {target}")
    return merged(
        (
            Row(
                _with_label(row.labels, target, separator.join(row.labels.get(name, "") for name in sources)),
                row.values,
            )
            for row in rows
        ),
        _SAME,
    )


def _with_label(labels: Labels, name: str, value: str) -> Labels:
    rest = {key: text for key, text in labels.items() if key != name}
    return {**rest, name: value} if value else rest
