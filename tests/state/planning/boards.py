"""Boards to plan on, made of few words, and a strategy of them."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from state.board.model import (
    DROPPED,
    MVP,
    STEPS,
    UNPLANNED,
    Board,
    Card,
    CardKind,
    CardState,
    Moscow,
    Phase,
    Settings,
    in_order,
)

PHASES = in_order(
    [
        Phase(id=MVP, name="MVP", rank="a"),
        Phase(id="later", name="Later", rank="b"),
        Phase(id="last", name="Last", rank="c"),
    ]
)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def card(number: int, phase: str = MVP, **fields: Any) -> Card:
    """A card whose uid is its number."""
    return Card(uid=str(number), number=number, title=f"card {number}", phase=phase, rank=f"a{number:04d}", **fields)


def board(*cards: Card, **settings: Any) -> Board:
    """A board of three phases, the MVP, `later` and `last`."""
    return Board(settings=Settings(**settings), phases=PHASES, cards={one.uid: one for one in cards})


def numbers(cards: tuple[Card, ...]) -> list[int]:
    """The numbers of cards, in their order."""
    return [one.number for one in cards]


POINTS = st.one_of(st.none(), st.integers(1, 20), st.floats(0.1, 20))


@st.composite
def boards(draw: st.DrawFn, **settings: Any) -> Board:
    """Any board: cards of all kinds in all phases, and one that is gone, needing what they like, circles too."""
    count = draw(st.integers(0, 12))
    uids = [str(number) for number in range(1, count + 1)]
    made = [
        card(
            number,
            draw(st.sampled_from([MVP, MVP, "later", "last", UNPLANNED, DROPPED, "gone"])),
            kind=draw(st.sampled_from([CardKind.CAPABILITY, CardKind.CAPABILITY, *CardKind])),
            points=draw(POINTS),
            state=draw(st.sampled_from(CardState)),
            step=draw(st.sampled_from([*STEPS, "", "Deploy", "elsewhere"])),
            moscow=draw(st.sampled_from([None, *Moscow])),
            floor=draw(st.booleans()) and draw(st.booleans()),
            needs=tuple(draw(st.lists(st.sampled_from([*uids, "99"]), max_size=3, unique=True))),
            owner=draw(st.sampled_from(["", "ana", "Ana", "ben"])),
            lane=draw(st.sampled_from(["", "Security", "Delivery"])),
        )
        for number in range(1, count + 1)
    ]
    return board(*made, **settings)
