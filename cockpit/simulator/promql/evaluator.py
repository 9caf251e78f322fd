"""Trees to values, over all steps of a query at once."""

from collections.abc import Iterable, Sequence

from cockpit.simulator.promql import functions, matching
from cockpit.simulator.promql.aggregation import counted, groups, histogram_quantile, quantiles, ranked, reduce
from cockpit.simulator.promql.arithmetic import combine
from cockpit.simulator.promql.ast import (
    COMPARISONS,
    SET_OPERATORS,
    Aggregate,
    Binary,
    Call,
    Node,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    Unary,
)
from cockpit.simulator.promql.errors import ExecutionError
from cockpit.simulator.promql.instants import Instants, read_instants
from cockpit.simulator.promql.ranges import RangeVector, Remembered, as_series
from cockpit.simulator.promql.signatures import SIGNATURES
from cockpit.simulator.promql.values import (
    Column,
    Database,
    Row,
    Scalar,
    Series,
    Settings,
    Text,
    Value,
    Vector,
    is_absent,
    nameless,
    without_names,
)


def evaluate(node: Node, database: Database, steps: range, settings: Settings) -> Value:
    """Return what a checked tree is worth at each step (milliseconds). Raises ExecutionError."""
    return _Evaluation(database, steps, settings).value(node)


def samples(
    node: Range | Subquery, database: Database, at: int, settings: Settings
) -> list[tuple[Row, list[int]]]:  # fmt: skip
    """Return a range vector itself at a moment: its rows with the moments of their values. Raises ExecutionError."""
    return _Evaluation(database, range(at, at + 1), settings).samples(node)


class _Evaluation:
    def __init__(self, database: Database, steps: range, settings: Settings) -> None:
        self._database = database
        self._steps = steps
        self._settings = settings

    def value(self, node: Node) -> Value:
        match node:
            case Number():
                return Scalar([node.value] * len(self._steps))
            case String():
                return Text(node.value)
            case Selector():
                return Vector(self._instant(node))
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Aggregate():
                return Vector([row for row in self._aggregate(node) if not is_absent(row.values)])
            case Call():
                return self._call(node)
        raise ExecutionError("a range vector has no value of its own")

    def _rows(self, node: Node) -> list[Row]:
        value = self.value(node)
        assert isinstance(value, Vector)
        return value.rows

    def _scalar(self, node: Node) -> Scalar:
        value = self.value(node)
        assert isinstance(value, Scalar)
        return value

    def _text(self, node: Node) -> str:
        value = self.value(node)
        assert isinstance(value, Text)
        return value.value

    # --- selectors ---

    def _selected(self, node: Selector, reach: int) -> Iterable[Series]:
        start = self._steps[0] - node.offset - reach
        return self._database.select(node.matchers, start, self._steps[-1] - node.offset)

    def _instant(self, node: Selector, *, moments: bool = False) -> list[Row]:
        plan_of = Remembered[Instants](lambda times: Instants.of(times, self._steps, node.offset, self._settings))
        rows = []
        for series in self._selected(node, self._settings.lookback):
            column = read_instants(series, plan_of(series.times), moments=moments)
            if column is not None:
                rows.append(Row(series.labels, column))
        return rows

    def _range(self, node: Node) -> RangeVector:
        if isinstance(node, Subquery):
            return RangeVector(self._subquery(node), self._steps, node.length, node.offset, self._settings.major)
        assert isinstance(node, Range)
        series = self._selected(node.selector, node.length)
        return RangeVector(series, self._steps, node.length, node.selector.offset, self._settings.major)

    def _subquery(self, node: Subquery) -> list[Series]:
        step = node.step or self._settings.evaluation_interval
        start = self._steps[0] - node.offset - node.length
        first = -(-start // step) * step
        if first == start and self._settings.major >= 3:
            first += step
        moments = range(first, self._steps[-1] - node.offset + 1, step)
        if not moments:
            return []
        value = _Evaluation(self._database, moments, self._settings).value(node.inner)
        assert isinstance(value, Vector)
        return [as_series(row, moments) for row in value.rows]

    def samples(self, node: Range | Subquery) -> list[tuple[Row, list[int]]]:
        return self._range(node).samples()

    # --- operators ---

    def _unary(self, node: Unary) -> Value:
        value = self.value(node.inner)
        if node.op == "+":
            return value
        if isinstance(value, Scalar):
            return Scalar([-number for number in value.values])
        assert isinstance(value, Vector)
        return Vector(functions.mapped(value.rows, lambda number: -number))

    def _binary(self, node: Binary) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(left, Vector) and isinstance(right, Vector):
            if node.op in SET_OPERATORS:
                return Vector(matching.sets(node.op, node.matching, left.rows, right.rows))
            return Vector(matching.vectors(node, left.rows, right.rows))
        if isinstance(left, Scalar) and isinstance(right, Scalar):
            both = combine(node.op, [*left.values], [*right.values], returns_bool=True)
            return Scalar([value for value in both if value is not None])
        rows = []
        if isinstance(left, Vector) and isinstance(right, Scalar):
            scalar: Column = [*right.values]
            for labels, values in left.rows:
                rows.append(Row(labels, combine(node.op, values, scalar, returns_bool=node.returns_bool)))
        elif isinstance(left, Scalar) and isinstance(right, Vector):
            scalar = [*left.values]
            for labels, values in right.rows:
                column = combine(node.op, scalar, values, returns_bool=node.returns_bool, keep_right=True)
                rows.append(Row(labels, column))
        if node.op not in COMPARISONS or node.returns_bool:
            rows = without_names(rows)
        return Vector([row for row in rows if not is_absent(row.values)])

    def _aggregate(self, node: Aggregate) -> list[Row]:
        grouped = groups(self._rows(node.inner), node.labels, without=node.without)
        if node.parameter is None:
            return reduce(node.op, grouped)
        if node.op == "count_values":
            return counted(grouped, self._text(node.parameter), len(self._steps))
        parameter = self._scalar(node.parameter)
        return quantiles(grouped, parameter) if node.op == "quantile" else ranked(node.op, grouped, parameter)

    # --- functions ---

    def _call(self, node: Call) -> Value:
        name, arguments = node.function, node.arguments
        match name:
            case "time":
                return Scalar([step / 1000 for step in self._steps])
            case "scalar":
                return functions.as_scalar(self._rows(arguments[0]), len(self._steps))
            case "vector":
                return Vector([Row({}, [*self._scalar(arguments[0]).values])])
            case "timestamp":
                return Vector(self._timestamps(arguments[0]))
        if name in functions.ELEMENTWISE:
            return Vector(functions.mapped(self._rows(arguments[0]), functions.ELEMENTWISE[name]))
        if SIGNATURES[name].arguments[-1] == "matrix" or name == "predict_linear":
            return Vector(self._of_range(name, arguments))
        return Vector([row for row in self._of_vector(name, arguments) if not is_absent(row.values)])

    def _timestamps(self, argument: Node) -> list[Row]:
        if isinstance(argument, Selector):
            return without_names(self._instant(argument, moments=True))
        return [
            Row(nameless(row.labels), [
                None if value is None else step / 1000 for step, value in zip(self._steps, row.values, strict=True)
            ])
            for row in self._rows(argument)
        ]  # fmt: skip

    def _of_vector(self, name: str, arguments: Sequence[Node]) -> list[Row]:
        if name == "histogram_quantile":
            return histogram_quantile(self._scalar(arguments[0]), self._rows(arguments[1]))
        rows = self._rows(arguments[0])
        everywhere = len(self._steps)
        match name:
            case "absent":
                return functions.absent(arguments[0], rows, everywhere)
            case "clamp":
                return functions.clamped(rows, self._scalar(arguments[1]), self._scalar(arguments[2]))
            case "clamp_min":
                return functions.clamped(rows, self._scalar(arguments[1]), Scalar([float("inf")] * everywhere))
            case "clamp_max":
                return functions.clamped(rows, Scalar([float("-inf")] * everywhere), self._scalar(arguments[1]))
            case "label_join":
                target, separator, *sources = (self._text(argument) for argument in arguments[1:])
                return functions.label_joined(rows, target, separator, sources)
            case "label_replace":
                target, replacement, source, pattern = (self._text(argument) for argument in arguments[1:])
                return functions.label_replaced(rows, target, replacement, source, pattern)
            case "round":
                nearest = self._scalar(arguments[1]) if len(arguments) > 1 else Scalar([1.0] * everywhere)
                return functions.rounded(rows, nearest)
            case "sort" | "sort_desc":
                return functions.ordered(rows, descending=name == "sort_desc")
        raise ExecutionError(f"function {name} is not implemented")

    def _of_range(self, name: str, arguments: Sequence[Node]) -> list[Row]:
        argument = arguments[1] if name == "quantile_over_time" else arguments[0]
        vector = self._range(argument)
        match name:
            case "rate" | "increase":
                rows = vector.counted(per_second=name == "rate")
            case "predict_linear":
                rows = vector.predicted(self._scalar(arguments[1]))
            case "quantile_over_time":
                rows = vector.quantiles(self._scalar(arguments[0]))
            case "absent_over_time":
                return functions.absent(argument, vector.over("present_over_time"), len(self._steps))
            case _:
                rows = vector.over(name)
        rows = [row for row in rows if not is_absent(row.values)]
        return rows if name == "last_over_time" else without_names(rows)
