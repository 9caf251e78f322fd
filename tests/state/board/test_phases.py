from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from state.board import edits
from state.board.changes import Step, apply, reverse
from state.board.errors import ChangeRefused
from state.board.model import Board
from state.board.phases import (
    add_phase,
    edit_phase,
    make_current,
    merge_phases,
    remove_phase,
    set_phase,
    shift_phase,
)


def _ids(board: Board) -> list[str]:
    return [phase.id for phase in board.phases]


def _numbers(board: Board, phase: str) -> list[int]:
    return [card.number for card in board.columns()[phase]]


def _uid(board: Board, number: int) -> str:
    return next(card.uid for card in board.cards.values() if card.number == number)


@pytest.mark.parametrize(
    ("after", "ids"),
    [
        (None, ["mvp", "phase-2", "phase-3", "self-service"]),
        ("mvp", ["mvp", "self-service", "phase-2", "phase-3"]),
        ("phase-3", ["mvp", "phase-2", "phase-3", "self-service"]),
        ("unplanned", ["self-service", "mvp", "phase-2", "phase-3"]),
    ],
)
def test_a_phase_is_added_where_it_belongs(
    board: Board, ana: Callable[[], Step], after: str | None, ids: list[str]
) -> None:
    made = add_phase(board, ana(), "  Self-\n service! ", after=after)
    assert len(made) == 1
    assert _ids(apply(board, made)) == ["unplanned", *ids, "dropped"]
    phase = apply(board, made).phase("self-service")
    assert phase is not None
    assert phase.name == "Self- service!"


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Über uns", "uber-uns"),
        ("Phase  2b", "phase-2b"),
        ("phase (2)", "phase-2-2"),
        ("平台", "phase"),
        ("Dropped?", "dropped-2"),
        ("x" * 200, "x" * 32),
    ],
)
def test_the_id_of_a_phase_is_its_name_in_plain_letters(
    board: Board, ana: Callable[[], Step], name: str, id: str
) -> None:
    assert add_phase(board, ana(), name)[0].card == id


def _baseline(board: Board, by: Step) -> Board:
    return apply(board, [edits.take_baseline(board, by, "first")])


def _dropped(board: Board, by: Step) -> Board:
    return apply(board, edits.drop(board, by, [_uid(board, 5)]))


@pytest.mark.parametrize("used", [_baseline, _dropped])
def test_the_id_of_a_phase_that_went_is_not_given_again(
    board: Board, ana: Callable[[], Step], used: Callable[[Board, Step], Board]
) -> None:
    free = apply(board, remove_phase(board, ana(), "phase-2"))
    assert add_phase(free, ana(), "Phase 2")[0].card == "phase-2"
    board = used(board, ana())
    board = apply(board, remove_phase(board, ana(), "phase-2"))
    assert add_phase(board, ana(), "Phase 2")[0].card == "phase-2-2"


def test_a_new_phase_does_not_draw_cards_that_stand_in_one_that_is_not_there(
    board: Board, ana: Callable[[], Step]
) -> None:
    lost = apply(board, [ana().change(_uid(board, 1), "phase", "mvp", "next")])
    assert _numbers(lost, "unplanned") == [1]
    after = apply(lost, add_phase(lost, ana(), "Next"))
    assert after.phases[-2].id == "next-2"
    assert _numbers(after, "unplanned") == [1]


@pytest.mark.parametrize(
    ("name", "after", "words"),
    [
        (" \n", None, "a phase needs a name"),
        ("mvp", None, "there is a phase mvp already; give this one another name"),
        ("x", "dropped", "no phase comes after Dropped"),
        ("x", "nowhere", "there is no phase nowhere; there are unplanned, mvp, phase-2, phase-3, dropped"),
    ],
)
def test_a_phase_that_cannot_be_is_refused(
    board: Board, ana: Callable[[], Step], name: str, after: str | None, words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        add_phase(board, ana(), name, after=after)


@pytest.mark.parametrize("rank", ["", "A", "Zz"])
def test_phases_of_equal_or_no_rank_get_room(board: Board, ana: Callable[[], Step], rank: str) -> None:
    tied = apply(board, [ana().change("phase-3", "rank", "a2", "a1", "phases")])
    tied = apply(tied, [ana().change("mvp", "rank", "a0", rank, "phases")])
    assert _ids(tied)[1:-1] == ["mvp", "phase-2", "phase-3"]
    after = apply(tied, add_phase(tied, ana(), "Between", after="phase-2"))
    assert _ids(after)[1:-1] == ["mvp", "phase-2", "between", "phase-3"]


def test_a_phase_is_named_and_given_its_targets(board: Board, ana: Callable[[], Step]) -> None:
    fields = {
        "name": " First  slice ",
        "outcome": "three apps in production",
        "appetite": 17,
        "starts": date(2026, 9, 7),
        "ends": date(2027, 1, 4),
        "apps": (1, 3),
        "teams": 2,
        "load": "200 req/s",
    }
    after = apply(board, edit_phase(board, ana(), "mvp", fields))
    phase = after.phase("mvp")
    assert phase is not None
    assert {name: getattr(phase, name) for name in fields} == {**fields, "name": "First slice"}
    assert edit_phase(after, ana(), "mvp", fields) == ()
    assert set_phase(after, ana(), "mvp", "name", "FIRST slice")[0].new == "FIRST slice"
    assert apply(after, set_phase(after, ana(), "dropped", "name", "Not now")).phases[-1].name == "Not now"


@pytest.mark.parametrize(
    ("id", "field", "value", "words"),
    [
        ("mvp", "name", "", "a phase needs a name"),
        ("mvp", "name", "phase 2", "there is a phase phase 2 already"),
        ("mvp", "appetite", 0, "the appetite of MVP is a number of weeks, 1 or more"),
        ("mvp", "appetite", "long", "appetite cannot be 'long'"),
        ("mvp", "apps", [3, 1], "the apps of MVP are two numbers, the smaller first"),
        ("mvp", "apps", [3], "apps cannot be"),
        ("mvp", "teams", -1, "the teams of MVP are a number, 0 or more"),
        ("mvp", "rank", "a9", "phases are put in order by moving them"),
        ("mvp", "id", "x", "the field id cannot be changed"),
        ("unplanned", "outcome", "x", "Ideas is no phase that is planned; it has a name and no outcome"),
        ("nowhere", "name", "x", "there is no phase nowhere"),
    ],
)
def test_what_a_phase_does_not_take_is_refused(
    board: Board, ana: Callable[[], Step], id: str, field: str, value: Any, words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        set_phase(board, ana(), id, field, value)


def test_a_window_ends_after_it_starts(board: Board, ana: Callable[[], Step]) -> None:
    board = apply(board, edit_phase(board, ana(), "mvp", {"starts": date(2026, 1, 1), "ends": date(2026, 5, 1)}))
    later = edit_phase(board, ana(), "mvp", {"starts": date(2026, 6, 1), "ends": date(2026, 9, 1)})
    assert len(later) == 2
    with pytest.raises(ChangeRefused, match="MVP would end on 2026-05-01, before it starts on 2026-06-01"):
        edit_phase(board, ana(), "mvp", {"starts": date(2026, 6, 1)})


@pytest.mark.parametrize(
    ("id", "places", "ids"),
    [
        ("mvp", 1, ["phase-2", "mvp", "phase-3"]),
        ("phase-3", -2, ["phase-3", "mvp", "phase-2"]),
        ("phase-2", 9, ["mvp", "phase-3", "phase-2"]),
        ("mvp", -1, ["mvp", "phase-2", "phase-3"]),
        ("phase-3", 1, ["mvp", "phase-2", "phase-3"]),
    ],
)
def test_phases_shift_and_stop_at_the_ends(
    board: Board, ana: Callable[[], Step], id: str, places: int, ids: list[str]
) -> None:
    made = shift_phase(board, ana(), id, places)
    assert len(made) <= 1
    assert _ids(apply(board, made))[1:-1] == ids


def test_the_cards_of_a_later_phase_come_after_those_it_is_merged_into(board: Board, ana: Callable[[], Step]) -> None:
    board = apply(board, edits.shift(board, ana(), [_uid(board, 6)], -1))
    after = apply(board, merge_phases(board, ana(), "phase-2", "mvp"))
    assert _numbers(after, "mvp") == [1, 2, 3, 4, 6, 5]
    assert after.phase("phase-2") is None


def test_the_cards_of_an_earlier_phase_come_before_them(board: Board, ana: Callable[[], Step]) -> None:
    board = apply(board, edits.move(board, ana(), [_uid(board, 1)], "phase-3"))
    after = apply(board, merge_phases(board, ana(), "phase-2", "phase-3"))
    assert _numbers(after, "phase-3") == [5, 6, 1]


def test_a_merge_takes_over_what_was_dropped_and_what_is_current(board: Board, ana: Callable[[], Step]) -> None:
    board = apply(board, edits.drop(board, ana(), [_uid(board, 5)], "later"))
    board = apply(board, make_current(board, ana(), "phase-2"))
    made = merge_phases(board, ana(), "phase-2", "phase-3")
    after = apply(board, made)
    assert after.settings.current == "phase-3"
    back = apply(after, edits.take_back(after, ana(), [_uid(board, 5)]))
    assert _numbers(back, "phase-3") == [5, 6]
    assert apply(after, reverse(after, made, ana())) == board


def test_the_cards_of_a_phase_that_is_taken_away_become_ideas(board: Board, ana: Callable[[], Step]) -> None:
    made = remove_phase(board, ana(), "phase-2")
    after = apply(board, made)
    assert _ids(after) == ["unplanned", "mvp", "phase-3", "dropped"]
    assert _numbers(after, "unplanned") == [5, 6]
    assert {card.phase for card in after.cards.values()} == {"mvp", "unplanned"}
    assert apply(after, reverse(after, made, ana())) == board


def test_an_empty_phase_goes_alone(board: Board, ana: Callable[[], Step]) -> None:
    assert len(remove_phase(board, ana(), "phase-3")) == 1
    assert len(merge_phases(board, ana(), "phase-3", "mvp")) == 1


def _merge(board: Board, by: Step, id: str) -> object:
    return merge_phases(board, by, id, "phase-3")


def _into(board: Board, by: Step, id: str) -> object:
    return merge_phases(board, by, "phase-2", id)


@pytest.mark.parametrize(
    ("make", "id", "words"),
    [
        (remove_phase, "mvp", "MVP always exists: its share of the whole is what is planned; rename it"),
        (remove_phase, "unplanned", "Ideas always exists"),
        (remove_phase, "dropped", "Dropped always exists"),
        (remove_phase, "nowhere", "there is no phase nowhere"),
        (_merge, "mvp", "MVP always exists"),
        (_merge, "unplanned", "Ideas always exists"),
        (_merge, "phase-3", "Phase 3 cannot be merged into itself"),
        (_into, "unplanned", "Ideas takes no other phase"),
        (_into, "dropped", "Dropped takes no other phase"),
        (make_current, "unplanned", "Ideas cannot be the current phase"),
        (make_current, "nowhere", "there is no phase nowhere"),
        (lambda board, by, id: shift_phase(board, by, id, 1), "unplanned", "Ideas always stands where it stands"),
    ],
)
def test_what_must_exist_stays_and_says_so(
    board: Board, ana: Callable[[], Step], make: Callable[[Board, Step, str], object], id: str, words: str
) -> None:
    with pytest.raises(ChangeRefused, match=words):
        make(board, ana(), id)


def test_the_current_phase_is_not_taken_away(board: Board, ana: Callable[[], Step]) -> None:
    board = apply(board, make_current(board, ana(), "phase-2"))
    assert board.settings.current == "phase-2"
    with pytest.raises(ChangeRefused, match="Phase 2 is the current phase; make another one current first"):
        remove_phase(board, ana(), "phase-2")
