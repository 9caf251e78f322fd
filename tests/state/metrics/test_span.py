import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.metrics.span import WINDOWS, Span, duration

NOW = 1_800_000_007.5
MOMENTS = st.floats(1e6, 4e9)


@given(st.integers(60, 90 * 86400), st.integers(2, 500), MOMENTS)
def test_no_more_points_than_wanted_and_none_left_out(seconds: int, points: int, now: float) -> None:
    span = Span.of(seconds, points, now)
    assert 1 <= span.points <= points + 1
    assert span.start % span.step == span.end % span.step == 0
    assert span.end <= now < span.end + span.step
    assert span.rate_seconds >= span.step
    assert span.end - span.start <= seconds


@given(st.sampled_from([seconds for _, seconds in WINDOWS]), st.integers(2, 500), MOMENTS)
def test_within_a_step_the_same_is_asked(seconds: int, points: int, now: float) -> None:
    span = Span.of(seconds, points, now)
    assert Span.of(seconds, points, span.end) == Span.of(seconds, points, span.end + span.step * 0.999) == span


@given(st.integers(2, 500), MOMENTS)
def test_a_moment_finds_its_point(points: int, now: float) -> None:
    span = Span.of(3600, points, now)
    assert [span.place(span.start + at * span.step) for at in range(span.points)] == list(range(span.points))
    assert span.place(span.start - span.step) is span.place(span.end + span.step) is None


@pytest.mark.parametrize(
    ("seconds", "points", "step", "rate"),
    [(900, 102, 15, "5m"), (3600, 102, 60, "5m"), (86400, 102, 900, "15m"), (30 * 86400, 102, 28800, "8h")],
)
def test_steps_are_even_and_rates_reach_from_one_to_the_next(seconds: int, points: int, step: int, rate: str) -> None:
    span = Span.of(seconds, points, NOW)
    assert (span.step, span.rate) == (step, rate)


@pytest.mark.parametrize(("seconds", "text"), [(90, "90s"), (300, "5m"), (7200, "2h"), (30 * 86400, "30d")])
def test_durations_are_promqls(seconds: int, text: str) -> None:
    assert duration(seconds) == text
