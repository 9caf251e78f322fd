"""What two templates differ in, said field by field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cell import Tone
from state.cluster.operations.template_diff import differences, template_diff
from tests.state.cluster.operations.tiny_api import template


def told(before: Any, after: Any) -> list[str]:
    return ["".join(cell.text for cell in line) for line in template_diff(before, after)]


def test_an_image_is_said_with_its_container() -> None:
    assert told(template("app:v1"), template("app:v2")) == [
        "spec.containers[main].image", "  - app:v1", "  + app:v2",
    ]  # fmt: skip
    path, old, new = template_diff(template("app:v1"), template("app:v2"))
    assert [line[0].tone for line in (path, old, new)] == [Tone.QUIET, Tone.BAD, Tone.WELL]


def test_a_container_put_first_does_not_make_the_others_differ() -> None:
    one, two = template(), template()
    two["spec"]["containers"].insert(0, {"name": "proxy", "image": "proxy:v1"})
    assert told(one, two) == ["spec.containers[proxy]", "  + name: proxy", "  + image: proxy:v1"]
    assert told(two, one)[1:] == ["  - name: proxy", "  - image: proxy:v1"]


def test_the_order_of_named_things_is_said_when_it_alone_changes() -> None:
    one, two = ({"env": [{"name": n} for n in names]} for names in ("ab", "ba"))
    assert told(one, two) == ["env (order)", "  - - a", "  - - b", "  + - b", "  + - a"]


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_nothing_and_no_field_are_the_same(nothing: Any) -> None:
    assert told({"a": 1, "volumes": nothing}, {"a": 1}) == []


def test_values_are_said_whole_and_safe() -> None:
    assert told({"args": ["a"]}, {"args": ["a", "b\x1b[2J"]}) == ["args", "  - - a", "  + - a", '  + - "b\\e[2J"']
    assert told({"script": "one\ntwo"}, {"script": "\x1b[2Jone"}) == ["script", "  - one", "  - two", "  + one"]
    assert told({"a.b/c": ""}, {"a.b/c": True}) == ["[a.b/c]", '  - ""', "  + true"]


def test_a_number_and_its_text_differ() -> None:
    assert list(differences({"port": 80}, {"port": "80"})) == [("port", 80, "80")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert template_diff(value, value) == ()


@given(JSON, JSON)
def test_what_differs_one_way_differs_the_other(one: Any, two: Any) -> None:
    there = {(path, str(old), str(new)) for path, old, new in differences(one, two)}
    back = {(path, str(new), str(old)) for path, old, new in differences(two, one)}
    assert there == back
