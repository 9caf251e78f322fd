import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.ranks import between, is_key, spread


@st.composite
def _keys(draw: st.DrawFn) -> str:
    """A key that some sequence of insertions made."""
    keys: list[str] = []
    for place in draw(st.lists(st.floats(0, 1), min_size=1, max_size=30)):
        at = round(place * len(keys))
        keys.insert(at, between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None))
    return draw(st.sampled_from(keys))


@given(_keys(), _keys())
def test_between_two_keys_there_is_one(a: str, b: str) -> None:
    low, high = min(a, b), max(a, b)
    if low == high:
        with pytest.raises(ValueError, match="is not before"):
            between(low, high)
        return
    middle = between(low, high)
    assert low < middle < high
    assert is_key(middle)


@given(_keys())
def test_beyond_every_key_there_is_one(key: str) -> None:
    assert between(None, key) < key < between(key, None)


@given(st.lists(st.floats(0, 1), max_size=200))
def test_order_survives_any_sequence_of_insertions(places: list[float]) -> None:
    keys: list[str] = []
    for place in places:
        at = round(place * len(keys))
        keys.insert(at, between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None))
    assert keys == sorted(set(keys))


@given(st.lists(st.sampled_from(["first", "last", "low", "high"]), max_size=300))
def test_order_survives_the_ends_and_the_same_gap_again_and_again(moves: list[str]) -> None:
    keys = ["a0", "a1"]
    for move in moves:
        if move == "first":
            keys.insert(0, between(None, keys[0]))
        elif move == "last":
            keys.append(between(keys[-1], None))
        elif move == "low":
            keys.insert(1, between(keys[0], keys[1]))
        else:
            keys.insert(-1, between(keys[-2], keys[-1]))
    assert keys == sorted(set(keys))


@given(_keys(), _keys(), st.integers(0, 50))
def test_spread_gives_rising_keys_inside(a: str, b: str, count: int) -> None:
    low, high = min(a, b), max(a, b)
    if low == high:
        high = between(low, None)
    keys = spread(low, high, count)
    assert len(keys) == count
    assert [low, *keys, high] == sorted({low, *keys, high})


def test_a_thousand_cards_have_short_keys() -> None:
    assert max(map(len, spread(None, None, 1000))) <= 4
    assert max(map(len, spread("a0", "a1", 1000))) <= 4


def test_keys_reach_beyond_the_smallest_and_the_largest_number() -> None:
    smallest = "A" + "0" * 25 + "1"
    under = between(None, smallest)
    assert under < smallest
    assert between(None, under) < under
    largest = "z" * 27
    assert between(largest, None) > largest


@pytest.mark.parametrize("bad", ["", "a", "!", "a00", "b0", "ä0", "a0!", "A" + "0" * 26])
def test_what_is_no_key_is_refused(bad: str) -> None:
    assert not is_key(bad)
    with pytest.raises(ValueError, match="is no rank"):
        between(bad, None)
