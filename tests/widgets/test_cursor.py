from hypothesis import given
from hypothesis import strategies as st

from widgets.cursor import Cursor


def test_an_untouched_cursor_stays_on_the_first_row() -> None:
    assert Cursor().follow([], ["b", "c"]).follow(["b", "c"], ["a", "b", "c"]) == Cursor("a", 0)


def test_a_held_cursor_follows_its_key() -> None:
    assert Cursor().at(1, ["a", "b"]).follow(["a", "b"], ["x", "y", "b"]) == Cursor("b", 2, held=True)


def test_a_cursor_whose_key_went_goes_to_the_next_that_is_left() -> None:
    cursor = Cursor().at(1, ["a", "b", "c"])
    assert cursor.follow(["a", "b", "c"], ["a", "c"]) == Cursor("c", 1, held=True)
    assert cursor.follow(["a", "b", "c"], ["a"]) == Cursor("a", 0, held=True)
    assert cursor.follow(["a", "b", "c"], []) == Cursor()


orders = st.lists(st.integers(0, 30), unique=True, max_size=20)


@given(orders, orders, st.integers(0, 20))
def test_a_cursor_always_stands_on_a_row_that_is_there(before: list[int], after: list[int], index: int) -> None:
    cursor = Cursor().at(index, before).follow(before, after)
    assert (cursor.key is None) == (not after)
    if after:
        assert after[cursor.index] == cursor.key
