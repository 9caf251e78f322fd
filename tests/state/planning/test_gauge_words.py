from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from state.board.model import DROPPED, STEPS, UNPLANNED, Baseline, Board, CardState, Moscow
from state.cell import Tone
from state.planning.gauge_words import Part, gauge_parts, percent_text, picked_parts, points_text
from state.planning.scope import scope
from state.planning.share import share
from tests.state.planning.boards import board, boards, card

_TAGGED: dict[str, Any] = {"moscow": Moscow.COULD}


def _words(made: Board, **more: Any) -> list[str]:
    return [_text(part) for part in gauge_parts(scope(made), **more)]


def _text(part: Part) -> str:
    return "".join(cell.text for cell in part)


def _tone(made: Board, words: str) -> Tone:
    return next(cell.tone for part in gauge_parts(scope(made)) for cell in part if words in cell.text)


def _since(made: Board, mvp: float, later: float) -> Board:
    """The board with a baseline of 9 November."""
    then: dict[str, dict[str, int | float | None]] = {"mvp": {"x": mvp}, "later": {"y": later}}
    baseline = Baseline(id="b", name="kick-off", when=datetime(2026, 11, 9, 8, tzinfo=UTC), scope=then)
    return replace(made, baselines=(baseline,))


def test_the_headline_is_the_share_in_percent_and_in_points() -> None:
    assert _words(board(card(1, points=163), card(2, "later", points=179)))[0] == "MVP 47.7 % 163 of 342 points"


def test_a_board_without_points_says_so_and_how_many_cards_want_them() -> None:
    assert _words(board())[0] == "MVP – no capability with points is in a phase yet"
    assert _words(board(card(1), card(2, "later")))[1] == "2 not estimated"
    assert not any("hole" in words for words in _words(board()))


@pytest.mark.parametrize(
    ("mvp", "words", "tone"),
    [
        (60, "20 over the band", Tone.WARN),
        (42.5, "2.5 over the band", Tone.WARN),
        (40.01, "just over the band", Tone.WARN),
        (40, "in the band", Tone.WELL),
        (20, "in the band", Tone.WELL),
        (19.99, "just under the band", Tone.WARN),
        (5, "15 under the band", Tone.WARN),
    ],
)
def test_the_verdict_says_how_many_points_are_beyond_the_band(mvp: float, words: str, tone: Tone) -> None:
    made = board(card(1, points=mvp), card(2, "later", points=100 - mvp))
    assert _words(made)[1] == words
    assert _tone(made, words) is tone


def test_what_is_not_estimated_makes_an_interval_of_the_headline() -> None:
    made = board(card(1, points=30), card(2, "later", points=35), card(3, "later", points=35), card(4, "later"))
    assert _words(made)[:2] == ["MVP 22.2–30.0 % 30 of 100 points", "in the band"]
    assert "1 not estimated" in _words(made)


def test_an_interval_across_an_edge_gives_no_verdict() -> None:
    made = board(card(1, points=39), card(2), card(3, "later", points=61), card(4, "unplanned"))
    words = _words(made)
    assert words[:2] == ["MVP 39.0–56.1 % 39 of 100 points", "no verdict, 1 not estimated"]
    assert not any("band" in said for said in words)
    assert sum("not estimated" in said for said in words) == 2, "the MVP's card once, the idea once"


def test_an_interval_whose_ends_read_the_same_is_one_number() -> None:
    made = board(card(1, points=3000), card(2, "later", points=1), card(3, "later", points=6999), card(4, points=None))
    one = board(card(1, points=30), card(2, "later", points=70))
    assert percent_text(share(one)) == "30.0 %"
    assert percent_text(share(made)) == "30.0–46.2 %"
    close = board(card(1, points=3000), card(2, "later", points=1), card(3, "later", points=1), card(4, "later"))
    assert percent_text(share(close)) == "99.9 %"
    assert percent_text(share(board())) == "–"


def test_errors_come_before_warnings_and_those_before_figures() -> None:
    made = board(
        card(1, points=60, moscow=Moscow.WONT),
        card(2, points=8),
        card(3, "later", points=20, floor=True),
        card(4, "later"),
    )
    words = _words(made)
    assert words[2:6] == [
        "✗ Won't inside the MVP: C01",
        "✗ floor outside the MVP: C03",
        "Must 100 %, at most 60",
        "1 not estimated",
    ]
    assert words[6].startswith("holes: learn, access +8")
    assert _tone(made, "Won't") is Tone.BAD
    assert _tone(made, "floor outside") is Tone.BAD
    assert _tone(made, "Must") is Tone.WARN
    assert sum(said.startswith("Must") for said in words) == 1


def test_of_many_cards_two_are_named() -> None:
    made = board(*(card(n, points=1, moscow=Moscow.WONT) for n in range(1, 6)))
    assert "✗ Won't inside the MVP: C01, C02 +3" in _words(made)


def test_one_hole_is_named() -> None:
    made = board(*(card(n, step=step, points=1) for n, step in enumerate(STEPS[:-1], 1)))
    assert "hole: recover" in _words(made)


def test_must_is_said_over_all_and_over_what_is_to_do() -> None:
    done = card(1, points=6, moscow=Moscow.MUST, state=CardState.DONE)
    made = board(done, card(2, points=1), card(3, points=3, **_TAGGED))
    assert "Must 70 %, to do 25 %" in _words(made)
    assert _tone(made, "Must") is Tone.QUIET
    assert "Must 25 %" in _words(board(card(2, points=1), card(3, points=3, **_TAGGED)))
    assert "Must 100 %" in _words(board(done)), "nothing is to do"
    assert "Must 100 %, at most 60" in _words(board(done, card(2, points=1))), "the same twice is said once"


def test_must_is_much_by_what_is_to_do_however_little_it_is_over_all() -> None:
    made = board(card(1, points=90, state=CardState.DONE, **_TAGGED), card(2, points=7), card(3, points=3, **_TAGGED))
    assert "Must 7 %, to do 70 %, at most 60" in _words(made)


def test_the_other_figures_follow() -> None:
    made = board(
        *(card(n, points=2, step=step, floor=n == 1, **_TAGGED) for n, step in enumerate(STEPS, 1)),
        card(11, points=10, state=CardState.DONE, **_TAGGED),
        card(12, "later", points=70),
        card(13, UNPLANNED),
        card(14, UNPLANNED),
        card(15, UNPLANNED, points=3),
        card(16, DROPPED),
    )
    assert _words(made, proven=4.5) == [
        "MVP 30.0 % 30 of 100 points",
        "in the band",
        "92 % by count",
        "Must 7 %, to do 10 %",
        "floor 2.0 %",
        "done 10",
        "proven 4.5",
        "2 ideas not estimated",
    ]


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ((30, 70), "unchanged since 9 Nov"),
        ((25, 65), "+2.2 since 9 Nov: MVP +5, whole +10"),
        ((35.5, 64.5), "-5.5 since 9 Nov: MVP -5.5, whole +0"),
        ((30.01, 69.99), "+0.0 since 9 Nov: MVP +0, whole +0"),
        ((30, 45), "-10.0 since 9 Nov, diluted: MVP +0, whole +25, 40.0 % of the whole then"),
    ],
)
def test_the_change_since_the_baseline_is_split_in_two(then: tuple[float, float], words: str) -> None:
    made = _since(board(card(1, points=30), card(2, "later", points=70)), *then)
    assert words in _words(made)


def test_a_dilution_is_a_warning() -> None:
    made = _since(board(card(1, points=30), card(2, "later", points=70)), 30, 45)
    assert _tone(made, "diluted") is Tone.WARN


def test_a_baseline_of_nothing_is_not_compared_with() -> None:
    made = replace(
        _since(board(card(1, points=30)), 1, 1), baselines=(Baseline(id="b", name="", when=datetime.now(UTC)),)
    )
    assert not any("since" in words for words in _words(made))


@pytest.mark.parametrize(
    ("points", "text"), [(8, "8"), (8.0, "8"), (0.5, "0.5"), (2.25, "2.2"), (1234567, "1234567"), (0.04, "0")]
)
def test_points_are_written_as_people_say_them(points: float, text: str) -> None:
    assert points_text(points) == text


def test_picked_cards_say_their_sum_and_the_share_without_them() -> None:
    made = board(card(1, points=10), card(2, points=30), card(3), card(4, "later", points=60))
    assert [_text(part) for part in picked_parts(made, ["1", "3", "77"], "marked")] == [
        "2 marked 10 points",
        "1 not estimated",
        "MVP 22.2–30.0 % without them",
    ]


def test_picked_cards_outside_the_mvp_say_the_share_with_them() -> None:
    made = board(card(1, points=10), card(4, "later", points=1), card(5, "later", points=89))
    parts = picked_parts(made, ["4"], "match")
    assert [_text(part) for part in parts] == ["1 match 1 point", "MVP 11.0 % with them"]
    assert parts[-1][1].tone is Tone.WARN
    both = [_text(part) for part in picked_parts(made, ["1", "5"], "marked")]
    assert both == ["2 marked 99 points", "MVP 0.0 % without them", "MVP 99.0 % with them"]


def test_the_share_of_nothing_is_not_said() -> None:
    made = board(card(1, points=10))
    assert [_text(part) for part in picked_parts(made, [], "marked")] == ["0 marked 0 points"]
    assert [_text(part) for part in picked_parts(board(card(1)), ["1"], "marked")] == [
        "1 marked 0 points",
        "1 not estimated",
    ]


@given(boards())
def test_every_board_has_a_line_whose_parts_say_something(made: Board) -> None:
    parts = gauge_parts(scope(_since(made, 3, 4)))
    assert parts[0][0].text.startswith("MVP ")
    assert parts[0][0].tone is Tone.PLAN
    assert all(_text(part).strip() for part in parts)
    assert len({_text(part) for part in parts}) == len(parts)


@given(boards())
def test_what_is_over_is_said_only_with_a_verdict(made: Board) -> None:
    found = scope(made)
    said = any("over the band" in _text(part) for part in gauge_parts(found))
    assert said == (found.share.verdict is not None and found.share.over > 0 and found.share.percent is not None)


@given(boards())
def test_picked_cards_are_all_counted(made: Board) -> None:
    first = picked_parts(made, made.cards, "match")[0]
    assert first[0].text == f"{len(made.cards)} match"
