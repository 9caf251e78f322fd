"""Operators between two vectors: which rows meet, and what labels the result has."""

from collections.abc import Callable, Hashable

from cockpit.simulator.promql.arithmetic import ARITHMETIC, combine
from cockpit.simulator.promql.ast import Binary, Matching
from cockpit.simulator.promql.errors import ExecutionError
from cockpit.simulator.promql.values import Column, Labels, Row, is_absent, merged, show_labels

_NOT_EXPLICIT = "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
_NOT_UNIQUE = "multiple matches for labels: grouping labels must ensure unique matches"


def signature(matching: Matching) -> Callable[[Labels], Hashable]:
    """Return what gives the labels by which rows meet."""
    if matching.on:
        names = matching.labels
        return lambda labels: tuple([labels.get(name, "") for name in names])
    ignored = {*matching.labels, "__name__"}
    return lambda labels: frozenset((name, value) for name, value in labels.items() if name not in ignored)


def vectors(node: Binary, left: list[Row], right: list[Row]) -> list[Row]:
    """Return an arithmetic or comparison operator between two vectors. Raises ExecutionError on a bad match."""
    matching = node.matching
    swapped = matching.many == "right"
    many, one = (right, left) if swapped else (left, right)
    sign = signature(matching)
    ones: dict[Hashable, list[Row]] = {}
    for row in one:
        ones.setdefault(sign(row.labels), []).append(row)
    for rows in ones.values():
        if len(rows) > 1:
            _refuse_overlap(rows, matching, "left" if swapped else "right")
    results: list[Row] = []
    met: dict[Hashable, Column] = {}
    for row in many:
        key = sign(row.labels)
        for other in ones.get(key, ()):
            pair = (other.values, row.values) if swapped else (row.values, other.values)
            column = combine(node.op, *pair, returns_bool=node.returns_bool)
            if is_absent(column):
                continue
            results.append(Row(_result_labels(node, row.labels, other.labels), column))
            if not matching.many:
                met[key] = _joined(met[key], column) if key in met else column
    return merged(results, _NOT_UNIQUE)


def _joined(before: Column, column: Column) -> Column:
    if any(a is not None and b is not None for a, b in zip(before, column, strict=True)):
        raise ExecutionError(_NOT_EXPLICIT)
    return [b if a is None else a for a, b in zip(before, column, strict=True)]


def _refuse_overlap(rows: list[Row], matching: Matching, side: str) -> None:
    seen: list[Row | None] = [None] * len(rows[0].values)
    for row in rows:
        for step, value in enumerate(row.values):
            if value is None:
                continue
            if (other := seen[step]) is not None:
                group = {
                    name: text
                    for name, text in row.labels.items()
                    if (name in matching.labels) == matching.on and name != "__name__"
                }
                pair = f"[{show_labels(row.labels)}, {show_labels(other.labels)}]"
                raise ExecutionError(
                    f"found duplicate series for the match group {show_labels(group)} on the {side} hand-side of the "
                    f"operation: {pair};many-to-many matching not allowed: matching labels must be unique on one side"
                )
            seen[step] = row


def _result_labels(node: Binary, many: Labels, one: Labels) -> Labels:
    matching = node.matching
    drop_name = node.op in ARITHMETIC or node.returns_bool
    if matching.many:
        labels = {name: value for name, value in many.items() if not (drop_name and name == "__name__")}
        for name in matching.include:
            if one.get(name):
                labels[name] = one[name]
            else:
                labels.pop(name, None)
        return labels
    if matching.on:
        return {name: many[name] for name in matching.labels if many.get(name)}
    return {
        name: value
        for name, value in many.items()
        if name not in matching.labels and not (drop_name and name == "__name__")
    }


def sets(op: str, matching: Matching, left: list[Row], right: list[Row]) -> list[Row]:
    """Return `and`, `or` or `unless` of two vectors, step by step."""
    sign = signature(matching)
    if op == "or":
        present = _presence(left, sign)
        rest = [Row(row.labels, _where(row.values, present.get(sign(row.labels)), wanted=False)) for row in right]
        joined = merged([*left, *rest], "vector cannot contain metrics with the same labelset")
        return [row for row in joined if not is_absent(row.values)]
    present = _presence(right, sign)
    wanted = op == "and"
    kept = (Row(row.labels, _where(row.values, present.get(sign(row.labels)), wanted=wanted)) for row in left)
    return [row for row in kept if not is_absent(row.values)]


def _presence(rows: list[Row], sign: Callable[[Labels], Hashable]) -> dict[Hashable, list[bool]]:
    present: dict[Hashable, list[bool]] = {}
    for row in rows:
        here = [value is not None for value in row.values]
        key = sign(row.labels)
        before = present.get(key)
        present[key] = here if before is None else [a or b for a, b in zip(before, here, strict=True)]
    return present


def _where(values: Column, present: list[bool] | None, *, wanted: bool) -> Column:
    if present is None:
        return [None] * len(values) if wanted else values
    return [value if there == wanted else None for value, there in zip(values, present, strict=True)]
