"""Queries as the HTTP API asks and answers them."""

from typing import Any

from cockpit.simulator.promql.ast import Range, Subquery
from cockpit.simulator.promql.checks import check
from cockpit.simulator.promql.evaluator import evaluate, samples
from cockpit.simulator.promql.numbers import format_value
from cockpit.simulator.promql.parser import parse
from cockpit.simulator.promql.values import Database, Labels, Row, Scalar, Settings, Text, Vector

Data = dict[str, Any]
"""`{"resultType": …, "result": …}`, ready to be encoded as JSON."""


class NotAVector(Exception):
    """A range query of something that has no value at each step."""


def query(text: str, database: Database, at: int, settings: Settings) -> Data:
    """Return what an expression is worth at a moment (milliseconds). Raises ParseError or ExecutionError."""
    node = parse(text)
    if isinstance(node, Range | Subquery):
        found = samples(node, database, at, settings)
        return {"resultType": "matrix", "result": _by_labels([_series(row, times) for row, times in found])}
    value = evaluate(node, database, range(at, at + 1), settings)
    moment = at / 1000 if at % 1000 else at // 1000
    if isinstance(value, Text):
        return {"resultType": "string", "result": [moment, value.value]}
    if isinstance(value, Scalar):
        return {"resultType": "scalar", "result": [moment, format_value(value.values[0])]}
    result = [
        {"metric": row.labels, "value": [moment, format_value(number)]}
        for row in value.rows
        if (number := row.values[0]) is not None
    ]
    return {"resultType": "vector", "result": result}


def query_range(text: str, database: Database, steps: range, settings: Settings) -> Data:
    """Return what an expression is worth at each step (milliseconds).

    Raises ParseError, ExecutionError, and NotAVector for a range vector or a string.
    """
    node = parse(text)
    kind = check(text, node)
    if kind in ("matrix", "string"):
        name = "range vector" if kind == "matrix" else "string"
        raise NotAVector(f'invalid expression type "{name}" for range query, must be Scalar or instant Vector')
    value = evaluate(node, database, steps, settings)
    rows = [Row({}, [*value.values])] if isinstance(value, Scalar) else value.rows if isinstance(value, Vector) else []
    return {"resultType": "matrix", "result": _by_labels([_series(row, steps) for row in rows])}


def _series(row: Row, times: range | list[int]) -> dict[str, Any]:
    values = [
        [at / 1000 if at % 1000 else at // 1000, format_value(value)]
        for at, value in zip(times, row.values, strict=True)
        if value is not None
    ]
    return {"metric": row.labels, "values": values}


def _by_labels(result: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def key(series: dict[str, Any]) -> list[tuple[str, str]]:
        labels: Labels = series["metric"]
        return sorted(labels.items())

    return sorted(result, key=key)
