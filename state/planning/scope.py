"""The MVP at a glance: what is in it, what of it is done, what is missing and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from state.board.model import MVP, UNPLANNED, Board, Card, CardKind, CardState, Moscow
from state.board.needs import blocked, floor
from state.board.proof import Proof, proof
from state.planning.share import Drift, Part, Points, Share, drift, share
from state.planning.story_map import uncovered
from state.planning.sums import Sum, sum_up

MUST_LIMIT = 60.0
"""Percent of the effort that Must may take: DSDM Agile Project Framework, chapter 10 "MoSCoW Prioritisation"."""


@dataclass(frozen=True, slots=True)
class Scope:
    """All that a screen says of the MVP. Cards are in rank order."""

    share: Share
    drift: Drift | None
    """The change since the newest baseline."""
    floor: Part
    """The points of the floor and its needs, over the whole."""
    must: Part
    """Must over all, in points of the MVP."""
    must_left: Part
    """The same in points of what is left to do."""
    cards: int
    done: int
    done_points: Points
    blocked: tuple[Card, ...]
    wont: tuple[Card, ...]
    """Cards tagged Won't inside the MVP: one of the two is wrong."""
    floor_outside: tuple[Card, ...]
    """Cards of the floor, or needed by it, that stand outside the MVP, in board order."""
    ideas: Sum
    """The capabilities that are in no phase yet, and so in no share."""
    holes: tuple[str, ...]
    """The steps of a developer's journey in which the MVP has no capability."""
    next: Card | None
    """What is being done, highest rank first; else the first that can be begun."""

    @property
    def must_is_much(self) -> bool:
        """Whether Must takes more than 60 % of what is left to do."""
        return self.must_left.percent is not None and self.must_left.percent > MUST_LIMIT


def scope(board: Board) -> Scope:
    """Return the MVP at a glance.

    What is on the floor or needed by it counts as Must, and so does what nobody has tagged. A Won't inside the MVP
    is in neither number of the Must share. Cards that are not estimated weigh nothing in it.
    """
    locked = floor(board)
    columns = board.columns()
    column = columns.get(MVP, ())
    capabilities = [card for card in column if card.kind is CardKind.CAPABILITY]
    tagged = [card for card in capabilities if card.uid in locked or card.moscow is not Moscow.WONT]
    must = [card for card in tagged if card.uid in locked or card.moscow in (None, Moscow.MUST)]
    done = [card for card in capabilities if card.state is CardState.DONE]
    now = share(board)
    return Scope(
        share=now,
        drift=drift(board, board.baselines[-1], now) if board.baselines else None,
        floor=Part(_points([board.cards[uid] for uid in locked]), now.points.whole),
        must=Part(_points(must), _points(tagged)),
        must_left=Part(_points(_left(must)), _points(_left(tagged))),
        cards=len(capabilities),
        done=len(done),
        done_points=_points(done),
        blocked=tuple(card for card in column if blocked(board, card)),
        wont=tuple(card for card in capabilities if card.moscow is Moscow.WONT),
        floor_outside=tuple(card for id, cards in columns.items() if id != MVP for card in cards if card.uid in locked),
        ideas=sum_up(card for card in columns[UNPLANNED] if card.kind is CardKind.CAPABILITY),
        holes=uncovered(column),
        next=_next(board, columns.get(board.settings.current, ())),
    )


def proven_points(board: Board, today: date) -> Points | None:
    """Return the points of the MVP's capabilities that are done and proven on a day.

    None while no capability of the MVP has evidence.
    """
    capabilities = [card for card in board.columns().get(MVP, ()) if card.kind is CardKind.CAPABILITY]
    if not any(card.evidence for card in capabilities):
        return None
    return _points([card for card in capabilities if proof(card, today) is Proof.PROVEN])


def _left(cards: Sequence[Card]) -> list[Card]:
    return [card for card in cards if card.state is not CardState.DONE]


def _next(board: Board, column: Sequence[Card]) -> Card | None:
    doing = next((card for card in column if card.state is CardState.DOING), None)
    ready = (card for card in column if card.state is CardState.TODO and not blocked(board, card))
    return doing or next(ready, None)


def _points(cards: Sequence[Card]) -> Points:
    return sum_up(cards).points
