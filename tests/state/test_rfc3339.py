import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.rfc3339 import moment_of, seconds_of, timestamp


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0.0),
        ("2026-11-22T16:53:20.123456789Z", 1795366400.123456),
        ("2026-11-22T18:53:20.5+02:00", 1795366400.5),
        ("2026-11-22T16:53:20.999999999Z", 1795366400.999999),
        ("2026-11-22t16:53:20z", 1795366400.0),
    ],
)
def test_what_go_writes_is_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize("text", ["", "soon", "2026-11-22T16:53:20", "2026-13-01T00:00:00Z"])
def test_what_is_no_moment_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        seconds_of(text)
    assert moment_of(text) is None


def test_gos_zero_time_is_no_moment() -> None:
    assert moment_of("0001-01-01T00:00:00Z") is None


@given(st.integers(0, 4_000_000_000), st.integers(0, 999_999_999))
def test_a_timestamp_never_leaves_the_second_it_was_read_in(second: int, nanos: int) -> None:
    read = seconds_of(timestamp(second)[:-5] + f".{nanos:09d}Z")
    assert int(seconds_of(timestamp(read))) == second
