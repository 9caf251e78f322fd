"""The tree of a query. Parentheses are not in it; the printer sets those that are needed.

Positions are offsets into the text, for messages, and do not count when trees are compared.
Durations are milliseconds.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

MatchOp = Literal["=", "!=", "=~", "!~"]

_PYTHON_ONLY = re.compile(r"\(\?(?:[=!(]|<[=!]|P=|P>)|\\[1-9]|[*+?}]\+|\[\[:")

_ESCAPED = re.compile(r"\\[^1-9]", re.DOTALL)


@lru_cache(maxsize=1024)
def anchored(pattern: str) -> re.Pattern[str]:
    """Return a label's pattern, to be used with `fullmatch`. Raises ValueError with Go's words where it is none."""
    if found := _PYTHON_ONLY.search(_ESCAPED.sub("..", pattern)):
        raise ValueError(f"error parsing regexp: invalid or unsupported Perl syntax: `{found[0]}`")
    try:
        return re.compile(pattern)
    except re.error as error:
        reason = "missing closing )" if "missing )" in error.msg else error.msg
        raise ValueError(f"error parsing regexp: {reason}: `^(?:{pattern})$`") from error


@dataclass(frozen=True)
class Matcher:
    """A condition on a label; an absent label is `""`."""

    name: str
    op: MatchOp
    value: str

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return anchored(self.value)

    def matches(self, value: str) -> bool:
        """Return whether a label's value meets the condition."""
        if self.op == "=":
            return value == self.value
        if self.op == "!=":
            return value != self.value
        return (self._pattern.fullmatch(value) is not None) == (self.op == "=~")


def _position() -> int:
    return field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    position: int = _position()


@dataclass(frozen=True, slots=True)
class String:
    value: str
    position: int = _position()


@dataclass(frozen=True, slots=True)
class Selector:
    """An instant vector: the last sample of each series that meets all matchers; the name is a matcher too."""

    matchers: tuple[Matcher, ...]
    offset: int = 0
    position: int = _position()


@dataclass(frozen=True, slots=True)
class Range:
    """A range vector of stored series. The offset is the selector's."""

    selector: Selector
    length: int
    position: int = _position()


@dataclass(frozen=True, slots=True)
class Subquery:
    """A range vector of an expression, evaluated each `step` (None: the server's evaluation interval)."""

    inner: "Node"
    length: int
    step: int | None
    offset: int = 0
    position: int = _position()


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple["Node", ...]
    position: int = _position()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`labels` are those kept, or those dropped when `without`."""

    op: str
    inner: "Node"
    parameter: "Node | None" = None
    labels: tuple[str, ...] = ()
    without: bool = False
    position: int = _position()


@dataclass(frozen=True, slots=True)
class Matching:
    """How two vectors meet: on or ignoring `labels`; `many` is the side that may have several, with `include`."""

    on: bool = False
    labels: tuple[str, ...] = ()
    many: Literal["", "left", "right"] = ""
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binary:
    """`operator_position` is where the operator stands."""

    op: str
    left: "Node"
    right: "Node"
    returns_bool: bool = False
    matching: Matching = Matching()
    position: int = _position()
    operator_position: int = _position()


@dataclass(frozen=True, slots=True)
class Unary:
    op: Literal["+", "-"]
    inner: "Node"
    position: int = _position()


Node = Number | String | Selector | Range | Subquery | Call | Aggregate | Binary | Unary

SET_OPERATORS = frozenset({"and", "or", "unless"})
COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
PRECEDENCE = {
    "or": 1,
    "and": 2,
    "unless": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "^": 6,
}
AGGREGATIONS = frozenset(
    ("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "topk", "bottomk", "quantile", "count_values")
)
PARAMETRIC = {"topk": "scalar", "bottomk": "scalar", "quantile": "scalar", "count_values": "string"}
