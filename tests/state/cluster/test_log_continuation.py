from hypothesis import given
from hypothesis import strategies as st

from state.cluster.log_continuation import Continuation
from state.cluster.log_lines import Stamped


def lines(*moments):
    return [Stamped(f"{moment:09.3f}", moment, f"line {moment}") for moment in moments]


def fresh(continuation, *moments):
    return [line.moment for line in continuation.new(lines(*moments))]


def test_what_came_already_is_left_out_after_a_break():
    seen = Continuation()
    assert fresh(seen, 1.0, 1.5, 2.0, 2.0) == [1.0, 1.5, 2.0, 2.0]
    assert (seen.last, seen.since) == (2.0, 1.0)
    seen.reopened()
    assert fresh(seen, 1.0, 1.5, 2.0, 2.0, 2.0, 3.0) == [2.0, 3.0]
    assert seen.matched


def test_a_break_without_repeats_loses_nothing_and_is_known():
    seen = Continuation()
    fresh(seen, 1.0, 2.0)
    seen.reopened()
    assert fresh(seen, 3.0, 3.0, 4.0) == [3.0, 3.0, 4.0]
    assert not seen.matched


def test_what_was_older_than_the_first_line_stays_out():
    seen = Continuation()
    assert fresh(seen, 5.5, 5.5, 5.75) == [5.5, 5.5, 5.75]
    seen.reopened()
    everything = [Stamped("5.5", 5.5, "older, of the same moment"), *lines(4.5, 5.5, 5.5, 5.75, 6.0)]
    assert [line.moment for line in seen.new(everything)] == [6.0]


def test_lines_of_one_moment_are_told_by_their_text():
    seen = Continuation()
    one, two = Stamped("2.0", 2.0, "one"), Stamped("2.0", 2.0, "two")
    assert list(seen.new([one, one])) == [one, one]
    seen.reopened()
    assert list(seen.new([one, one, two, one])) == [two, one]


def test_a_clock_that_steps_back_loses_nothing():
    seen = Continuation()
    assert fresh(seen, 50.0, 30.0, 31.0) == [50.0, 30.0, 31.0]
    assert seen.since == 30.0
    seen.reopened()
    # The server goes by the moment alone: what was written before the step comes too.
    assert fresh(seen, 50.0, 30.0, 31.0, 32.0) == [32.0]


def test_output_and_errors_that_change_places_at_a_second_are_not_lost():
    seen = Continuation()
    fresh(seen, 10.5, 11.001)
    seen.reopened()
    assert fresh(seen, 10.5, 11.001, 10.999, 11.5) == [10.999, 11.5]


def test_a_line_that_might_be_a_repeat_comes_at_the_end():
    seen = Continuation()
    fresh(seen, 2.0)
    seen.reopened()
    other = Stamped("2.0", 2.0, "another")
    assert list(seen.new([other])) == []
    assert list(seen.end()) == [other]


def test_lines_without_a_moment_always_come():
    seen = Continuation()
    plain = [Stamped("", None, "x")]
    assert list(seen.new(plain)) == plain
    seen.reopened()
    assert list(seen.new(plain)) == plain
    assert seen.last is None


@given(st.lists(st.integers(0, 6), min_size=1, max_size=20).map(sorted), st.data())
def test_whatever_is_repeated_after_a_break_each_line_comes_once(moments, data):
    moments = [float(moment) for moment in moments]
    broken = data.draw(st.integers(1, len(moments)))
    seen = Continuation()
    came = fresh(seen, *moments[:broken])
    seen.reopened()
    came += fresh(seen, *[moment for moment in moments if moment >= seen.since])
    came += [line.moment for line in seen.end()]
    assert came == moments
