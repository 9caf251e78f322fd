"""Text to tree, by precedence climbing."""

from dataclasses import replace
from typing import Literal

from cockpit.simulator.promql.ast import (
    COMPARISONS,
    PARAMETRIC,
    PRECEDENCE,
    Aggregate,
    Binary,
    Call,
    Matcher,
    Matching,
    MatchOp,
    Node,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    Unary,
    anchored,
)
from cockpit.simulator.promql.checks import check
from cockpit.simulator.promql.durations import parse_duration
from cockpit.simulator.promql.errors import ParseError
from cockpit.simulator.promql.lexer import Token, tokens
from cockpit.simulator.promql.signatures import SIGNATURES

_MATCH_OPS: dict[str, MatchOp] = {"=": "=", "!=": "!=", "=~": "=~", "!~": "!~"}


def parse(text: str) -> Node:
    """Return the tree of a query whose types fit. Raises ParseError."""
    node = _Parser(text).whole()
    check(text, node)
    return node


def parse_selector(text: str) -> Selector:
    """Return the tree of a series selector such as `match[]` takes. Raises ParseError."""
    return _Parser(text).whole_selector()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._index = 0

    def whole(self) -> Node:
        if self._token.kind == "end":
            raise self._error(0, "no expression found in input")
        node = self._expression(1)
        if self._token.kind != "end":
            raise self._unexpected()
        return node

    def whole_selector(self) -> Selector:
        node, _ = self._atom()
        if not isinstance(node, Selector):
            raise self._error(0, "expected an instant vector selector")
        if self._token.kind != "end":
            raise self._unexpected()
        return node

    # --- expressions ---

    def _expression(self, least: int) -> Node:
        left = self._signed()
        while self._token.kind == "operator" and (own := PRECEDENCE[self._token.value]) >= least:
            operator = self._take()
            returns_bool = self._returns_bool(operator)
            matching = self._matching(operator)
            right = self._expression(own if operator.value == "^" else own + 1)
            left = Binary(
                operator.value,
                left,
                right,
                returns_bool,
                matching,
                position=left.position,
                operator_position=operator.position,
            )
        return left

    def _returns_bool(self, operator: Token) -> bool:
        if not self._at_keyword("bool"):
            return False
        if operator.value not in COMPARISONS:
            raise self._error(operator.position, "bool modifier can only be used on comparison operators")
        self._take()
        return True

    def _signed(self) -> Node:
        if not (self._token.kind == "operator" and self._token.value in "+-"):
            return self._postfixed()
        sign = self._take()
        op: Literal["+", "-"] = "-" if sign.value == "-" else "+"
        # The sign binds less than the power: -1 ^ 2 is -(1 ^ 2).
        if self._token.kind == "number" and self._following.value not in ("^", "[", "offset"):
            value = _number(self._take().value)
            return Number(-value if op == "-" else value, position=sign.position)
        return Unary(op, self._expression(PRECEDENCE["^"]), position=sign.position)

    def _postfixed(self) -> Node:
        # Only what no parentheses enclose takes a range or an offset.
        node, bare = self._atom()
        while True:
            if self._at_mark("["):
                node, bare = self._ranged(node, bare), True
            elif self._at_keyword("offset"):
                node = self._with_offset(node, bare)
            else:
                return node

    def _atom(self) -> tuple[Node, bool]:
        token = self._token
        following = self._following
        opens = following.kind == "mark" and following.value == "("
        match token.kind:
            case "number":
                self._take()
                return Number(_number(token.value), position=token.position), False
            case "string":
                self._take()
                return String(token.value, position=token.position), False
            case "aggregator" if opens or (following.kind == "keyword" and following.value in ("by", "without")):
                return self._aggregate(), False
            case "identifier" if opens:
                return self._call(), False
            case "identifier" | "metric" | "aggregator":
                return self._selector(), True
            case "operator" if token.value in ("and", "or", "unless"):
                return self._selector(), True
            case "keyword" if token.value in ("by", "without", "offset"):
                return self._selector(), True
            case "mark" if token.value == "{":
                return self._selector(), True
            case "mark" if token.value == "(":
                self._take()
                inner = self._expression(1)
                self._expect(")")
                return replace(inner, position=token.position), False
        raise self._unexpected()

    # --- selectors ---

    def _selector(self) -> Selector:
        start = self._token
        name = ""
        if start.kind != "mark":
            name = self._take().written
        matchers: list[Matcher] = []
        if self._at_mark("{"):
            matchers = self._matchers()
        if name:
            for matcher in matchers:
                if matcher.name == "__name__":
                    message = f'metric name must not be set twice: "{name}" or "{matcher.value}"'
                    raise self._error(start.position, message)
            matchers.append(Matcher("__name__", "=", name))
        elif all(matcher.matches("") for matcher in matchers):
            raise self._error(start.position, "vector selector must contain at least one non-empty matcher")
        return Selector(tuple(matchers), position=start.position)

    def _matchers(self) -> list[Matcher]:
        self._take()
        found: list[Matcher] = []
        while not self._at_mark("}"):
            if self._token.kind != "identifier":
                raise self._unexpected("label matching", 'identifier or "}"')
            found.append(self._matcher())
            if self._at_mark(","):
                self._take()
            elif not self._at_mark("}"):
                raise self._unexpected("label matching", '"," or "}"')
        self._take()
        return found

    def _matcher(self) -> Matcher:
        label = self._take()
        operator = self._token
        if operator.kind != "mark" or operator.value not in _MATCH_OPS:
            raise self._unexpected("label matching", "label matching operator")
        self._take()
        if self._token.kind != "string":
            raise self._unexpected("label matching", "string")
        value = self._take().value
        op = _MATCH_OPS[operator.value]
        if op in ("=~", "!~"):
            try:
                anchored(value)
            except ValueError as error:
                raise self._error(label.position, str(error)) from error
        return Matcher(label.value, op, value)

    def _ranged(self, node: Node, bare: bool) -> Node:
        opening = self._take()
        length = self._duration("subquery selector", opening)
        if self._at_mark(":"):
            self._take()
            step = None if self._at_mark("]") else self._duration("subquery selector", opening)
            self._expect("]", "subquery selector")
            return Subquery(node, length, step, position=node.position)
        if not self._at_mark("]"):
            raise self._unexpected("matrix selector" if isinstance(node, Selector) else "subquery selector", '"]"')
        self._take()
        if not (isinstance(node, Selector) and bare):
            raise self._error(opening.position, "ranges only allowed for vector selectors")
        if node.offset:
            raise self._error(opening.position, "no offset modifiers allowed before range")
        return Range(node, length, position=node.position)

    def _with_offset(self, node: Node, bare: bool) -> Node:
        self._take()
        negative = False
        if self._token.kind == "operator" and self._token.value in "+-":
            negative = self._take().value == "-"
        if self._token.kind != "duration":
            raise self._unexpected("offset", "duration")
        amount = self._milliseconds(self._take())
        amount = -amount if negative else amount
        if not bare or not isinstance(node, Selector | Range | Subquery):
            what = "an instant vector selector or range vector selector or a subquery"
            raise self._error(node.position, f"offset modifier must be preceded by {what}")
        if (node.selector.offset if isinstance(node, Range) else node.offset) != 0:
            raise self._error(node.position, "offset may not be set multiple times")
        if isinstance(node, Range):
            return replace(node, selector=replace(node.selector, offset=amount))
        return replace(node, offset=amount)

    def _duration(self, context: str, opening: Token) -> int:
        if self._token.kind != "duration":
            if self._token.kind == "mark" and self._token.value in "]:":
                raise self._error(opening.position + 1, "missing unit character in duration")
            raise self._unexpected(context, "duration")
        return self._milliseconds(self._take())

    def _milliseconds(self, token: Token) -> int:
        try:
            amount = parse_duration(token.value)
        except ValueError as error:
            raise self._error(token.position, str(error)) from error
        if amount == 0:
            raise self._error(token.position, "duration must be greater than 0")
        return amount

    # --- calls and aggregations ---

    def _call(self) -> Call:
        name = self._take()
        if name.value not in SIGNATURES:
            raise self._error(name.position, f'unknown function with name "{name.value}"')
        return Call(name.value, tuple(self._arguments()), position=name.position)

    def _arguments(self) -> list[Node]:
        self._expect("(")
        found: list[Node] = []
        if self._at_mark(")"):
            self._take()
            return found
        while True:
            found.append(self._expression(1))
            if not self._at_mark(","):
                break
            comma = self._take()
            if self._at_mark(")"):
                raise self._error(comma.position, "trailing commas not allowed in function call args")
        self._expect(")")
        return found

    def _aggregate(self) -> Aggregate:
        start = self._take()
        labels, without = self._grouping()
        early = labels is not None
        if not self._at_mark("("):
            raise self._unexpected("aggregation")
        arguments = self._arguments()
        if not early and self._token.kind == "keyword" and self._token.value in ("by", "without"):
            labels, without = self._grouping()
        wanted = 2 if start.value in PARAMETRIC else 1
        if not arguments:
            raise self._error(start.position, "no arguments for aggregate expression provided")
        if len(arguments) != wanted:
            what = f"wrong number of arguments for aggregate expression provided, expected {wanted}"
            raise self._error(start.position, f"{what}, got {len(arguments)}")
        parameter = arguments[0] if wanted == 2 else None
        return Aggregate(start.value, arguments[-1], parameter, labels or (), without, position=start.position)

    def _grouping(self) -> tuple[tuple[str, ...] | None, bool]:
        if not (self._token.kind == "keyword" and self._token.value in ("by", "without")):
            return None, False
        without = self._take().value == "without"
        return self._label_names(), without

    def _label_names(self) -> tuple[str, ...]:
        if not self._at_mark("("):
            raise self._unexpected("grouping opts", '"("')
        self._take()
        names: list[str] = []
        while not self._at_mark(")"):
            token = self._token
            is_name = token.kind in ("identifier", "keyword", "aggregator") or (
                token.kind == "operator" and token.value.isalnum()
            )
            if not is_name:
                raise self._unexpected("grouping opts", "label")
            names.append(self._take().written)
            if self._at_mark(","):
                self._take()
            elif not self._at_mark(")"):
                raise self._unexpected("grouping opts", '"," or ")"')
        self._take()
        return tuple(names)

    def _matching(self, operator: Token) -> Matching:
        if not (self._token.kind == "keyword" and self._token.value in ("on", "ignoring")):
            return Matching()
        on = self._take().value == "on"
        labels = self._label_names()
        many: Literal["", "left", "right"] = ""
        include: tuple[str, ...] = ()
        if self._token.kind == "keyword" and self._token.value in ("group_left", "group_right"):
            keyword = self._take()
            many = "left" if keyword.value == "group_left" else "right"
            include = self._label_names() if self._at_mark("(") else ()
            for name in include:
                if on and name in labels:
                    message = f'label "{name}" must not occur in ON and GROUP clause at once'
                    raise self._error(operator.position, message)
        return Matching(on, labels, many, include)

    # --- tokens ---

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    @property
    def _following(self) -> Token:
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _at_mark(self, value: str) -> bool:
        return self._token.kind == "mark" and self._token.value == value

    def _at_keyword(self, value: str) -> bool:
        return self._token.kind == "keyword" and self._token.value == value

    def _expect(self, mark: str, context: str = "") -> None:
        if not self._at_mark(mark):
            raise self._unexpected(context, f'"{mark}"' if context else "")
        self._take()

    def _unexpected(self, context: str = "", expected: str = "") -> ParseError:
        if self._token.kind == "error":
            return self._error(self._token.position, self._token.value)
        message = f"unexpected {self._token.describe()}"
        message += f" in {context}" if context else ""
        message += f", expected {expected}" if expected else ""
        return self._error(self._token.position, message)

    def _error(self, position: int, message: str) -> ParseError:
        return ParseError(self._text, position, message)


def _number(text: str) -> float:
    if text[:2].lower() == "0x":
        return float(int(text, 16))
    return float(text)
