from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.apps.schedule import last_due, parse


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


# A Friday.
NOW = at("2027-01-15T08:20:30")


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ("*/15 * * * *", "2027-01-15T08:15"),
        ("20 * * * *", "2027-01-15T08:20"),
        ("21 * * * *", "2027-01-15T07:21"),
        ("0 2 * * *", "2027-01-15T02:00"),
        ("0 9 * * *", "2027-01-14T09:00"),
        ("20 2 * * 0", "2027-01-10T02:20"),
        ("20 2 * * 7", "2027-01-10T02:20"),
        ("0 6 * * mon-wed", "2027-01-13T06:00"),
        ("0 0 1 jan,jul *", "2027-01-01T00:00"),
        ("0 0 29 2 *", "2024-02-29T00:00"),
        ("5-10/5 8 13 * 5", "2027-01-15T08:10"),
        # Steps restrict: either the 16th or every third weekday.
        ("0 0 16 1 */3", "2027-01-13T00:00"),
        ("0 0 16 1 */1", "2026-01-16T00:00"),
        ("@daily", "2027-01-15T00:00"),
        ("@monthly", "2027-01-01T00:00"),
    ],
)
def test_the_last_moment_of_a_schedule(schedule: str, due: str) -> None:
    assert last_due(schedule, "", NOW) == at(due)


def test_a_time_zone_moves_it() -> None:
    assert last_due("0 9 * * *", "Europe/Berlin", NOW) == at("2027-01-15T08:00")


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "* * * *",
        "60 * * * *",
        "* * * * 8",
        "a * * * *",
        "*/0 * * * *",
        "5-1 * * * *",
        "@every 1h",
        "0 0 30 2 *",
        "-",
    ],
)
def test_what_is_no_schedule_says_nothing(schedule: str) -> None:
    assert last_due(schedule, "", NOW) is None


def test_a_zone_that_is_not_known_says_nothing() -> None:
    assert last_due("0 9 * * *", "Moon/Base", NOW) is None
    assert last_due("0 9 * * *", "../etc", NOW) is None


FIELDS = st.tuples(
    *(
        st.one_of(st.just("*"), st.integers(low, high).map(str), st.integers(1, 5).map(lambda step: f"*/{step}"))
        for low, high in ((0, 59), (0, 23), (1, 28), (1, 12), (0, 6))
    )
).map(" ".join)


@given(FIELDS, st.integers(0, 10**9))
def test_between_two_moments_it_was_not_due(schedule: str, seconds: int) -> None:
    until = NOW - seconds
    due = last_due(schedule, "", until)
    assert due is not None
    assert due <= until
    assert last_due(schedule, "", due) == due
    # The moment itself is one of the schedule.
    found, moment = parse(schedule), datetime.fromtimestamp(due, UTC)
    assert found.last(moment + timedelta(seconds=59)) == moment


@given(st.text(max_size=20))
def test_any_text_is_no_defect(text: str) -> None:
    last_due(text, text, NOW)
