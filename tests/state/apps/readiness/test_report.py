from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.apps.readiness.assess import assess, wrong_waivers
from state.apps.readiness.catalogue import CHECKS
from state.apps.readiness.facts import Facts
from state.apps.readiness.model import Answer, Check, Outcome, Report, Result
from state.apps.settings import Waiver
from tests.state.apps.readiness.objects import READY, with_container

TODAY = date(2027, 1, 15)
LOOSE = with_container(image="registry/api:latest")


def result(outcome: Outcome, weight: int = 1) -> Result:
    return Result(replace(CHECKS[0], weight=weight), outcome, "")


def outcome_of(report: Report, check: str) -> Result:
    return next(one for one in report.results if one.check.id == check)


def test_the_score_says_what_it_is_of() -> None:
    outcomes = [
        result(Outcome.PASS, 3), result(Outcome.PASS), result(Outcome.FAIL, 2), result(Outcome.UNKNOWN, 2),
        result(Outcome.WAIVED, 3), result(Outcome.NOT_APPLICABLE, 3),
    ]  # fmt: skip
    score = Report("pay", ("pay",), 0.0, tuple(outcomes)).score
    assert (score.passed, score.asked, score.percent) == (2, 4, 50.0)
    assert score.words == "2 of 4 checks, 50 % by weight; 1 of them unknown, 1 waived, 1 not applicable"


def test_an_app_to_which_nothing_applies_has_no_score() -> None:
    score = Report("pay", ("pay",), 0.0, (result(Outcome.NOT_APPLICABLE),)).score
    assert score.percent is None
    assert score.words == "0 of 0 checks; 1 not applicable"


@given(st.lists(st.builds(result, st.sampled_from(Outcome), st.integers(1, 3))))
def test_what_fails_never_raises_a_score_and_what_is_unknown_counts_as_not_passed(results: list[Result]) -> None:
    report = Report("pay", (), 0.0, tuple(results))
    worse = Report("pay", (), 0.0, (*results, result(Outcome.FAIL)))
    unknown = Report("pay", (), 0.0, (*results, result(Outcome.UNKNOWN)))
    assert (worse.score.percent or 0) <= (report.score.percent or 0)
    assert worse.score.percent == unknown.score.percent
    assert sorted(map(id, report.worst_first())) == sorted(map(id, results))


@pytest.mark.parametrize(
    ("waiver", "outcome"),
    [
        (Waiver(check="image-tag", reason="until the pipeline writes it", until=TODAY), Outcome.WAIVED),
        (Waiver(check="image-tag", reason="x", until=TODAY, app="pay*"), Outcome.WAIVED),
        (Waiver(check="image-tag", reason="x", until=TODAY, app="shop"), Outcome.FAIL),
        (Waiver(check="replicas", reason="x", until=TODAY), Outcome.FAIL),
        (Waiver(check="image-tag", reason="x", until=date(2027, 1, 14)), Outcome.FAIL),
    ],
)
def test_a_waiver_excuses_what_fails_until_its_last_day(waiver: Waiver, outcome: Outcome) -> None:
    found = outcome_of(assess(LOOSE, [waiver], TODAY), "image-tag")
    assert found.outcome is outcome
    assert found.waiver is (waiver if outcome is Outcome.WAIVED else None)


def test_a_waiver_that_ended_is_said() -> None:
    ended = Waiver(check="image-tag", reason="x", until=date(2027, 1, 14))
    assert outcome_of(assess(LOOSE, [ended], TODAY), "image-tag").found.endswith("its waiver ended on 2027-01-14")


def test_a_waiver_changes_nothing_of_what_passes() -> None:
    waiver = Waiver(check="image-tag", reason="x", until=TODAY)
    assert outcome_of(assess(READY, [waiver], TODAY), "image-tag").outcome is Outcome.PASS


def test_waivers_that_name_no_check_are_told() -> None:
    assert wrong_waivers([Waiver(check="imag-tag", reason="x", until=TODAY)]) == [
        "apps.waivers: there is no check 'imag-tag'"
    ]
    assert wrong_waivers([Waiver(check="image-tag", reason="x", until=TODAY)]) == []


def test_a_check_that_breaks_is_unknown_and_the_others_are_answered() -> None:
    def breaks(facts: Facts) -> Answer:
        raise TypeError("odd")

    broken = replace(CHECKS[0], answer=breaks)
    checks: list[Check] = [broken, CHECKS[1]]
    report = assess(READY, (), TODAY, checks)
    assert [one.outcome for one in report.results] == [Outcome.UNKNOWN, Outcome.PASS]
    assert report.results[0].found == "a defect, the log has it: TypeError"
