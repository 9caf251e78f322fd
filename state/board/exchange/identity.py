"""Which cards the rows of a file are or become: uids and numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from state.board.changes import new_uid
from state.board.exchange.contents import Remark, Row
from state.board.exchange.matching import Matcher
from state.board.model import Board, Card


@dataclass(frozen=True, slots=True)
class Known:
    """The rows that are cards, each with its uid, and what there is to say of the others."""

    rows: Sequence[tuple[str, Row]] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    """Where a card stands in the file, by uid."""
    matched: Mapping[str, str] = field(default_factory=dict)
    """How a card of the board was found, by uid."""
    new: Mapping[str, Card] = field(default_factory=dict)
    """The cards that the board lacks, by uid: number and title, nothing more."""
    remarks: Sequence[Remark] = ()


def identify(board: Board, rows: Iterable[Row], matcher: Matcher) -> Known:
    """Return which cards rows are. New ones keep the uid and the number they come with where nobody has them."""
    naming = _Naming(board)
    for row in rows:
        naming.row(row, matcher)
    return naming.known()


class _Naming:
    def __init__(self, board: Board) -> None:
        self._board = board
        self._rows: list[tuple[str, Row]] = []
        self._places: dict[str, str] = {}
        self._matched: dict[str, str] = {}
        self._remarks: list[Remark] = []

    def row(self, row: Row, matcher: Matcher) -> None:
        """Find or make the uid of a row; a row that is no card, or one again, is left out."""
        match = matcher.match(row)
        title = str(row.fields.get("title") or "")
        if match.several:
            labels = " and ".join(card.label for card in match.several[:3])
            self._remark(row, match.how, title, f"could be {labels}; left out")
            return
        uid = match.uid or self._new_uid(row)
        if not match.uid and not title.strip() and not row.whole:
            self._remark(row, "title", "", "a card needs a title; left out")
        elif uid in self._places:
            self._remark(row, "", title, f"is the card of {self._places[uid]} again; left out")
        else:
            self._places[uid] = row.place
            self._rows.append((uid, row))
            if match.uid:
                self._matched[uid] = match.how

    def known(self) -> Known:
        """Return all rows, with numbers."""
        taken = {card.number for card in self._board.cards.values()}
        new: dict[str, Card] = {}
        without: list[tuple[str, Row]] = []
        for uid, row in self._rows:
            wanted = row.fields.get("number")
            there = self._board.cards.get(uid)
            if there is not None:
                if wanted is not None and wanted != there.number:
                    self._remark(row, "number", str(wanted), f"the card stays {there.label}")
                continue
            new[uid] = Card(uid=uid, number=0, title=str(row.fields.get("title") or ""))
            if isinstance(wanted, int) and wanted > 0 and wanted not in taken:
                taken.add(wanted)
                new[uid] = msgspec.structs.replace(new[uid], number=wanted)
            else:
                without.append((uid, row))
        for number, (uid, row) in enumerate(without, 1 + max(taken, default=0)):
            new[uid] = msgspec.structs.replace(new[uid], number=number)
            if row.fields.get("number") is not None:
                self._remark(row, "number", str(row.fields["number"]), f"cannot be its number; it is {new[uid].label}")
        return Known(self._rows, self._places, self._matched, new, self._remarks)

    def _new_uid(self, row: Row) -> str:
        said = row.fields.get("uid")
        if isinstance(said, str) and said.isdecimal():
            return said
        if said:
            self._remark(row, "uid", str(said), "is no uid: it must be digits; the card gets a new one")
        return new_uid()

    def _remark(self, row: Row, column: str, value: str, why: str) -> None:
        self._remarks.append(Remark(row.place, column, value, why))
