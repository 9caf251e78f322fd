"""Which card of the board a row of a file is: by uid, by number, by another tracker's name for it, by title."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from state.board.exchange.contents import Row
from state.board.exchange.references import UID, is_reference
from state.board.model import Board, Card

T = TypeVar("T")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+")


@dataclass(frozen=True, slots=True)
class Match:
    """The card that a row is; `uid` is empty when it is a new one. `several` are those that it could be."""

    uid: str = ""
    how: str = ""
    several: tuple[Card, ...] = ()


class Matcher:
    """Finds the cards of a board. Later names are tried only when earlier ones find nothing."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._numbers = _index((str(card.number), card) for card in board.cards.values())
        self._keys = _index((key, card) for card in board.cards.values() for key in external(card))
        self._titles = _index((card.title, card) for card in board.cards.values())

    def match(self, row: Row) -> Match:
        """Return which card a row is.

        A row with a uid that the board lacks is a new card: its number may be another card's here. Several cards of
        one title are none.
        """
        uid = row.fields.get("uid")
        if uid:
            return Match(uid, "uid") if uid in self._board.cards else Match()
        number = row.fields.get("number")
        if number is not None:
            return self._one(self._numbers, [str(number)], "number") or Match()
        found = self._one(self._keys, names(row), "external id")
        return found or self._one(self._titles, [str(row.fields.get("title", ""))], "title") or Match()

    def key(self, text: str) -> str | None:
        """Return the uid of the one card that another tracker has this name for, or None."""
        return _uid(_only(self._keys, text))

    def number(self, digits: str) -> str | None:
        """Return the uid of the one card of a number, or None."""
        return _uid(_only(self._numbers, digits))

    def title(self, text: str) -> str | None:
        """Return the uid of the one card of a title, or None."""
        return _uid(_only(self._titles, text))

    def _one(self, index: dict[str, list[Card]], wanted: Iterable[str], how: str) -> Match | None:
        for name in wanted:
            found = index.get(name, [])
            if found:
                return Match(found[0].uid, how) if len(found) == 1 else Match("", how, tuple(found))
        return None


class References:
    """Finds the cards that cells name: of the file first, then of the board."""

    def __init__(self, rows: Iterable[tuple[str, Row]], matcher: Matcher) -> None:
        self._matcher = matcher
        numbers: list[tuple[str, str]] = []
        keys: list[tuple[str, str]] = []
        titles: list[tuple[str, str]] = []
        for uid, row in rows:
            if row.fields.get("number") is not None:
                numbers.append((str(row.fields["number"]), uid))
            keys += [(key, uid) for key in names(row)]
            titles.append((str(row.fields.get("title", "")), uid))
        self._numbers, self._keys, self._titles = (_index(named) for named in (numbers, keys, titles))

    def find(self, text: str) -> str | None:
        """Return the uid of a reference, or None. A marked uid is taken at its word."""
        if text.startswith(UID):
            return text.removeprefix(UID)
        if is_reference(text):
            digits = str(int(text[1:]))
            return _only(self._numbers, digits) or self._matcher.number(digits)
        found = _only(self._keys, text) or self._matcher.key(text)
        if found is None and text.isdecimal():
            found = _only(self._numbers, text) or self._matcher.number(text)
        return found or _only(self._titles, text) or self._matcher.title(text)


def external(card: Card) -> Iterator[str]:
    """Yield the names that other trackers have for a card: its source, its links, and the keys in them."""
    found = dict.fromkeys((card.source, *card.links))
    for text in found:
        if text:
            yield text
    keys = dict.fromkeys(key for text in found for key in _KEY.findall(text.rstrip("/").rpartition("/")[2]))
    yield from (key for key in keys if key not in found)


def names(row: Row) -> tuple[str, ...]:
    """Return the names that other trackers have for a row: its keys, then its links."""
    links = row.fields.get("links", ())
    return (*row.keys, *(link for link in links if isinstance(link, str)))


def _index(named: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for name, what in named:
        if name:
            found[name].append(what)
    return dict(found)


def _only(index: Mapping[str, Sequence[T]], name: str) -> T | None:
    found = index.get(name, ())
    return found[0] if len(found) == 1 else None


def _uid(card: Card | None) -> str | None:
    return None if card is None else card.uid
