"""Boards as CSV: every field of a card a column. Tables of other trackers are read by the names of their columns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from state.board.documents import value_of
from state.board.exchange import cells, columns, moments, words
from state.board.exchange.cells import FIELDS, REFERENCES, CellError
from state.board.exchange.contents import Column, Contents, Remark, Row, UnreadableFile
from state.board.exchange.records import referring
from state.board.exchange.references import is_reference, namer
from state.board.exchange.separated import SeparatedError, separated, sheet
from state.board.model import DROPPED, Board, Card
from state.printable import printable, shorten

_MERGED = frozenset({"tags", "needs", "links", "apps", "teams", "broken", "comments"})
_JIRA_COMMENT = re.compile(r"(?P<when>[^;]{6,40});(?P<who>[^;]{1,80});(?P<text>.+)", re.DOTALL)


def to_csv(board: Board, cards: Iterable[Card]) -> str:
    """Return cards of a board as CSV of RFC 4180, all their fields, the heads the fields' names."""
    name = namer(board)

    def row(card: Card) -> list[str]:
        return [cells.text_of(field, referring(board, name, field, _value(card, field))) for field in FIELDS]

    return separated(FIELDS, (row(card) for card in cards))


def from_csv(text: str) -> Contents:
    """Read a table. Raises UnreadableFile when it is none, or no column names the cards."""
    try:
        found = sheet(text)
    except SeparatedError as error:
        raise UnreadableFile(str(error)) from None
    taken = [_Taken(at, head, columns.meaning(head)) for at, head in enumerate(found.heads)]
    fields = {one.meaning.field for one in taken if one.meaning is not None}
    if not fields & {"title", "uid", "number"}:
        heads = shorten(printable(", ".join(found.heads)), 200)
        raise UnreadableFile(f"no column of it names the cards, as title, Summary or Name would; there are {heads}")
    # What the board has written itself is read to the letter, and there an empty cell empties the field.
    ours = "uid" in fields
    read = sorted((one for one in taken if one.meaning is not None), key=lambda one: (columns.better(one.head), one.at))
    remarks: list[Remark] = []
    rows = []
    for number, values in found.rows:
        reading = _Reading(f"row {number}", ours)
        for one in read:
            reading.take(one, values[one.at] if one.at < len(values) else "")
        reading.beyond(values[len(found.heads) :])
        rows.append(reading.row())
        remarks += reading.remarks
    return Contents(tuple(rows), columns=tuple(_column(one) for one in taken), remarks=tuple(remarks))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A column of the sheet, and what it is."""

    at: int
    head: str
    meaning: columns.Meaning | None


def _column(one: _Taken) -> Column:
    if one.meaning is None:
        return Column(one.head)
    field = "source" if one.meaning.field == columns.KEY else one.meaning.field
    return Column(one.head, "lane" if field == columns.PARENT else field, one.meaning.how)


class _Reading:
    """One row being read, cell by cell, the best column of each field first."""

    def __init__(self, place: str, ours: bool) -> None:
        self.remarks: list[Remark] = []
        self._place = place
        self._ours = ours
        self._fields: dict[str, Any] = {}
        self._keys: list[str] = []
        self._blocks: list[str] = []
        self._parent = ""

    def take(self, one: _Taken, text: str) -> None:
        """Take over a cell. What cannot be read becomes a remark."""
        assert one.meaning is not None
        field, own = one.meaning.field, one.meaning.own
        bare = text if own and self._ours else text.strip()
        if not bare:
            if own and self._ours and field not in ("uid", "number", "title"):
                self._fields.setdefault(field, cells.default(field))
            return
        try:
            self._set(one, field, bare)
        except CellError as error:
            self._remark(one.head, "", str(error))

    def beyond(self, values: Sequence[str]) -> None:
        """Say that cells stand where no head is."""
        for value in values:
            if value.strip():
                self._remark("", value, "stands beyond the last head; left out")

    def row(self) -> Row:
        """Return what the row says."""
        return Row(
            self._place,
            self._fields,
            keys=tuple(self._keys),
            parent=self._parent,
            blocks=tuple(self._blocks),
            foreign=not self._ours,
        )

    def _set(self, one: _Taken, field: str, text: str) -> None:
        own = one.meaning is not None and one.meaning.own
        if field == columns.KEY:
            if is_reference(text):
                self._fields.setdefault("number", cells.read("number", text))
            else:
                self._keys.append(text)
        elif field == columns.PARENT:
            self._parent = self._parent or text
        elif field == columns.BLOCKS:
            self._blocks += cells.list_of(text)
        elif field == columns.COMMENT or (field == "comments" and text[0] != "["):
            self._merge("comments", [_comment(text)])
        elif field == "state" and words.dropped(text):
            self._fields.setdefault("phase", DROPPED)
        elif field == "owner" and not own:
            self._owner(one.head, text)
        elif field in _MERGED:
            self._merge(field, _split(cells.read(field, text)) if field in REFERENCES else cells.read(field, text))
        elif field == "title" and not self._ours:
            self._fields.setdefault(field, " ".join(text.split()))
        else:
            self._fields.setdefault(field, cells.read(field, text))

    def _owner(self, head: str, text: str) -> None:
        first, *others = cells.list_of(text)
        self._fields.setdefault("owner", first)
        for other in others:
            self._remark(head, other, "is one owner too many: a card has one; left out")

    def _merge(self, field: str, values: list[Any]) -> None:
        self._fields[field] = [*self._fields.get(field, ()), *values]

    def _remark(self, column: str, value: str, why: str) -> None:
        self.remarks.append(Remark(self._place, column, value, why))


def _value(card: Card, field: str) -> Any:
    return dict(card.unknown) if field == "unknown" else value_of(card, field)


def _split(references: list[str]) -> list[str]:
    """References that stand with spaces between them are several."""
    found: list[str] = []
    for one in references:
        parts = one.split()
        found += parts if len(parts) > 1 and all(map(is_reference, parts)) else [one]
    return found


def _comment(text: str) -> dict[str, Any]:
    """A comment as Jira writes it: when, who and what, with semicolons between."""
    found = _JIRA_COMMENT.fullmatch(text)
    when = moments.moment(found["when"]) if found else None
    if found is None or when is None:
        raise CellError("a comment is read as Jira writes it, when;who;what, or as JSON; left out")
    return {"text": found["text"].strip(), "who": found["who"].strip(), "when": when.isoformat()}
