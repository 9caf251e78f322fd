"""Cards and changes as records for other programs: flat, all fields there, names that stay."""

from collections.abc import Callable, Mapping
from typing import Any

from state.board.changes import CARDS, WHOLE, Change
from state.board.documents import value_of
from state.board.exchange.cells import FIELDS, REFERENCES
from state.board.exchange.references import UID, namer, replacement
from state.board.model import Board, Card
from state.board.needs import blocked, open_needs

COMPUTED = ("card", "blocked", "open_needs")
"""What a record says beyond the fields of a card: its label, whether it is blocked, the needs that are not done."""


def recorder(board: Board) -> Callable[[Card], dict[str, Any]]:
    """Return what makes records of a board's cards: every field by its name, with `card`, `blocked`, `open_needs`.

    Values are those of JSON, cards that are named are labels (`C07`), and what is not said is null or empty.
    """
    name = namer(board)

    def record(card: Card) -> dict[str, Any]:
        made: dict[str, Any] = {"card": card.label}
        for field in FIELDS:
            value = value_of(card, field) if field != "unknown" else dict(card.unknown)
            made[field] = referring(board, name, field, value)
        made["blocked"] = blocked(board, card)
        made["open_needs"] = [need.label for need in open_needs(board, card)]
        return made

    return record


def referring(board: Board, name: Callable[[str], str], field: str, value: Any) -> Any:
    """Return a field's value with other cards named as references instead of uids."""
    if field not in REFERENCES or not value:
        return value
    if field == "replaced_by":
        return replacement(board, name, value)
    return [name(uid) for uid in value] if isinstance(value, list | tuple) else name(value)


def change_record(labels: Mapping[str, str], change: Change) -> dict[str, Any]:
    """Return a change as a record. `labels` are those of all cards that there ever were, by uid."""
    return {
        "when": change.when.isoformat().replace("+00:00", "Z"),
        "who": change.who,
        "step": change.step,
        "reverts": change.reverts or None,
        "table": change.table,
        "card": labels.get(change.card) if change.table == CARDS else None,
        "entry": change.card,
        "field": change.field,
        "old": _named(labels, change, change.old),
        "new": _named(labels, change, change.new),
        "change": change.id,
    }


def labels_of(board: Board, changes: tuple[Change, ...]) -> dict[str, str]:
    """Return the labels of all cards by uid, those that are gone too."""
    gone = {
        change.card: f"C{made['number']:02d}"
        for change in changes
        if change.table == CARDS
        and change.field == WHOLE
        and isinstance(made := change.new or change.old, dict)
        and isinstance(made.get("number"), int)
    }
    return {**gone, **{card.uid: card.label for card in board.cards.values()}}


def _named(labels: Mapping[str, str], change: Change, value: Any) -> Any:
    """A value with the cards that it names as labels."""
    if change.table != CARDS or change.field not in REFERENCES or not value:
        return value
    if change.field == "replaced_by":
        return labels.get(value, value)
    found = [labels.get(uid, UID + uid) for uid in (value if isinstance(value, list) else [value])]
    return found if isinstance(value, list) else found[0]
