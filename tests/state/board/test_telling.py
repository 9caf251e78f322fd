from datetime import UTC, datetime

import pytest

from state.board import edits
from state.board.changes import PHASES, apply, reverse, step
from state.board.model import DROPPED, Board, Card, Obstacle, Phase, Settings, in_order
from state.board.telling import told_steps

NOW = datetime(2025, 11, 24, 12, tzinfo=UTC).timestamp()
ONE = Card(uid="100000000001", number=1, title="Database", phase="mvp", points=5, tags=("custom",))
TWO = Card(uid="100000000002", number=2, title="Secrets", phase="mvp")


@pytest.fixture
def board():
    phases = in_order((Phase(id="mvp", name="MVP", rank="a0"), Phase(id="phase-2", name="Phase 2", rank="a1")))
    return Board(settings=Settings(), phases=phases, cards={card.uid: card for card in (ONE, TWO)})


def told(board, changes):
    return [(one.subject, one.what) for one in told_steps(changes, apply(board, changes), NOW)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"points": 8}, "points 5 → 8"),
        ({"points": None}, "points 5 → –"),
        ({"owner": "ana"}, "owner ana"),
        ({"state": "done"}, "state todo → done"),
        ({"phase": "phase-2"}, "phase MVP → Phase 2"),
        ({"tags": ("toil",)}, "tags +toil -custom"),
        ({"needs": (TWO.uid,)}, "needs +C02"),
        ({"replaced_by": TWO.uid}, "replaced by C02"),
        ({"floor": True}, "floor yes"),
        ({"description": "all of\nit"}, "description written"),
        ({"obstacle": Obstacle(why="no licence")}, "held up by no licence"),
        ({"rank": "b0"}, "ranked"),
        ({"title": "Data", "moscow": "must"}, "title Database → Data, priority must"),
    ],
)
def test_a_change_is_told_in_words(board, fields, words):
    made = edits.set_fields(board, step("ana", NOW), (ONE.uid,), fields)
    assert told(board, made) == [("C01", words)]


def test_what_follows_from_a_move_is_not_told_beside_it(board):
    made = edits.set_fields(board, step("ana", NOW), (ONE.uid,), {"phase": DROPPED})
    assert told(board, made) == [("C01", "phase MVP → Dropped")]


def test_a_comment_is_quoted(board):
    assert told(board, edits.comment(board, step("ana", NOW), ONE.uid, "mind the quota")) == [
        ("C01", "said mind the quota")
    ]


def test_a_step_over_several_cards_is_told_for_each(board):
    made = edits.set_fields(board, step("ana", NOW), (ONE.uid, TWO.uid), {"owner": "ben"})
    assert sorted(told(board, made)) == [("C01", "owner ben"), ("C02", "owner ben")]


def test_the_newest_comes_first_with_who_and_how_long_ago(board):
    old = edits.set_fields(board, step("ana", NOW - 7200), (ONE.uid,), {"points": 8})
    new = edits.set_fields(apply(board, old), step("ben", NOW - 60), (ONE.uid,), {"points": 3})
    found = told_steps((*old, *new), board, NOW)
    assert [(one.who, one.age, one.what) for one in found] == [
        ("ben", "1m", "points 8 → 3"),
        ("ana", "2h", "points 5 → 8"),
    ]


def test_what_was_taken_back_says_so(board):
    made = edits.set_fields(board, step("ana", NOW), (ONE.uid,), {"points": 8})
    after = apply(board, made)
    back = reverse(after, made, step("ana", NOW, reverts=made[0].step))
    assert told(after, back) == [("C01", "taken back: points 8 → 5")]


def test_cards_and_phases_that_come_and_go(board):
    added = edits.new_card(board, step("ana", NOW), "Registry")
    assert told(board, (added,)) == [("C03", "added Registry")]
    gone = edits.remove_card(board, step("ana", NOW), TWO.uid)
    assert told(board, (gone,)) == [("C02", "taken away Secrets")]
    named = step("ana", NOW).change("mvp", "name", "MVP", "First", PHASES)
    assert told(board, (named,)) == [("First", "name MVP → First")]


def test_hostile_values_are_printable(board):
    made = edits.set_fields(
        board, step("\x1b[31m", NOW), (ONE.uid,), {"owner": "\x1b]0;x\x07\u202e", "tags": ("\x9b",)}
    )
    for one in told_steps(made, board, NOW):
        assert (one.who + one.what + one.subject).isprintable()
