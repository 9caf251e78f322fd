"""Folding of text that says its structure by indentation: YAML, and what `kubectl describe` prints.

A fold is a line with what stands deeper below it. A list may begin in the column of its key, as kubectl writes it,
and belongs to the key all the same. What stands in a block of literal text is text: nothing in it folds.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

_BLOCK = re.compile(r".*:(?: !\S+)? [|>][+-]?\d?$|- [|>][+-]?\d?$")


class Fold(NamedTuple):
    """Line `begin` stays when lines up to `end` (not among them) are folded into it."""

    begin: int
    end: int
    key: str
    """Where it stands in the structure; the same after lines have come or gone elsewhere."""


def folds_of(lines: Sequence[str]) -> list[Fold]:
    """Return all folds of a text, an outer one before those in it."""
    found: list[Fold | None] = []
    open_: list[tuple[int, int, int, str]] = []
    """Of the lines that still go on: depth, line, place in `found`, key."""
    counts: list[dict[str, int]] = [{}]
    """How often each name stood at each level of what is open, so that names tell places apart."""
    literal: int | None = None
    """The depth of the line whose literal text is being read."""
    last = -1
    for number, line in enumerate(lines):
        text = line.lstrip(" ")
        if not text or text.isspace():
            continue
        indent = len(line) - len(text)
        item = text.startswith("- ") or text == "-"
        depth = 2 * indent + item
        if literal is not None and depth > literal and indent * 2 > literal:
            last = number
            continue
        literal = None
        while open_ and depth <= open_[-1][0]:
            _close(found, open_.pop(), last + 1)
            counts.pop()
        name = "-" if item else text.partition(":")[0]
        times = counts[-1].get(name, 0)
        counts[-1][name] = times + 1
        key = f"{open_[-1][3] if open_ else ''}/{name}" + (f"[{times}]" if item or times else "")
        open_.append((depth, number, len(found), key))
        counts.append({})
        found.append(None)
        if _BLOCK.match(text):
            literal = depth
        last = number
    while open_:
        _close(found, open_.pop(), last + 1)
    return [one for one in found if one is not None]


def _close(found: list[Fold | None], opened: tuple[int, int, int, str], end: int) -> None:
    _, begin, place, key = opened
    if end > begin + 1:
        found[place] = Fold(begin, end, key)


class Folded(NamedTuple):
    """What is left of a text when some of its folds are closed."""

    lines: list[str]
    """A closed fold's line says at its end how many it holds."""
    numbers: list[int]
    """For each of them its number in the whole text."""


def folded(lines: Sequence[str], folds: Iterable[Fold], closed: Collection[str]) -> Folded:
    """Return the text with the folds of these keys closed."""
    shown: list[str] = []
    numbers: list[int] = []
    at = 0
    for fold in folds:
        # A fold inside a closed one begins before the end of that.
        if fold.key not in closed or fold.begin < at:
            continue
        shown += lines[at : fold.begin]
        numbers += range(at, fold.begin)
        count = fold.end - fold.begin - 1
        shown.append(f"{lines[fold.begin]}  … {count} line{'s' if count > 1 else ''}")
        numbers.append(fold.begin)
        at = fold.end
    shown += lines[at:]
    numbers += range(at, len(lines))
    return Folded(shown, numbers)


def fold_at(folds: Iterable[Fold], line: int) -> Fold | None:
    """Return the fold that a line begins, else the innermost one that it stands in."""
    best: Fold | None = None
    for fold in folds:
        if fold.begin > line:
            break
        if line < fold.end:
            best = fold
    return best
