import pytest

from screens.panes.scope import share_words
from state.planning.share import share
from tests.state.planning.boards import board, card


@pytest.mark.parametrize(
    ("mvp", "words"),
    [
        (60, "60.0 %  20.0 points over the band"),
        (30, "30.0 %  in the band"),
        (5, "5.0 %  15.0 points under the band"),
    ],
)
def test_the_share_is_said_with_how_it_stands_to_the_band(mvp: float, words: str) -> None:
    found = share(board(card(1, points=mvp), card(2, "later", points=100 - mvp)))
    assert "".join(cell.text for cell in share_words(found, None)) == words


@pytest.mark.parametrize(
    ("mvp", "missing", "words"),
    [
        (38, "mvp", "38.0 %  no verdict  1 not estimated: 38.0–55.1 %"),
        (41, "later", "41.0 %  no verdict  1 not estimated: 25.8–41.0 %"),
    ],
)
def test_a_share_whose_interval_crosses_an_edge_is_neither_over_nor_inside(
    mvp: float, missing: str, words: str
) -> None:
    found = share(board(card(1, points=mvp), card(2, "later", points=100 - mvp), card(3, missing)))
    assert "".join(cell.text for cell in share_words(found, None)) == words


def test_a_board_without_points_has_no_share() -> None:
    assert "nothing is estimated yet" in "".join(cell.text for cell in share_words(share(board()), None))
