from state.clock import Clock
from state.derived import Derived


class Hands:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.clock = Clock(lambda: self.now, lambda: self.now)


def test_it_is_computed_when_an_input_moved_and_it_is_due() -> None:
    hands = Hands()
    inputs = [1]
    computed: list[int] = []

    def compute() -> int:
        computed.append(inputs[0])
        return inputs[0] // 2

    derived = Derived(compute, lambda: inputs[0], every=1.0, clock=hands.clock)
    assert derived.value() == 0
    inputs[0] = 2
    assert derived.value() == 0, "not due yet"
    hands.now += 1
    assert derived.value() == 1
    hands.now += 5
    assert derived.value() == 1
    assert computed == [1, 2], "no input moved"
    assert derived.revision == 2
    inputs[0] = 3
    hands.now += 1
    assert derived.value() == 1
    assert derived.revision == 2, "computed again, the same came out"


def test_a_slow_one_is_computed_seldom() -> None:
    hands = Hands()
    computed = []

    def slow() -> float:
        computed.append(hands.now)
        hands.now += 2.0
        return hands.now

    derived = Derived(slow, lambda: hands.now, every=0.1, clock=hands.clock)
    derived.value()
    hands.now += 17.0
    derived.value()
    assert len(computed) == 1
    hands.now += 2.0
    derived.value()
    assert len(computed) == 2
