import msgspec
import pytest

from state.board.filter import FilterError, read_filter
from state.board.model import Board, Card, CardState, Moscow, empty_board

_DEPLOY = Card(
    uid="1",
    number=12,
    title="GitOps deployment",
    owner="Ana",
    tags=("ci",),
    phase="mvp",
    needs=("2",),
    points=8,
    moscow=Moscow.MUST,
)
_CLUSTER = Card(uid="2", number=2, title="Cluster as code", description="rebuildable from Git", phase="mvp", floor=True)
_DONE = Card(uid="3", number=3, title="Registry", state=CardState.DONE, apps=("payments",), points=1, needs=("2",))
_BOARD = msgspec.structs.replace(empty_board(), cards={card.uid: card for card in (_DEPLOY, _CLUSTER, _DONE)})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [2, 3, 12]),
        ("git", [2, 12]),
        ("GIT deploy", [12]),
        ("c12", [12]),
        ("owner:ana", [12]),
        ("owner:", [2, 3]),
        ("tag:CI", [12]),
        ("tag:", [2, 3]),
        ("app:payments", [3]),
        ("state:done", [3]),
        ("state:todo git", [2, 12]),
        ("moscow:must", [12]),
        ("moscow:", [2, 3]),
        ("blocked", [12]),
        ("unestimated", [2]),
        ("floor", [2]),
        ("phase:mvp unestimated", [2]),
        ("nothing like it", []),
        ("a:b", []),
    ],
)
def test_all_conditions_must_hold(text: str, numbers: list[int]) -> None:
    assert [card.number for card in _matching(_BOARD, text)] == numbers


def _matching(board: Board, text: str) -> list[Card]:
    wanted = read_filter(text)
    return sorted((c for c in board.cards.values() if wanted.matches(board, c)), key=lambda card: card.number)


@pytest.mark.parametrize("text", ["state:almost", "moscow:maybe"])
def test_a_word_that_nothing_can_have_is_named(text: str) -> None:
    with pytest.raises(FilterError, match=text.partition(":")[2]):
        read_filter(text)


def test_a_card_is_no_longer_blocked_once_its_need_is_done() -> None:
    done = msgspec.structs.replace(_CLUSTER, state=CardState.DONE)
    board = msgspec.structs.replace(_BOARD, cards={**_BOARD.cards, "2": done})
    assert _matching(board, "blocked") == []
