"""The words of a card filter, and what each asks of a card."""

import operator
import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from state.board.model import MVP, Board, Card, CardKind, CardState, Moscow
from state.board.needs import blocked, out_of_order
from state.board.proof import Proof, proof
from state.printable import printable


class FilterError(ValueError):
    """The filter cannot be read. The text is one printable sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a filter is asked on: the day, and the cards that changed since somebody last looked."""

    today: date
    fresh: Set[str] = frozenset()


Test = Callable[[Board, Card], bool]
Word = Callable[[Asked, Board, Card], bool]


def word_test(word: str, asked: Asked) -> Test | None:
    """Return what a word of its own asks of a card; None when it is no such word."""
    test = _WORDS.get(word)
    return None if test is None else lambda board, card: test(asked, board, card)


def field_test(key: str, wanted: str) -> Test | None:
    """Return what `key:wanted` asks of a card; None when there is no such key. Both are case-folded.

    Raises FilterError when nothing can have that value.
    """
    if key in _ONE:
        one = _ONE[key]
        return lambda _, card: one(card).casefold() == wanted
    if key in _MANY:
        many = _MANY[key]
        if not wanted:
            return lambda _, card: not many(card)
        return lambda _, card: any(name.casefold() == wanted for name in many(card))
    if key in _CHOICES:
        choice, known, what = _CHOICES[key]
        if wanted and wanted not in known:
            raise FilterError(f"“{printable(wanted)}” is no {what}; write {key}: and one of {', '.join(known)}")
        return lambda _, card: choice(card) == wanted
    if key in _NUMBERS:
        return _compared(key, wanted, _NUMBERS[key], _number)
    if key == "due":
        return _compared(key, wanted, lambda card: card.due, _day)
    if key == "phase":
        return lambda board, card: wanted in _phase_names(board, card)
    if key == "needs":
        return _needing(wanted)
    return None


def text_test(text: str) -> Test:
    """Return what looks for a case-folded text in number, title, description, tags and owner of a card."""
    return lambda _, card: (
        text in f"{card.label} {card.title} {card.description} {' '.join(card.tags)} {card.owner}".casefold()
    )


_ONE: dict[str, Callable[[Card], str]] = {
    "owner": lambda card: card.owner,
    "lane": lambda card: card.lane,
    "step": lambda card: card.step,
    "source": lambda card: card.source,
}
_MANY: dict[str, Callable[[Card], tuple[str, ...]]] = {
    "tag": lambda card: card.tags,
    "app": lambda card: card.apps,
    "team": lambda card: card.teams,
}
_CHOICES: dict[str, tuple[Callable[[Card], str], tuple[str, ...], str]] = {
    "state": (lambda card: card.state, tuple(CardState), "state"),
    "moscow": (lambda card: card.moscow or "", tuple(Moscow), "priority"),
    "kind": (lambda card: card.kind, tuple(CardKind), "kind"),
}
_NUMBERS: dict[str, Callable[[Card], float | None]] = {
    "points": lambda card: card.points,
    "value": lambda card: card.value,
    "reach": lambda card: card.reach,
    "impact": lambda card: card.impact,
    "confidence": lambda card: card.confidence,
    "urgency": lambda card: card.urgency,
    "risk": lambda card: card.risk,
}
_WORDS: dict[str, Word] = {
    "blocked": lambda _, board, card: blocked(board, card),
    "unestimated": lambda _, __, card: card.points is None,
    "floor": lambda _, __, card: card.floor,
    "unextendable": lambda _, __, card: (
        card.phase == MVP and card.kind is CardKind.CAPABILITY and not card.extended_by.strip()
    ),
    "unproven": lambda asked, _, card: proof(card, asked.today) in (Proof.CLAIMED, Proof.REFUTED),
    "due": lambda _, __, card: card.due is not None and card.state is not CardState.DONE,
    "overdue": lambda asked, _, card: (
        card.due is not None and card.due < asked.today and card.state is not CardState.DONE
    ),
    "changed": lambda asked, _, card: card.uid in asked.fresh,
    "disordered": lambda _, board, card: bool(out_of_order(board, card)),
}
_COMPARED = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "": operator.eq,
}


def _compared(key: str, wanted: str, value: Callable[[Card], Any], read: Callable[[str, str], Any]) -> Test:
    """What compares a card's value with the one that stands after `>`, `<` or nothing; a card without one fails."""
    if not wanted:
        return lambda _, card: value(card) is None
    found = _COMPARED.fullmatch(wanted)
    sign, text = (found[1] or "", found[2]) if found else ("", wanted)
    compare, limit = _OPERATORS[sign], read(key, text)

    def test(_: Board, card: Card) -> bool:
        mine = value(card)
        return mine is not None and compare(mine, limit)

    return test


def _number(key: str, text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if number != number:
        raise FilterError(f"“{printable(text)}” is no number; write {key}:5, {key}:>5 or {key}:<=5")
    return number


def _day(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FilterError(f"“{printable(text)}” is no day; write {key}:<2026-12-31") from None


def _phase_names(board: Board, card: Card) -> tuple[str, ...]:
    phase = board.phase(card.phase) or board.phases[0]
    name = phase.name.casefold()
    return phase.id.casefold(), name, name.replace(" ", "")


def _needing(wanted: str) -> Test:
    digits = wanted.lstrip("c#")
    if not wanted:
        return lambda _, card: not card.needs
    if not digits.isdecimal():
        raise FilterError(f"“{printable(wanted)}” is no card; write needs: and a number like C07")
    number = int(digits)
    return lambda board, card: any(
        need.number == number for uid in card.needs if (need := board.cards.get(uid)) is not None
    )
