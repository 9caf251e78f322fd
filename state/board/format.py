"""The board file: TinyDB's tables of documents as JSON that a person can read and a diff shows well."""

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from state.board.changes import BASELINES, CARDS, PHASES, SETTINGS, baselines_in_order
from state.board.documents import document, entry
from state.board.errors import NewerSchema, Unreadable
from state.board.model import DROPPED, SCHEMA, UNPLANNED, Baseline, Board, Card, Phase, Settings, in_order
from state.printable import printable, shorten

Tables = Mapping[str, Mapping[str, Any]]
"""Documents by table and document id. The ids are whole numbers in digits, as TinyDB reads them."""
SETTINGS_ID = "1"
_KNOWN = (SETTINGS, PHASES, CARDS, BASELINES)
NEWLINE = b"\n"
_ALWAYS = {UNPLANNED: Phase(id=UNPLANNED, name="Ideas"), DROPPED: Phase(id=DROPPED, name="Dropped")}
Entry = TypeVar("Entry")


def _place(field: str, missing: Any) -> Callable[[tuple[str, Any]], Any]:
    def order(item: tuple[str, Any]) -> Any:
        value = item[1].get(field)
        return (value if isinstance(value, type(missing)) else missing, item[0])

    return order


_ORDER = {PHASES: _place("rank", ""), CARDS: _place("number", 0), BASELINES: _place("when", "")}


def phase_key(id: str) -> str:
    """Return the document id of a phase: the same for the same phase, whoever adds it."""
    return str(zlib.crc32(id.encode()))


def tables(board: Board) -> dict[str, dict[str, Any]]:
    """Return a board as documents, in the order of the file."""
    cards = sorted(board.cards.values(), key=lambda card: (card.number, card.uid))
    phases = [phase for phase in board.phases if _ALWAYS.get(phase.id) != phase]
    return {
        SETTINGS: {SETTINGS_ID: document(board.settings)},
        PHASES: {phase_key(phase.id): document(phase) for phase in phases},
        CARDS: {card.uid: _keyed(card, "uid") for card in cards},
        BASELINES: {baseline.id: _keyed(baseline, "id") for baseline in board.baselines},
        **{name: dict(table) for name, table in board.unknown.items()},
    }


def stored(board: Board, table: str, key: str) -> tuple[int, dict[str, Any] | None]:
    """Return the document id of an entry and its document, None when the board has no such entry."""
    made: dict[str, Any] | None
    if table == SETTINGS:
        return int(SETTINGS_ID), document(board.settings)
    if table == PHASES:
        phase = board.phase(key)
        made = None if phase is None or _ALWAYS.get(key) == phase else document(phase)
        return int(phase_key(key)), made
    if table == CARDS:
        card = board.cards.get(key)
        return int(key), None if card is None else _keyed(card, "uid")
    if table == BASELINES:
        baseline = next((baseline for baseline in board.baselines if baseline.id == key), None)
        return int(key), None if baseline is None else _keyed(baseline, "id")
    return int(key), board.unknown.get(table, {}).get(key)


def encode(documents: Tables) -> bytes:
    """Return the file's bytes: one block a document, one line a field, cards by number, phases by rank."""
    made = {name: documents[name] for name in _KNOWN if documents.get(name)}
    made.update({name: table for name, table in documents.items() if name not in _KNOWN})
    for name, order in _ORDER.items():
        if name in made:
            made[name] = dict(sorted(made[name].items(), key=order))
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def decode(data: bytes, path: Path) -> dict[str, dict[str, Any]]:
    """Return the documents of a file.

    Raises Unreadable when it is not JSON of that form, NewerSchema when a newer program wrote it.
    """
    if not data.strip():
        raise Unreadable(f"{path} cannot be read as a board: it is empty")
    try:
        found = msgspec.json.decode(data, type=dict[str, dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        at = _line(error, data)
        raise Unreadable(f"{path} cannot be read as a board{at}: {printable(str(error))}") from None
    settings = found.get(SETTINGS, {}).get(SETTINGS_ID, {})
    schema = settings.get("schema") if isinstance(settings, dict) else None
    if not isinstance(schema, int):
        raise Unreadable(f"{path} is no board: it names no schema")
    if schema > SCHEMA:
        raise NewerSchema(
            f"{path} was written by a newer cockpit (schema {schema}, this one knows {SCHEMA}). "
            "It is left as it is; update the cockpit."
        )
    return found


def board(documents: Tables, path: Path) -> Board:
    """Return the board of a file's documents. Raises Unreadable, which names the document and the field."""
    found = _entries(documents, SETTINGS, lambda _, given: entry(Settings, given), path)
    phases = _entries(documents, PHASES, lambda _, given: entry(Phase, given), path)
    cards = _entries(documents, CARDS, lambda uid, given: entry(Card, {**given, "uid": uid}), path)
    baselines = _entries(documents, BASELINES, lambda id, given: entry(Baseline, {**given, "id": id}), path)
    return Board(
        settings=found[SETTINGS_ID],
        phases=in_order(phases.values()),
        cards=cards,
        baselines=baselines_in_order(baselines.values()),
        unknown={name: table for name, table in documents.items() if name not in _KNOWN},
    )


def _keyed(made: Card | Baseline, key: str) -> dict[str, Any]:
    """A document without the field that is its id."""
    found = document(made)
    del found[key]
    return found


def _entries(
    documents: Tables, table: str, make: Callable[[str, Mapping[str, Any]], Entry], path: Path
) -> dict[str, Entry]:
    made: dict[str, Entry] = {}
    for key, given in documents.get(table, {}).items():
        try:
            if not key.isdecimal():
                raise msgspec.ValidationError("its id must be digits")
            if not isinstance(given, Mapping):
                raise msgspec.ValidationError("it must be an object")
            made[key] = make(key, given)
        except msgspec.ValidationError as error:
            raise Unreadable(f"{path}: {_named(table, key, given)}: {printable(str(error))}") from None
    return made


def _named(table: str, key: str, given: Any) -> str:
    said = given.get("title") or given.get("name") if isinstance(given, Mapping) else None
    title = f" “{shorten(printable(str(said)), 40)}”" if said else ""
    return f"{table} {printable(key)}{title}"


def _line(error: Exception, data: bytes) -> str:
    """` in line 12`, from the byte position that the decoder's message ends with."""
    digits = "".join(character for character in str(error).rpartition("byte ")[2] if character.isdigit())
    before = data[: int(digits)] if digits else b""
    return f" in line {1 + before.count(NEWLINE)}" if digits else ""
