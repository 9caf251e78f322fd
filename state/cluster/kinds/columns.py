"""Columns as most kinds have them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from state.age import age
from state.cell import GLYPHS, Cell, Tone
from state.cluster.kinds.kind import HEALTH, NAMESPACE, WIDE, Column, Fault, Row
from state.printable import printable
from state.rfc3339 import timestamp

R = TypeVar("R", bound=Row)
NONE = "<none>"
UNKNOWN = "<unknown>"


def text(
    header: str,
    get: Callable[[R], str],
    *,
    width: int = 10,
    importance: int = 1,
    tone: Callable[[R], Tone] | Tone = Tone.TEXT,
    right: bool = False,
    middle: bool = False,
    grows: bool = False,
    sort_key: Callable[[R], Any] | None = None,
) -> Column[R]:
    """Return a column of texts; `sort_key` orders it where the text does not."""
    if isinstance(tone, Tone):
        fixed = tone

        def cell(row: R, now: float) -> Cell:
            return Cell(printable(get(row)), fixed)

    else:
        of = tone

        def cell(row: R, now: float) -> Cell:
            return Cell(printable(get(row)), of(row))

    return Column(header, cell, sort_key or get, width, right, middle, grows, importance)


def number(header: str, get: Callable[[R], int], *, width: int = 7, importance: int = 2) -> Column[R]:
    """Return a column of numbers, right-aligned."""
    return Column(header, lambda row, now: Cell(str(get(row))), get, width, right=True, importance=importance)


def wide(header: str, get: Callable[[R], str], *, width: int = 16, middle: bool = False) -> Column[R]:
    """Return a column that `kubectl get` shows with `-o wide` only."""
    return text(header, get, width=width, importance=WIDE, tone=Tone.QUIET, middle=middle)


def ages(
    header: str,
    moment: Callable[[R], float],
    *,
    width: int = 7,
    importance: int = 1,
    of_any: bool = False,
    unknown: str = UNKNOWN,
) -> Column[R]:
    """Return a column of ages since a moment in seconds since the epoch (0: unknown); the youngest sorts first."""

    def cell(row: R, now: float) -> Cell:
        when = moment(row)
        return Cell(age(now - when) if when else unknown, Tone.QUIET)

    return Column(
        header,
        cell,
        lambda row: -moment(row),
        width,
        right=True,
        importance=importance,
        ticks=True,
        moment=moment,
        of_any=of_any,
    )


def created_column() -> Column[Any]:
    """Return the column of moments of creation, in the form of tables that the server has no age for."""

    def cell(row: Row, now: float) -> Cell:
        return Cell(f"{timestamp(row.created)[:-5]}Z" if row.created else UNKNOWN, Tone.QUIET)

    return Column("CREATED AT", cell, lambda row: row.created, width=20, of_any=True)


def name_column(header: str = "NAME") -> Column[Any]:
    """Return the column of names, which takes what room is left."""
    return Column(
        header,
        lambda row, now: Cell(printable(row.name)),
        lambda row: row.name,
        width=24,
        middle=True,
        grows=True,
        importance=0,
        of_any=True,
    )


def namespace_column() -> Column[Any]:
    """Return the column of namespaces, which a listing of a single one leaves out."""
    return Column(
        NAMESPACE,
        lambda row, now: Cell(printable(row.namespace), Tone.QUIET),
        lambda row: row.namespace,
        width=16,
        importance=1,
        of_any=True,
    )


def age_column() -> Column[Any]:
    """Return the column of ages since creation."""
    return ages("AGE", lambda row: row.created, of_any=True)


def health(fault: Fault | None) -> Cell:
    """Return the glyph of what is wrong, or of nothing."""
    return _WELL if fault is None else Cell(GLYPHS.get(fault.tone, ""), fault.tone)


def health_column(fault: Callable[[R, float], Fault | None]) -> Column[R]:
    """Return the column whose glyph says how a row does.

    Its order depends on the moment, so a listing sorted by it asks the kind's `fault` instead of `sort_key`.
    """

    return Column(
        HEALTH, lambda row, now: health(fault(row, now)), lambda row: 0, width=1, importance=0, ticks=True, of_any=True
    )


_WELL = Cell(GLYPHS[Tone.WELL], Tone.FAINT)
UNREADABLE = Fault("cannot be read", Tone.WARN, 20)


def unread(row: Row, now: float) -> Fault | None:
    """Return what is wrong with a row of a kind that is well whenever it can be read."""
    return UNREADABLE if row.unreadable else None


def some(texts: Sequence[str], count: int, most: int = 3, between: str = ",") -> str:
    """Return the first texts of `count`, and how many more there are: `a,b,c + 2 more...`."""
    shown = between.join(texts[:most])
    return f"{shown} + {count - most} more..." if count > most else shown
