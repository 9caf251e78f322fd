"""Merge what two branches made of a board's files: git's merge driver, for the board and for its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from state.board import format as board_format
from state.board import numbers
from state.board.change import CARDS, PHASES, SETTINGS
from state.board.changes import FIRST_WINS
from state.board.circles import circles
from state.board.errors import NotSaved, Unreadable
from state.board.history import is_history, union
from state.board.model import DROPPED, Board
from state.board.three_way import GONE, merge_field, merge_objects, merges
from state.board.wording import RANK, said
from state.disk import Disk, in_words, replace
from state.printable import printable, shorten

_TITLE_WIDTH = 40
_ORIGIN = "dropped_from"
_AGREED = FIRST_WINS | {"number"}
"""Fields that nobody is asked about: the smaller of two values stands."""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What came of a merge. All texts are printable sentences."""

    conflicts: tuple[str, ...] = ()
    """One for each field that both sides set differently; our value stands in the file."""
    notes: tuple[str, ...] = ()
    """What else is worth knowing: cards that got another number, circles of needs."""


def merge_files(base: Path, ours: Path, theirs: Path) -> MergeReport:
    """Merge two versions of a board file, or of its history, that come from `base`; the result is written to `ours`.

    A board is merged by card and field, its lists by item; a history holds the changes of both sides in the order
    of their times. An empty or missing `base` is one that had nothing. Raises Unreadable and NewerSchema when one
    of the files is no board and no history, NotSaved when `ours` cannot be written; it then is as it was.
    """
    disk = Disk()
    old, mine, others = (_read(disk, path) for path in (base, ours, theirs))
    report = MergeReport()
    if is_history(mine) or is_history(others):
        made = union(mine, others)
    else:
        tables = [_tables(data, path) for data, path in ((old, base), (mine, ours), (others, theirs))]
        merged, report = merge_tables(*tables)
        notes = _made_room(merged, board_format.board(merged, ours), tables[0])
        report = MergeReport(report.conflicts, (*notes, *circles(board_format.board(merged, ours))))
        made = board_format.encode(merged)
    try:
        replace(disk, ours.resolve(), made)
    except OSError as error:
        raise NotSaved(f"{ours}: {in_words(error)}") from None
    return report


def merge_tables(
    base: board_format.Tables, ours: board_format.Tables, theirs: board_format.Tables
) -> tuple[dict[str, dict[str, Any]], MergeReport]:
    """Return the documents of a board after two edits of `base`, and what both have set differently."""
    conflicts: list[str] = []

    def table(name: str, *sides: Any) -> dict[str, Any]:
        old, mine, others = ({} if side is GONE else side for side in sides)
        return merge_objects(old, mine, others, lambda key, *found: entry(name, key, *found))

    def entry(name: str, key: str, old: Any, mine: Any, others: Any) -> Any:
        if mine == others or others == old:
            return mine
        if mine == old:
            return others
        if not isinstance(mine, dict) or not isinstance(others, dict):
            conflicts.append(f"{_named(name, key, mine, others)}: {_fate(mine, others)}")
            return mine
        what = _named(name, key, mine, others)
        before = len(conflicts)
        made = merge_objects(
            old if isinstance(old, dict) else {}, mine, others, lambda field, *found: value(name, field, what, *found)
        )
        if name == CARDS and made.get("phase") != DROPPED and made.pop(_ORIGIN, None) is not None:
            # Where it was dropped from is said of a card while it is dropped, so nobody is asked about that alone.
            conflicts[before:] = [one for one in conflicts[before:] if not one.startswith(f"{_ORIGIN} of ")]
        return made

    def value(name: str, field: str, what: str, old: Any, mine: Any, others: Any) -> Any:
        def both(one: Any, other: Any) -> Any:
            if field in _AGREED and name == CARDS and type(one) is type(other):
                return min(one, other)
            if name == CARDS and field == RANK:
                conflicts.append(f"place of {what}: both sides have put it elsewhere, yours stands")
            else:
                conflicts.append(f"{printable(field)} of {what}: yours is {_value(mine)}, theirs {_value(others)}")
            return one

        merged = merge_field(name, field, old, mine, others, both)
        return GONE if merged in ([], {}) and merges(name, field) else merged

    made = merge_objects(base, ours, theirs, table)
    return made, MergeReport(tuple(dict.fromkeys(conflicts)))


def _made_room(merged: dict[str, dict[str, Any]], board: Board, base: board_format.Tables) -> tuple[str, ...]:
    """Give each card of the documents a number of its own and each new one a place; return the numbers in words."""
    cards = board.cards.values()
    new = numbers.renumbered(cards)
    for uid, number in new.items():
        merged[CARDS][uid] = {**merged[CARDS][uid], "number": number}
    for uid, rank in numbers.replaced(cards, base.get(CARDS, {})).items():
        merged[CARDS][uid] = {**merged[CARDS][uid], "rank": rank}
    return numbers.in_words(cards, new)


def _read(disk: Disk, path: Path) -> bytes:
    try:
        return disk.read(path) or b""
    except OSError as error:
        raise Unreadable(f"{path}: {in_words(error)}") from None


def _tables(data: bytes, path: Path) -> board_format.Tables:
    if not data.strip():
        return {}
    tables = board_format.decode(data, path)
    board_format.board(tables, path)
    return tables


def _named(table: str, key: str, *sides: Any) -> str:
    """What an entry is called, with the title that one of the sides gives it."""
    entry: Mapping[str, Any] = next((side for side in sides if isinstance(side, dict)), {})
    if table == SETTINGS:
        return "the board"
    if table == CARDS:
        number, title = entry.get("number"), shorten(printable(str(entry.get("title", ""))), _TITLE_WIDTH)
        return f"C{number:02d} “{title}”" if isinstance(number, int) else f"the card {printable(key)}"
    return (
        f"the {printable(table.removesuffix('s'))} {printable(str(entry.get('id', key) if table == PHASES else key))}"
    )


def _fate(mine: Any, theirs: Any) -> str:
    """What each side did with an entry that one of them took away."""
    if mine is GONE:
        return "you have taken it away, they have changed it"
    if theirs is GONE:
        return "you have changed it, they have taken it away"
    return "both sides have set it"


def _value(found: Any) -> str:
    return "empty" if found is GONE else said(found)
