"""Lines of the previews of acks and silences. Pure."""

from collections.abc import Sequence

from state.cell import Cell, Tone
from state.printable import printable

_TITLE = 8

Row = tuple[Cell, ...]


def rows(title: str, values: Sequence[str]) -> list[Row]:
    """Return a line for each value; the title stands before the first."""
    return [
        (Cell(f"{'' if place else title:<{_TITLE}} ", Tone.QUIET), Cell(printable(value)))
        for place, value in enumerate(values)
    ]


def first(names: Sequence[str], most: int) -> list[str]:
    """Return how many alerts there are, then the names of the first of them."""
    shown = sorted(names)[:most]
    if len(names) > most:
        shown.append(f"and {len(names) - most} more")
    return [f"{count_of(len(names), 'alert')} now", *shown]


def count_of(count: int, word: str) -> str:
    """Return a count with its word: `1 alert`, `2 alerts`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
