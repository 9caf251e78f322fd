from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.board.documents import document, entry, plain, value_of, with_value
from state.board.errors import ChangeRefused
from state.board.model import Card, Comment, Evidence, Obstacle

_NEWER = st.dictionaries(
    st.sampled_from(["mood", "unknown", "weight"]),
    st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2) | st.just({"a": 1}),
    max_size=3,
)
_PARTS: dict[str, Any] = {
    "evidence": {"what": "restored", "who": "ana", "when": "2026-11-01"},
    "assumptions": {"what": "they know Git"},
    "feedback": {"what": "slow", "team": "shops"},
    "comments": {"text": "hm", "who": "ana", "when": "2026-11-24T12:00:00Z"},
}


@given(st.fixed_dictionaries({name: st.lists(_NEWER, max_size=2) for name in _PARTS}), _NEWER, _NEWER)
def test_fields_of_a_newer_program_inside_a_card_s_parts_survive(
    lists: dict[str, list[dict[str, Any]]], obstacle: dict[str, Any], origin: dict[str, Any]
) -> None:
    found = {
        "uid": "5",
        "number": 1,
        "title": "a",
        "obstacle": {"why": "budget", **obstacle},
        "dropped_from": {"phase": "mvp", **origin},
        **{name: [{**_PARTS[name], **newer} for newer in lists[name]] for name in _PARTS if lists[name]},
    }
    card = entry(Card, found)
    assert document(card) == found
    edited = with_value(card, "points", 3)
    assert {**document(edited), "points": 3} == {**found, "points": 3}
    for name in ("obstacle", "dropped_from", *_PARTS):
        value = value_of(card, name)
        assert plain(value) == value == found.get(name, [])
        assert with_value(card, name, value) == card


def test_what_is_known_of_a_part_is_typed_and_what_is_not_is_beside_it() -> None:
    card = entry(
        Card, {"uid": "5", "number": 1, "title": "a", "evidence": [{"what": "x", "when": "2026-11-01", "by": 3}]}
    )
    assert card.evidence == (Evidence(what="x", when=date(2026, 11, 1), unknown={"by": 3}),)
    attested = msgspec.structs.replace(card.evidence[0], who="ana")
    assert plain(attested) == {"what": "x", "who": "ana", "when": "2026-11-01", "by": 3}


def test_parts_of_the_model_are_taken_like_those_of_json() -> None:
    card = Card(uid="5", number=1, title="a")
    said = Comment(text="hm", who="ana", when=datetime(2026, 11, 24, tzinfo=UTC))
    assert with_value(card, "comments", plain([said])).comments == (said,)
    assert with_value(card, "obstacle", plain(Obstacle(why="budget"))).obstacle == Obstacle(why="budget")
    assert with_value(card, "obstacle", None).obstacle is None


@pytest.mark.parametrize(("field", "value"), [("comments", [{"text": "hm"}]), ("comments", "hm"), ("obstacle", [1])])
def test_a_part_that_lacks_what_it_needs_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ChangeRefused, match=field):
        with_value(Card(uid="5", number=1, title="a"), field, value)
