import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from state.board import desk as desk_module
from state.board import edits
from state.board.changes import Change, Step, step
from state.board.desk import Desk
from state.board.errors import ChangeRefused, NotSaved, Unreadable
from state.board.file_store import FileBoardStore
from state.board.model import Board, Comment, empty_board
from state.board.store import BoardStore, Conflict, History, Version
from state.operation import Refused

Open = Callable[..., Desk]


@pytest.fixture
def opened(stored: FileBoardStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the board of six cards once more, as somebody, and waits until it is there."""
    monkeypatch.setattr(desk_module, "_LOOK_EVERY", 0.02)
    monkeypatch.setattr(desk_module, "_RETRY", (0.02,))
    desks: list[Desk] = []

    def open_desk(who: str = "ana", store: BoardStore | None = None, *, read_only: bool = False) -> Desk:
        desk = Desk(lambda: store or FileBoardStore(stored.path), who, read_only=read_only)
        desks.append(desk)
        desk.start()
        _until(desk, lambda: desk.board is not None)
        return desk

    yield open_desk
    for desk in desks:
        desk.close()


def _until(desk: Desk, true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        desk.drain(0)
        desk.pump()


def _board(desk: Desk) -> Board:
    assert desk.board is not None
    return desk.board


def _first(desk: Desk) -> str:
    return min(_board(desk).cards.values(), key=lambda card: card.number).uid


def _set(desk: Desk, field: str, value: object) -> None:
    desk.submit(edits.set_field(_board(desk), desk.step(), [_first(desk)], field, value))


class _Refusing:
    """A store whose disk is full until it is not."""

    def __init__(self, store: FileBoardStore) -> None:
        self.full = True
        self.tried = 0
        self._store = store
        self.notes: tuple[str, ...] = ()

    def load(self) -> tuple[Board, Version]:
        return self._store.load()

    def commit(self, base: Version, changes: Sequence[Change]) -> Version | Conflict:
        self.tried += 1
        if self.full:
            raise NotSaved("team.json: disk full")
        return self._store.commit(base, changes)

    def changed(self) -> bool:
        return self._store.changed()

    def history(self) -> History:
        return self._store.history()


def test_an_edit_shows_at_once_and_counts_as_unsaved_until_it_is_durable(opened: Open, stored: FileBoardStore) -> None:
    store = _Refusing(stored)
    desk = opened(store=store)
    revision = desk.revision
    _set(desk, "points", 13)
    assert _board(desk).cards[_first(desk)].points == 13
    assert desk.revision > revision
    assert desk.unsaved == 1
    store.full = False
    assert desk.drain(10)
    assert desk.unsaved == 0
    assert FileBoardStore(stored.path).load()[0] == desk.board


def test_a_bulk_edit_is_one_unsaved_step(opened: Open, stored: FileBoardStore) -> None:
    desk = opened(store=_Refusing(stored))
    desk.submit(edits.move(_board(desk), desk.step(), list(_board(desk).cards), "phase-3"))
    assert desk.unsaved == 1


def test_an_error_is_kept_shown_tried_again_and_forgotten(opened: Open, stored: FileBoardStore) -> None:
    store = _Refusing(stored)
    desk = opened(store=store)
    _set(desk, "points", 13)
    _until(desk, lambda: store.tried > 2)
    assert desk.error == "team.json: disk full"
    assert not desk.drain(0.01)
    assert desk.unsaved == 1
    store.full = False
    desk.retry()
    _until(desk, lambda: not desk.error)
    assert desk.unsaved == 0


class _Forgetful(_Refusing):
    """A store whose first answer is lost on its way, though all is on the disk."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def commit(self, base: Version, changes: Sequence[Change]) -> Version | Conflict:
        self.tried += 1
        answer = self._store.commit(base, changes)
        if self.tried == 1:
            self.meanwhile()
            raise NotSaved("no answer")
        return answer


@pytest.mark.parametrize("others", [0, 1])
def test_what_landed_though_no_answer_came_is_not_done_twice(
    opened: Open, stored: FileBoardStore, ben: Callable[[], Step], others: int
) -> None:
    def meanwhile() -> None:
        store = FileBoardStore(stored.path)
        board, version = store.load()
        for card in list(board.cards)[:others]:
            store.commit(version, edits.set_field(board, ben(), [card], "owner", "ben"))

    store = _Forgetful(stored)
    store.meanwhile = meanwhile
    desk = opened(store=store)
    by = desk.step()
    there = edits.set_field(_board(desk), by, [_first(desk)], "points", 5)
    desk.submit([*there, by.change(_first(desk), "points", 5, 1)])
    assert desk.drain(10)
    ids = [change.id for change in stored.history().changes]
    assert len(ids) == len(set(ids)) == 8 + others
    _until(desk, lambda: not desk.error)
    assert len(desk.undo()) == 2


def test_nothing_is_shown_before_it_is_loaded(tmp_path: Path) -> None:
    desk = Desk(lambda: FileBoardStore(tmp_path / "team.json"), "ana")
    assert desk.board is None
    with pytest.raises(Refused, match="not loaded yet"):
        desk.submit([desk.step().change("1", "title", "a", "b")])
    assert desk.undo() == ()


def test_a_board_that_cannot_be_read_says_why_and_comes_when_it_can(tmp_path: Path, stored: FileBoardStore) -> None:
    good = stored.path.read_bytes()
    stored.path.write_text("oops")
    desk = Desk(lambda: FileBoardStore(stored.path), "ana")
    desk.start()
    _until(desk, lambda: bool(desk.error))
    assert "cannot be read as a board" in desk.error
    with pytest.raises(Refused, match="cannot be read as a board"):
        desk.submit([desk.step().change("1", "title", "a", "b")])
    stored.path.write_bytes(good)
    desk.retry()
    _until(desk, lambda: desk.board is not None)
    assert not desk.error
    desk.close()


def test_a_file_that_breaks_while_it_is_open_keeps_the_edits(opened: Open, stored: FileBoardStore) -> None:
    desk = opened()
    good = stored.path.read_bytes()
    stored.path.write_text("oops")
    _until(desk, lambda: bool(desk.error))
    _set(desk, "points", 13)
    assert desk.unsaved == 1
    assert stored.path.read_text() == "oops"
    stored.path.write_bytes(good)
    assert desk.drain(10)
    assert FileBoardStore(stored.path).load()[0] == desk.board


def test_edits_of_another_cockpit_come_in(opened: Open) -> None:
    mine, theirs = opened("ana"), opened("ben")
    _set(theirs, "points", 13)
    _until(mine, lambda: _board(mine).cards[_first(mine)].points == 13)


def test_edits_of_different_fields_are_both_in(opened: Open) -> None:
    mine, theirs = opened("ana"), opened("ben")
    _set(theirs, "points", 13)
    _set(mine, "owner", "ana")
    assert mine.drain(10)
    assert theirs.drain(10)
    for desk in (mine, theirs):
        _until(
            desk,
            lambda desk=desk: (
                (_board(desk).cards[_first(desk)].points, _board(desk).cards[_first(desk)].owner) == (13, "ana")
            ),
        )  # type: ignore[misc]
        assert desk.clashes == ()


def test_the_same_field_set_twice_is_asked_about(opened: Open, stored: FileBoardStore) -> None:
    store = _Refusing(stored)
    mine, theirs = opened("ana", store), opened("ben")
    _set(mine, "points", 5)
    _set(theirs, "points", 8)
    assert theirs.drain(10)
    store.full = False
    assert mine.drain(10)
    _until(mine, lambda: bool(mine.clashes))
    assert _board(mine).cards[_first(mine)].points == 8
    assert mine.clashes[0].words == "somebody else has set the points of C01 to 8; yours was 5"
    assert mine.undo() == (), "what did not get in is not mine to undo"
    mine.acknowledge()
    assert mine.clashes == ()


def test_two_new_cards_get_two_numbers(opened: Open, stored: FileBoardStore) -> None:
    store = _Refusing(stored)
    mine, theirs = opened("ana", store), opened("ben")
    for desk in (mine, theirs):
        desk.submit([edits.new_card(_board(desk), desk.step(), f"by {desk.who}")])
    assert theirs.drain(10)
    store.full = False
    assert mine.drain(10)
    _until(mine, lambda: len(_board(mine).cards) == 8)
    assert {card.number: card.title for card in _board(mine).cards.values() if card.number > 6} == {
        7: "by ben",
        8: "by ana",
    }
    mine.undo()
    assert mine.drain(10)
    assert [card.title for card in stored.load()[0].cards.values() if card.number > 6] == ["by ben"]


def test_undo_and_redo_take_a_bulk_change_as_one_step(opened: Open) -> None:
    desk = opened()
    before = desk.board
    desk.submit(edits.move(_board(desk), desk.step(), list(_board(desk).cards), "phase-3"))
    moved = desk.board
    assert len(desk.undo()) == 6
    assert desk.board == before
    assert desk.undo() == ()
    assert len(desk.redo()) == 6
    assert desk.board == moved
    assert desk.redo() == ()


def test_a_new_edit_ends_redo(opened: Open) -> None:
    desk = opened()
    _set(desk, "points", 5)
    desk.undo()
    _set(desk, "points", 8)
    assert desk.redo() == ()
    desk.undo()
    assert _board(desk).cards[_first(desk)].points == 1


def test_undo_goes_on_after_a_restart(opened: Open) -> None:
    desk = opened("ben")
    for points in (5, 8, 13):
        _set(desk, "points", points)
    desk.undo()
    assert desk.drain(10)
    again = opened("ben")
    points = lambda: _board(again).cards[_first(again)].points  # noqa: E731
    assert points() == 8
    again.redo()
    assert points() == 13
    again.undo()
    again.undo()
    assert points() == 5
    again.undo()
    assert points() == 1
    assert again.undo() == ()
    again.redo()
    again.redo()
    assert points() == 8
    assert again.drain(10)


def test_undo_after_a_restart_leaves_others_alone(opened: Open) -> None:
    first = opened("ben")
    _set(first, "points", 5)
    assert first.drain(10)
    assert opened("carl").undo() == ()


def test_an_undo_that_is_refused_is_passed_over(opened: Open) -> None:
    mine, theirs = opened("carl"), opened("ben")
    _set(mine, "owner", "carl")
    _set(mine, "points", 5)
    assert mine.drain(10)
    _until(theirs, lambda: _board(theirs).cards[_first(theirs)].points == 5)
    _set(theirs, "points", 8)
    _until(mine, lambda: _board(mine).cards[_first(mine)].points == 8)
    with pytest.raises(ChangeRefused, match="somebody has set the points of C01 to 8 since"):
        mine.undo()
    assert mine.undo()
    assert (_board(mine).cards[_first(mine)].owner, _board(mine).cards[_first(mine)].points) == ("", 8)


def test_read_only_shows_and_changes_nothing(opened: Open, stored: FileBoardStore) -> None:
    before = stored.path.read_bytes()
    desk = opened("founder", read_only=True)
    with pytest.raises(Refused, match="read-only"):
        _set(desk, "points", 5)
    with pytest.raises(Refused, match="read-only"):
        desk.undo()
    assert _board(desk).cards[_first(desk)].points == 1
    assert stored.path.read_bytes() == before


def test_changes_that_do_not_fit_leave_the_board_as_it_is(opened: Open) -> None:
    desk = opened()
    before = desk.board
    with pytest.raises(ChangeRefused):
        desk.submit([desk.step().change(_first(desk), "points", 99, 5)])
    assert desk.board is before
    assert desk.unsaved == 0


def test_what_the_store_found_out_of_order_is_said(opened: Open, stored: FileBoardStore) -> None:
    history = stored.path.with_name("team.history.jsonl")
    with history.open("ab") as file:
        file.write(b'{"id": "ha')
    desk = opened()
    assert desk.notes == ("team.history.jsonl, line 7: its write was interrupted; it is left out",)


def test_a_board_that_nobody_stored_can_be_begun(tmp_path: Path) -> None:
    desk = Desk(lambda: FileBoardStore(tmp_path / "team.json"), "ana")
    desk.start()
    _until(desk, lambda: desk.board is not None)
    assert desk.board == empty_board()
    desk.submit([edits.new_card(_board(desk), desk.step(), "first")])
    assert desk.drain(10)
    desk.close()
    assert FileBoardStore(tmp_path / "team.json").load()[0] == desk.board


def _clashing(opened: Open, stored: FileBoardStore, field: str, my_value: object, their_value: object) -> Desk:
    store = _Refusing(stored)
    mine, theirs = opened("ana", store), opened("ben")
    _set(mine, field, my_value)
    _set(theirs, field, their_value)
    assert theirs.drain(10)
    store.full = False
    assert mine.drain(10)
    _until(mine, lambda: bool(mine.clashes))
    return mine


def test_a_clash_is_settled_for_my_side(opened: Open, stored: FileBoardStore) -> None:
    desk = _clashing(opened, stored, "points", 5, 8)
    desk.answer(desk.clashes[0], mine=True)
    assert desk.clashes == ()
    assert _board(desk).cards[_first(desk)].points == 5
    assert desk.drain(10)
    assert FileBoardStore(stored.path).load()[0] == desk.board
    desk.undo()
    assert _board(desk).cards[_first(desk)].points == 8


def test_a_clash_is_settled_for_their_side(opened: Open, stored: FileBoardStore) -> None:
    desk = _clashing(opened, stored, "points", 5, 8)
    desk.answer(desk.clashes[0], mine=False)
    assert desk.clashes == ()
    assert _board(desk).cards[_first(desk)].points == 8
    assert desk.unsaved == 0


def test_an_answer_is_asked_for_again_when_somebody_was_quicker(opened: Open, stored: FileBoardStore) -> None:
    desk = _clashing(opened, stored, "points", 5, 8)
    other = opened("carl")
    _set(other, "points", 13)
    _until(desk, lambda: _board(desk).cards[_first(desk)].points == 13)
    with pytest.raises(ChangeRefused, match="somebody else has set the points of C01 to 13; yours was 5"):
        desk.answer(desk.clashes[0], mine=True)
    (clash,) = desk.clashes
    assert clash.theirs == 13
    desk.answer(clash, mine=True)
    assert (_board(desk).cards[_first(desk)].points, desk.clashes) == (5, ())


def test_my_side_of_a_card_they_took_away_brings_it_back(opened: Open, stored: FileBoardStore) -> None:
    store = _Refusing(stored)
    mine, theirs = opened("ana", store), opened("ben")
    uid = _first(mine)
    _set(mine, "points", 5)
    theirs.submit([edits.remove_card(_board(theirs), theirs.step(), uid)])
    assert theirs.drain(10)
    store.full = False
    _until(mine, lambda: bool(mine.clashes))
    assert uid not in _board(mine).cards
    mine.answer(mine.clashes[0], mine=True)
    assert (_board(mine).cards[uid].title, _board(mine).cards[uid].points) == ("Card 1", 5)
    assert mine.drain(10)
    assert FileBoardStore(stored.path).load()[0] == mine.board


def test_two_cockpits_that_comment_at_once_are_both_in(opened: Open, stored: FileBoardStore) -> None:
    store = _Refusing(stored)
    mine, theirs = opened("ana", store), opened("ben")
    for desk in (mine, theirs):
        by = desk.step()
        desk.submit(
            edits.set_field(
                _board(desk), by, [_first(desk)], "comments", [Comment(text="hm", who=desk.who, when=by.when)]
            )
        )
    assert theirs.drain(10)
    store.full = False
    assert mine.drain(10)
    _until(mine, lambda: len(_board(mine).cards[_first(mine)].comments) == 2)
    assert mine.clashes == ()
    mine.undo()
    assert [comment.who for comment in _board(mine).cards[_first(mine)].comments] == ["ben"]


def test_the_history_is_all_of_it_from_everybody(opened: Open, stored: FileBoardStore) -> None:
    mine, theirs = opened("ana"), opened("ben")
    _set(mine, "points", 5)
    assert [change.who for change in mine.history] == ["founder"] * 6 + ["ana"], "mine is there at once"
    assert mine.drain(10)
    _until(theirs, lambda: len(theirs.history) == 7)
    _set(theirs, "points", 8)
    _until(mine, lambda: len(mine.history) == 8)
    assert mine.drain(10)
    assert theirs.drain(10)
    mine.pump()
    theirs.pump()
    assert mine.history == theirs.history == stored.history().changes


def test_the_history_has_what_came_of_my_changes(opened: Open, stored: FileBoardStore) -> None:
    desk = _clashing(opened, stored, "points", 5, 8)
    assert [change.new for change in desk.history if change.field == "points"] == [8]


def test_fresh_is_what_others_have_changed_since(opened: Open) -> None:
    mine, theirs = opened("ana"), opened("ben")
    founded = _board(mine).cards
    assert mine.fresh(0) == frozenset(founded)
    now = time.time()
    assert mine.fresh(now) == frozenset()
    _set(mine, "owner", "ana")
    assert mine.fresh(now) == frozenset(), "what I did is not news to me"
    last = max(founded)
    theirs.submit(edits.set_field(_board(theirs), theirs.step(), [last], "points", 20))
    _until(mine, lambda: _board(mine).cards[last].points == 20)
    assert mine.fresh(now) == {last}
    assert mine.fresh(time.time() + 1) == frozenset()


def test_what_was_made_long_ago_and_comes_in_now_is_fresh(opened: Open, stored: FileBoardStore) -> None:
    desk = opened()
    now = time.time()
    board, version = stored.load()
    stored.commit(version, edits.set_field(board, step("ben", 1), [_first(desk)], "points", 20))
    _until(desk, lambda: _board(desk).cards[_first(desk)].points == 20)
    assert desk.fresh(now) == {_first(desk)}


def test_my_steps_from_another_cockpit_and_the_command_line_can_be_taken_back_here(opened: Open) -> None:
    one, other = opened("ana"), opened("ana")
    _set(other, "points", 20)
    _until(one, lambda: _board(one).cards[_first(one)].points == 20)
    one.undo()
    assert _board(one).cards[_first(one)].points == 1
    assert one.drain(10)
    _until(other, lambda: _board(other).cards[_first(other)].points == 1)
    other.redo()
    assert _board(other).cards[_first(other)].points == 20


def test_a_bulk_step_is_taken_back_after_a_restart_but_for_what_somebody_set_since(opened: Open) -> None:
    desk = opened("ana")
    before = _board(desk)
    desk.submit(edits.set_field(before, desk.step(), list(before.cards), "owner", "ana"))
    assert desk.drain(10)
    again = opened("ana")
    assert len(again.undo()) == 6
    assert again.board == before
    again.redo()
    assert again.drain(10)
    other = opened("ben")
    _set(other, "owner", "ben")
    assert other.drain(10)
    late = opened("ana")
    with pytest.raises(ChangeRefused, match="not taken back: somebody has set the owner of C01 to ben since"):
        late.undo()
    assert {card.owner for card in _board(late).cards.values()} == {"ana", "ben"}


def test_news_that_could_not_be_read_whole_come_with_the_next_look(opened: Open, stored: FileBoardStore) -> None:
    class Blind(_Refusing):
        blind = False

        def history(self) -> History:
            if self.blind:
                raise Unreadable("team.history.jsonl: no permission")
            return self._store.history()

    store = Blind(stored)
    mine, theirs = opened("ana", store), opened("ben")
    store.blind = True
    _set(theirs, "points", 20)
    _until(mine, lambda: bool(mine.error))
    store.blind = False
    _until(mine, lambda: _board(mine).cards[_first(mine)].points == 20)
    assert not mine.error


def test_a_circle_of_needs_that_only_both_cockpits_together_make_is_said(opened: Open, stored: FileBoardStore) -> None:
    store = _Refusing(stored)
    mine, theirs = opened("ana", store), opened("ben")
    one, other = sorted(_board(mine).cards, key=lambda uid: _board(mine).cards[uid].number)[:2]
    mine.submit(edits.set_needs(_board(mine), mine.step(), one, [other]))
    theirs.submit(edits.set_needs(_board(theirs), theirs.step(), other, [one]))
    assert theirs.drain(10)
    store.full = False
    assert mine.drain(10)
    _until(mine, lambda: bool(mine.notes))
    assert mine.notes == ("these cards need each other in a circle: C01 → C02 → C01",)


def test_what_was_written_in_a_dialog_goes_on_top_of_what_came_in_meanwhile(opened: Open) -> None:
    mine, theirs = opened("ana"), opened("ben")
    seen = _board(mine)
    _set(theirs, "points", 8)
    _set(theirs, "tags", ["theirs"])
    _until(mine, lambda: _board(mine).cards[_first(mine)].tags == ("theirs",))
    wanted = {"points": 5, "tags": ["mine"], "owner": "ana"}
    made = mine.propose(edits.set_fields(seen, mine.step(), [_first(mine)], wanted))
    card = _board(mine).cards[_first(mine)]
    assert (card.points, set(card.tags), card.owner) == (8, {"mine", "theirs"}, "ana")
    assert {change.field for change in made} == {"tags", "owner"}
    assert [clash.words for clash in mine.clashes] == ["somebody else has set the points of C01 to 8; yours was 5"]
    assert mine.drain(10)
    assert len(mine.undo()) == 2


def test_what_was_written_in_a_dialog_is_refused_as_any_edit_is(opened: Open, stored: FileBoardStore) -> None:
    desk = opened(read_only=True)
    with pytest.raises(Refused, match="read-only"):
        desk.propose(edits.set_field(_board(desk), desk.step(), [_first(desk)], "points", 5))
    early = Desk(lambda: FileBoardStore(stored.path), "ana")
    with pytest.raises(Refused, match="not loaded yet"):
        early.propose([early.step().change("1", "title", "a", "b")])
