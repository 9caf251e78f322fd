from collections.abc import Callable

import pytest

from state.board import edits
from state.board.changes import Step, apply, reverse
from state.board.errors import ChangeRefused
from state.board.model import Board, CardState, Origin


def _uid(board: Board, number: int) -> str:
    return next(card.uid for card in board.cards.values() if card.number == number)


@pytest.fixture
def chain(board: Board, ana: Callable[[], Step]) -> Board:
    """The six cards, where C02 needs C01 and C05 of phase 2 needs C02."""
    for number, need in ((2, 1), (5, 2)):
        board = apply(board, edits.set_needs(board, ana(), _uid(board, number), [_uid(board, need)]))
    return board


def test_a_dropped_card_keeps_where_it_came_from_and_why(board: Board, ana: Callable[[], Step]) -> None:
    uid = _uid(board, 2)
    was = board.cards[uid]
    dropped = apply(board, edits.drop(board, ana(), [uid], "  nobody asked for it "))
    assert dropped.cards[uid].phase == "dropped"
    assert dropped.cards[uid].dropped_from == Origin(phase="mvp", rank=was.rank, reason="nobody asked for it")
    assert apply(dropped, edits.take_back(dropped, ana(), [uid])) == board


def test_a_move_into_dropped_keeps_it_too_and_a_move_out_forgets_it(board: Board, ana: Callable[[], Step]) -> None:
    uid = _uid(board, 2)
    dropped = apply(board, edits.move(board, ana(), [uid], "dropped"))
    assert dropped.cards[uid].dropped_from == Origin(phase="mvp", rank=board.cards[uid].rank)
    out = apply(dropped, edits.move(dropped, ana(), [uid], "phase-3"))
    assert (out.cards[uid].phase, out.cards[uid].dropped_from) == ("phase-3", None)


def test_a_dropped_card_can_be_given_another_reason_alone(board: Board, ana: Callable[[], Step]) -> None:
    uid = _uid(board, 2)
    dropped = apply(board, edits.drop(board, ana(), [uid], "too dear"))
    assert edits.drop(dropped, ana(), [uid]) == ()
    (change,) = edits.drop(dropped, ana(), [uid], "too late")
    origin = apply(dropped, [change]).cards[uid].dropped_from
    assert origin is not None
    assert (origin.phase, origin.reason) == ("mvp", "too late")


def test_cards_of_several_phases_go_back_each_to_its_own_place(board: Board, ana: Callable[[], Step]) -> None:
    uids = [_uid(board, 6), _uid(board, 1), _uid(board, 3)]
    dropped = apply(board, edits.drop(board, ana(), uids))
    shuffled = apply(dropped, edits.shift(dropped, ana(), [uids[0]], -2))
    assert apply(shuffled, edits.take_back(shuffled, ana(), uids)) == board


def test_a_card_whose_phase_is_gone_comes_back_as_an_idea(board: Board, ana: Callable[[], Step]) -> None:
    uid = _uid(board, 5)
    dropped = apply(board, edits.drop(board, ana(), [uid]))
    phase = dropped.phase("phase-2")
    assert phase is not None
    gone = apply(dropped, [ana().change("phase-2", "", ana().add(phase).new, None, "phases")])
    assert apply(gone, edits.take_back(gone, ana(), [uid])).cards[uid].phase == "unplanned"


def test_what_is_not_dropped_cannot_be_taken_back(board: Board, ana: Callable[[], Step]) -> None:
    with pytest.raises(ChangeRefused, match=r"^C02 is not dropped$"):
        edits.take_back(board, ana(), [_uid(board, 2)])


def test_an_order_broken_knowingly_is_marked_until_a_move_puts_it_right(chain: Board, ana: Callable[[], Step]) -> None:
    first, second = _uid(chain, 1), _uid(chain, 2)
    broken = apply(chain, edits.break_order(chain, ana(), [first], "phase-2"))
    assert broken.cards[second].broken == (first,)
    assert broken.cards[first].broken == ()
    still = apply(broken, edits.move(broken, ana(), [first], "phase-3"))
    assert still.cards[second].broken == (first,)
    right = apply(still, edits.move(still, ana(), [first], "mvp"))
    assert right == chain


def test_a_moved_card_is_marked_for_what_it_leaves_behind(chain: Board, ana: Callable[[], Step]) -> None:
    second, fifth = _uid(chain, 2), _uid(chain, 5)
    later = apply(chain, edits.move(chain, ana(), [second, fifth], "phase-3"))
    broken = apply(later, edits.break_order(later, ana(), [fifth], "mvp"))
    assert broken.cards[fifth].broken == (second,)
    right = apply(broken, edits.move(broken, ana(), [second], "mvp"))
    assert right.cards[fifth].broken == ()


def test_a_plain_move_marks_nothing(chain: Board, ana: Callable[[], Step]) -> None:
    (change,) = edits.move(chain, ana(), [_uid(chain, 1)], "phase-3")
    assert change.field == "phase"


def test_what_is_done_breaks_no_order(chain: Board, ana: Callable[[], Step]) -> None:
    first = _uid(chain, 1)
    done = apply(chain, edits.set_state(chain, ana(), [first], CardState.DONE))
    assert [change.field for change in edits.break_order(done, ana(), [first], "phase-3")] == ["phase"]


def test_a_broken_order_survives_a_drop_that_is_taken_back(chain: Board, ana: Callable[[], Step]) -> None:
    first, second = _uid(chain, 1), _uid(chain, 2)
    broken = apply(chain, edits.break_order(chain, ana(), [first], "phase-2"))
    dropped = apply(broken, edits.drop(broken, ana(), [second]))
    assert apply(dropped, edits.take_back(dropped, ana(), [second])) == broken


def test_breaking_an_order_is_undone_as_one(chain: Board, ana: Callable[[], Step]) -> None:
    made = edits.break_order(chain, ana(), [_uid(chain, 1)], "phase-2")
    assert len({change.step for change in made}) == 1
    after = apply(chain, made)
    assert apply(after, reverse(after, made, ana())) == chain
