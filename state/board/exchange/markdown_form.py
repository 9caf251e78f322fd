"""Boards as Markdown that reads well: headings are phases, list items are cards.

What a line does not show follows it in an HTML comment, which no viewer shows, so that nothing is lost.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from state.board.documents import document, plain
from state.board.exchange.cells import REFERENCES, text_of
from state.board.exchange.markdown_reading import (
    BOXES,
    INDENT,
    SIGNS,
    described,
    heading_name,
    is_structure,
    read_item,
)
from state.board.exchange.records import referring
from state.board.exchange.references import namer
from state.board.model import UNPLANNED, Board, Card, Phase
from state.printable import printable, printable_lines

_BOXES = {state: box for box, state in BOXES.items() if box != "X"}
_SHOWN = ("number", "title", "points", "moscow", "owner", "tags")


def to_markdown(board: Board, cards: Iterable[Card]) -> str:
    """Return cards of a board as Markdown, with all its phases. Settings and baselines are not in it."""
    columns: dict[str, list[Card]] = {phase.id: [] for phase in board.phases}
    for card in cards:
        columns.get(card.phase, columns[UNPLANNED]).append(card)
    name = namer(board)
    lines = [f"# {_escaped(printable(board.settings.title))}"]
    for phase in board.phases:
        lines += ["", *_heading(phase)]
        if columns[phase.id]:
            lines.append("")
        for card in columns[phase.id]:
            lines += _item(board, name, card, phase.id)
    return "\n".join(lines) + "\n"


def _heading(phase: Phase) -> Iterator[str]:
    note = document(phase)
    shown = f"## {_escaped(' '.join(printable(phase.name).split()))}"
    if heading_name(shown) == phase.name:
        del note["name"]
    outcome = phase.outcome.split("\n")
    plain = not any(map(is_structure, outcome)) and described(outcome) == phase.outcome == printable_lines(
        phase.outcome
    )
    if plain:
        note.pop("outcome", None)
    yield f"{shown} {_note(note)}"
    if plain and phase.outcome:
        yield ""
        yield from outcome


def _item(board: Board, name: Callable[[str], str], card: Card, phase: str) -> Iterator[str]:
    note: dict[str, Any] = {"uid": card.uid, **plain(document(card))}
    state = note.pop("state", "todo")
    if note.pop("phase", UNPLANNED) != phase:
        note["phase"] = card.phase
    for field in REFERENCES & note.keys():
        note[field] = referring(board, name, field, note[field])
    shown = " ".join(_words(card))
    read, _ = read_item(shown)
    for field in _SHOWN:
        if field in note and read.get(field) == note[field]:
            del note[field]
        elif field in read and field not in note:
            note[field] = {"tags": [], "owner": ""}.get(field)
    below = [INDENT + line if line else "" for line in card.description.split("\n")] if card.description else []
    if described(below) == card.description == printable_lines(card.description):
        note.pop("description", None)
    else:
        below = []
    yield f"- [{_BOXES[state]}] {shown} {_note(note)}"
    yield from below


def _words(card: Card) -> Iterator[str]:
    """The parts of a card's line, as quick capture has them."""
    yield card.label
    for word in printable(card.title).split():
        yield _escaped(f"\\{word}" if word[0] in SIGNS and len(word) > 1 else word)
    if card.points is not None:
        yield f"*{text_of('points', card.points)}"
    if card.moscow is not None:
        yield f"!{card.moscow}"
    if _is_word(card.owner):
        yield f"@{_escaped(card.owner)}"
    for tag in card.tags:
        if _is_word(tag):
            yield f"#{_escaped(tag)}"


def _is_word(text: str) -> bool:
    return bool(text) and text.split() == [text] and text == printable(text) and text[0] not in SIGNS


def _escaped(text: str) -> str:
    """Text without the beginning of any HTML."""
    return text.replace("<", "\\<")


def _note(found: dict[str, Any]) -> str:
    text = msgspec.json.encode(found).decode()
    return f"<!-- {text.replace('<', chr(92) + 'u003c').replace('>', chr(92) + 'u003e')} -->"
