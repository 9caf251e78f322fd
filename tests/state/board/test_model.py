import pytest

from state.board.model import Board, Card, Phase, Settings, in_order


@pytest.mark.parametrize("points", [0, -1, float("nan"), float("inf"), float("-inf")])
def test_points_are_finite_and_above_zero_or_not_there(points: float) -> None:
    with pytest.raises(ValueError, match="points must be a number above 0"):
        Card(uid="1", number=1, title="x", points=points)


@pytest.mark.parametrize("field", ["points", "reach"])
@pytest.mark.parametrize("huge", [1_000_000_001, 1e308, 10**400])
def test_numbers_that_no_sum_could_hold_are_refused(field: str, huge: float) -> None:
    Card(uid="1", number=1, title="x", points=1_000_000_000, reach=1_000_000_000)
    with pytest.raises(ValueError, match=f"{field} must be at most 1,000,000,000"):
        Card(uid="1", number=1, title="x", **{field: huge})


@pytest.mark.parametrize("reach", [-1, float("nan"), float("inf")])
def test_reach_is_a_number_from_zero(reach: float) -> None:
    Card(uid="1", number=1, title="x", reach=0)
    with pytest.raises(ValueError, match="reach must be a number, 0 or above"):
        Card(uid="1", number=1, title="x", reach=reach)


def test_a_band_is_two_percentages_the_smaller_first() -> None:
    with pytest.raises(ValueError, match="the smaller first"):
        Settings(band=(40, 20))


def test_unplanned_and_dropped_always_exist_at_the_ends() -> None:
    phases = in_order([Phase(id="later", name="Later", rank="b"), Phase(id="mvp", name="MVP", rank="a")])
    assert [phase.id for phase in phases] == ["unplanned", "mvp", "later", "dropped"]
    renamed = in_order([Phase(id="unplanned", name="Wishes", rank="z"), Phase(id="mvp", name="MVP")])
    assert [phase.name for phase in renamed] == ["Wishes", "MVP", "Dropped"]


def test_cards_of_a_phase_that_went_are_unplanned(board: Board) -> None:
    without = Board(settings=board.settings, phases=in_order([]), cards=board.cards)
    assert {id: len(cards) for id, cards in without.columns().items()} == {"unplanned": 6, "dropped": 0}


@pytest.mark.parametrize("typed", ["C03", "c3", "3", " #3 ", "03"])
def test_a_card_is_found_by_its_number(board: Board, typed: str) -> None:
    card = board.numbered(typed)
    assert card is not None
    assert card.label == "C03"


@pytest.mark.parametrize("typed", ["", "C", "C99", "x3", "3.0"])
def test_what_is_no_number_finds_no_card(board: Board, typed: str) -> None:
    assert board.numbered(typed) is None
