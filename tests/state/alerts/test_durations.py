"""How long in plain words."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.alerts.durations import end_of, lasting, seconds_of

WEDNESDAY = datetime(2026, 11, 25, 14, 30)
NOW = WEDNESDAY.timestamp()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15m", 15),
        ("2h", 120),
        ("1h30m", 90),
        ("1 d 6 h", 1800),
        ("45 minutes", 45),
        ("1 hour and 5 minutes", 65),
        ("1.5h", 90),
        ("2 weeks", 20160),
    ],
)
def test_a_duration(text: str, minutes: int) -> None:
    assert end_of(text, NOW) == NOW + minutes * 60


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("until 18:00", datetime(2026, 11, 25, 18)),
        ("until 9", datetime(2026, 11, 26, 9)),
        ("until tomorrow", datetime(2026, 11, 26, 9)),
        ("until tonight", datetime(2026, 11, 25, 23, 59)),
        ("Until Monday 7:30", datetime(2026, 11, 30, 7, 30)),
        ("until fri", datetime(2026, 11, 27, 9)),
        ("until wednesday", datetime(2026, 12, 2, 9)),
        ("until 2026-12-24 at 12:00", datetime(2026, 12, 24, 12)),
    ],
)
def test_a_moment(text: str, end: datetime) -> None:
    assert end_of(text, NOW) == end.timestamp()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "say how long"),
        ("2x", "is no time"),
        ("soon", "is no time"),
        ("2", "is no time"),
        ("until", "is no time"),
        ("until noonish", "no day and no time"),
        ("until 25:00", "no day and no time"),
        ("0h", "over already"),
        ("until 2026-11-01", "over already"),
        ("400d", "more than a year"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        end_of(text, NOW)


@given(st.integers(1, 365 * 1440))
def test_what_is_written_is_read_back(minutes: int) -> None:
    assert end_of(lasting(minutes * 60), NOW) == pytest.approx(NOW + minutes * 60)


def test_a_length_of_time_may_be_longer_than_a_year() -> None:
    assert seconds_of(" 400D ") == 400 * 86400
    assert seconds_of("1d 6h") == 108_000
    for text in ("", "0m", "soon", "until 18:00"):
        with pytest.raises(ValueError, match="is no length of time"):
            seconds_of(text)
