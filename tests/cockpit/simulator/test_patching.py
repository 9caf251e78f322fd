"""The three patch formats."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.patching import PatchError, json_patch, merge_patch, strategic_patch

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=1), inner, max_size=3),
    max_leaves=8,
)
TREES = st.dictionaries(st.sampled_from(["a", "b", "spec"]), VALUES, max_size=3)


def container(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, **fields}


def spec(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"spec": {"containers": list(containers), **fields}}


@given(TREES, TREES)
def test_patching_twice_is_patching_once(original: Any, patch: Any) -> None:
    for apply in (merge_patch, strategic_patch):
        once = apply(original, patch)
        assert apply(once, patch) == once


@given(TREES, TREES)
def test_a_patch_does_not_touch_the_original(original: Any, patch: Any) -> None:
    before = repr(original)
    merge_patch(original, patch)
    strategic_patch(original, patch)
    assert repr(original) == before


@given(TREES)
def test_an_empty_patch_changes_nothing(original: Any) -> None:
    assert merge_patch(original, {}) == strategic_patch(original, {}) == json_patch(original, []) == original


def test_a_merge_patch_removes_with_null_and_replaces_lists() -> None:
    assert merge_patch({"a": 1, "b": {"c": [1, 2], "d": 1}}, {"a": None, "b": {"c": [3]}}) == {"b": {"c": [3], "d": 1}}


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ({"op": "add", "path": "/list/1", "value": 9}, {"list": [1, 9, 2], "map": {"a/b": 1}}),
        ({"op": "add", "path": "/list/-", "value": 9}, {"list": [1, 2, 9], "map": {"a/b": 1}}),
        ({"op": "remove", "path": "/list/0"}, {"list": [2], "map": {"a/b": 1}}),
        ({"op": "replace", "path": "/map/a~1b", "value": 2}, {"list": [1, 2], "map": {"a/b": 2}}),
        ({"op": "move", "from": "/list/0", "path": "/first"}, {"list": [2], "map": {"a/b": 1}, "first": 1}),
        ({"op": "copy", "from": "/map", "path": "/twice"}, {"list": [1, 2], "map": {"a/b": 1}, "twice": {"a/b": 1}}),
        ({"op": "test", "path": "/list", "value": [1, 2]}, {"list": [1, 2], "map": {"a/b": 1}}),
    ],
)
def test_json_patch_operations(operation: Any, result: Any) -> None:
    assert json_patch({"list": [1, 2], "map": {"a/b": 1}}, [operation]) == result


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/absent"},
        {"op": "replace", "path": "/absent/x", "value": 1},
        {"op": "add", "path": "/list/7", "value": 1},
        {"op": "test", "path": "/list", "value": []},
        {"op": "nope", "path": "/list"},
        {"op": "add", "path": "no pointer", "value": 1},
        {"op": "add"},
        {"op": "remove", "path": ""},
    ],
)
def test_json_patch_that_does_not_fit(operation: Any) -> None:
    with pytest.raises(PatchError):
        json_patch({"list": [1]}, [operation])


def test_containers_are_merged_by_name() -> None:
    original = spec(container("a", image="a:1", env=[{"name": "X", "value": "1"}]), container("b", image="b:1"))
    patch = spec(container("a", image="a:2", env=[{"name": "Y", "value": "2"}]))
    merged = strategic_patch(original, patch)["spec"]["containers"]
    assert merged[0] == {
        "name": "a", "image": "a:2", "env": [{"name": "Y", "value": "2"}, {"name": "X", "value": "1"}]}  # fmt: skip
    assert merged[1] == container("b", image="b:1")


@pytest.mark.parametrize(
    ("patch", "names"),
    [
        (spec({"name": "a", "$patch": "delete"}), ["b"]),
        (spec({"$patch": "replace"}, container("c")), ["c"]),
        (spec(container("c")), ["c", "a", "b"]),
        ({"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}, ["b", "a"]),
        (
            {"spec": {"$setElementOrder/containers": [{"name": "a"}, {"name": "c"}], "containers": [container("c")]}},
            ["a", "c", "b"],
        ),
    ],
)
def test_directives_on_lists(patch: Any, names: list[str]) -> None:
    merged = strategic_patch(spec(container("a"), container("b")), patch)
    assert [one["name"] for one in merged["spec"]["containers"]] == names


def test_directives_on_maps() -> None:
    original = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    recreate = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert strategic_patch(original, recreate) == {"spec": {"strategy": {"type": "Recreate"}}}
    replace = {"spec": {"strategy": {"$patch": "replace", "type": "OnDelete"}}}
    assert strategic_patch(original, replace) == {"spec": {"strategy": {"type": "OnDelete"}}}
    assert strategic_patch(original, {"spec": {"strategy": {"$patch": "delete"}}}) == {"spec": {"strategy": {}}}
    with pytest.raises(PatchError):
        strategic_patch(original, {"spec": {"$patch": "nope"}})


def test_sets_are_united_and_taken_from() -> None:
    original = {"metadata": {"finalizers": ["a", "b"]}}
    added = strategic_patch(original, {"metadata": {"finalizers": ["c"]}})
    assert sorted(added["metadata"]["finalizers"]) == ["a", "b", "c"]
    taken = strategic_patch(original, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}})
    assert taken == {"metadata": {"finalizers": ["b"]}}


def test_lists_without_a_key_are_replaced() -> None:
    assert strategic_patch({"spec": {"tolerations": [{"key": "a"}]}}, {"spec": {"tolerations": [{"key": "b"}]}}) == {
        "spec": {"tolerations": [{"key": "b"}]}
    }


def test_an_item_without_its_key_is_refused() -> None:
    with pytest.raises(PatchError, match="merge key: name"):
        strategic_patch(spec(container("a")), spec({"image": "x"}))
