"""The lanes of a board: its cards by step, area, owner or priority, in an order that stays while cards move."""

from collections.abc import Iterable
from enum import StrEnum

from state.board.model import STEPS, Board, Card, Moscow


class LaneBy(StrEnum):
    """What lanes are made of; each value is the card's field that says in which lane it is."""

    STEP = "step"
    AREA = "lane"
    OWNER = "owner"
    PRIORITY = "moscow"


def lane_of(card: Card, by: LaneBy) -> str:
    """Return the lane of a card, empty for a card without one."""
    return str(getattr(card, by.value) or "")


def lanes(board: Board, by: LaneBy) -> tuple[str, ...]:
    """Return the lanes that cards of the board are in, the empty one last.

    Steps come in the order of the journey, priorities from must to won't, owners as the team names them; all else
    follows by name.
    """
    known: Iterable[str] = ()
    if by is LaneBy.STEP:
        known = STEPS
    elif by is LaneBy.PRIORITY:
        known = Moscow
    elif by is LaneBy.OWNER:
        known = board.settings.team
    places = {str(name): at for at, name in enumerate(known)}
    found = {lane_of(card, by) for card in board.cards.values()}
    return tuple(
        sorted(found, key=lambda name: (not name, places.get(name, len(places)), name.casefold(), name)),
    )


def in_lanes(cards: Iterable[Card], order: Iterable[str], by: LaneBy) -> dict[str, tuple[Card, ...]]:
    """Return cards by their lane, those lanes alone that have any; in a lane they stay in the order given."""
    found: dict[str, list[Card]] = {name: [] for name in order}
    for card in cards:
        found.setdefault(lane_of(card, by), []).append(card)
    return {name: tuple(those) for name, those in found.items() if those}
