"""How alerts were dealt with, in words."""

from state.alerts.dealt import coverage, dealt_with, told
from state.journal.entry import Entry
from state.journal.lives import BEAT, WATCHING, AlertLife, measures

NOON = 1_799_668_800.0
"""A Monday."""
LIVES = (
    AlertLife("a", "Down", NOON, "critical", "pay/api", NOON + 60, "ana", ended=NOON + 600, ending="resolved"),
    AlertLife("b", "Slow|ly", NOON + 60, "", "pay", ended=NOON + 120, ending="resolved"),
)
BEATS = [Entry("watch@prod", "w", NOON + n * BEAT, WATCHING, NOON) for n in range(6)]


def test_each_number_says_what_it_rests_on() -> None:
    lines = dealt_with(measures(LIVES, BEATS, NOON, NOON + 3600))
    assert lines[0] == "- 2 alerts began, in the 50% of the time that was watched"
    assert lines[1] == "- from start to ack (MTTA): median 60s, 95th percentile 60s (n = 1, too few to mean anything)"
    assert lines[3] == "- noise, over without anybody's ack or silence: 50% (n = 2)"
    assert lines[5] == "- pages per shift: 24.0 critical alerts in 12 watched hours"


def test_what_nobody_watched_has_no_numbers_of_shifts() -> None:
    lines = dealt_with(measures((), (), NOON, NOON + 3600))
    assert not any("pages" in line or "noise" in line for line in lines)
    assert "Nobody watched" in coverage((), NOON, NOON + 3600, 0.0)
    assert coverage(BEATS, NOON, NOON + 6 * BEAT, 1.0) == "The alerts were watched all the time."


def test_they_are_told_by_severity_and_by_alert() -> None:
    text = told("prod", LIVES, BEATS, NOON, NOON + 3600)
    assert "| critical | 1 | 60s (n = 1) | 10m (n = 1) | 0% |" in text
    assert "| none | 1 |" in text
    assert "| Slow\\|ly | 1 |" in text
    assert "(50% of the time)" in text
    assert "## By" not in told("prod", (), BEATS, NOON, NOON + 3600)


def test_of_many_names_the_most_frequent_are_told_and_the_rest_counted() -> None:
    many = tuple(AlertLife(str(n), f"A{n:02}", NOON + n) for n in range(25))
    assert "And 5 more." in told("prod", many, BEATS, NOON, NOON + 3600)
