from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.model import IMPACTS
from state.planning.scores import rice, wsjf
from tests.state.planning.boards import card

_RICE: dict[str, Any] = {"reach": 500, "impact": 3, "confidence": 80, "points": 2}
_WSJF: dict[str, Any] = {"value": 8, "urgency": 5, "risk": 3, "points": 2}


def test_rice_takes_confidence_as_a_part_of_one() -> None:
    assert rice(card(1, **_RICE)) == 600


def test_wsjf_is_the_cost_of_delay_over_the_size() -> None:
    assert wsjf(card(1, **_WSJF)) == 8


@pytest.mark.parametrize("missing", _RICE)
def test_a_missing_part_gives_no_rice(missing: str) -> None:
    assert rice(card(1, **{**_RICE, missing: None})) is None


@pytest.mark.parametrize("missing", _WSJF)
def test_a_missing_part_gives_no_wsjf(missing: str) -> None:
    assert wsjf(card(1, **{**_WSJF, missing: None})) is None


def test_a_part_that_is_zero_is_there() -> None:
    assert rice(card(1, **{**_RICE, "reach": 0})) == 0
    assert wsjf(card(1, **{**_WSJF, "urgency": 0, "risk": 0})) == 4


def test_what_is_too_large_for_a_number_gives_no_score() -> None:
    assert rice(card(1, reach=1e9, impact=3, confidence=100, points=5e-324)) is None
    assert wsjf(card(1, value=8, urgency=1, risk=1, points=5e-324)) is None
    assert wsjf(card(1, value=8, urgency=10**400, risk=1, points=1)) is None
    assert wsjf(card(1, value=8, urgency=10**400, risk=0.5, points=1)) is None
    assert wsjf(card(1, value=8, urgency=float("nan"), risk=1, points=1)) is None


@given(st.floats(0, 1e6), st.sampled_from(IMPACTS), st.integers(0, 100), st.floats(0.1, 1000))
def test_twice_the_effort_is_half_the_score(reach: float, impact: float, confidence: int, points: float) -> None:
    one = rice(card(1, reach=reach, impact=impact, confidence=confidence, points=points))
    two = rice(card(1, reach=reach, impact=impact, confidence=confidence, points=2 * points))
    assert one is not None
    assert two == pytest.approx(one / 2)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 100))
def test_more_cost_of_delay_never_scores_less(urgency: int, risk: int, points: int) -> None:
    scores = [wsjf(card(1, value=value, urgency=urgency, risk=risk, points=points)) for value in (1, 2, 3, 5, 8)]
    assert all(less < more for less, more in combinations([score for score in scores if score is not None], 2))
    assert None not in scores
