from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.model import Board, Card, CardState, Obstacle
from state.board.needs import blocked
from state.planning.flow import flow, over_limits
from tests.state.planning.boards import NOON, board, boards, card, numbers

_NOW = NOON.timestamp()


def _doing(number: int, days: float | None = 0.0, phase: str = "mvp", **fields: Any) -> Card:
    started = None if days is None else NOON - timedelta(days=days)
    return card(number, phase, state=CardState.DOING, started=started, **fields)


def test_each_card_of_the_current_phase_is_where_its_state_says() -> None:
    found = flow(
        board(
            card(1, state=CardState.DONE),
            card(2),
            card(3, needs=("2",)),
            _doing(4),
            _doing(5, needs=("2",)),
            card(6, needs=("1",)),
            card(7, "later"),
        ),
        _NOW,
    )
    assert found.phase is not None
    assert found.phase.id == "mvp"
    assert numbers(found.todo) == [2, 6]
    assert numbers(found.doing) == [4]
    assert numbers(found.blocked) == [3, 5]
    assert numbers(found.done) == [1]


def test_the_current_phase_is_the_settings() -> None:
    assert numbers(flow(board(card(1), card(2, "later"), current="later"), _NOW).todo) == [2]


def test_a_current_phase_that_is_gone_has_no_flow() -> None:
    found = flow(board(card(1, "gone"), current="gone"), _NOW)
    assert found.phase is None
    assert (found.todo, found.doing, found.blocked, found.done) == ((), (), (), ())


@pytest.mark.parametrize(("days", "ageing"), [(9.99, {}), (10, {"1": 10}), (10.9, {"1": 10}), (-3, {}), (None, {})])
def test_a_card_ages_from_the_day_that_reaches_the_limit(days: float | None, ageing: dict[str, int]) -> None:
    assert flow(board(_doing(1, days)), _NOW).ageing == ageing


def test_what_is_blocked_ages_and_what_is_done_does_not() -> None:
    made = board(
        _doing(1, 5, needs=("3",)),
        card(2, state=CardState.DONE, started=NOON - timedelta(days=50)),
        card(3),
        _doing(4, 50, "later"),
        ageing=3,
    )
    assert flow(made, _NOW).ageing == {"1": 5}


def test_without_limits_nothing_is_over() -> None:
    assert over_limits(board(*(_doing(n, owner="ana", lane="Security") for n in range(1, 20)))) == ()


def test_an_owner_over_the_limit_is_named_with_what_is_in_doing_wherever_it_stands() -> None:
    made = board(
        _doing(1, owner="ana"),
        _doing(2, owner="Ana", phase="later"),
        _doing(3, owner="ana", needs=("4",)),
        card(4, owner="ana"),
        _doing(5, owner="ana", phase="dropped"),
        _doing(6, owner="ben"),
        _doing(7, owner="ben"),
        _doing(8),
        _doing(9),
        _doing(10),
        wip_owner=2,
    )
    (over,) = flow(made, _NOW).over
    assert (over.kind, over.name, over.count, over.limit) == ("owner", "ana", 3, 2)
    assert numbers(over.cards) == [1, 3, 2]


def test_a_limit_of_ones_own_goes_before_the_usual_one() -> None:
    made = board(
        _doing(1, owner="ana", lane="Security"),
        _doing(2, owner="ana", lane="Security"),
        _doing(3, owner="ben", lane="Delivery"),
        wip_owner=1,
        wip={"owner:Ana": 2, "lane:Security": 1, "owner:ben": 0},
    )
    found = [(over.kind, over.name, over.count, over.limit) for over in over_limits(made)]
    assert found == [("owner", "ben", 1, 0), ("lane", "Security", 2, 1)]


def test_a_lane_is_over_the_usual_limit_of_lanes() -> None:
    made = board(_doing(1, lane="Security"), _doing(2, lane="Security"), _doing(3), _doing(4), wip_lane=1)
    assert [(over.kind, over.name) for over in over_limits(made)] == [("lane", "Security")]


def test_a_card_with_an_obstacle_is_blocked() -> None:
    made = board(_doing(1, obstacle=Obstacle(why="no contract yet")), card(2, obstacle=Obstacle(why="licence")))
    assert numbers(flow(made, _NOW).blocked) == [1, 2]


@given(boards(), st.sampled_from(["mvp", "later", "unplanned", "dropped"]))
def test_the_flow_parts_the_phase(made: Board, current: str) -> None:
    made = board(*made.cards.values(), current=current)
    found = flow(made, _NOW)
    placed = [*found.todo, *found.doing, *found.blocked, *found.done]
    assert sorted(one.uid for one in placed) == sorted(one.uid for one in made.columns()[current])
    assert all(blocked(made, one) for one in found.blocked)
    assert not any(blocked(made, one) for one in (*found.todo, *found.doing))


@given(boards(wip_owner=1, wip_lane=2))
def test_what_is_over_is_over_and_all_in_doing(made: Board) -> None:
    for over in over_limits(made):
        assert over.count == len(over.cards) > over.limit
        assert all(one.state is CardState.DOING and one.phase != "dropped" for one in over.cards)


@given(boards(wip_owner=0))
def test_a_limit_of_nothing_counts_every_owned_card_in_doing(made: Board) -> None:
    counted = sum(over.count for over in over_limits(made) if over.kind == "owner")
    assert counted == sum(
        one.state is CardState.DOING and bool(one.owner) and one.phase != "dropped" for one in made.cards.values()
    )
