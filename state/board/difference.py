"""Two boards, and the changes between them; the changes of a history, and the board they make."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from state.board.changes import BASELINES, CARDS, PHASES, SETTINGS, WHOLE, Change, Step
from state.board.documents import document, value_of
from state.board.draft import Draft
from state.board.errors import ChangeRefused
from state.board.model import Board, empty_board
from state.board.three_way import merge_field, merges

_Entries = Mapping[str, Mapping[str, Any]]
"""Entries by table and key: of the model, or plain objects in tables of a newer program."""


def difference(before: Board, after: Board, by: Step) -> tuple[Change, ...]:
    """Return the changes that turn one board into another: entries added, fields set, entries taken away."""
    old, new = _entries(before), _entries(after)
    made: list[Change] = []
    for table in {**old, **new}:
        here, there = old.get(table, {}), new.get(table, {})
        for key in {**here, **there}:
            made += _of_entry(here.get(key), there.get(key), table, key, by)
    return tuple(made)


def replay(changes: Iterable[Change]) -> Board:
    """Return the board that a history makes from the empty one, as far as each of its changes can be made.

    A history that two git branches have written, or beside which the file was edited by hand, does not fit step by
    step; the later of two changes of one field then stands, and lists have all that was added.
    """
    draft = Draft(empty_board())
    for change in changes:
        found = draft.value(change)
        if found != change.old and merges(change.table, change.field) and draft.has(change):
            new = merge_field(change.table, change.field, change.old, change.new, found, lambda mine, _: mine)
            change = msgspec.structs.replace(change, new=new)
        try:
            draft.set(change)
        except ChangeRefused:
            continue
    return draft.board()


def _entries(board: Board) -> _Entries:
    return {
        SETTINGS: {"": board.settings},
        PHASES: {phase.id: phase for phase in board.phases},
        CARDS: board.cards,
        BASELINES: {baseline.id: baseline for baseline in board.baselines},
        **board.unknown,
    }


def _of_entry(old: Any, new: Any, table: str, key: str, by: Step) -> list[Change]:
    if old == new:
        return []
    if old is None or new is None:
        return [by.change(key, WHOLE, _whole(old), _whole(new), table)]
    fields = {**_fields(old), **_fields(new)}
    both = ((name, _value(old, name), _value(new, name)) for name in fields)
    return [by.change(key, name, before, after, table) for name, before, after in both if before != after]


def _whole(entry: Any) -> Any:
    """An entry as the change that adds it has it."""
    if entry is None or isinstance(entry, dict):
        return entry
    made = document(entry)
    made.pop("uid", None)
    return made


def _fields(entry: Any) -> Mapping[str, Any]:
    return entry if isinstance(entry, dict) else document(entry)


def _value(entry: Any, name: str) -> Any:
    return entry.get(name) if isinstance(entry, dict) else value_of(entry, name)
