from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board import edits
from state.board.changes import Step, apply, new_uid, step
from state.board.errors import ChangeRefused
from state.board.model import Board, Card, CardState, empty_board


def _titles(board: Board, phase: str = "mvp") -> list[str]:
    return [card.title.removeprefix("Card ") for card in board.columns()[phase]]


def _uid(board: Board, number: int) -> str:
    return next(card.uid for card in board.cards.values() if card.number == number)


def test_moving_one_card_changes_one_field(board: Board, ana: Callable[[], Step]) -> None:
    (change,) = edits.move(board, ana(), [_uid(board, 2)], "phase-2")
    assert (change.field, change.old, change.new) == ("phase", "mvp", "phase-2")


def test_a_card_that_goes_and_comes_back_stands_where_it_stood(board: Board, ana: Callable[[], Step]) -> None:
    uid = [_uid(board, 2)]
    away = apply(board, edits.move(board, ana(), uid, "phase-3"))
    assert apply(away, edits.move(away, ana(), uid, "mvp")) == board


def test_a_card_is_put_before_and_after_others(board: Board, ana: Callable[[], Step]) -> None:
    made = edits.rank(board, ana(), _uid(board, 4), before=_uid(board, 2))
    assert len(made) == 1
    after = apply(board, made)
    assert _titles(after) == ["1", "4", "2", "3"]
    after = apply(after, edits.rank(after, ana(), _uid(after, 1), after=_uid(after, 3)))
    assert _titles(after) == ["4", "2", "3", "1"]


def test_several_cards_move_into_a_place_together(board: Board, ana: Callable[[], Step]) -> None:
    moving = [_uid(board, 6), _uid(board, 1)]
    after = apply(board, edits.move(board, ana(), moving, "mvp", after=_uid(board, 3)))
    assert _titles(after) == ["2", "3", "6", "1", "4"]
    assert _titles(after, "phase-2") == ["5"]


@pytest.mark.parametrize(
    ("numbers", "places", "wanted"),
    [
        ([1], 1, "2134"),
        ([4], -1, "1243"),
        ([1], -1, "1234"),
        ([4], 1, "1234"),
        ([2], 9, "1342"),
        ([3], -9, "3124"),
        ([2, 3], 1, "1423"),
        ([1, 3], 1, "2134"),
        ([1, 2, 3, 4], 1, "1234"),
    ],
)
def test_cards_shift_as_one_block_and_stop_at_the_ends(
    board: Board, ana: Callable[[], Step], numbers: list[int], places: int, wanted: str
) -> None:
    made = edits.shift(board, ana(), [_uid(board, number) for number in numbers], places)
    assert "".join(_titles(apply(board, made))) == wanted


def test_cards_of_equal_rank_can_be_parted(board: Board, ana: Callable[[], Step]) -> None:
    same = {uid: msgspec.structs.replace(card, rank="a0") for uid, card in board.cards.items()}
    tied = Board(settings=board.settings, phases=board.phases, cards=same)
    first, second, *_, last = [card.uid for card in tied.columns()["mvp"]]
    after = apply(tied, edits.rank(tied, ana(), last, before=second))
    assert [card.uid for card in after.columns()["mvp"]][:3] == [first, last, second]


def test_ranks_that_are_none_are_given_anew(ana: Callable[[], Step]) -> None:
    cards = {uid: Card(uid=uid, number=n, title=str(n), phase="mvp") for n in range(4) if (uid := new_uid())}
    board = Board(settings=empty_board().settings, phases=empty_board().phases, cards=cards)
    before = [card.uid for card in board.columns()["mvp"]]
    after = apply(board, edits.shift(board, ana(), [before[3]], -2))
    assert [card.uid for card in after.columns()["mvp"]] == [before[0], before[3], before[1], before[2]]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-7, 7), st.sampled_from(["mvp", "phase-2", "dropped"]))))
def test_no_sequence_of_moves_loses_a_card(moves: list[tuple[int, int, str]]) -> None:
    board = empty_board()
    by = step("ana", 0)
    for at in range(6):
        board = apply(board, [edits.new_card(board, by, str(at), phase="mvp")])
    uids = [card.uid for card in board.columns()["mvp"]]
    for which, places, phase in moves:
        was = board.cards[uids[which]].phase
        made = edits.move(board, by, [uids[which]], phase)
        dropping = "dropped" in (was, phase)
        assert [change.field for change in made] == ([] if was == phase else ["phase", "dropped_from"][: 1 + dropping])
        board = apply(board, made)
        column = [card.uid for card in board.columns()[phase]]
        made = edits.shift(board, by, [uids[which]], places)
        assert len(made) <= 1
        board = apply(board, made)
        at = column.index(uids[which])
        column.remove(uids[which])
        column.insert(max(0, min(len(column), at + places)), uids[which])
        assert [card.uid for card in board.columns()[phase]] == column
    assert sorted(card.uid for cards in board.columns().values() for card in cards) == sorted(uids)


def test_a_new_card_stands_last_with_the_next_number(board: Board, ana: Callable[[], Step]) -> None:
    after = apply(board, [edits.new_card(board, ana(), "  Backups \n tested ", phase="mvp", points=0.5, tags=("x",))])
    card = after.columns()["mvp"][-1]
    assert (card.label, card.title, card.points, card.tags) == ("C07", "Backups tested", 0.5, ("x",))


@pytest.mark.parametrize(
    ("title", "phase", "fields", "words"),
    [
        (" \n", "mvp", {}, "needs a title"),
        ("x", "nowhere", {}, "there is no phase nowhere; there are unplanned, mvp"),
        ("x", "mvp", {"points": -1}, "points"),
    ],
)
def test_a_card_that_cannot_be_is_refused(
    board: Board, ana: Callable[[], Step], title: str, phase: str, fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        edits.new_card(board, ana(), title, phase=phase, **fields)


def test_a_bulk_edit_is_one_step_and_leaves_out_what_is_so_already(board: Board, ana: Callable[[], Step]) -> None:
    made = edits.set_field(board, ana(), list(board.cards), "points", 3)
    assert len(made) == 5
    assert len({change.step for change in made}) == 1


def test_states_note_their_times(board: Board) -> None:
    uid = _uid(board, 1)
    doing = apply(board, edits.set_state(board, step("ana", 100), [uid], CardState.DOING))
    done = apply(doing, edits.set_state(doing, step("ana", 200), [uid], CardState.DONE))
    card = done.cards[uid]
    assert card.started is not None
    assert card.finished is not None
    assert (card.started.timestamp(), card.finished.timestamp()) == (100, 200)
    again = apply(done, edits.set_state(done, step("ana", 300), [uid], CardState.TODO)).cards[uid]
    assert (again.state, again.started, again.finished) == (CardState.TODO, None, None)


def test_settings_are_checked(board: Board, ana: Callable[[], Step]) -> None:
    after = apply(board, edits.set_setting(board, ana(), "band", [10, 30]))
    assert after.settings.band == (10, 30)
    with pytest.raises(ChangeRefused, match="band"):
        edits.set_setting(board, ana(), "band", [30, 10])


def test_a_baseline_keeps_phase_and_points_of_capabilities(board: Board, ana: Callable[[], Step]) -> None:
    support = edits.new_card(board, ana(), "an interrupt", phase="mvp", kind="support", points=3)
    before = apply(board, [support])
    after = apply(before, [edits.take_baseline(before, ana(), "first")])
    (baseline,) = after.baselines
    assert baseline.name == "first"
    assert sorted(baseline.scope["mvp"].values()) == [1, 2, 3, 4]
    assert sorted(baseline.scope["phase-2"].values()) == [5, 6]


def test_a_card_that_went_cannot_be_moved(board: Board, ana: Callable[[], Step]) -> None:
    with pytest.raises(ChangeRefused, match="not on the board any more"):
        edits.move(board, ana(), ["1"], "mvp")


def test_a_circle_of_needs_is_refused_and_named(board: Board, ana: Callable[[], Step]) -> None:
    one, two, three = (_uid(board, number) for number in (1, 2, 3))
    board = apply(board, edits.set_needs(board, ana(), one, [two]))
    board = apply(board, edits.set_needs(board, ana(), two, [three]))
    with pytest.raises(ChangeRefused, match=r"^C03 would need itself: C03 → C01 → C02 → C03$"):
        edits.set_needs(board, ana(), three, [one])
    with pytest.raises(ChangeRefused, match=r"^C03 would need itself: C03 → C03$"):
        edits.set_needs(board, ana(), three, [three])
    with pytest.raises(ChangeRefused, match=r"^C03 cannot need a card that is not on the board$"):
        edits.set_needs(board, ana(), three, ["99"])


def test_needs_are_set_once_each_and_forget_orders_they_no_longer_have(board: Board, ana: Callable[[], Step]) -> None:
    one, two, three = (_uid(board, number) for number in (1, 2, 3))
    made = edits.set_needs(board, ana(), one, [three, two, three])
    assert [change.new for change in made] == [[three, two]]
    board = apply(board, made)
    board = apply(board, edits.break_order(board, ana(), [two, three], "phase-2"))
    assert board.cards[one].broken == (three, two)
    board = apply(board, edits.set_needs(board, ana(), one, [two]))
    assert (board.cards[one].needs, board.cards[one].broken) == ((two,), (two,))


def test_a_circle_that_is_on_the_board_already_can_be_opened_need_by_need(
    board: Board, ana: Callable[[], Step]
) -> None:
    one, two, three = (_uid(board, number) for number in (1, 2, 3))
    board = apply(board, edits.set_field(board, ana(), [one], "needs", [two, three]))
    board = apply(board, edits.set_field(board, ana(), [two, three], "needs", [one]))
    board = apply(board, edits.set_needs(board, ana(), one, [three]))
    board = apply(board, edits.set_needs(board, ana(), one, []))
    assert board.cards[one].needs == ()


def test_a_comment_says_who_and_when(board: Board, ana: Callable[[], Step], ben: Callable[[], Step]) -> None:
    uid = _uid(board, 1)
    board = apply(board, edits.comment(board, ana(), uid, " two lines\nof it \n"))
    board = apply(board, edits.comment(board, ben(), uid, "yes"))
    first, second = board.cards[uid].comments
    assert (first.text, first.who, second.who) == ("two lines\nof it", "ana", "ben")
    assert second.when.timestamp() - first.when.timestamp() == 60
    with pytest.raises(ChangeRefused, match="a comment needs words"):
        edits.comment(board, ana(), uid, " \n")


def test_fields_are_set_by_their_own_rules_as_one_step(board: Board, ana: Callable[[], Step]) -> None:
    uids = [_uid(board, 1), _uid(board, 2)]
    fields = {"needs": [_uid(board, 3)], "state": CardState.DONE, "phase": "dropped", "owner": "ben", "points": 2}
    made = edits.set_fields(board, ana(), uids, fields)
    assert len({change.step for change in made}) == 1
    after = apply(board, made)
    for uid in uids:
        card = after.cards[uid]
        assert (card.needs, card.state, card.owner, card.points) == ((_uid(board, 3),), "done", "ben", 2)
        assert card.finished is not None
        assert card.dropped_from is not None
        assert card.dropped_from.phase == "mvp"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "almost"}, "state cannot be 'almost'"),
        ({"phase": "nowhere"}, "there is no phase nowhere"),
        ({"needs": "C01"}, "needs cannot be 'C01'"),
        ({"points": 3, "value": 4}, "value cannot be 4"),
    ],
)
def test_fields_that_do_not_fit_are_refused(
    board: Board, ana: Callable[[], Step], fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        edits.set_fields(board, ana(), [_uid(board, 1)], fields)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("current", "nowhere", "there is no phase nowhere"),
        ("schema", 2, "the schema of the board file is set by the program"),
        ("wip_owner", -1, "wip owner is a number, 0 or more"),
        ("wip", {"owner:ana": 2, "lane:Data": -1}, "wip is a number, 0 or more"),
        ("ageing", -3, "ageing is a number, 0 or more"),
        ("days_off", ["soon"], "days_off cannot be"),
    ],
)
def test_what_a_setting_does_not_take_is_refused(
    board: Board, ana: Callable[[], Step], field: str, value: object, words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        edits.set_setting(board, ana(), field, value)


def test_limits_can_be_taken_away(board: Board, ana: Callable[[], Step]) -> None:
    limited = apply(board, edits.set_setting(board, ana(), "wip", {"owner:ana": 0}))
    limited = apply(limited, edits.set_setting(limited, ana(), "wip_lane", 3))
    free = apply(limited, edits.set_setting(limited, ana(), "wip", {}))
    assert apply(free, edits.set_setting(free, ana(), "wip_lane", None)) == board


def test_half_characters_become_question_marks_so_that_every_file_takes_them(
    board: Board, ana: Callable[[], Step]
) -> None:
    half = "a\udcffb\ud800"
    board = apply(board, [edits.new_card(board, ana(), half, tags=[half], unknown_to_us={half: [half]})])
    uid = _uid(board, 7)
    board = apply(board, edits.set_field(board, ana(), [uid], "owner", half))
    board = apply(board, edits.comment(board, ana(), uid, half))
    board = apply(board, edits.set_setting(board, ana(), "title", half))
    card = board.cards[uid]
    assert (card.title, card.tags, card.owner, card.comments[0].text) == ("a?b?", ("a?b?",), "a?b?", "a?b?")
    assert card.unknown == {"unknown_to_us": {"a?b?": ["a?b?"]}}
    assert board.settings.title == "a?b?"
    assert edits.set_field(board, ana(), [uid], "owner", "ünï 平台 🚀")[0].new == "ünï 平台 🚀"
