"""A rule's expression taken apart: what is measured, and the limit that it is held against. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\#[^\n]*)"""
    r"""|(?P<sign>>=|<=|==|!=|>|<)|(?P<word>[A-Za-z_:][\w:]*)|(?P<edge>[()\[\]{}])"""
)
_NARROWING = frozenset({"and", "unless"})
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}


@dataclass(frozen=True, slots=True)
class Held:
    """An expression that holds what `measured` gives against a limit: `measured sign limit`."""

    measured: str
    sign: str
    limit: float


def held(expression: str) -> Held | None:
    """Return what a rule measures and its limit; None where it does not begin with one comparison with a number.

    A comparison drops what does not fulfil it: asked as a whole, a rule shows nothing but the time it fired. What
    `and` and `unless` add narrows it only: the value of such a rule is that of its first part.
    """
    text = _unwrapped(expression.strip())
    outside = list(_outside(text))
    narrowed = next((at for kind, word, at in outside if kind == "word" and word.casefold() in _NARROWING), None)
    if any(kind == "word" and word.casefold() in ("or", "bool") for kind, word, _ in outside):
        return None
    if narrowed is not None:
        return held(text[:narrowed])
    signs = [(word, at) for kind, word, at in outside if kind == "sign"]
    if len(signs) != 1:
        return None
    sign, at = signs[0]
    left, right = text[:at].strip(), text[at + len(sign) :].strip()
    limit = _number(right)
    if limit is not None and left:
        return Held(left, sign, limit)
    limit = _number(left)
    return Held(right, _MIRRORED.get(sign, sign), limit) if limit is not None and right else None


def _outside(text: str) -> Iterator[tuple[str, str, int]]:
    """The signs and words that stand in no brackets, with their places."""
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "edge":
            depth += 1 if match[0] in _PAIRS else -1
        elif depth == 0 and kind in ("sign", "word"):
            yield kind, match[0], match.start()


def _unwrapped(text: str) -> str:
    """Return the text without brackets that hold all of it."""
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for match in _TOKEN.finditer(text):
            if match.lastgroup == "edge":
                depth += 1 if match[0] in _PAIRS else -1
                if depth == 0 and match.end() < len(text):
                    return text
        if depth:
            return text
        text = text[1:-1].strip()
    return text


def _number(text: str) -> float | None:
    """Return a number or a product of numbers, as rules write limits: `14.4 * 0.001`."""
    try:
        return prod(float(factor) for factor in _unwrapped(text).split("*"))
    except ValueError:
        return None
