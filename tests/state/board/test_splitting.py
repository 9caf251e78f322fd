import math
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.changes import Step, apply, reverse, step
from state.board.errors import ChangeRefused
from state.board.model import Board, Card, Moscow, Origin, empty_board
from state.board.splitting import split, thin


def _card(board: Board, number: int) -> Card:
    return next(card for card in board.cards.values() if card.number == number)


def _rich(board: Board, by: Step) -> Board:
    """The six cards; C04 has all that can pass to its other part."""
    fields = {
        "step": "deploy",
        "lane": "Delivery",
        "apps": ["payments"],
        "teams": ["shop"],
        "tags": ["throwaway"],
        "needs": [_card(board, 1).uid],
        "owner": "ana",
        "moscow": "must",
        "floor": True,
        "value": 8,
        "points": 4,
    }
    return apply(board, edits.set_fields(board, by, [_card(board, 4).uid], fields))


def test_a_split_card_takes_its_points_along(board: Board, ana: Callable[[], Step]) -> None:
    before = _rich(board, ana())
    old = _card(before, 4)
    after = apply(before, split(before, ana(), old.uid, "  Rollback by\n hand ", 3, "phase-2"))
    new = _card(after, 7)
    assert (after.cards[old.uid].points, new.points, new.split_from) == (1, 3, old.uid)
    assert (new.title, new.phase, new.step, new.lane) == ("Rollback by hand", "phase-2", "deploy", "Delivery")
    assert (new.apps, new.teams, new.tags, new.needs) == (old.apps, old.teams, old.tags, old.needs)
    assert (new.floor, new.owner, new.moscow, new.value) == (False, "", None, None)
    assert after.columns()["phase-2"][-1] is new


def test_in_the_same_phase_the_new_card_comes_next_and_is_held_as_fast(board: Board, ana: Callable[[], Step]) -> None:
    before = _rich(board, ana())
    before = apply(before, edits.shift(before, ana(), [_card(before, 4).uid], -2))
    after = apply(before, split(before, ana(), _card(before, 4).uid, "More", 1, "mvp"))
    assert [card.number for card in after.columns()["mvp"]] == [1, 4, 7, 2, 3]
    new = _card(after, 7)
    assert (new.floor, new.owner, new.moscow) == (True, "ana", Moscow.MUST)


def test_the_rest_of_a_thinned_card_goes_to_a_later_phase(board: Board, ana: Callable[[], Step]) -> None:
    old = _card(board, 4)
    after = apply(board, thin(board, ana(), old.uid, 1.5, "phase-3", "one region is enough at first"))
    new = _card(after, 7)
    assert (after.cards[old.uid].points, new.points, new.phase, new.split_from) == (1.5, 2.5, "phase-3", old.uid)
    assert new.title == "Card 4 (rest)"
    assert [(said.text, said.who) for said in new.comments] == [("one region is enough at first", "ana")]


def test_what_is_dropped_of_a_card_says_why_and_can_be_taken_back(board: Board, ana: Callable[[], Step]) -> None:
    old = _card(board, 4)
    after = apply(board, thin(board, ana(), old.uid, 1, "dropped", "nobody needs it"))
    rest = _card(after, 7)
    assert rest.dropped_from == Origin(phase="mvp", rank=old.rank, reason="nobody needs it")
    back = apply(after, edits.take_back(after, ana(), [rest.uid]))
    assert [card.number for card in back.columns()["mvp"] if card.uid in (rest.uid, old.uid)] in ([4, 7], [7, 4])


def test_a_split_is_one_step_and_is_undone_as_one(board: Board, ana: Callable[[], Step]) -> None:
    made = split(board, ana(), _card(board, 4).uid, "x", 1, "mvp")
    assert len({change.step for change in made}) == 1
    after = apply(board, made)
    assert apply(after, reverse(after, made, ana())) == board


@pytest.mark.parametrize(
    ("points", "phase", "words"),
    [
        (0, "mvp", "C04 has 4 points; write a number above 0 and below that"),
        (4, "mvp", "C04 has 4 points"),
        (-1, "mvp", "C04 has 4 points"),
        (float("nan"), "mvp", "C04 has 4 points"),
        (1, "nowhere", "there is no phase nowhere"),
    ],
)
def test_a_split_that_cannot_be_is_refused(
    board: Board, ana: Callable[[], Step], points: float, phase: str, words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        split(board, ana(), _card(board, 4).uid, "x", points, phase)


@pytest.mark.parametrize(
    ("number", "rest", "reason", "words"),
    [
        (4, "mvp", "", "the rest of C04 goes to a later phase or is dropped; mvp is not later"),
        (5, "mvp", "", "mvp is not later"),
        (4, "dropped", " ", "what is dropped of C04 needs a reason"),
        (4, "nowhere", "", "there is no phase nowhere"),
    ],
)
def test_a_thinning_that_cannot_be_is_refused(
    board: Board, ana: Callable[[], Step], number: int, rest: str, reason: str, words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        thin(board, ana(), _card(board, number).uid, 1, rest, reason)


def test_what_is_not_estimated_cannot_be_split(board: Board, ana: Callable[[], Step]) -> None:
    uid = _card(board, 4).uid
    board = apply(board, edits.set_field(board, ana(), [uid], "points", None))
    with pytest.raises(ChangeRefused, match="C04 is not estimated; give it points first"):
        split(board, ana(), uid, "x", 1, "mvp")


_PARTS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 9), st.floats(0.01, 0.99), st.sampled_from(["phase-2", "dropped"])),
    max_size=6,
)


def _parted(points: float, parts: list[tuple[bool, int, float, str]]) -> Board:
    """A card of the MVP, split or thinned again and again."""
    by = step("ana", 0)
    board = apply(empty_board(), [edits.new_card(empty_board(), by, "All", phase="mvp", points=points)])
    for thinned, which, share, phase in parts:
        uids = sorted(board.cards, key=lambda uid: board.cards[uid].number)
        card = board.cards[uids[which % len(uids)]]
        assert card.points is not None
        amount = round(card.points * share, 3)
        if not 0 < amount < card.points:
            continue
        if thinned and card.phase == "mvp":
            board = apply(board, thin(board, by, card.uid, amount, phase, "why"))
        else:
            board = apply(board, split(board, by, card.uid, "x", amount, phase))
    return board


@given(st.decimals("0.001", 1000, places=3), _PARTS)
def test_split_and_thin_conserve_points_as_they_are_written(
    points: Decimal, parts: list[tuple[bool, int, float, str]]
) -> None:
    board = _parted(float(points), parts)
    assert sum(Decimal(str(card.points)) for card in board.cards.values()) == points


@given(st.floats(1e-9, 1e9), _PARTS)
def test_split_and_thin_conserve_any_points(points: float, parts: list[tuple[bool, int, float, str]]) -> None:
    board = _parted(points, parts)
    assert math.isclose(math.fsum(card.points or 0 for card in board.cards.values()), points, rel_tol=1e-12)
