"""A board while changes are set in it, one after the other."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from state.board import ranks
from state.board.change import BASELINES, CARDS, KINDS, PHASES, SETTINGS, WHOLE, Change
from state.board.documents import Entry, document, entry, plain, value_of, with_value
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, UNPLANNED, Baseline, Board, Card, in_order
from state.board.wording import named
from state.printable import printable


class Draft:
    """A board being changed; only the tables that are touched are copied."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._settings = board.settings
        self._tables: dict[str, dict[str, Any]] = {}

    def value(self, change: Change) -> Any:
        """What stands now where a change would set something."""
        found = self._find(change.table, change.card)
        if change.field != WHOLE:
            return None if found is None else _field(found, change.field)
        return None if found is None else _without_key(found)

    def has(self, change: Change) -> bool:
        """Whether the entry that a change is about is there."""
        return self._find(change.table, change.card) is not None

    def set(self, change: Change) -> None:
        if change.table == SETTINGS:
            if change.field == WHOLE:
                raise ChangeRefused("the board's settings cannot be added or taken away")
            self._settings = with_value(self._settings, change.field, change.new)
            return
        table = self._table(change.table)
        if change.field != WHOLE:
            found = self._find(change.table, change.card)
            if found is None:
                raise ChangeRefused(f"{named(self._board, change)} cannot be set: it is not there")
            if isinstance(found, dict):
                kept = {name: value for name, value in found.items() if name != change.field}
                table[change.card] = kept if change.new is None else {**kept, change.field: change.new}
            else:
                table[change.card] = with_value(found, change.field, change.new)
        elif change.new is None:
            if change.table == PHASES and change.card in (UNPLANNED, DROPPED):
                raise ChangeRefused(f"the phase {change.card} always exists")
            table.pop(change.card, None)
        else:
            table[change.card] = _made(change.table, change.card, change.new)

    def made_room(self, change: Change) -> Change:
        """Return the change; when it adds a card, with a free number and a rank of its own if those are taken."""
        if change.table != CARDS or change.field != WHOLE or change.new is None:
            return change
        cards = self._table(CARDS).values()
        numbers = {card.number for card in cards}
        taken = {card.rank for card in cards if ranks.is_key(card.rank)}
        new = dict(change.new)
        if new.get("number") in numbers:
            new["number"] = 1 + max(numbers)
        if new.get("rank") in taken:
            new["rank"] = ranks.between(new["rank"], min((rank for rank in taken if rank > new["rank"]), default=None))
        return change if new == change.new else msgspec.structs.replace(change, new=new)

    def board(self) -> Board:
        known = self._tables
        unknown = {table: entries for table, entries in known.items() if table not in KINDS}
        made = msgspec.structs.replace(self._board, settings=self._settings)
        if CARDS in known:
            made = msgspec.structs.replace(made, cards=known[CARDS])
        if PHASES in known:
            made = msgspec.structs.replace(made, phases=in_order(known[PHASES].values()))
        if BASELINES in known:
            made = msgspec.structs.replace(made, baselines=baselines_in_order(known[BASELINES].values()))
        if unknown:
            made = msgspec.structs.replace(made, unknown={**self._board.unknown, **unknown})
        return made

    def _find(self, table: str, key: str) -> Entry | dict[str, Any] | None:
        if table == SETTINGS:
            return self._settings
        touched = self._tables.get(table)
        if touched is None and table == CARDS:
            return self._board.cards.get(key)
        found: Entry | dict[str, Any] | None = self._table(table).get(key)
        return found

    def _table(self, name: str) -> dict[str, Any]:
        table = self._tables.get(name)
        if table is None:
            board = self._board
            if name == CARDS:
                table = dict(board.cards)
            elif name == PHASES:
                table = {phase.id: phase for phase in board.phases}
            elif name == BASELINES:
                table = {baseline.id: baseline for baseline in board.baselines}
            else:
                table = dict(board.unknown.get(name, {}))
            self._tables[name] = table
        return table


def baselines_in_order(baselines: Iterable[Baseline]) -> tuple[Baseline, ...]:
    """Return baselines as a board holds them, the oldest first."""
    return tuple(sorted(baselines, key=lambda baseline: (baseline.when, baseline.id)))


def _field(found: Entry | dict[str, Any], name: str) -> Any:
    return found.get(name) if isinstance(found, dict) else value_of(found, name)


def _without_key(found: Entry | dict[str, Any]) -> dict[str, Any]:
    made = dict(found) if isinstance(found, dict) else plain(document(found))
    made.pop("uid", None)
    return made


def _made(table: str, key: str, found: Any) -> Entry | dict[str, Any]:
    kind = KINDS.get(table)
    if not isinstance(found, Mapping):
        raise ChangeRefused(f"an entry of {printable(table)} must be an object")
    if kind is None:
        return dict(found)
    try:
        return entry(kind, {**found, "uid" if kind is Card else "id": key})
    except msgspec.ValidationError as error:
        raise ChangeRefused(f"an entry of {table} cannot be added: {printable(str(error))}") from None
