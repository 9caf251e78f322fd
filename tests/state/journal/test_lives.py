"""What is counted from the journal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.journal.entry import Entry
from state.journal.lives import BEAT, WATCHING, AlertLife, begun_at, flaps, gaps, lives, measures, often

MONDAY_NOON = 1_799_668_800.0


def entry(event: str, at: float, fingerprint: str = "f", start: float = 0.0, **parts: object) -> Entry:
    return Entry("alerts@prod", fingerprint, start, event, at, subject="Down", **parts)  # type: ignore[arg-type]


def life(start: float, **parts: object) -> AlertLife:
    return AlertLife("f", "Down", start, **parts)  # type: ignore[arg-type]


def beats(*starts: float) -> list[Entry]:
    return [Entry("watch@prod", "w", start, WATCHING, start) for start in starts]


def test_a_life_is_read_from_its_entries() -> None:
    found = lives(
        [
            entry("resolved", 90.0),
            entry("acked", 30.0, who="ana"),
            entry("firing", 0.0, details={"severity": "critical", "where": "pay/api"}),
            entry("resolved", 5.0, fingerprint="begun before the journal"),
        ]
    )
    assert found == (AlertLife("f", "Down", 0.0, "critical", "pay/api", 30.0, "ana", ended=90.0, ending="resolved"),)


def test_an_end_that_was_seen_outweighs_one_that_was_lost_sight_of() -> None:
    (found,) = lives([entry("firing", 0.0), entry("lost", 40.0), entry("resolved", 90.0)])
    assert (found.ending, found.ended) == ("resolved", 90.0)


def test_how_often_since() -> None:
    found = [life(10.0), life(20.0), AlertLife("g", "Slow", 30.0), life(1.0)]
    assert list(often(found, 5.0).items()) == [("Down", 2), ("Slow", 1)]


def test_measures_count_what_was_seen_to_end_alone() -> None:
    found = [
        life(MONDAY_NOON, severity="critical", acked=MONDAY_NOON + 60, ended=MONDAY_NOON + 600, ending="resolved"),
        life(MONDAY_NOON, ended=MONDAY_NOON + 900, ending="lost"),
        life(MONDAY_NOON, ended=MONDAY_NOON + 30, ending="resolved"),
        life(MONDAY_NOON - 9e6, acked=MONDAY_NOON, ended=MONDAY_NOON, ending="resolved"),
    ]
    half = beats(*(MONDAY_NOON + n * BEAT for n in range(6)))
    said = measures(found, half, MONDAY_NOON, MONDAY_NOON + 3600)
    assert said.alerts == 3
    assert (said.to_ack.count, said.to_ack.median) == (1, 60.0)
    assert (said.to_end.count, said.to_end.median, said.to_end.p95) == (2, 315.0, 600.0)
    assert not said.to_end.enough
    assert said.noise == pytest.approx(2 / 3)
    assert said.watched == 0.5
    # One page in half an hour is twenty-four in twelve.
    assert said.per_shift == pytest.approx(24.0)


def test_nothing_gives_no_numbers() -> None:
    said = measures([], [], 0.0, 100.0)
    assert (said.to_ack.median, said.to_end.median, said.noise, said.off_hours) == (None, None, None, None)
    assert (said.watched, said.per_shift) == (0.0, 0.0)


def test_gaps_lie_between_the_signs_of_watching() -> None:
    assert gaps(beats(0.0, BEAT, 4 * BEAT), 0.0, 6 * BEAT) == ((2 * BEAT, 4 * BEAT), (5 * BEAT, 6 * BEAT))
    assert gaps([], 5.0, 9.0) == ((5.0, 9.0),)
    assert gaps(beats(-60.0), 0.0, 10.0) == ()


@given(st.lists(st.integers(-5, 40)))
def test_gaps_are_ordered_and_hold_no_sign_of_watching(places: list[int]) -> None:
    found = gaps(beats(*(place * BEAT for place in places)), 0.0, 30 * BEAT)
    flat = [moment for gap in found for moment in gap]
    assert flat == sorted(flat)
    assert all(start < end for start, end in found)
    assert not any(start <= place * BEAT < end for start, end in found for place in places)


def test_an_alert_flaps_that_began_three_times_in_an_hour() -> None:
    starts = begun_at([life(1000.0), life(2000.0), life(3000.0, where="pay/api"), life(3500.0)])
    assert starts == {("Down", ""): (1000.0, 2000.0, 3500.0), ("Down", "pay"): (3000.0,)}
    assert flaps(starts["Down", ""], 3600.0)
    assert not flaps(starts["Down", ""], 5000.0)
    assert not flaps(starts["Down", "pay"], 3600.0)
