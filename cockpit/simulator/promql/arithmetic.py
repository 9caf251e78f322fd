"""Operators on numbers, as Go's floats do them."""

import operator
from collections.abc import Callable
from math import fmod, inf, isnan, nan

from cockpit.simulator.promql.values import Column

Operation = Callable[[float, float], float]


def _divide(a: float, b: float) -> float:
    if b:
        return a / b
    if a == 0 or isnan(a) or isnan(b):
        return nan
    return inf if (a > 0) == (str(b)[0] != "-") else -inf


def _remainder(a: float, b: float) -> float:
    return nan if b == 0 or a in (inf, -inf) else fmod(a, b)


def _power(a: float, b: float) -> float:
    try:
        found = a**b
    except ZeroDivisionError:
        return inf
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    return nan if isinstance(found, complex) else float(found)


ARITHMETIC: dict[str, Operation] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _remainder,
    "^": _power,
}
COMPARISON: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def combine(op: str, left: Column, right: Column, *, returns_bool: bool, keep_right: bool = False) -> Column:
    """Return an operator applied step by step, None where either side is absent.

    A comparison keeps the left value (or the right one) where it holds, or with `returns_bool` gives 0 or 1.
    """
    if op in ARITHMETIC:
        if op == "+":
            return [None if a is None or b is None else a + b for a, b in zip(left, right, strict=True)]
        if op == "*":
            return [None if a is None or b is None else a * b for a, b in zip(left, right, strict=True)]
        apply = ARITHMETIC[op]
        return [None if a is None or b is None else apply(a, b) for a, b in zip(left, right, strict=True)]
    holds = COMPARISON[op]
    if returns_bool:
        return [None if a is None or b is None else float(holds(a, b)) for a, b in zip(left, right, strict=True)]
    kept = right if keep_right else left
    return [
        None if a is None or b is None or not holds(a, b) else value
        for a, b, value in zip(left, right, kept, strict=True)
    ]
