from hypothesis import given
from hypothesis import strategies as st

from state.remembered import Remembered


def test_the_same_inputs_give_the_value_made_before():
    made = []

    def make(text, number):
        made.append((text, number))
        return [text * number]

    remembered = Remembered()
    first = remembered.value("a", make, "x", 2)
    assert first == ["xx"]
    assert remembered.value("a", make, "x", 2) is first
    assert remembered.value("b", make, "x", 2) is not first
    assert remembered.value("a", make, "x", 3) == ["xxx"]
    assert remembered.value("a", make, "x", 2) is not first
    assert made == [("x", 2), ("x", 2), ("x", 3), ("x", 2)]


def test_what_is_not_kept_is_made_again():
    remembered = Remembered()
    values = {key: remembered.value(key, lambda text: [text], "x") for key in "abc"}
    remembered.keep({"a", "b"})
    assert remembered.value("a", lambda text: [text], "x") is values["a"]
    assert remembered.value("c", lambda text: [text], "x") is not values["c"]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)) | st.frozensets(st.sampled_from("ab")), max_size=30)
)
def test_a_value_is_always_what_its_inputs_give(steps):
    remembered = Remembered()
    for step in steps:
        if isinstance(step, frozenset):
            remembered.keep(step)
        else:
            key, number = step
            assert remembered.value(key, lambda one: one + 1, number) == number + 1
