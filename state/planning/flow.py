"""The flow of the current phase: what waits, what is being done, what is blocked, what is done, and where it jams.

Limits are the Kanban Method's on work in progress; they warn, they never forbid.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from state.board.model import DROPPED, Board, Card, CardState, Phase
from state.board.needs import blocked

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class OverLimit:
    """Somebody or a lane with more in doing than was agreed on."""

    kind: Literal["owner", "lane"]
    name: str
    count: int
    limit: int
    cards: tuple[Card, ...]
    """What is counted, in board order: all in doing wherever it stands, blocked or not, what is dropped apart."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The cards of the current phase, each in exactly one place, in rank order."""

    phase: Phase | None
    """The current phase; None when the board has no phase of that id."""
    todo: tuple[Card, ...]
    doing: tuple[Card, ...]
    blocked: tuple[Card, ...]
    """What is to do or being done and cannot go on."""
    done: tuple[Card, ...]
    over: tuple[OverLimit, ...]
    """Owners first, then lanes, each by name."""
    ageing: Mapping[str, int]
    """By uid the whole days that a card of the phase has been in doing, of those that reached the board's limit."""


def flow(board: Board, now: float) -> Flow:
    """Return the flow of the current phase at `now`, in seconds since the epoch."""
    current = board.settings.current
    cards = board.columns().get(current, ())
    stuck = frozenset(card.uid for card in cards if blocked(board, card))

    def those(state: CardState) -> tuple[Card, ...]:
        return tuple(card for card in cards if card.state is state and card.uid not in stuck)

    return Flow(
        phase=board.phase(current),
        todo=those(CardState.TODO),
        doing=those(CardState.DOING),
        blocked=tuple(card for card in cards if card.uid in stuck),
        done=those(CardState.DONE),
        over=over_limits(board),
        ageing={
            card.uid: days
            for card in cards
            if (days := _days_in_doing(card, now)) is not None and days >= board.settings.ageing
        },
    )


def over_limits(board: Board) -> tuple[OverLimit, ...]:
    """Return which limits on work in progress are passed. Names are compared without regard to case."""
    doing = [
        card
        for id, cards in board.columns().items()
        for card in cards
        if id != DROPPED and card.state is CardState.DOING
    ]
    own = {name.casefold(): limit for name, limit in board.settings.wip.items()}
    return (
        *_over("owner", doing, lambda card: card.owner, own, board.settings.wip_owner),
        *_over("lane", doing, lambda card: card.lane, own, board.settings.wip_lane),
    )


def _over(
    kind: Literal["owner", "lane"],
    doing: list[Card],
    name_of: Callable[[Card], str],
    own: Mapping[str, int],
    usual: int | None,
) -> Iterator[OverLimit]:
    together: dict[str, list[Card]] = {}
    for card in doing:
        if name_of(card):
            together.setdefault(name_of(card).casefold(), []).append(card)
    for name, cards in sorted(together.items()):
        limit = own.get(f"{kind}:{name}", usual)
        if limit is not None and len(cards) > limit:
            yield OverLimit(kind, name_of(cards[0]), len(cards), limit, tuple(cards))


def _days_in_doing(card: Card, now: float) -> int | None:
    if card.state is not CardState.DOING or card.started is None:
        return None
    return int((now - card.started.timestamp()) // _DAY)
