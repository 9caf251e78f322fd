from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.changes import Change, Step, apply, step
from state.board.difference import difference, replay
from state.board.model import Board, Card, Phase, empty_board, in_order

_FIELDS = st.fixed_dictionaries(
    {"title": st.sampled_from("ab")},
    optional={
        "points": st.integers(1, 3),
        "tags": st.lists(st.sampled_from("xyz"), max_size=2),
        "comments": st.lists(
            st.fixed_dictionaries(
                {"text": st.sampled_from("ab"), "who": st.just("ana"), "when": st.just("2026-11-24T00:00:00Z")},
                optional={"mood": st.sampled_from("+-")},
            ),
            max_size=2,
        ),
        "hill": st.integers(),
    },
)


@st.composite
def _boards(draw: st.DrawFn) -> Board:
    cards = {}
    for number in draw(st.sets(st.integers(1, 4))):
        given = draw(_FIELDS)
        by = step("ana", 0)
        added = by.change(str(number), "", None, {"number": number, **given})
        cards[str(number)] = apply(empty_board(), [added]).cards[str(number)]
    phases = in_order([Phase(id=id, name=draw(st.sampled_from("PQ"))) for id in draw(st.sets(st.sampled_from("abc")))])
    unknown: dict[str, Any] = draw(
        st.sampled_from([{}, {"experiments": {"1": {"q": 1}}}, {"experiments": {"1": {"r": 1}}}])
    )
    settings = msgspec.structs.replace(empty_board().settings, title=draw(st.sampled_from("TU")))
    return Board(settings=settings, phases=phases, cards=cards, unknown=unknown)


@given(_boards(), _boards())
def test_the_difference_makes_one_board_of_the_other(before: Board, after: Board) -> None:
    changes = difference(before, after, step("ana", 0))
    made = apply(before, changes)
    assert {name: table for name, table in made.unknown.items() if table} == dict(after.unknown)
    assert msgspec.structs.replace(made, unknown=after.unknown) == after
    again = msgspec.json.decode(msgspec.json.encode(changes), type=tuple[Change, ...])
    assert apply(before, again) == made


@given(_boards())
def test_there_is_none_between_a_board_and_itself(board: Board) -> None:
    assert difference(board, board, step("ana", 0)) == ()


def test_one_field_is_one_change(board: Board, ana: Callable[[], Step]) -> None:
    uid = board.columns()["mvp"][0].uid
    after = apply(board, edits.set_field(board, ana(), [uid], "points", 13))
    (change,) = difference(board, after, ana())
    assert (change.place, change.old, change.new) == (("cards", uid, "points"), 1, 13)


def test_a_history_that_fits_is_replayed_to_its_board(board: Board, founding: tuple[Change, ...]) -> None:
    assert replay(founding) == board


def test_a_history_of_two_branches_gives_what_both_have_done(
    board: Board, founding: tuple[Change, ...], ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid, other = (card.uid for card in board.columns()["mvp"][:2])
    ours = [
        *edits.set_field(board, ana(), [uid], "tags", ["a"]),
        *edits.set_field(board, ana(), [uid], "points", 5),
        edits.remove_card(board, ana(), other),
    ]
    theirs = [
        *edits.set_field(board, ben(), [uid], "tags", ["b"]),
        *edits.set_field(board, ben(), [uid], "points", 8),
        *edits.set_field(board, ben(), [other], "points", 8),
        ben().change(uid, "points", 8, -1),
    ]
    made = replay([*founding, *ours, *theirs])
    assert (made.cards[uid].tags, made.cards[uid].points) == (("a", "b"), 8)
    assert other not in made.cards


def test_a_card_without_a_table_is_no_card() -> None:
    assert replay([step("ana", 0).change("1", "title", None, "a")]) == empty_board()
    assert isinstance(replay([step("ana", 0).add(Card(uid="1", number=1, title="a"))]).cards["1"], Card)
