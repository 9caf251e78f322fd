"""Tree to text: what `parse` reads back to an equal tree."""

import re
from math import copysign, isinf, isnan

from cockpit.simulator.promql.ast import (
    AGGREGATIONS,
    PRECEDENCE,
    Aggregate,
    Binary,
    Call,
    Matching,
    Node,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    Unary,
)
from cockpit.simulator.promql.durations import format_duration
from cockpit.simulator.promql.lexer import KEYWORDS, WORD_OPERATORS
from cockpit.simulator.promql.numbers import format_value

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_RESERVED = KEYWORDS | WORD_OPERATORS | AGGREGATIONS | {"inf", "nan"}
_UNARY = PRECEDENCE["*"]
_ATOM = 100


def show(node: Node) -> str:
    """Return the query's text with only the parentheses that are needed."""
    match node:
        case Number():
            return _number(node.value)
        case String():
            return quoted(node.value)
        case Selector():
            return _selector(node) + _offset(node.offset)
        case Range():
            return f"{_selector(node.selector)}[{format_duration(node.length)}]{_offset(node.selector.offset)}"
        case Subquery():
            step = "" if node.step is None else format_duration(node.step)
            inner = _wrapped(node.inner, _ATOM)
            return f"{inner}[{format_duration(node.length)}:{step}]{_offset(node.offset)}"
        case Call():
            return f"{node.function}({', '.join(map(show, node.arguments))})"
        case Aggregate():
            arguments = ", ".join(show(part) for part in (node.parameter, node.inner) if part is not None)
            labels = ", ".join(node.labels)
            grouping = f" without ({labels}) " if node.without else f" by ({labels}) " if labels else ""
            return f"{node.op}{grouping}({arguments})"
        case Unary():
            # A sign before a bare number would be read as part of the number.
            inner = f"({show(node.inner)})" if isinstance(node.inner, Number) else _wrapped(node.inner, _UNARY + 1)
            return f"{node.op}{inner}"
        case Binary():
            own = PRECEDENCE[node.op]
            right_first = node.op == "^"
            left = _wrapped(node.left, own + 1 if right_first else own)
            right = _wrapped(node.right, own if right_first else own + 1)
            modifiers = (" bool" if node.returns_bool else "") + _matching(node.matching)
            return f"{left} {node.op}{modifiers} {right}"


def quoted(text: str) -> str:
    """Return a string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _wrapped(node: Node, least: int) -> str:
    return show(node) if _binds(node) >= least else f"({show(node)})"


def _binds(node: Node) -> int:
    match node:
        case Binary():
            return PRECEDENCE[node.op]
        case Unary():
            return _UNARY
        case Number() if copysign(1.0, node.value) < 0 and not isnan(node.value):
            return _UNARY
    return _ATOM


def _number(value: float) -> str:
    if isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return format_value(value)


def _selector(node: Selector) -> str:
    matchers = list(node.matchers)
    name = ""
    # The parser puts the name in front of the braces behind the matchers within.
    named = [matcher for matcher in matchers if matcher.name == "__name__"]
    if named == matchers[-1:] and named[0].op == "=" and _is_bare_name(named[0].value):
        name = matchers.pop().value
    inside = ",".join(f"{matcher.name}{matcher.op}{quoted(matcher.value)}" for matcher in matchers)
    return f"{name}{{{inside}}}" if inside or not name else name


def _is_bare_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name.lower() not in _RESERVED


def _offset(milliseconds: int) -> str:
    return f" offset {format_duration(milliseconds)}" if milliseconds else ""


def _matching(matching: Matching) -> str:
    parts = ""
    if matching.on or matching.labels or matching.many:
        parts = f" {'on' if matching.on else 'ignoring'} ({', '.join(matching.labels)})"
    if matching.many:
        parts += f" group_{matching.many} ({', '.join(matching.include)})"
    return parts
