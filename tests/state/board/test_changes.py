import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.changes import CARDS, Change, Step, answer, apply, merge, rebase, reverse, step
from state.board.documents import value_of
from state.board.errors import ChangeRefused
from state.board.model import DROPPED, Board, CardKind, CardState, Comment, Moscow, Origin, empty_board
from state.board.three_way import LISTS

_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": st.text(min_size=1, max_size=5),
    "phase": st.sampled_from(["mvp", "phase-2", "phase-3", "unplanned", "dropped"]),
    "points": st.one_of(st.none(), st.integers(1, 40), st.floats(0.5, 40)),
    "value": st.sampled_from([None, 1, 2, 3, 5, 8]),
    "moscow": st.sampled_from([None, *map(str, Moscow)]),
    "kind": st.sampled_from([*map(str, CardKind)]),
    "state": st.sampled_from([*map(str, CardState)]),
    "floor": st.booleans(),
    "tags": st.lists(st.sampled_from(["no-regret", "toil", "custom", "s3"]), max_size=3),
    "teams": st.lists(st.text(max_size=3), max_size=3),
    "of-a-newer-program": st.one_of(st.none(), st.integers(), st.dictionaries(st.text(max_size=2), st.integers())),
}


def _six() -> Board:
    board = empty_board()
    by = step("ana", 0)
    for at in range(6):
        board = apply(board, [edits.new_card(board, by, f"Card {at + 1}", phase="mvp", points=at + 1)])
    return board


_BOARD = _six()
_UIDS = sorted(_BOARD.cards)


@st.composite
def _edits(draw: st.DrawFn, who: str, board: Board = _BOARD) -> list[Change]:
    """A sequence of changes that fits the board: fields set, cards added and taken away, moved and ranked."""
    made: list[Change] = []
    for _ in range(draw(st.integers(0, 8))):
        by = step(who, draw(st.integers(0, 10**9)))
        what = draw(st.sampled_from(["set", "set", "set", "add", "remove", "move", "shift"]))
        # By number: uids are random, and a draw must mean the same card again.
        cards = [card.uid for card in sorted(board.cards.values(), key=lambda card: card.number)]
        if what == "add" or not cards:
            new = [edits.new_card(board, by, draw(st.sampled_from(["one", "two"])), phase="mvp")]
        elif what == "remove":
            new = [edits.remove_card(board, by, draw(st.sampled_from(cards)))]
        elif what == "move":
            chosen = draw(st.lists(st.sampled_from(cards), unique=True, min_size=1, max_size=3))
            new = list(edits.move(board, by, chosen, draw(_VALUES["phase"])))
        elif what == "shift":
            new = list(edits.shift(board, by, [draw(st.sampled_from(cards))], draw(st.integers(-3, 3))))
        else:
            field = draw(st.sampled_from(sorted(_VALUES)))
            new = list(edits.set_field(board, by, [draw(st.sampled_from(cards))], field, draw(_VALUES[field])))
        board = apply(board, new)
        made += new
    return made


@given(_edits("ana"))
def test_any_changes_and_then_their_undo_give_the_same_board(made: list[Change]) -> None:
    after = apply(_BOARD, made)
    undone = apply(after, reverse(after, made, step("ana", 1)))
    assert undone == _BOARD
    redone = apply(undone, reverse(undone, reverse(after, made, step("ana", 1)), step("ana", 2)))
    assert redone == after


@given(_edits("ana"))
def test_changes_survive_json(made: list[Change]) -> None:
    again = msgspec.json.decode(msgspec.json.encode(made), type=list[Change])
    assert again == made
    assert apply(_BOARD, again) == apply(_BOARD, made)


@given(_edits("ana"), _edits("ben"))
def test_a_merge_loses_no_change_of_either_side(ours: list[Change], theirs: list[Change]) -> None:
    merged = merge(_BOARD, ours, theirs)
    assert apply(apply(_BOARD, theirs), merged.changes) == merged.board

    first = {change.place: change.old for change in reversed(ours)}
    # What comes to nothing in the end is no wish.
    last = {change.place: change.new for change in ours}
    final = {place: new for place, new in last.items() if place[2] == "" or new != first[place]}
    clashing = {change.place for clash in merged.clashes for change in (clash.mine, *clash.along)}
    for (table, uid, field), wanted in final.items():
        reported = (table, uid, field) in clashing or (table, uid, "") in clashing
        if table != CARDS or reported or field in ("", "started", "finished"):
            continue
        card = merged.board.cards.get(uid)
        if card is None:
            # Taken away: by us, later; or by them, and then the clash is reported.
            assert (CARDS, uid, "") in final
        elif field in LISTS[CARDS]:
            _assert_in(value_of(card, field), first[table, uid, field], wanted)
        else:
            assert value_of(card, field) == wanted
    touched = {change.place for change in ours}
    for change in {change.place: change for change in theirs}.values():
        if change.table == CARDS and change.field and change.place not in touched and change.card in merged.board.cards:
            assert value_of(merged.board.cards[change.card], change.field) == change.new


@given(_edits("ana"), _edits("ben"))
def test_merges_with_the_same_answers_give_the_same_board(ours: list[Change], theirs: list[Change]) -> None:
    first, second = merge(_BOARD, ours, theirs), merge(_BOARD, ours, theirs)
    assert (first.board, first.clashes) == (second.board, second.clashes)
    board = first.board
    for clash in first.clashes:
        if clash.mine.field and clash.mine.card in board.cards:
            board = apply(board, answer(clash, step("ana", 3)))
            assert value_of(board.cards[clash.mine.card], clash.mine.field) == clash.mine.new


@given(_edits("ana"), _edits("ben"))
def test_without_clashes_it_does_not_matter_who_was_first(ours: list[Change], theirs: list[Change]) -> None:
    one, other = merge(_BOARD, ours, theirs), merge(_BOARD, theirs, ours)
    added = {change.card for change in (*ours, *theirs) if change.field == "" and change.old is None}
    if one.clashes or other.clashes or added:
        return
    assert one.board == other.board


@given(_edits("ana"), _edits("ben"))
def test_numbers_never_collide_for_good(ours: list[Change], theirs: list[Change]) -> None:
    merged = merge(_BOARD, ours, theirs).board
    numbers = [card.number for card in merged.cards.values()]
    assert len(numbers) == len(set(numbers))


@given(_edits("ana"))
def test_putting_changes_on_a_board_that_has_them_changes_nothing(made: list[Change]) -> None:
    after = apply(_BOARD, made)
    final = {change.place: change for change in made}.values()
    again = rebase(after, [change for change in final if change.field])
    assert again.board == after


def test_a_change_sets_one_field_and_names_no_other(board: Board, ana: Callable[[], Step]) -> None:
    uid = _by_number(board, 1)
    (change,) = edits.set_field(board, ana(), [uid], "points", 13)
    assert (change.card, change.field, change.old, change.new) == (uid, "points", 1, 13)
    after = apply(board, [change])
    assert after.cards[uid].points == 13
    assert board.cards[uid].points == 1
    assert all(after.cards[other] is board.cards[other] for other in board.cards if other != uid)


def test_undo_is_refused_in_words_when_somebody_set_the_field_since(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 2)
    mine = edits.move(board, ana(), [uid], "phase-2")
    after = apply(board, mine)
    after = apply(after, edits.move(after, ben(), [uid], "phase-3"))
    with pytest.raises(ChangeRefused, match=r"^not taken back: somebody has set the phase of C02 to phase-3 since$"):
        reverse(after, mine, ana())


def test_undo_stays_right_when_somebody_set_another_field(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 2)
    mine = edits.move(board, ana(), [uid], "phase-2")
    after = apply(board, mine)
    after = apply(after, edits.set_field(after, ben(), [uid], "points", 20))
    after = apply(after, reverse(after, mine, ana()))
    assert (after.cards[uid].phase, after.cards[uid].points) == ("mvp", 20)


def test_one_step_with_a_clash_is_taken_back_whole_or_not_at_all(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    both = [_by_number(board, 1), _by_number(board, 2)]
    mine = edits.move(board, ana(), both, "phase-2")
    after = apply(board, mine)
    after = apply(after, edits.move(after, ben(), both[:1], "phase-3"))
    with pytest.raises(ChangeRefused):
        reverse(after, mine, ana())
    assert after.cards[both[1]].phase == "phase-2"


def test_a_change_that_does_not_fit_changes_nothing(board: Board, ana: Callable[[], Step]) -> None:
    uid = _by_number(board, 1)
    wrong = ana().change(uid, "phase", "phase-3", "mvp")
    with pytest.raises(ChangeRefused, match=r"^somebody has set the phase of C01 to mvp since$"):
        apply(board, [wrong])
    gone = ana().change("999", "phase", None, "mvp")
    with pytest.raises(ChangeRefused, match="it is not there"):
        apply(board, [gone])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("points", 0),
        ("points", -1),
        ("points", "5"),
        ("points", True),
        ("value", 4),
        ("moscow", "perhaps"),
        ("phase", 3),
        ("needs", "C01"),
        ("state", None),
        ("uid", "1"),
        ("title", None),
    ],
)
def test_a_value_that_a_field_does_not_take_is_refused(
    board: Board, ana: Callable[[], Step], field: str, value: Any
) -> None:
    uid = _by_number(board, 1)
    with pytest.raises(ChangeRefused, match=field):
        apply(board, [ana().change(uid, field, value_of(board.cards[uid], field), value)])


def test_both_finish_a_card_and_nobody_is_asked(board: Board) -> None:
    uid = _by_number(board, 1)
    ours = edits.set_state(board, step("ana", 100), [uid], CardState.DONE)
    theirs = edits.set_state(board, step("ben", 200), [uid], CardState.DONE)
    merged = merge(board, ours, theirs)
    assert not merged.clashes
    card = merged.board.cards[uid]
    assert card.state is CardState.DONE
    assert card.finished is not None
    assert card.finished.timestamp() == 200


def test_two_people_who_comment_never_clash(board: Board) -> None:
    uid = _by_number(board, 1)
    said = edits.set_field(board, step("ana", 1), [uid], "comments", [_comment("first", "ana", 1)])
    board = apply(board, said)
    ours = edits.set_field(
        board, step("ana", 3), [uid], "comments", [*board.cards[uid].comments, _comment("c", "ana", 3)]
    )
    theirs = edits.set_field(
        board, step("ben", 2), [uid], "comments", [*board.cards[uid].comments, _comment("b", "ben", 2)]
    )
    for one, other in ((ours, theirs), (theirs, ours)):
        merged = merge(board, one, other)
        assert not merged.clashes
        assert [comment.text for comment in merged.board.cards[uid].comments] == ["first", "b", "c"]


def test_undoing_my_tag_keeps_what_somebody_added_after_it(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 1)
    board = apply(board, edits.set_field(board, ana(), [uid], "tags", ["old"]))
    mine = edits.set_field(board, ana(), [uid], "tags", ["old", "mine"])
    after = apply(board, mine)
    after = apply(after, edits.set_field(after, ben(), [uid], "tags", ["mine", "theirs"]))
    undone = reverse(after, mine, ana())
    assert apply(after, undone).cards[uid].tags == ("theirs",)
    again = apply(apply(after, undone), reverse(apply(after, undone), undone, ana()))
    assert again.cards[uid].tags == ("mine", "theirs")


def test_what_somebody_else_has_taken_back_already_is_not_taken_back_again(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 1)
    mine = edits.set_field(board, ana(), [uid], "tags", ["mine"])
    after = apply(board, mine)
    after = apply(after, edits.set_field(after, ben(), [uid], "tags", ["theirs", "more"]))
    with pytest.raises(
        ChangeRefused, match=r"^not taken back: somebody has set the tags of C01 to theirs, more since$"
    ):
        reverse(after, mine, ana())


def test_both_say_something_else_of_one_evidence(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 1)
    board = apply(board, edits.set_field(board, ana(), [uid], "evidence", [{"what": "restored"}]))
    ours = edits.set_field(board, ana(), [uid], "evidence", [{"what": "restored", "who": "ana"}, {"what": "new"}])
    linked = edits.set_field(board, ben(), [uid], "evidence", [{"what": "restored", "link": "wiki"}])
    both = merge(board, ours, linked)
    assert not both.clashes
    assert value_of(both.board.cards[uid], "evidence") == [
        {"what": "restored", "who": "ana", "link": "wiki"},
        {"what": "new"},
    ]
    attested = edits.set_field(board, ben(), [uid], "evidence", [{"what": "restored", "who": "ben"}, {"what": "his"}])
    (clash,) = merge(board, ours, attested).clashes
    assert clash.words == "somebody else has set the evidence of C01 to restored, his; yours was restored, new"
    answered = apply(merge(board, ours, attested).board, answer(clash, ana()))
    assert [(one.what, one.who) for one in answered.cards[uid].evidence] == [
        ("restored", "ana"),
        ("his", ""),
        ("new", ""),
    ]


def test_limits_of_two_people_are_both_in_and_one_limit_is_asked_about(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    ours = edits.set_setting(board, ana(), "wip", {"owner:ana": 1})
    merged = merge(board, ours, edits.set_setting(board, ben(), "wip", {"owner:ben": 2}))
    assert not merged.clashes
    assert merged.board.settings.wip == {"owner:ana": 1, "owner:ben": 2}
    (clash,) = merge(board, ours, edits.set_setting(board, ben(), "wip", {"owner:ana": 3})).clashes
    assert clash.mine.field == "wip"


def test_how_many_apps_a_phase_is_for_is_one_value(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    ours = ana().change("mvp", "apps", None, [1, 3], "phases")
    theirs = ben().change("mvp", "apps", None, [2, 5], "phases")
    merged = merge(board, [ours], [theirs])
    assert len(merged.clashes) == 1
    assert merged.board.phases[1].apps == (2, 5)


def _comment(text: str, who: str, second: int) -> Comment:
    return Comment(text=text, who=who, when=datetime.fromtimestamp(second, UTC))


def test_a_clash_says_what_both_wanted(board: Board, ana: Callable[[], Step], ben: Callable[[], Step]) -> None:
    uid = _by_number(board, 3)
    merged = merge(
        board, edits.set_field(board, ana(), [uid], "points", 5), edits.set_field(board, ben(), [uid], "points", 8)
    )
    (clash,) = merged.clashes
    assert clash.words == "somebody else has set the points of C03 to 8; yours was 5"
    assert merged.board.cards[uid].points == 8


def test_a_clash_about_a_card_s_place_names_no_rank(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = next(iter(board.cards))
    mine = ana().change(uid, "rank", board.cards[uid].rank, "a9V")
    theirs = apply(board, [ben().change(uid, "rank", board.cards[uid].rank, "a8V")])
    [clash] = rebase(theirs, [mine]).clashes
    assert clash.words == "somebody else has put C01 elsewhere; where you put it is not in"
    with pytest.raises(ChangeRefused, match="somebody has put C01 elsewhere since"):
        reverse(theirs, [mine], ana())


def test_what_somebody_wrote_is_shown_without_its_control_characters(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 3)
    evil = "a\x1b]0;owned\x07\u202eb"
    merged = merge(
        board, edits.set_field(board, ana(), [uid], "owner", "x"), edits.set_field(board, ben(), [uid], "owner", evil)
    )
    assert merged.clashes[0].words.isprintable()


@pytest.mark.parametrize(("field", "value"), [("owner", "ana"), ("value", None), ("floor", False)])
def test_an_edit_of_a_card_that_somebody_took_away_is_a_clash(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step], field: str, value: object
) -> None:
    uid = _by_number(board, 3)
    board = apply(
        board, [*edits.set_field(board, ana(), [uid], "value", 5), *edits.set_field(board, ana(), [uid], "floor", True)]
    )
    mine = edits.set_field(board, ana(), [uid], field, value)
    (clash,) = merge(board, mine, [edits.remove_card(board, ben(), uid)]).clashes
    assert clash.words.startswith(f"somebody else has taken away a card whose {field} you set to ")


def test_two_new_cards_of_one_number_both_stay(board: Board, ana: Callable[[], Step], ben: Callable[[], Step]) -> None:
    mine, theirs = edits.new_card(board, ana(), "mine"), edits.new_card(board, ben(), "theirs")
    assert mine.new["number"] == theirs.new["number"] == 7
    merged = merge(board, [mine], [theirs])
    assert merged.board.cards[theirs.card].number == 7
    assert merged.board.cards[mine.card].number == 8
    assert [card.title for card in merged.board.columns()["unplanned"]] == ["theirs", "mine"]
    assert merged.board.cards[theirs.card].rank < merged.board.cards[mine.card].rank


def test_a_new_card_that_got_another_place_can_be_moved_on(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    mine = edits.new_card(board, ana(), "mine", phase="mvp")
    moved = edits.shift(apply(board, [mine]), ana(), [mine.card], -1)
    merged = merge(board, [mine, *moved], [edits.new_card(board, ben(), "theirs", phase="mvp")])
    assert merged.clashes == ()
    assert merged.board.cards[mine.card].rank == moved[0].new


def test_unplanned_and_dropped_cannot_be_taken_away(board: Board, ana: Callable[[], Step]) -> None:
    for phase in (board.phases[0], board.phases[-1]):
        added = ana().add(phase)
        with pytest.raises(ChangeRefused, match="always exists"):
            apply(board, [ana().change(phase.id, "", added.new, None, "phases")])


def test_tables_of_a_newer_program_can_be_changed(board: Board, ana: Callable[[], Step]) -> None:
    added = ana().change("17", "", None, {"question": "does it scale?"}, "experiments")
    answered = ana().change("17", "answer", None, {"yes": [1, 2]}, "experiments")
    after = apply(board, [added, answered])
    assert json.loads(json.dumps(after.unknown)) == {
        "experiments": {"17": {"question": "does it scale?", "answer": {"yes": [1, 2]}}}
    }


def _assert_in(value: list[Any], before: list[Any], wanted: list[Any]) -> None:
    """What was added is in and what was taken out is not, however often each was there."""
    for item in [*before, *wanted]:
        if wanted.count(item) > before.count(item):
            assert value.count(item) >= wanted.count(item)
        if wanted.count(item) < before.count(item):
            assert value.count(item) <= before.count(item)


def _by_number(board: Board, number: int) -> str:
    card = board.numbered(str(number))
    assert card is not None
    return card.uid


def test_a_drop_waits_whole_where_the_other_moved_the_card(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 1)
    was = board.cards[uid]
    both = merge(board, edits.drop(board, ana(), [uid], "bought"), edits.move(board, ben(), [uid], "phase-3"))
    (clash,) = both.clashes
    assert (clash.mine.field, clash.theirs) == ("phase", "phase-3")
    assert (both.changes, both.board.cards[uid].dropped_from) == ((), None)
    mine = apply(both.board, answer(clash, ana())).cards[uid]
    assert mine.phase == DROPPED
    assert mine.dropped_from == Origin(phase=was.phase, rank=was.rank, reason="bought")


def test_a_card_taken_back_forgets_a_reason_that_somebody_else_gave_meanwhile(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 1)
    board = apply(board, edits.drop(board, ana(), [uid]))
    both = merge(board, edits.take_back(board, ana(), [uid]), edits.drop(board, ben(), [uid], "bought"))
    assert not both.clashes
    assert (both.board.cards[uid].phase != DROPPED, both.board.cards[uid].dropped_from) == (True, None)


def test_two_reasons_of_one_drop_are_asked_about_in_their_words(
    board: Board, ana: Callable[[], Step], ben: Callable[[], Step]
) -> None:
    uid = _by_number(board, 1)
    both = merge(board, edits.drop(board, ana(), [uid], "too dear"), edits.drop(board, ben(), [uid], "bought"))
    assert [clash.words for clash in both.clashes] == [
        "somebody else has set the dropped_from of C01 to bought; yours was too dear"
    ]
