"""The types of a query's parts, judged in the order and the words of Prometheus."""

from cockpit.simulator.promql.ast import (
    COMPARISONS,
    PARAMETRIC,
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
from cockpit.simulator.promql.errors import ParseError
from cockpit.simulator.promql.signatures import SIGNATURES, TYPE_NAMES, ValueType


def check(text: str, node: Node) -> ValueType:
    """Return what a tree evaluates to. Raises ParseError where its parts do not fit."""
    return _Checker(text).type_of(node)


class _Checker:
    def __init__(self, text: str) -> None:
        self._text = text

    def type_of(self, node: Node) -> ValueType:
        match node:
            case Number():
                return "scalar"
            case String():
                return "string"
            case Selector():
                return "vector"
            case Range():
                return "matrix"
            case Subquery():
                inner = self.type_of(node.inner)
                if inner != "vector":
                    raise self._error(node, f"subquery is only allowed on instant vector, got {inner} instead")
                return "matrix"
            case Unary():
                inner = self.type_of(node.inner)
                if inner not in ("scalar", "vector"):
                    what = "unary expression only allowed on expressions of type scalar or instant vector"
                    raise self._error(node, f'{what}, got "{TYPE_NAMES[inner]}"')
                return inner
            case Aggregate():
                return self._aggregate(node)
            case Call():
                return self._call(node)
            case Binary():
                return self._binary(node)

    def _aggregate(self, node: Aggregate) -> ValueType:
        self._expect(node.inner, "vector", "aggregation expression")
        if node.parameter is not None:
            wanted: ValueType = "string" if PARAMETRIC[node.op] == "string" else "scalar"
            self._expect(node.parameter, wanted, "aggregation parameter")
        return "vector"

    def _call(self, node: Call) -> ValueType:
        signature = SIGNATURES[node.function]
        given, listed = len(node.arguments), len(signature.arguments)
        name = f'in call to "{node.function}"'
        if signature.optional == 0:
            if given != listed:
                raise self._error(node, f"expected {listed} argument(s) {name}, got {given}")
        else:
            least = listed - 1
            if given < least:
                raise self._error(node, f"expected at least {least} argument(s) {name}, got {given}")
            if signature.optional > 0 and given > listed:
                raise self._error(node, f"expected at most {listed} argument(s) {name}, got {given}")
        for index, argument in enumerate(node.arguments):
            wanted = signature.arguments[min(index, listed - 1)]
            self._expect(argument, wanted, f'call to function "{node.function}"')
        return signature.returns

    def _binary(self, node: Binary) -> ValueType:
        left, right = self.type_of(node.left), self.type_of(node.right)
        for side, found in ((node.left, left), (node.right, right)):
            if found not in ("scalar", "vector"):
                raise self._error(side, "binary expression must contain only scalar and instant vector types")
        matched = node.matching.on or node.matching.labels or node.matching.many
        if matched and (left, right) != ("vector", "vector"):
            raise self._error(node, "vector matching only allowed between instant vectors")
        if node.op in SET_OPERATORS:
            if "scalar" in (left, right):
                raise self._error(node, f'set operator "{node.op}" not allowed in binary scalar expression')
            if node.matching.many:
                raise self._error(node, f'no grouping allowed for "{node.op}" operation')
        if node.op in COMPARISONS and left == right == "scalar" and not node.returns_bool:
            message = "comparisons between scalars must use BOOL modifier"
            raise ParseError(self._text, node.operator_position, message)
        return "scalar" if left == right == "scalar" else "vector"

    def _expect(self, node: Node, wanted: ValueType, context: str) -> None:
        found = self.type_of(node)
        if found != wanted:
            raise self._error(node, f"expected type {TYPE_NAMES[wanted]} in {context}, got {TYPE_NAMES[found]}")

    def _error(self, node: Node, message: str) -> ParseError:
        return ParseError(self._text, node.position, message)
