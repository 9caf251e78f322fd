"""Label and field selectors."""

from typing import Any

import pytest

from cockpit.simulator.selectors import field_at, field_selector, format_label_selector, label_selector
from cockpit.simulator.status import ApiError


def obj(**labels: str) -> Any:
    return {"metadata": {"labels": labels}}


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("app=web", obj(app="web"), obj(app="x")),
        ("app==web,tier=a", obj(app="web", tier="a"), obj(app="web")),
        ("app!=web", obj(), obj(app="web")),
        ("app", obj(app=""), obj()),
        ("!app", obj(), obj(app="x")),
        ("app in (a, b)", obj(app="b"), obj()),
        ("app notin (a,b)", obj(), obj(app="a")),
        ("app in ()", obj(app=""), obj(app="a")),
        ("app=", obj(app=""), obj(app="a")),
        ("size>5", obj(size="6"), obj(size="5")),
        ("size<5", obj(size="-1"), obj(size="many")),
        ("example.com/in=notin", {"metadata": {"labels": {"example.com/in": "notin"}}}, obj()),
    ],
)
def test_labels(text: str, wanted: Any, unwanted: Any) -> None:
    picks = label_selector(text)
    assert picks is not None
    assert picks(wanted)
    assert not picks(unwanted)


def test_an_empty_selector_picks_all() -> None:
    assert label_selector("") is None
    assert field_selector("", {}, str) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a===b", "unable to parse requirement: found '=', expected: identifier"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a,", "found '', expected: identifier after ','"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a>x", "unable to parse requirement: values[0][a]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value"),
        ("-a", 'unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of'),
    ],
)
def test_what_cannot_be_parsed_is_named_as_the_server_names_it(text: str, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        label_selector(text)
    assert str(caught.value).startswith(message)
    assert caught.value.code == 400


def test_fields_may_hold_escaped_commas() -> None:
    picks = field_selector(r"a.b=x\,y,c!=1", {"a.b": field_at("a.b"), "c": field_at("c")}, str)
    assert picks is not None
    assert picks({"a": {"b": "x,y"}, "c": 2})
    assert not picks({"a": {"b": "x,y"}, "c": 1})


def test_a_selector_reads_back_as_one_line() -> None:
    selector = {
        "matchLabels": {"b": "1"},
        "matchExpressions": [
            {"key": "a", "operator": "In", "values": ["2", "1"]},
            {"key": "c", "operator": "Exists"},
            {"key": "d", "operator": "DoesNotExist"},
            {"key": "e", "operator": "NotIn", "values": ["x"]},
        ],
    }
    assert format_label_selector(selector) == "a in (1,2),b=1,c,!d,e notin (x)"
    assert format_label_selector(None) == format_label_selector({}) == "<none>"
