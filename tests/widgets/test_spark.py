from hypothesis import given
from hypothesis import strategies as st

from widgets.spark import spark


def test_eight_levels_from_nothing_to_the_most() -> None:
    assert spark([0, 1, 2, 3, 4, 5, 6, 7], 8) == "▁▂▃▄▅▆▇█"


def test_gaps_stay_gaps() -> None:
    assert spark([0, None, 4], 3) == "▁ █"
    assert spark([None, float("nan"), None], 3) == "   "
    assert spark([], 5) == ""


def test_a_flat_line_lies_on_the_ground_and_a_scale_can_be_given() -> None:
    assert spark([0, 0, 0], 3) == "▁▁▁"
    assert spark([1, 1], 2, high=2) == "▅▅"
    assert spark([9, 9], 2, low=None) == "▁▁"


def test_no_spike_is_lost_when_there_are_more_values_than_cells() -> None:
    values = [0.0] * 60
    values[31] = 1.0
    assert spark(values, 12).count("█") == 1


@given(st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), max_size=50), st.integers(0, 20))
def test_a_sparkline_never_leaves_its_place(values: list[float | None], width: int) -> None:
    assert len(spark(values, width)) == min(width, len(values))
