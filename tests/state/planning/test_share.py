from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.changes import apply, step
from state.board.edits import take_baseline
from state.board.model import Baseline, Board, Card, CardKind, Phase, Settings, in_order
from state.planning.share import Verdict, drift, share

_PHASES = in_order([Phase(id="mvp", name="MVP", rank="a"), Phase(id="later", name="Later", rank="b")])


def _board(*cards: tuple[str, Any], **settings: Any) -> Board:
    """A board of capabilities, each a phase and its points."""
    made = {
        str(n): Card(uid=str(n), number=n, title=str(n), phase=phase, points=points)
        for n, (phase, points) in enumerate(cards, 1)
    }
    return Board(settings=Settings(**settings), phases=_PHASES, cards=made)


def test_the_share_is_the_mvps_points_over_those_of_all_phases() -> None:
    found = share(_board(("mvp", 3), ("later", 6), ("later", 1), ("unplanned", 50), ("dropped", 50)))
    assert (found.points.part, found.points.whole) == (3, 10)
    assert found.percent == 30
    assert (found.cards.part, found.cards.whole) == (1, 3)
    assert found.verdict is Verdict.IN_BAND


def test_only_capabilities_count() -> None:
    board = _board(("mvp", 1), ("later", 1))
    for n, kind in enumerate((CardKind.SUPPORT, CardKind.EXPERIMENT), 10):
        card = Card(uid=str(n), number=n, title="x", phase="mvp", points=40, kind=kind)
        board = Board(settings=board.settings, phases=board.phases, cards={**board.cards, card.uid: card})
    assert share(board).percent == 50
    assert share(board).cards.part == 1


def test_an_empty_whole_has_no_share_and_no_verdict() -> None:
    for board in (_board(), _board(("unplanned", 5)), _board(("mvp", None))):
        found = share(board)
        assert (found.percent, found.interval, found.verdict) == (None, None, None)
        assert (found.over, found.under) == (0, 0)


@pytest.mark.parametrize(
    ("mvp", "verdict"),
    [
        (19.999, Verdict.THIN),
        (20, Verdict.IN_BAND),
        (40, Verdict.IN_BAND),
        (40.001, Verdict.MUCH),
    ],
)
def test_both_ends_of_the_band_are_inside_and_nothing_is_rounded(mvp: float, verdict: Verdict) -> None:
    assert share(_board(("mvp", mvp), ("later", 100 - mvp))).verdict is verdict


def test_over_and_under_are_points() -> None:
    much = share(_board(("mvp", 60), ("later", 40)))
    assert (much.over, much.under) == (20, 0)
    thin = share(_board(("mvp", 5), ("later", 95)))
    assert (thin.over, thin.under) == (0, 15)
    assert share(_board(("mvp", 60), ("later", 40), band=(50, 60))).over == 0


def test_what_is_not_estimated_makes_an_interval() -> None:
    found = share(_board(("mvp", 2), ("mvp", 4), ("mvp", 9), ("mvp", None), ("later", 35), ("later", None)))
    assert found.unestimated == (1, 1)
    assert found.percent == 30
    assert found.interval == (pytest.approx(100 * 19 / 89), 30)
    assert found.verdict is Verdict.IN_BAND


def test_an_interval_that_crosses_an_edge_has_no_verdict() -> None:
    found = share(_board(("mvp", 39), ("mvp", None), ("later", 61)))
    assert found.interval == (39, pytest.approx(100 * 78 / 139))
    assert found.verdict is None


def test_a_phase_without_any_estimate_takes_the_median_of_all() -> None:
    found = share(_board(("mvp", 2), ("mvp", 4), ("later", None)))
    assert found.valued.whole == 9


def test_an_idea_without_points_is_not_in_the_interval() -> None:
    assert share(_board(("mvp", 3), ("later", 7), ("unplanned", None))).unestimated == (0, 0)


_CARDS = st.lists(
    st.tuples(
        st.sampled_from(["mvp", "later", "unplanned", "dropped"]),
        st.one_of(st.none(), st.integers(1, 100), st.floats(0.1, 100)),
    ),
    max_size=30,
)


@given(_CARDS)
def test_a_share_lies_between_nothing_and_all(cards: list[tuple[str, float | None]]) -> None:
    found = share(_board(*cards))
    if found.percent is not None and found.interval is not None:
        low, high = found.interval
        assert 0 <= low <= found.percent <= high <= 100 + 1e-9
        assert found.over == 0 or found.under == 0


@given(_CARDS)
def test_a_share_of_estimated_cards_alone_is_one_number(cards: list[tuple[str, float | None]]) -> None:
    found = share(_board(*((phase, points or 1) for phase, points in cards)))
    if found.percent is not None and found.interval is not None:
        assert found.interval == (pytest.approx(found.percent), pytest.approx(found.percent))
        assert (found.over > 0) == (found.verdict is Verdict.MUCH)
        assert (found.under > 0) == (found.verdict is Verdict.THIN)


@given(_CARDS)
def test_an_estimate_at_the_median_is_an_end_of_the_interval(cards: list[tuple[str, float | None]]) -> None:
    found = share(_board(*cards))
    if found.interval is not None:
        assert found.valued.percent in found.interval
        assert found.points.percent in found.interval
        assert found.valued.whole >= found.points.whole - 1e-9


@pytest.mark.parametrize("points", [(1.1, 1.65), (0.28, 0.42), (0.1 + 0.2, 0.45), (1e-9, 1.5e-9), (4e8, 6e8)])
def test_what_is_exactly_at_the_end_of_the_band_is_inside_whatever_floats_make_of_it(
    points: tuple[float, float],
) -> None:
    found = share(_board(("mvp", points[0]), ("later", points[1])))
    assert found.verdict is Verdict.IN_BAND
    assert (found.over, found.under) == (0, 0)


def test_a_baseline_beyond_all_numbers_is_not_compared_with() -> None:
    baseline = Baseline(id="b", name="", when=datetime.now(UTC), scope={"mvp": {"1": 1e308, "2": 1e308}})
    found = drift(_board(("mvp", 1)), baseline)
    assert (found.then.percent, found.change, found.by_mvp, found.diluted) == (None, None, None, False)


@given(_CARDS)
def test_moving_out_what_is_over_reaches_the_band(cards: list[tuple[str, float | None]]) -> None:
    points = share(_board(*cards)).points
    over = share(_board(*cards)).over
    if points.whole and over:
        assert 100 * (points.part - over) / points.whole == pytest.approx(40)


@given(_CARDS, _CARDS)
def test_a_drift_is_the_sum_of_its_two_parts(
    before: list[tuple[str, float | None]], after: list[tuple[str, float | None]]
) -> None:
    then = _board(*before)
    (baseline,) = apply(then, [take_baseline(then, step("ana", 0), "then")]).baselines
    found = drift(_board(*after), baseline)
    assert found.then == share(then).points
    if found.change is not None:
        assert found.by_mvp is not None
        assert found.by_whole is not None
        assert found.by_mvp + found.by_whole == pytest.approx(found.change, abs=1e-6)
        assert found.then.percent is not None
        assert found.then.percent + found.by_mvp + found.by_whole == pytest.approx(found.now.percent, abs=1e-6)
    assert found.then.part + found.mvp_moved == pytest.approx(found.now.part)
    assert found.then.whole + found.whole_moved == pytest.approx(found.now.whole)


@given(_CARDS)
def test_what_is_diluted_fell_while_the_whole_grew(before: list[tuple[str, float | None]]) -> None:
    then = _board(*before)
    (baseline,) = apply(then, [take_baseline(then, step("ana", 0), "then")]).baselines
    grown = _board(*before, ("later", 10))
    found = drift(grown, baseline)
    assert found.whole_moved > 0
    assert found == drift(grown, baseline, share(grown))
    assert found.diluted == bool(found.then.part)


def _drift(before: Board, after: Board) -> Any:
    (baseline,) = apply(before, [take_baseline(before, step("ana", 0), "then")]).baselines
    return drift(after, baseline)


def test_a_share_that_fell_because_the_whole_grew_is_diluted() -> None:
    before = _board(("mvp", 50), ("later", 50))
    grown = _drift(before, _board(("mvp", 50), ("later", 75)))
    assert (grown.mvp_moved, grown.whole_moved) == (0, 25)
    assert (grown.change, grown.over_then) == (-10, 50)
    assert grown.diluted
    assert _drift(before, _board(("mvp", 51), ("later", 99))).diluted


def test_a_share_that_fell_because_the_mvp_shrank_is_not_diluted() -> None:
    before = _board(("mvp", 50), ("later", 50))
    cut = _drift(before, _board(("mvp", 40), ("later", 60)))
    assert (cut.mvp_moved, cut.whole_moved, cut.change) == (-10, 0, -10)
    assert not cut.diluted
    assert not _drift(before, _board(("mvp", 60), ("later", 140 - 60 - 30))).diluted
