"""What changes are about and why they do not fit, in words. All that comes out is printable."""

from typing import Any

from state.board.change import CARDS, SETTINGS, WHOLE, Change
from state.board.model import Board
from state.printable import printable, shorten

RANK = "rank"
"""The field that says where among its neighbours a card stands. Its values mean nothing to a person."""


def named(board: Board, change: Change) -> str:
    """Return what a change is about, in words: `the phase of C12`."""
    if change.table == CARDS:
        card = board.cards.get(change.card)
        made = change.new or change.old
        if card is not None:
            subject = card.label
        elif change.field == WHOLE and isinstance(made, dict) and isinstance(made.get("number"), int):
            subject = f"C{made['number']:02d}"
        else:
            subject = "a card that is gone"
    elif change.table == SETTINGS:
        subject = "the board"
    else:
        subject = f"the {change.table.removesuffix('s')} {printable(change.card)}"
    return subject if change.field == WHOLE else f"{printable(change.field)} of {subject}"


def since(board: Board, change: Change, found: Any) -> str:
    """Return why a change does not fit: what somebody has set since."""
    subject = named(board, change)
    if change.field == WHOLE:
        return f"somebody has {_fate(change.old, found)} {subject} since"
    if change.table == CARDS and change.field == RANK:
        return f"somebody has put {_label(board, change)} elsewhere since"
    return f"somebody has set the {subject} to {said(found)} since"


def clashed(board: Board, change: Change, found: Any) -> str:
    """Return what became of a change that somebody else's kept out."""
    subject = named(board, change)
    if change.field == WHOLE:
        return f"somebody else has {_fate(change.old, found)} {subject}; your change of it is not in"
    if change.table == CARDS and change.card not in board.cards:
        return f"somebody else has taken away a card whose {printable(change.field)} you set to {said(change.new)}"
    if change.table == CARDS and change.field == RANK:
        return f"somebody else has put {_label(board, change)} elsewhere; where you put it is not in"
    return f"somebody else has set the {subject} to {said(found)}; yours was {said(change.new)}"


def _label(board: Board, change: Change) -> str:
    card = board.cards.get(change.card)
    return "a card that is gone" if card is None else card.label


def _fate(old: Any, found: Any) -> str:
    if found is None:
        return "taken away"
    return "added" if old is None else "changed"


def said(value: Any) -> str:
    """Return a value of a field as a sentence can have it, shortened."""
    if value is None or value in ("", []):
        return "empty"
    if isinstance(value, dict):
        value = value.get("reason") or value.get("why") or "as it was"
    if isinstance(value, list):
        value = ", ".join(str(_item(item)) for item in value)
    return shorten(printable(str(value)), 60)


def _item(item: Any) -> Any:
    """What is said of an item of a list: its words, without who and when."""
    return (item.get("what") or item.get("text") or "…") if isinstance(item, dict) else item
