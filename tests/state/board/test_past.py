import pytest

from state.board.changes import Change, step
from state.board.errors import ChangeRefused
from state.board.past import Past


def _made(who: str, when: float, card: str = "1") -> Change:
    return step(who, when).change(card, "title", "a", "b")


def test_mine_are_there_at_once_and_stand_where_the_store_has_them_afterwards() -> None:
    past = Past("ana")
    old, mine, theirs = _made("ben", 1), _made("ana", 2), _made("ben", 3)
    past.told([old], 10)
    past.made([mine])
    assert past.changes == (old, mine)
    assert past.told([old, theirs, mine], 11) == (theirs,)
    assert past.changes == (old, theirs, mine)


def test_a_history_that_git_has_merged_brings_what_came_in_between() -> None:
    past = Past("ana")
    old, last, between, after = _made("ana", 1), _made("ana", 5), _made("ben", 3, "2"), _made("ben", 7, "3")
    past.told([old, last], 10)
    assert past.told([old, between, last, after], 20) == (between, after)
    assert past.fresh(15) == {"2", "3"}
    assert past.changes == (old, between, last, after)


def test_what_was_left_out_of_mine_is_no_change() -> None:
    past = Past("ana")
    one, other = _made("ana", 1), _made("ana", 2)
    past.made([one, other])
    past.settled([other], frozenset({one.id}))
    assert past.changes == (other,)


def test_fresh_is_of_others_and_later_than_the_moment() -> None:
    past = Past("ana")
    past.told([_made("ben", 100, "1"), _made("ana", 200, "2")], 1000)
    assert past.fresh(99) == {"1"}
    assert past.fresh(100) == frozenset()
    past.told([*past.changes, _made("ben", 50, "3"), _made("ben", 2000, "4")], 1500)
    assert past.fresh(1499) == {"3", "4"}
    assert past.fresh(1500) == {"4"}


def test_a_card_comes_back_as_it_was_when_it_was_taken_away() -> None:
    past = Past("ana")
    for title in ("first", "second"):
        past.made([step("ben", 1).change("1", "", {"number": 7, "title": title}, None)])
    mine = step("ana", 2)
    wish, along = mine.change("1", "points", None, 5), mine.change("1", "owner", "", "ana")
    back = past.brought_back([wish, along])
    assert (back.id, back.field, back.old) == (wish.id, "", None)
    assert back.new == {"number": 7, "title": "second", "points": 5, "owner": "ana"}
    with pytest.raises(ChangeRefused, match="the history does not tell what it was"):
        past.brought_back([step("ana", 2).change("2", "points", None, 5)])
