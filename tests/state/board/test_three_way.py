from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.changes import CARDS, SETTINGS
from state.board.three_way import GONE, merge_field, merges

_ITEMS = st.one_of(
    st.sampled_from("abcdef"),
    st.builds(lambda text, when: {"text": text, "when": when}, st.sampled_from("xy"), st.sampled_from("123")),
)
_LISTS = st.lists(_ITEMS, max_size=5)
_SETS = st.lists(st.sampled_from("abcdefgh"), max_size=6, unique=True)


def _never(mine: Any, theirs: Any) -> Any:
    raise AssertionError(f"{mine} and {theirs} are no clash")


def _merged(base: Any, mine: Any, theirs: Any, field: str = "tags") -> Any:
    return merge_field(CARDS, field, base, mine, theirs, _never)


@given(_LISTS, _LISTS, _LISTS)
def test_it_does_not_matter_who_is_me(base: list[Any], mine: list[Any], theirs: list[Any]) -> None:
    assert _merged(base, mine, theirs) == _merged(base, theirs, mine)


@given(_SETS, _SETS, _SETS)
def test_all_that_was_added_is_in_and_all_that_was_taken_out_is_not(
    base: list[Any], mine: list[Any], theirs: list[Any]
) -> None:
    made = _merged(base, mine, theirs)
    added = (set(mine) | set(theirs)) - set(base)
    assert set(made) == set(base) & set(mine) & set(theirs) | added
    assert len(made) == len(set(made))


@given(_LISTS, _LISTS)
def test_whoever_changes_nothing_leaves_the_other_sides_list_as_it_is(base: list[Any], mine: list[Any]) -> None:
    assert _merged(base, mine, base) == mine
    assert _merged(base, base, mine) == mine
    assert _merged(base, mine, mine) == mine


@given(_SETS, _SETS, _SETS)
def test_taking_mine_back_leaves_exactly_theirs(base: list[Any], mine: list[Any], theirs: list[Any]) -> None:
    # What both have added or taken out is theirs as well as mine.
    if (set(mine) ^ set(base)) & (set(theirs) ^ set(base)):
        return
    both = _merged(base, mine, theirs)
    assert set(_merged(mine, base, both)) == set(theirs)


@given(_SETS, _SETS, _SETS)
def test_the_order_of_what_only_one_side_rearranged_stays(base: list[Any], mine: list[Any], theirs: list[Any]) -> None:
    kept = [item for item in base if item in theirs]
    if [item for item in theirs if item in base] != kept:
        return
    made = _merged(base, mine, theirs)
    mine_there = [item for item in mine if item in base and item in made]
    assert [item for item in made if item in mine_there] == mine_there


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "made"),
    [
        ("abc", "axbc", "abcy", "axbcy"),
        ("abc", "abcx", "abcy", "abcxy"),
        ("abc", "bc", "abcy", "bcy"),
        ("abc", "cba", "abcx", "cxba"),
        ("ab", "ba", "ba", "ba"),
        ("", "x", "x", "x"),
        ("abc", "", "abc", ""),
    ],
)
def test_what_is_added_stands_after_what_it_was_added_after(base: str, mine: str, theirs: str, made: str) -> None:
    assert "".join(_merged(list(base), list(mine), list(theirs))) == made


def test_comments_stand_in_the_order_of_their_times() -> None:
    said = [{"text": text, "when": f"2026-11-24T0{hour}:00:00Z"} for hour, text in enumerate("abcd")]
    assert _merged(said[:1], [*said[:1], said[1], said[3]], [*said[:1], said[2]], "comments") == said


def test_a_list_that_is_not_there_is_empty() -> None:
    assert _merged(GONE, ["a"], GONE) == ["a"]
    assert _merged(None, ["a"], ["b"]) == ["a", "b"]


def test_only_what_both_set_differently_is_decided() -> None:
    asked: list[tuple[Any, Any]] = []

    def mine_stands(mine: Any, theirs: Any) -> Any:
        asked.append((mine, theirs))
        return mine

    evidence = [
        [{"what": "restored", **more}] for more in ({}, {"who": "ana", "link": "a"}, {"who": "ben", "link": "a"})
    ]
    assert merge_field(CARDS, "evidence", *evidence, mine_stands) == evidence[1]
    assert asked == [("ana", "ben")]
    assert merge_field(CARDS, "evidence", evidence[0], [], evidence[2], mine_stands) == []
    assert merge_field(CARDS, "points", 1, 2, 3, mine_stands) == 2
    assert merge_field(SETTINGS, "wip", {"a": 1}, {"a": 2, "b": 1}, {}, mine_stands) == {"a": 2, "b": 1}


def test_the_number_of_apps_of_a_phase_is_no_set() -> None:
    assert merges(CARDS, "apps")
    assert not merges("phases", "apps")
    assert not merges("experiments", "tags")
