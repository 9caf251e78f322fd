from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.capture import Captured, add_captured
from state.board.changes import Change, Step, apply, reverse, step
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, MVP, UNPLANNED, Board, CardState, empty_board
from state.board.needs import cycle
from state.board.phases import add_phase, edit_phase, make_current, merge_phases, remove_phase, set_phase, shift_phase
from state.board.splitting import split, thin


def _founded() -> Board:
    by = step("founder", 0)
    lines = [Captured(title=f"Card {at}", points=at + 0.5) for at in range(7)]
    board = empty_board()
    for at, phase in enumerate(["mvp", "mvp", "mvp", "phase-2", "phase-2", "phase-3", "unplanned"]):
        board = apply(board, add_captured(board, by, lines[at : at + 1], phase))
    return board


_BOARD = _founded()
_EDITS = (
    "move",
    "place",
    "shift",
    "drop",
    "take back",
    "break",
    "needs",
    "split",
    "thin",
    "fields",
    "comment",
    "add phase",
    "shift phase",
    "merge phases",
    "remove phase",
    "name phase",
    "edit phase",
    "current",
    "capture",
)
_SPLITS = ("split", "thin")


def _one(draw: st.DrawFn, board: Board, by: Step, what: str) -> tuple[Change, ...]:
    """One action of somebody's, drawn from what can be asked of the board; raises ChangeRefused when it cannot be."""
    # By number: uids are random, and a draw must mean the same card again.
    uids = sorted(board.cards, key=lambda uid: board.cards[uid].number)
    one = board.cards[draw(st.sampled_from(uids))]
    several = draw(st.lists(st.sampled_from(uids), min_size=1, max_size=3, unique=True))
    phases = st.sampled_from([*(phase.id for phase in board.phases)])
    if what == "move":
        return edits.move(board, by, several, draw(phases))
    if what == "place":
        return edits.move(board, by, several, one.phase, after=one.uid)
    if what == "shift":
        return edits.shift(board, by, several, draw(st.integers(-3, 3)))
    if what == "drop":
        return edits.drop(board, by, several, draw(st.sampled_from(["", "why"])))
    if what == "take back":
        dropped = [uid for uid in uids if board.cards[uid].phase == DROPPED]
        return edits.take_back(board, by, draw(st.lists(st.sampled_from(dropped), unique=True)) if dropped else several)
    if what == "break":
        return edits.break_order(board, by, several, draw(phases))
    if what == "needs":
        return edits.set_needs(board, by, one.uid, several)
    if what == "split":
        return split(board, by, one.uid, "a part", draw(st.sampled_from([0.5, 1, 2])), draw(phases))
    if what == "thin":
        return thin(board, by, one.uid, draw(st.sampled_from([0.5, 1, 2])), draw(phases), "why")
    if what == "comment":
        return edits.comment(board, by, one.uid, draw(st.text(max_size=3)))
    if what == "capture":
        return add_captured(board, by, [Captured(title="one"), Captured(title="two", points=3)], draw(phases))
    if what == "fields":
        return edits.set_fields(board, by, several, draw(_fields(board)))
    return _of_a_phase(draw, board, by, what)


def _of_a_phase(draw: st.DrawFn, board: Board, by: Step, what: str) -> tuple[Change, ...]:
    ids = [phase.id for phase in board.phases]
    # Mostly those of which more than one thing can be asked.
    phases = st.sampled_from([*ids, *ids[1:-1], *ids[2:-1], *ids[2:-1]])
    if what == "add phase":
        return add_phase(board, by, draw(st.sampled_from(["Phase 2", "Next", "Ideas"])), after=draw(phases))
    if what == "shift phase":
        return shift_phase(board, by, draw(phases), draw(st.integers(-2, 2)))
    if what == "merge phases":
        return merge_phases(board, by, draw(phases), draw(phases))
    if what == "remove phase":
        return remove_phase(board, by, draw(phases))
    if what == "name phase":
        return set_phase(board, by, draw(phases), "name", draw(st.sampled_from(["Self-service", "Later"])))
    if what == "edit phase":
        return edit_phase(board, by, draw(phases), {"apps": [1, 3], "appetite": draw(st.integers(-1, 9))})
    return make_current(board, by, draw(phases))


def _fields(board: Board) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "phase": st.sampled_from([phase.id for phase in board.phases]),
            "state": st.sampled_from(CardState),
            "finished": st.none(),
            "owner": st.sampled_from(["", "ana"]),
            "obstacle": st.sampled_from([None, {"why": "no budget"}]),
            "evidence": st.just([{"what": "seen", "who": "ana"}]),
        },
    )


@st.composite
def _made(draw: st.DrawFn, of: tuple[str, ...] = _EDITS) -> list[Change]:
    """Changes that fit the board; what is refused is left out."""
    board, made = _BOARD, []
    for at, what in enumerate(draw(st.lists(st.sampled_from(of), max_size=12))):
        try:
            new = _one(draw, board, step("ana", at), what)
        except ChangeRefused:
            continue
        board = apply(board, new)
        made += new
    return made


@given(_made())
def test_any_edits_and_then_their_undo_give_the_same_board(made: list[Change]) -> None:
    after = apply(_BOARD, made)
    undo = reverse(after, made, step("ana", 99))
    undone = apply(after, undo)
    assert undone == _BOARD
    assert apply(undone, reverse(undone, undo, step("ana", 100))) == after


@given(_made())
def test_no_sequence_of_edits_loses_a_card(made: list[Change]) -> None:
    after = apply(_BOARD, made)
    assert after.cards.keys() >= _BOARD.cards.keys()
    columns = after.columns()
    assert sorted(card.uid for cards in columns.values() for card in cards) == sorted(after.cards)
    # No phase went under a card's feet: each stands where it says.
    assert all(card.phase == phase for phase, cards in columns.items() for card in cards)
    numbers = [card.number for card in after.cards.values()]
    assert len(numbers) == len(set(numbers))


@given(_made())
def test_what_must_exist_stays(made: list[Change]) -> None:
    after = apply(_BOARD, made)
    ids = [phase.id for phase in after.phases]
    assert (ids[0], ids[-1]) == (UNPLANNED, DROPPED)
    assert MVP in ids
    assert after.settings.current in ids[1:-1]
    assert len(set(ids)) == len(ids)
    assert len({phase.name.casefold() for phase in after.phases}) == len(ids)


@given(_made())
def test_no_sequence_of_edits_closes_a_circle(made: list[Change]) -> None:
    after = apply(_BOARD, made)
    assert all(not cycle(after, card.uid, need) for card in after.cards.values() for need in card.needs)


@given(_made())
def test_a_dropped_card_and_no_other_knows_where_it_came_from(made: list[Change]) -> None:
    after = apply(_BOARD, made)
    placed = {change.card for change in made if change.field == "phase"}
    for card in after.cards.values():
        if card.phase != DROPPED:
            assert card.dropped_from is None
        elif card.uid in placed:
            assert card.dropped_from is not None
            assert card.dropped_from.phase != DROPPED


@given(_made((*_SPLITS, "move", "drop", "take back", "merge phases", "remove phase")))
def test_splits_and_moves_conserve_points(made: list[Change]) -> None:
    assert _points(apply(_BOARD, made)) == _points(_BOARD)


def _points(board: Board) -> float:
    return sum(card.points or 0 for card in board.cards.values())


@given(_made(("move", "drop", "take back")))
def test_what_is_dropped_and_taken_back_stands_where_it_stood(made: list[Change]) -> None:
    board = apply(_BOARD, made)
    there = [card.uid for card in board.cards.values() if card.phase != DROPPED]
    dropped = apply(board, edits.drop(board, step("ana", 50), there, "why"))
    assert not any(dropped.columns()[phase.id] for phase in dropped.phases[:-1])
    assert apply(dropped, edits.take_back(dropped, step("ana", 51), there)) == board
