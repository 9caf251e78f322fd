from datetime import date
from typing import Any

from state.board.model import (
    STEPS,
    UNPLANNED,
    Board,
    Card,
    CardKind,
    CardState,
    Evidence,
    Moscow,
    Phase,
    Settings,
    in_order,
)
from state.board.needs import floor, open_needs, with_needs
from state.planning.scope import proven_points, scope
from state.planning.sums import Sum

_PHASES = in_order([Phase(id="mvp", name="MVP", rank="a"), Phase(id="later", name="Later", rank="b")])


def _card(number: int, phase: str = "mvp", **fields: Any) -> Card:
    return Card(uid=str(number), number=number, title=f"card {number}", phase=phase, rank=f"a{number}", **fields)


def _board(*cards: Card) -> Board:
    return Board(settings=Settings(), phases=_PHASES, cards={card.uid: card for card in cards})


def test_the_floor_is_what_is_locked_and_all_that_it_needs() -> None:
    board = _board(
        _card(1, points=1),
        _card(2, points=2, needs=("1",)),
        _card(3, points=4, needs=("2",), floor=True),
        _card(4, points=8),
    )
    assert floor(board) == {"1", "2", "3"}
    assert scope(board).floor.part == 7


def test_needs_that_turn_in_a_circle_or_are_gone_end() -> None:
    board = _board(_card(1, needs=("2", "99")), _card(2, needs=("1",)))
    assert with_needs(board, ["1", "98"]) == {"1", "2"}


def test_a_floor_card_outside_the_mvp_is_named() -> None:
    board = _board(_card(1, "later"), _card(2, floor=True, needs=("1",)), _card(3, "dropped", floor=True))
    assert [card.number for card in scope(board).floor_outside] == [1, 3]


def test_must_is_the_floor_its_needs_and_what_nobody_tagged() -> None:
    found = scope(
        _board(
            _card(1, points=1, moscow=Moscow.MUST),
            _card(2, points=2),
            _card(3, points=4, moscow=Moscow.COULD, floor=True, needs=("4",)),
            _card(4, points=8, moscow=Moscow.WONT),
            _card(5, points=16, moscow=Moscow.SHOULD),
            _card(6, points=32, moscow=Moscow.WONT),
            _card(7, "later", points=64, moscow=Moscow.MUST),
        )
    )
    assert (found.must.part, found.must.whole) == (1 + 2 + 4 + 8, 1 + 2 + 4 + 8 + 16)
    assert [card.number for card in found.wont] == [4, 6]


def test_the_limit_of_must_goes_by_what_is_left_to_do() -> None:
    cards = (
        _card(1, points=4, moscow=Moscow.COULD, state=CardState.DONE),
        _card(2, points=6),
        _card(3, points=4, moscow=Moscow.COULD),
    )
    found = scope(_board(*cards))
    assert (found.must.part, found.must.whole) == (6, 14)
    assert (found.must_left.part, found.must_left.whole) == (6, 10)
    assert not found.must_is_much, "60 % is inside"
    assert scope(_board(*cards, _card(4, points=1))).must_is_much
    assert not scope(_board()).must_is_much


def test_a_step_without_a_capability_in_the_mvp_is_a_hole() -> None:
    board = _board(
        *(_card(n, step=step) for n, step in enumerate(STEPS[:-3], 1)),
        _card(20, "later", step=STEPS[-3]),
        _card(21, step=STEPS[-2], kind=CardKind.SUPPORT),
    )
    assert scope(board).holes == STEPS[-3:]


def test_done_counts_and_blocked_cards() -> None:
    board = _board(
        _card(1, points=3, state=CardState.DONE),
        _card(2, points=2, needs=("1",)),
        _card(3, points=2, needs=("2", "1")),
        _card(4, state=CardState.DONE, needs=("2",)),
        _card(5, "later", needs=("2",)),
    )
    found = scope(board)
    assert (found.cards, found.done, found.done_points) == (4, 2, 3)
    assert [card.number for card in found.blocked] == [3]
    assert [card.number for card in open_needs(board, board.cards["3"])] == [2]


def test_next_is_what_is_being_done_then_what_can_be_begun() -> None:
    todo = _board(_card(1, state=CardState.DONE), _card(2, needs=("3",)), _card(3), _card(4, "later"))
    assert scope(todo).next == todo.cards["3"]
    doing = _board(*todo.cards.values(), _card(5, state=CardState.DOING))
    assert scope(doing).next == doing.cards["5"]
    assert scope(_board(_card(1, state=CardState.DONE))).next is None


def test_an_empty_board_has_a_scope() -> None:
    found = scope(_board())
    assert (found.must.percent, found.floor.percent, found.share.percent, found.next) == (None, None, None, None)
    assert found.holes == STEPS
    assert found.drift is None


def test_ideas_are_the_capabilities_that_are_in_no_phase() -> None:
    board = _board(
        _card(1, UNPLANNED, points=3),
        _card(2, UNPLANNED),
        _card(3, "gone"),
        _card(4, UNPLANNED, kind=CardKind.EXPERIMENT),
        _card(5, "dropped"),
        _card(6),
    )
    assert scope(board).ideas == Sum(3, 3, 2)


def test_what_is_proven_is_done_and_its_evidence_holds() -> None:
    today = date(2026, 11, 20)
    held = (Evidence(what="restored once", who="ana", when=date(2026, 11, 1)),)
    ended = (Evidence(what="restored once", who="ana", when=date(2026, 10, 1), until=date(2026, 11, 19)),)
    done = CardState.DONE
    board = _board(
        _card(1, points=3, state=done, evidence=held),
        _card(2, points=5, state=done, evidence=ended),
        _card(3, points=8, state=CardState.DOING, evidence=held),
        _card(4, points=13, state=done),
        _card(5, "later", points=20, state=done, evidence=held),
        _card(6, points=30, state=done, evidence=held, kind=CardKind.SUPPORT),
    )
    assert proven_points(board, today) == 3
    assert proven_points(_board(board.cards["2"]), today) == 0
    assert proven_points(_board(board.cards["4"], board.cards["5"]), today) is None
