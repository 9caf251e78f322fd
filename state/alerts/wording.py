"""Lines of the previews of acks and silences. Pure."""

from collections.abc import Sequence
from textwrap import wrap

from state.cell import Cell, Tone
from state.printable import printable

_TITLE = 8
_WIDTH = 58
"""Characters of a value that fit beside the title."""

Row = tuple[Cell, ...]


def rows(title: str, values: Sequence[str]) -> list[Row]:
    """Return a line for each value, several for a long one; the title stands before the first."""
    return [
        (Cell(f"{'' if place else title:<{_TITLE}} ", Tone.QUIET), Cell(part))
        for place, part in enumerate(part for value in values for part in _parts(printable(value)))
    ]


def _parts(text: str) -> list[str]:
    """A text in pieces that fit into a preview, whatever it is made of: nothing of it is cut."""
    return wrap(text, _WIDTH, break_on_hyphens=False, replace_whitespace=False) or [""]


def first(names: Sequence[str], most: int) -> list[str]:
    """Return how many alerts there are, then the names of the first of them."""
    shown = sorted(names)[:most]
    if len(names) > most:
        shown.append(f"and {len(names) - most} more")
    return [f"{count_of(len(names), 'alert')} now", *shown]


def count_of(count: int, word: str) -> str:
    """Return a count with its word: `1 alert`, `2 alerts`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
