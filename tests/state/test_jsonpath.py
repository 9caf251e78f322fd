import json
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.jsonpath import Field, JsonPathError, parse, walk

POD = {
    "metadata": {"name": "api", "annotations": {"shop.example/owner": "ana", "a'b": "quoted"}},
    "spec": {"containers": [{"name": "api", "image": "api:1"}, {"name": "proxy", "image": "proxy:2"}], "priority": 3},
    "status": {
        "conditions": [
            {"type": "Ready", "status": "False", "restarts": 5},
            {"type": "Initialized", "status": "True", "restarts": 1},
        ],
        "nothing": None,
    },
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".metadata.name", ["api"]),
        ("{.metadata.name}", ["api"]),
        ("$.metadata.name", ["api"]),
        ("metadata.name", ["api"]),
        (" {$.metadata.name} ", ["api"]),
        ("$['metadata']['name']", ["api"]),
        ('.metadata["name"]', ["api"]),
        (r".metadata.annotations.shop\.example/owner", ["ana"]),
        (".metadata.annotations['shop.example/owner']", ["ana"]),
        (r".metadata.annotations['a\'b']", ["quoted"]),
        (".metadata.annotations.*", ["ana", "quoted"]),
        (".spec.containers[0].image", ["api:1"]),
        (".spec.containers[-1].image", ["proxy:2"]),
        (".spec.containers[7].image", []),
        (".spec.containers[0:1].image", ["api:1"]),
        (".spec.containers[1:].image", ["proxy:2"]),
        (".spec.containers[*].image", ["api:1", "proxy:2"]),
        ('.status.conditions[?(@.type=="Ready")].status', ["False"]),
        (".status.conditions[?(@.type == 'Ready')].status", ["False"]),
        (".status.conditions[?(@.type != 'Ready')].type", ["Initialized"]),
        (".status.conditions[?(@.restarts > 3)].type", ["Ready"]),
        (".status.conditions[?(@.restarts<=1)].type", ["Initialized"]),
        (".status.conditions[?(@.type > 3)].type", []),
        (".status.conditions[?(@.restarts)].type", ["Ready", "Initialized"]),
        (".status.conditions[?(@.absent)].type", []),
        (".status.nothing", []),
        (".metadata.name.deeper", []),
        (".metadata.name[0]", []),
        (".absent.more", []),
    ],
)
def test_a_path_finds_what_kubectl_finds(path, expected):
    assert list(walk(POD, parse(path))) == expected


@pytest.mark.parametrize(
    ("path", "where", "what"),
    [
        ("", None, "names nothing"),
        ("{}", None, "names nothing"),
        (".a..b", 3, "any depth"),
        (".a.", 4, "field's name is missing"),
        (".a[", 4, "is missing"),
        (".a[x]", 4, "is missing"),
        (".a[?(@.b==1]", 9, "filter does not end"),
        (".a b", 3, "not expected"),
        ("a)", 2, "not expected"),
    ],
)
def test_a_path_that_cannot_be_used_says_where_and_why(path, where, what):
    with pytest.raises(JsonPathError, match=re.escape(what)) as caught:
        parse(path)
    assert repr(path) in str(caught.value)
    if where is not None:
        assert f"character {where}:" in str(caught.value)


def test_a_path_deeper_than_any_object_is_refused():
    with pytest.raises(JsonPathError, match="deeper"):
        parse(".a" * 40)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_path_or_a_clear_refusal(text):
    try:
        path = parse(text)
    except JsonPathError:
        return
    list(walk(POD, path))


@settings(deadline=None)
@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_key_can_be_named_in_quotes(key):
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    assert parse(f".metadata['{quoted}']") == (Field("metadata"), Field(key))


def test_structs_are_walked_by_the_names_of_their_json():
    item = msgspec.defstruct("Item", [("f0", str | None, None)], rename={"f0": "shop.example/owner"})
    decoded = msgspec.json.decode(json.dumps({"shop.example/owner": "ana", "more": 1}), type=item)
    assert list(walk(decoded, parse("['shop.example/owner']"))) == ["ana"]
    assert list(walk(decoded, parse(".more"))) == []
