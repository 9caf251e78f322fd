"""Boards as JSON: the board file itself, and the records that other programs are given."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from state.board import format as board_format
from state.board.changes import SETTINGS
from state.board.documents import value_of
from state.board.errors import BoardError
from state.board.exchange.cells import FIELDS, REFERENCES, fits
from state.board.exchange.contents import Column, Contents, Remark, Rest, Row, UnreadableFile
from state.board.exchange.records import COMPUTED
from state.board.exchange.references import UID, WORDS, is_reference
from state.board.model import Board, Card
from state.printable import printable

_IT = Path("it")


def to_json(board: Board, cards: Iterable[Card]) -> str:
    """Return all of a board but its other cards: a board file of its own, which the cockpit opens too."""
    chosen = msgspec.structs.replace(board, cards={card.uid: card for card in cards})
    return board_format.encode(board_format.tables(chosen)).decode()


def from_json(text: str) -> Contents:
    """Read a board file, or a list of records as `list -o json` prints them. Raises UnreadableFile."""
    try:
        found = msgspec.json.decode(text.encode())
    except msgspec.DecodeError as error:
        raise UnreadableFile(f"it is not JSON: {printable(str(error))}") from None
    if isinstance(found, dict) and isinstance(found.get(SETTINGS), dict):
        return _board_file(text)
    records = found.get("cards") if isinstance(found, dict) else found
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise UnreadableFile("it is neither a board file nor a list of cards")
    return _records(records)


def _board_file(text: str) -> Contents:
    try:
        board = board_format.board(board_format.decode(text.encode(), _IT), _IT)
    except BoardError as error:
        raise UnreadableFile(str(error).removeprefix(f"{_IT}: ")) from None
    rest = Rest(board.settings, board.baselines, board.unknown)
    return Contents(tuple(map(_row, board.cards.values())), board.phases, rest)


def _row(card: Card) -> Row:
    fields = {name: _marked(name, value_of(card, name)) for name in FIELDS[:-1]}
    return Row(f"card {card.label}", {**fields, "unknown": card.unknown}, whole=True)


def _records(records: list[dict[str, Any]]) -> Contents:
    """Cards as records: what a record does not say stays as it is."""
    rows: list[Row] = []
    remarks: list[Remark] = []
    for at, record in enumerate(records, 1):
        place, fields = f"card {at}", {}
        for name, value in record.items():
            if name not in FIELDS:
                if name not in COMPUTED:
                    remarks.append(Remark(place, name, "", "is no field of a card; left out"))
            elif fits(name, value):
                fields[name] = value
            else:
                remarks.append(Remark(place, name, str(value), "is no value of that field; left out"))
        if "number" not in fields and is_reference(str(record.get("card", ""))):
            fields["number"] = int(record["card"][1:])
        rows.append(Row(place, fields))
    names = dict.fromkeys(name for record in records for name in record)
    taken = tuple(Column(name, name if name in FIELDS else "") for name in names if name not in COMPUTED)
    return Contents(tuple(rows), columns=taken, remarks=tuple(remarks))


def _marked(field: str, value: Any) -> Any:
    """The references of a board: uids."""
    if field not in REFERENCES or not value:
        return value
    if field == "replaced_by":
        # What has the form of a uid is one; words must not be taken for a reference.
        words = is_reference(value) or value.startswith(WORDS)
        return UID + value if value.isdecimal() else WORDS + value if words else value
    return [UID + uid for uid in value] if isinstance(value, list) else UID + value
