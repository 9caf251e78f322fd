"""Aggregations: many rows to one for each group, or the first few of each group."""

from collections.abc import Callable
from heapq import nlargest, nsmallest
from math import inf, isnan, nan, sqrt

from cockpit.simulator.promql.errors import ExecutionError
from cockpit.simulator.promql.numbers import format_value
from cockpit.simulator.promql.values import Column, Labels, Row, Scalar, is_absent
from cockpit.simulator.promql.windows import greatest, least, quantile, total, variance

Groups = list[tuple[Labels, list[Row]]]


def groups(rows: list[Row], labels: tuple[str, ...], *, without: bool) -> Groups:
    """Return the rows of equal grouping labels together, with those labels."""
    if without:
        dropped = {*labels, "__name__"}
        split: dict[frozenset[tuple[str, str]], list[Row]] = {}
        for row in rows:
            key = frozenset((name, value) for name, value in row.labels.items() if name not in dropped)
            split.setdefault(key, []).append(row)
        return [(dict(sorted(key)), members) for key, members in split.items()]
    kept: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        get = row.labels.get
        kept.setdefault(tuple([get(name, "") for name in labels]), []).append(row)
    return [
        ({name: value for name, value in zip(labels, key, strict=True) if value}, members)
        for key, members in kept.items()
    ]


def reduce(op: str, grouped: Groups) -> list[Row]:
    """Return one row a group: `sum`, `avg`, `min`, `max`, `count`, `group`, `stddev` or `stdvar`."""
    return [Row(labels, _reduced(op, [row.values for row in members])) for labels, members in grouped]


def _reduced(op: str, columns: list[Column]) -> Column:
    function = _REDUCTIONS[op]
    if len(columns) == 1 and op in ("sum", "avg", "min", "max"):
        return columns[0]
    reduced: Column = []
    for step in zip(*columns, strict=True):
        present = [value for value in step if value is not None]
        reduced.append(function(present) if present else None)
    return reduced


_REDUCTIONS: dict[str, Callable[[list[float]], float]] = {
    "avg": lambda values: total(values) / len(values),
    "count": lambda values: float(len(values)),
    "group": lambda values: 1.0,
    "max": greatest,
    "min": least,
    "stddev": lambda values: sqrt(variance(values)),
    "stdvar": variance,
    "sum": total,
}


def ranked(op: str, grouped: Groups, parameter: Scalar) -> list[Row]:
    """Return `topk` or `bottomk`: the rows with values only at the steps where they are among the first few.

    At a single step they come in their order.
    """
    found: list[Row] = []
    pick = nlargest if op == "topk" else nsmallest
    worst = -inf if op == "topk" else inf
    for _, members in grouped:
        columns: dict[int, Column] = {}
        for step, limit in enumerate(parameter.values):
            present = [
                (worst if isnan(value) else value, index)
                for index, row in enumerate(members)
                if (value := row.values[step]) is not None
            ]
            for _, index in pick(_whole(limit), present, key=lambda pair: pair[0]):
                column = columns.setdefault(index, [None] * len(parameter.values))
                column[step] = members[index].values[step]
        found += [Row(members[index].labels, column) for index, column in columns.items()]
    return found


def _whole(limit: float) -> int:
    if isnan(limit) or abs(limit) >= 2**63:
        raise ExecutionError(f"Scalar value {format_value(limit)} overflows int64")
    return max(0, int(limit))


def quantiles(grouped: Groups, parameter: Scalar) -> list[Row]:
    """Return the quantile of each group."""
    found = []
    for labels, members in grouped:
        column: Column = []
        for step, q in enumerate(parameter.values):
            present = [value for row in members if (value := row.values[step]) is not None]
            column.append(quantile(q, present) if present else None)
        found.append(Row(labels, column))
    return found


def counted(grouped: Groups, label: str, length: int) -> list[Row]:
    """Return `count_values`: for each group and value how many rows have it, the value as a label."""
    found = []
    for labels, members in grouped:
        columns: dict[str, Column] = {}
        for row in members:
            for step, value in enumerate(row.values):
                if value is not None:
                    column = columns.setdefault(format_value(value), [None] * length)
                    column[step] = (column[step] or 0.0) + 1
        found += [Row({**labels, label: text}, column) for text, column in columns.items()]
    return found


def histogram_quantile(q: Scalar, rows: list[Row]) -> list[Row]:
    """Return the q-quantile of classic histograms: buckets by `le`, linear within one, as Prometheus does it."""
    grouped: dict[frozenset[tuple[str, str]], list[tuple[float, Column]]] = {}
    for row in rows:
        try:
            bound = float(row.labels["le"])
        except (KeyError, ValueError):
            continue
        key = frozenset((name, value) for name, value in row.labels.items() if name not in ("le", "__name__"))
        grouped.setdefault(key, []).append((bound, row.values))
    found = []
    for key, buckets in grouped.items():
        buckets.sort(key=lambda bucket: bucket[0])
        column: Column = []
        for step, share in enumerate(q.values):
            present = [(bound, value) for bound, values in buckets if (value := values[step]) is not None]
            column.append(_bucket_quantile(share, present) if present else None)
        if not is_absent(column):
            found.append(Row(dict(sorted(key)), column))
    return found


def _bucket_quantile(q: float, buckets: list[tuple[float, float]]) -> float:
    if isnan(q) or q < 0 or q > 1:
        return nan if isnan(q) else inf if q > 1 else -inf
    if buckets[-1][0] != inf:
        return nan
    bounds: list[float] = []
    counts: list[float] = []
    for bound, count in buckets:
        if bounds and bounds[-1] == bound:
            counts[-1] += count
            continue
        bounds.append(bound)
        # Buckets are scraped one after another; a later one may lag behind.
        counts.append(count)
    for index in range(1, len(counts)):
        counts[index] = max(counts[index], counts[index - 1])
    if len(bounds) < 2 or counts[-1] == 0 or isnan(counts[-1]):
        return nan
    rank = q * counts[-1]
    found = next((index for index in range(len(bounds) - 1) if counts[index] >= rank), len(bounds) - 1)
    if found == len(bounds) - 1:
        return bounds[-2]
    if found == 0 and bounds[0] <= 0:
        return bounds[0]
    start, before = (bounds[found - 1], counts[found - 1]) if found else (0.0, 0.0)
    return start + (bounds[found] - start) * ((rank - before) / (counts[found] - before))
