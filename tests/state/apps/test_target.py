from datetime import date

import msgspec
import pytest

from state.apps.model import App, AppHealth
from state.apps.target import Count, Target, count, count_words, target_of
from state.board.model import Board, Phase, Settings, empty_board, in_order


def app(name: str, *, platform: bool = False, production: bool = True) -> App:
    return App(name, "prod", name, platform, (), "", 0, 0, AppHealth.WELL, "", None, production=production)


def board(*phases: Phase, current: str = "mvp") -> Board:
    return Board(settings=Settings(current=current, kickoff=date(2026, 1, 1)), phases=in_order(phases), cards={})


def test_the_mvps_target_is_the_patterns_until_the_board_says_another() -> None:
    assert target_of(None) == target_of(empty_board()) == Target(1, 3, "MVP")
    assert target_of(board(Phase(id="mvp", name="First", apps=(2, 2)))) == Target(2, 2, "First")


def test_later_phases_have_the_target_that_the_board_says() -> None:
    later = Phase(id="phase-2", name="Phase 2", rank="b")
    assert target_of(board(later, current="phase-2")) is None
    assert target_of(board(msgspec.structs.replace(later, apps=(5, 8)), current="phase-2")) == Target(5, 8, "Phase 2")
    assert target_of(board(later, current="gone")) is None


def test_apps_are_counted_by_where_they_are() -> None:
    listed = [app("a"), app("b", production=False), app("c", platform=True), app("d", platform=True, production=False)]
    assert count(listed) == Count(1, 1, 2)


@pytest.mark.parametrize(
    ("counted", "target", "words"),
    [
        (Count(3, 0, 9), Target(1, 3, "MVP"), "3 in production, 1–3 wanted"),
        (Count(5, 0, 9), Target(1, 3, "MVP"), "5 in production, 1–3 wanted: 2 too many"),
        (Count(0, 2, 9), Target(2, 2, "MVP"), "0 in production, 2 wanted: 2 missing · 2 elsewhere"),
        (Count(4, 0, 9), None, "4 in production"),
    ],
)
def test_the_count_is_held_against_the_target(counted: Count, target: Target | None, words: str) -> None:
    assert count_words(counted, target) == words
