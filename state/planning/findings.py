"""What a plan leaves open: cards that owe an answer, orders that do not hold, dates that have passed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from state.board.model import DROPPED, MVP, Board, Card, CardKind, CardState, Moscow
from state.board.needs import floor, out_of_order
from state.planning.story_map import uncovered

_OWN_WORK = frozenset({"custom", "complex"})
_THROWAWAY = "throwaway"


@dataclass(frozen=True, slots=True)
class Findings:
    """Cards by what is wrong with them, each list in board order. What is dropped owes nothing."""

    not_extendable: tuple[Card, ...]
    """Capabilities of the MVP that do not say how they can be extended: the pattern calls extendability critical."""
    no_alternative: tuple[Card, ...]
    """Custom or complex cards that name no off-the-shelf alternative that was refused."""
    no_replacement: tuple[Card, ...]
    """Throwaway cards that do not say what replaces them, or when; a planned card as replacement says when."""
    wont: tuple[Card, ...]
    """Capabilities tagged Won't inside the MVP: one of the two is wrong."""
    floor_outside: tuple[Card, ...]
    """Cards of the floor, or needed by it, that stand outside the MVP; a dropped one too."""
    out_of_order: tuple[Card, ...]
    """Cards that need one of a later phase, knowingly or not, or a dropped one."""
    needs_dropped: tuple[Card, ...]
    """Those of them that need a dropped one."""
    overdue: tuple[Card, ...]
    """Cards that are not done and whose due date has passed."""
    holes: tuple[str, ...]
    """The steps of a developer's journey in which the MVP has no capability."""


def findings(board: Board, today: date) -> Findings:
    """Return what the board leaves open on a day."""
    columns = board.columns()
    kept = [card for id, cards in columns.items() if id != DROPPED for card in cards]
    mvp = columns.get(MVP, ())
    capabilities = [card for card in mvp if card.kind is CardKind.CAPABILITY]
    locked = floor(board)
    waits = {card.uid: needs for card in kept if (needs := out_of_order(board, card))}

    def those(holds: Callable[[Card], bool]) -> tuple[Card, ...]:
        return tuple(card for card in kept if holds(card))

    return Findings(
        not_extendable=tuple(card for card in capabilities if not card.extended_by.strip()),
        no_alternative=those(lambda card: bool(_OWN_WORK & _tags(card)) and not card.alternative.strip()),
        no_replacement=those(lambda card: _THROWAWAY in _tags(card) and not _replaced(board, card)),
        wont=tuple(card for card in capabilities if card.moscow is Moscow.WONT),
        floor_outside=tuple(card for id, cards in columns.items() if id != MVP for card in cards if card.uid in locked),
        out_of_order=those(lambda card: card.uid in waits),
        needs_dropped=those(lambda card: any(need.phase == DROPPED for need in waits.get(card.uid, ()))),
        overdue=those(lambda card: card.due is not None and card.due < today and card.state is not CardState.DONE),
        holes=uncovered(mvp),
    )


def _tags(card: Card) -> frozenset[str]:
    return frozenset(tag.casefold() for tag in card.tags)


def _replaced(board: Board, card: Card) -> bool:
    """Whether a throwaway card says what replaces it and when."""
    if not card.replaced_by.strip():
        return False
    by = board.cards.get(card.replaced_by)
    planned = by is not None and any(phase.id == by.phase for phase in board.planned)
    return planned or bool(card.replaced_when.strip())
