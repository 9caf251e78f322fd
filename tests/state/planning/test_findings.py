from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from state.board.model import DROPPED, MVP, STEPS, UNPLANNED, Board, Card, CardKind, CardState, Moscow
from state.planning.findings import Findings, findings
from state.planning.scope import scope
from tests.state.planning.boards import board, boards, card, numbers

_TODAY = date(2026, 11, 20)


def _found(*cards: Card, **settings: Any) -> Findings:
    return findings(board(*cards, **settings), _TODAY)


def test_every_capability_of_the_mvp_says_how_it_can_be_extended() -> None:
    found = _found(
        card(1),
        card(2, extended_by="by a second ingress class"),
        card(3, extended_by="  "),
        card(4, "later"),
        card(5, kind=CardKind.SUPPORT),
        card(6, state=CardState.DONE),
    )
    assert numbers(found.not_extendable) == [1, 3, 6]


def test_a_custom_or_complex_card_names_the_alternative_that_was_refused() -> None:
    found = _found(
        card(1, tags=("custom",)),
        card(2, "later", tags=("toil", "Complex")),
        card(3, tags=("custom",), alternative="the vendor's, too dear"),
        card(4, tags=("no-regret",)),
        card(5, DROPPED, tags=("custom",)),
        card(6, UNPLANNED, tags=("complex",)),
    )
    assert sorted(numbers(found.no_alternative)) == [1, 2, 6]


@pytest.mark.parametrize(
    ("by", "when", "said"),
    [
        ("", "", False),
        ("", "phase 3", False),
        ("the portal", "", False),
        ("the portal", "phase 3", True),
        ("2", "", True),
        ("3", "", False),
        ("3", "next year", True),
        ("77", "", False),
    ],
)
def test_a_throwaway_card_says_what_replaces_it_and_when(by: str, when: str, said: bool) -> None:
    throwaway = card(1, tags=("throwaway",), replaced_by=by, replaced_when=when)
    found = _found(throwaway, card(2, "later"), card(3, UNPLANNED))
    assert bool(found.no_replacement) is not said


def test_what_is_not_throwaway_needs_no_replacement() -> None:
    assert _found(card(1), card(2, DROPPED, tags=("throwaway",))).no_replacement == ()


def test_a_wont_inside_the_mvp_and_a_floor_outside_it_are_found() -> None:
    found = _found(
        card(1, moscow=Moscow.WONT),
        card(2, "later", moscow=Moscow.WONT),
        card(3, floor=True, needs=("4",)),
        card(4, "later"),
        card(5, DROPPED, floor=True),
    )
    assert numbers(found.wont) == [1]
    assert numbers(found.floor_outside) == [4, 5]


def test_a_need_of_a_later_phase_is_out_of_order_even_when_that_is_known() -> None:
    found = _found(
        card(1, needs=("3",)),
        card(2, needs=("3",), broken=("3",)),
        card(3, "later"),
        card(4, "last", needs=("3",)),
        card(5, needs=("3",), state=CardState.DONE),
    )
    assert numbers(found.out_of_order) == [1, 2]
    assert found.needs_dropped == ()


def test_a_need_that_is_dropped_is_found_in_every_phase() -> None:
    found = _found(
        card(1, "last", needs=("4",)),
        card(2, UNPLANNED, needs=("4",)),
        card(3, DROPPED, needs=("4",)),
        card(4, DROPPED),
        card(5, needs=("6",)),
        card(6, DROPPED, state=CardState.DONE),
    )
    assert sorted(numbers(found.needs_dropped)) == [1, 2]
    assert set(numbers(found.needs_dropped)) <= set(numbers(found.out_of_order))


def test_a_card_is_overdue_from_the_day_after_it_was_due() -> None:
    yesterday = _TODAY - timedelta(days=1)
    found = _found(
        card(1, due=yesterday),
        card(2, due=_TODAY),
        card(3, due=yesterday, state=CardState.DONE),
        card(4, DROPPED, due=yesterday),
        card(5, "later", due=yesterday),
        card(6),
    )
    assert numbers(found.overdue) == [1, 5]


def test_an_empty_board_leaves_nothing_open_but_the_whole_journey() -> None:
    empty: tuple[Card, ...] = ()
    assert _found() == Findings(empty, empty, empty, empty, empty, empty, empty, empty, STEPS)


@given(boards())
def test_findings_and_the_glance_agree_and_are_in_board_order(made: Board) -> None:
    found, glance = findings(made, _TODAY), scope(made)
    assert (found.wont, found.floor_outside, found.holes) == (glance.wont, glance.floor_outside, glance.holes)
    places = {one.uid: at for at, one in enumerate(one for column in made.columns().values() for one in column)}
    for cards in (found.not_extendable, found.floor_outside, found.out_of_order, found.needs_dropped, found.overdue):
        order = [places[one.uid] for one in cards]
        assert order == sorted(set(order))
    assert all(one.phase == MVP for one in found.not_extendable)
    assert set(numbers(found.needs_dropped)) <= set(numbers(found.out_of_order))
