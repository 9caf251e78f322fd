from dataclasses import replace
from pathlib import Path

import pytest

from state.apps.readiness.catalogue import CHECKS
from state.apps.readiness.model import Outcome, Report, Result
from state.apps.readiness.trend import DAY, Observed, change_words, record, trend
from state.journal.entry import Entry
from state.journal.journal import Journal

NOON = 20_000 * DAY + DAY / 2


def report(at: float, *outcomes: Outcome) -> Report:
    return Report("pay", ("pay",), at, tuple(Result(replace(CHECKS[0], weight=1), one, "") for one in outcomes))


def test_one_score_a_day_is_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.start()
    record(journal, "k", report(NOON, Outcome.PASS, Outcome.FAIL))
    record(journal, "k", report(NOON + 60, Outcome.PASS))
    record(journal, "k", report(NOON + DAY, Outcome.PASS))
    record(journal, "other", report(NOON, Outcome.FAIL))
    record(journal, "k", report(NOON + 2 * DAY, Outcome.NOT_APPLICABLE))
    journal.record(Entry("readiness", "k", 1.0, "checked", NOON + 3 * DAY, details={"percent": "much"}))
    assert journal.drain(5)
    assert trend(journal, "k") == (Observed(NOON, 50.0), Observed(NOON + DAY, 100.0))
    assert journal.entries(subject="pay")[-1].details["failing"] == "replicas"
    journal.close()


@pytest.mark.parametrize(
    ("observed", "percent", "words"),
    [
        ((), 50.0, ""),
        ((Observed(NOON, 50.0),), 62.0, ""),
        ((Observed(NOON - 9 * DAY, 50.0), Observed(NOON, 60.0)), 62.0, "+12 in 9d"),
        ((Observed(NOON - 9 * DAY, 50.0),), 44.6, "-5 in 9d"),
        ((Observed(NOON - 9 * DAY, 50.0),), 50.2, "unchanged for 9d"),
        ((Observed(NOON - 9 * DAY, 50.0),), None, ""),
    ],
)
def test_the_change_is_told_from_the_first_day_on(
    observed: tuple[Observed, ...], percent: float | None, words: str
) -> None:
    assert change_words(observed, percent, NOON) == words
