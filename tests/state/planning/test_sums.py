from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from state.board.model import MVP, Board, CardKind
from state.planning.share import share
from state.planning.sums import Sum, share_if_moved, sum_of, sum_up
from tests.state.planning.boards import board, boards, card


def test_a_sum_counts_all_cards_and_the_points_of_capabilities() -> None:
    some = (
        card(1, points=3),
        card(2, "later", points=0.5),
        card(3),
        card(4, points=8, kind=CardKind.SUPPORT),
        card(5, kind=CardKind.EXPERIMENT),
    )
    assert sum_up(some) == Sum(count=5, points=3.5, unestimated=1)
    assert sum_up([]) == Sum(0, 0, 0)


def test_a_card_that_is_named_twice_counts_once_and_one_that_is_gone_not_at_all() -> None:
    made = board(card(1, points=3), card(2, points=5))
    assert sum_of(made, ["1", "1", "77"]) == Sum(1, 3, 0)


def test_the_share_if_moved_leaves_the_board_as_it_is() -> None:
    made = board(card(1, points=3), card(2, points=5), card(3, "later", points=2))
    assert share_if_moved(made, ["2", "77"], "later").points.part == 3
    assert share_if_moved(made, ["2"], "later").points.whole == 10
    assert share(made).points.part == 8


def test_what_is_moved_out_of_all_phases_leaves_the_whole() -> None:
    made = board(card(1, points=3), card(2, points=5), card(3, "later", points=2))
    for phase in ("unplanned", "dropped"):
        found = share_if_moved(made, ["2"], phase)
        assert (found.points.part, found.points.whole) == (3, 5)


@given(boards(), st.data())
def test_sums_add_over_disjoint_sets(made: Board, data: st.DataObject) -> None:
    uids = list(made.cards)
    some = set(data.draw(st.lists(st.sampled_from(uids), unique=True))) if uids else set()
    one, other, both = sum_of(made, some), sum_of(made, made.cards.keys() - some), sum_of(made, uids)
    assert one.count + other.count == both.count
    assert one.unestimated + other.unestimated == both.unestimated
    assert abs(one.points + other.points - both.points) < 1e-9


@given(boards(), st.sampled_from([MVP, "later", "unplanned", "dropped"]))
def test_the_share_if_moved_is_the_share_once_it_is_moved(made: Board, phase: str) -> None:
    uids = list(made.cards)[::2]
    after = replace(
        made, cards={uid: replace(one, phase=phase) if uid in uids else one for uid, one in made.cards.items()}
    )
    assert share_if_moved(made, uids, phase) == share(after)


@given(boards())
def test_a_sum_of_all_phases_is_the_whole(made: Board) -> None:
    planned = [one.uid for phase in made.planned for one in made.columns()[phase.id]]
    assert sum_of(made, planned).points == share(made).points.whole
