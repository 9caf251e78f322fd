"""Boards as JSON: the board file itself, and the records that other programs are given."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from state.board import format as board_format
from state.board.changes import BASELINES, CARDS, PHASES, SETTINGS
from state.board.documents import entry
from state.board.errors import BoardError
from state.board.exchange.cells import FIELDS, REFERENCES
from state.board.exchange.contents import Column, Contents, Remark, Rest, Row, UnreadableFile
from state.board.exchange.records import COMPUTED
from state.board.exchange.references import UID, WORDS, is_reference
from state.board.model import Baseline, Board, Card, Phase, Settings
from state.printable import printable

_KNOWN = (SETTINGS, PHASES, CARDS, BASELINES)


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
        tables = board_format.decode(text.encode(), Path("it"))
        phases = [entry(Phase, document) for document in tables.get(PHASES, {}).values()]
        rest = Rest(
            settings=entry(Settings, tables[SETTINGS][board_format.SETTINGS_ID]),
            baselines=tuple(entry(Baseline, {**found, "id": id}) for id, found in tables.get(BASELINES, {}).items()),
            unknown={name: table for name, table in tables.items() if name not in _KNOWN},
        )
    except (BoardError, msgspec.ValidationError, TypeError, AttributeError) as error:
        raise UnreadableFile(printable(str(error))) from None
    rows = []
    for uid, document in tables.get(CARDS, {}).items():
        if not isinstance(document, Mapping):
            raise UnreadableFile(f"the card {printable(uid)} in it is no object")
        fields = {name: _marked(name, value, document=True) for name, value in document.items() if name in FIELDS[:-1]}
        unknown = {name: value for name, value in document.items() if name not in FIELDS[:-1]}
        rows.append(Row(f"card {uid}", {**fields, "uid": uid, "unknown": unknown}, whole=True))
    return Contents(tuple(rows), tuple(phases), rest)


def _records(records: list[dict[str, Any]]) -> Contents:
    """Cards as records: what a record does not say stays as it is."""
    rows: list[Row] = []
    remarks: list[Remark] = []
    for at, record in enumerate(records, 1):
        place = f"card {at}"
        fields = {}
        for name, value in record.items():
            if name in FIELDS:
                fields[name] = _marked(name, value, document=False)
            elif name not in COMPUTED:
                remarks.append(Remark(place, name, "", "is no field of a card; left out"))
        if "number" not in fields and is_reference(str(record.get("card", ""))):
            fields["number"] = int(record["card"][1:])
        rows.append(Row(place, fields))
    names = dict.fromkeys(name for record in records for name in record)
    taken = tuple(Column(name, name if name in FIELDS else "") for name in names)
    return Contents(tuple(rows), columns=taken, remarks=tuple(remarks))


def _marked(field: str, value: Any, *, document: bool) -> Any:
    """References as text: those of a document are uids."""
    if field not in REFERENCES or not value or not document:
        return value
    if field == "replaced_by":
        return value if not isinstance(value, str) or _plain_words(value) else _replacement(value)
    return [UID + str(uid) for uid in value] if isinstance(value, list) else UID + str(value)


def _plain_words(value: str) -> bool:
    return not (value.isdecimal() or is_reference(value) or value.startswith(WORDS))


def _replacement(value: str) -> str:
    """A uid when it has the form of one, else words that are not to be taken for a reference."""
    return UID + value if value.isdecimal() else WORDS + value
