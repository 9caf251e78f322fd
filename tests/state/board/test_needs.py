from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.changes import apply, step
from state.board.model import Board, Card, CardState, Obstacle, empty_board
from state.board.needs import blocked, comes_later, cycle, needed_by, out_of_order, torn

_PHASES = ("mvp", "phase-2", "phase-3", "unplanned", "dropped")


def _board(*cards: Card) -> Board:
    return msgspec.structs.replace(empty_board(), cards={card.uid: card for card in cards})


def _card(number: int, phase: str = "mvp", needs: str = "", **fields: object) -> Card:
    return msgspec.convert(
        {"uid": str(number), "number": number, "title": f"Card {number}", "phase": phase, "rank": f"a{number}"}
        | {"needs": needs.split()}
        | fields,
        Card,
    )


def _numbers(cards: Iterable[Card]) -> list[int]:
    return [card.number for card in cards]


_CHAIN = _board(
    _card(1, "mvp"), _card(2, "phase-2", "1"), _card(3, "phase-3", "2"), _card(4, "unplanned", "3"), _card(5, "mvp")
)


def test_a_card_is_blocked_by_what_is_open_or_outside() -> None:
    waiting, free = _card(2, needs="1"), _card(3, obstacle={"why": "no budget"})
    board = _board(_card(1), waiting, free, _card(4, obstacle={"why": "x"}, state="done"))
    assert [blocked(board, board.cards[uid]) for uid in "1234"] == [False, True, True, False]
    done = _board(_card(1, state="done"), waiting)
    assert not blocked(done, waiting)


def test_a_need_that_is_not_on_the_board_blocks_nobody() -> None:
    card = _card(1, needs="99")
    assert not blocked(_board(card), card)
    assert out_of_order(_board(card), card) == ()


def test_who_needs_a_card_is_in_board_order() -> None:
    board = _board(_card(1), _card(4, "mvp", "1"), _card(2, "phase-2", "1"), _card(3, "unplanned", "1"))
    assert _numbers(needed_by(board, "1")) == [3, 4, 2]


@pytest.mark.parametrize(
    ("uid", "need", "circle"),
    [
        ("1", "3", [1, 3, 2]),
        ("1", "2", [1, 2]),
        ("1", "1", [1]),
        ("3", "1", []),
        ("5", "4", []),
        ("1", "99", []),
        ("99", "1", []),
    ],
)
def test_a_circle_is_named_in_order(uid: str, need: str, circle: list[int]) -> None:
    assert _numbers(cycle(_CHAIN, uid, need)) == circle


def test_a_circle_is_the_shortest_even_when_others_are_on_the_board_already() -> None:
    board = _board(_card(1), _card(2, needs="3 4"), _card(3, needs="2"), _card(4, needs="1"), _card(5, needs="4 2"))
    assert _numbers(cycle(board, "1", "5")) == [1, 5, 4]


@pytest.mark.parametrize(
    ("phase", "than", "later"),
    [
        ("phase-2", "mvp", True),
        ("mvp", "phase-2", False),
        ("mvp", "mvp", False),
        ("unplanned", "phase-3", True),
        ("dropped", "unplanned", True),
        ("gone", "phase-3", True),
        ("gone", "unplanned", False),
        ("dropped", "gone", True),
    ],
)
def test_ideas_come_after_all_that_is_planned(phase: str, than: str, later: bool) -> None:
    assert comes_later(empty_board(), phase, than) is later


def test_a_move_names_what_must_come_along() -> None:
    earlier = torn(_CHAIN, ["3"], "mvp")
    assert (_numbers(earlier.needed), _numbers(earlier.waiting)) == ([2], [])
    assert _numbers(torn(_CHAIN, ["4"], "mvp").needed) == [2, 3]
    later = torn(_CHAIN, ["1"], "phase-3")
    assert (_numbers(later.needed), _numbers(later.waiting)) == ([], [2])
    assert _numbers(torn(_CHAIN, ["1"], "unplanned").waiting) == [2, 3]
    assert _numbers(torn(_CHAIN, ["1"], "dropped").cards) == [4, 2, 3]
    assert torn(_CHAIN, ["2", "3"], "mvp").cards == ()
    assert torn(_CHAIN, ["4"], "dropped").cards == ()


def test_what_is_done_waits_for_nothing_and_is_not_waited_for() -> None:
    board = _board(_card(1, "mvp"), _card(2, "mvp", "1", state="done"), _card(3, "phase-2", "2", state="todo"))
    assert torn(board, ["1"], "phase-2").cards == ()
    assert torn(board, ["2"], "phase-3").cards == ()
    open_again = _board(_card(1, "phase-3"), _card(2, "phase-2", "1", state="done"), _card(3, "phase-2", "2"))
    assert torn(open_again, ["3"], "mvp").cards == ()


def test_an_order_that_is_broken_already_is_not_asked_about_again() -> None:
    board = _board(_card(1, "phase-2"), _card(2, "mvp", "1", broken=["1"]))
    assert torn(board, ["1"], "phase-3").cards == ()
    assert _numbers(torn(board, ["1"], "dropped").waiting) == [2]
    assert _numbers(torn(board, ["2"], "mvp").needed) == [1]


def test_a_card_is_out_of_order_when_what_it_needs_comes_later_or_never() -> None:
    board = _board(
        _card(1, "phase-2"),
        _card(2, "dropped"),
        _card(3, "mvp", "2 1"),
        _card(4, "mvp", "1", state="done"),
        _card(5, "phase-3", "1"),
        _card(6, "unplanned", "1 2"),
        _card(7, "dropped", "2"),
    )
    found = {uid: _numbers(out_of_order(board, card)) for uid, card in board.cards.items()}
    assert found == {"1": [], "2": [], "3": [2, 1], "4": [], "5": [], "6": [2], "7": []}


@st.composite
def _boards(draw: st.DrawFn) -> Board:
    """Cards in any phase and state; each needs some of those before it, so that there is no circle."""
    cards = []
    for number in range(1, draw(st.integers(2, 7)) + 1):
        needs = draw(st.sets(st.integers(1, number - 1), max_size=3)) if number > 1 else set()
        cards.append(
            msgspec.structs.replace(
                _card(number, draw(st.sampled_from(_PHASES)), " ".join(map(str, sorted(needs)))),
                state=draw(st.sampled_from(CardState)),
            )
        )
    return _board(*cards)


def _disorder(board: Board) -> set[tuple[str, str]]:
    """Who stands before what it needs; ideas are in no order of their own."""
    return {
        (card.uid, need.uid)
        for card in board.cards.values()
        for need in out_of_order(board, card)
        if card.phase != "unplanned"
    }


@given(_boards(), st.sets(st.integers(1, 7), min_size=1), st.sampled_from(_PHASES))
def test_with_what_must_come_along_no_order_breaks(board: Board, numbers: set[int], phase: str) -> None:
    uids = [uid for uid in board.cards if int(uid) in numbers]
    found = torn(board, uids, phase)
    by = step("ana", 0)
    after = apply(board, edits.move(board, by, [*uids, *(card.uid for card in found.cards)], phase))
    assert _disorder(after) <= _disorder(board)


@given(_boards(), st.sets(st.integers(1, 7), min_size=1), st.sampled_from(_PHASES))
def test_breaking_knowingly_marks_every_order_that_breaks(board: Board, numbers: set[int], phase: str) -> None:
    uids = [uid for uid in board.cards if int(uid) in numbers]
    by = step("ana", 0)
    after = apply(board, edits.break_order(board, by, uids, phase))
    for waiting, need in _disorder(after) - _disorder(board):
        assert need in after.cards[waiting].broken
    for card in after.cards.values():
        assert {need.uid for need in out_of_order(after, card)} >= set(card.broken)
        assert set(card.needs) >= set(card.broken)
    # Moved back, nothing is marked any more; what is dropped keeps its marks for when it is taken back.
    for uid in uids:
        after = apply(after, edits.move(after, by, [uid], board.cards[uid].phase))
    for card in (card for card in board.cards.values() if card.phase != "dropped"):
        assert set(after.cards[card.uid].broken) <= {need.uid for need in out_of_order(board, card)}


def test_an_obstacle_is_kept_in_words() -> None:
    card = _card(1, obstacle={"why": "the firewall team has no slot", "whom": "network"})
    assert card.obstacle == Obstacle(why="the firewall team has no slot", whom="network")
