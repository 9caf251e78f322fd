"""What there is to know of a card while it is written: what it needs, what it is worth, what the plan asks of it."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from state.age import short_age
from state.board.model import DROPPED, Board, Card, CardState
from state.board.needs import needed_by
from state.cell import Cell, Tone
from state.planning.findings import findings
from state.planning.scores import rice, wsjf
from state.printable import printable
from widgets.cell_lines import Line
from widgets.cell_text import place

STATES = {
    CardState.TODO: Cell("○", Tone.QUIET),
    CardState.DOING: Cell("◐", Tone.FOCUS),
    CardState.DONE: Cell("✓", Tone.WELL),
}
"""The glyph of each state."""
_PHASE_WIDTH = 9


def card_line(board: Board, card: Card) -> Line:
    """Return a card in one line: state, number, phase, title."""
    phase = printable((board.phase(card.phase) or board.phases[0]).name)
    return (
        STATES[card.state],
        Cell(f" {card.label:<4} {card.state.value:<5} ", Tone.QUIET),
        Cell(place(phase, _PHASE_WIDTH), Tone.WARN if card.phase == DROPPED else Tone.QUIET),
        Cell(f"  {printable(card.title)}"),
    )


def needs_lines(board: Board, needs: Sequence[str]) -> list[Line]:
    """Return what a card needs, one a line; a card that is gone is named."""
    return [
        card_line(board, board.cards[uid])
        if uid in board.cards
        else (Cell("▲", Tone.WARN), Cell(f" {printable(uid)} is not on the board", Tone.WARN))
        for uid in needs
    ]


def needed_by_lines(board: Board, card: Card) -> list[Line]:
    """Return what needs a card, with the line that says so."""
    needing = needed_by(board, card.uid)
    if not needing:
        return [(Cell("no card needs it", Tone.FAINT),)]
    return [(Cell("needed by", Tone.QUIET),), *(card_line(board, other) for other in needing)]


def score_lines(card: Card) -> list[Line]:
    """Return both scores, and what is missing where there is none."""
    return [
        _score("RICE", rice(card), {"reach": card.reach, "impact": card.impact, "confidence": card.confidence}, card),
        _score("WSJF", wsjf(card), {"value": card.value, "urgency": card.urgency, "risk reduction": card.risk}, card),
    ]


def _score(name: str, score: float | None, parts: Mapping[str, float | None], card: Card) -> Line:
    if score is not None:
        return Cell(f"{name} ", Tone.QUIET), Cell(f"{score:.3g}")
    missing = ", ".join(part for part, value in {**parts, "points": card.points}.items() if value is None)
    return Cell(f"{name} ", Tone.QUIET), Cell(f"– without {missing}" if missing else "–", Tone.FAINT)


def comment_lines(card: Card, now: float) -> list[Line]:
    """Return a card's comments, the newest first. `now` is in seconds since the epoch."""
    lines: list[Line] = []
    for comment in reversed(card.comments):
        age = short_age(now - comment.when.timestamp())
        head = (Cell(printable(comment.who), Tone.FOCUS), Cell(f" {age}  ", Tone.FAINT))
        first, *rest = comment.text.splitlines() or [""]
        lines.append((*head, Cell(printable(first))))
        lines += [(Cell(f"  {printable(more)}"),) for more in rest]
    return lines


def questions(board: Board, card: Card, today: date) -> dict[str, str]:
    """Return by field what the plan asks of a card and what has no answer yet."""
    known = {uid: board.cards[uid] for uid in (card.replaced_by,) if uid in board.cards}
    found = findings(msgspec.structs.replace(board, cards={**known, card.uid: card}), today)

    def has(cards: Sequence[Card]) -> bool:
        return any(one.uid == card.uid for one in cards)

    asked: dict[str, str] = {}
    if has(found.not_extendable):
        asked["extended_by"] = "how can it be extended? What is in the MVP has to be"
    if has(found.no_alternative):
        asked["alternative"] = "which off-the-shelf alternative was refused, and why?"
    if has(found.no_replacement) and not card.replaced_by:
        asked["replaced_by"] = "what will replace it? It is tagged throwaway"
    elif has(found.no_replacement):
        asked["replaced_when"] = "when will it be replaced?"
    if has(found.wont):
        asked["moscow"] = "a won't stands in the MVP: which of the two is it?"
    if has(found.floor_outside):
        asked["phase"] = "it belongs to the floor: why does it stand outside the MVP?"
    if has(found.overdue):
        asked["due"] = "that day has passed: when will it be done?"
    return asked
