"""What an import comes to."""

from collections.abc import Mapping
from dataclasses import dataclass

from state.board.changes import Change, Step
from state.board.documents import value_of
from state.board.exchange.cells import FIELDS
from state.board.exchange.contents import Remark
from state.board.model import Board, Card


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import would do: one step of changes, and what is to be said of it."""

    board: Board
    """The board as it would be."""
    changes: tuple[Change, ...]
    added: tuple[Card, ...]
    changed: tuple[tuple[Card, tuple[Change, ...]], ...]
    """Cards of the board as they would be, with the changes of each."""
    same: int
    """How many cards of the file are on the board as they are."""
    places: Mapping[str, str]
    """Where a card stands in the file, by uid."""
    matched: Mapping[str, str]
    """How a card of the board was found, by uid."""
    remarks: tuple[Remark, ...]


def differences(by: Step, before: Card, now: Card) -> tuple[Change, ...]:
    """Return the changes of a card's fields from one state to the other."""
    names = [*FIELDS[:-1], *dict.fromkeys((*before.unknown, *now.unknown))]
    made = (by.change(now.uid, name, value_of(before, name), value_of(now, name)) for name in names)
    return tuple(change for change in made if change.old != change.new)
