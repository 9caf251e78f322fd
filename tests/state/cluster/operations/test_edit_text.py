"""An object as text, the text as an object, and three versions made one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.cluster.operations.edit_text import WrongText, object_of, text_of, with_heading
from state.cluster.operations.rebase import Clash, rebased
from state.cluster.operations.template_diff import MISSING

BASE: Any = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "m", "namespace": "shop", "uid": "u", "creationTimestamp": "2026-11-24T03:10:00Z"},
    "data": {"time": "12:30", "yes": "no", "date": "2026-11-24", "empty": "", "lines": "a\nb\n", "number": "010"},
}


def test_managed_fields_are_left_out_and_the_heading_stands_on_top() -> None:
    found = {**BASE, "metadata": {**BASE["metadata"], "managedFields": [{"manager": "x"}]}}
    text = text_of(found, ("one", "two\x1b[2J\nthree", ""))
    assert text.startswith("# one\n# two three\n#\napiVersion: v1\n")
    assert "managedFields" not in text


def test_texts_stay_texts() -> None:
    """YAML 1.1 reads moments, yes and 12:30 as something else; Kubernetes has texts there."""
    assert object_of(text_of(BASE, ("heading",)), BASE) == BASE
    bare = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: shop, uid: u}\ndata:\n"
    read = object_of(f"{bare}  a: 12:30\n  b: 2026-11-24\n  c: 5\n  d: 1.5\n  e: true\n  f: ~\n  g: 0x10\n", BASE)
    assert read is not None
    assert read["data"] == {"a": "12:30", "b": "2026-11-24", "c": 5, "d": 1.5, "e": True, "f": None, "g": 16}


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.sampled_from(["12:30", "1e3", "0x1f", "~", "=", "<<", "#"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(PLAIN)
def test_whatever_an_object_holds_comes_back(value: Any) -> None:
    found = {**BASE, "data": value}
    assert object_of(text_of(found, ("heading",)), found) == found


def test_what_hides_in_an_editor_is_written_as_an_escape() -> None:
    text = text_of({**BASE, "data": {"evil": "a\u202eb", "harmless": "ü"}}, ())
    assert "\u202e" not in text
    assert "\\u202E" in text


def test_an_empty_text_is_nothing() -> None:
    for text in ("", "# only\n# comments\n", "\n---\n"):
        assert object_of(text, BASE) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "line 1: the text is no YAML"),
        ("a: 1\na: 2\n", "line 2: 'a' stands there twice"),
        ("a:\n  - b: 1\n    b: 2\n", "line 3: 'b' stands there twice"),
        ("- a\n", "the text is no object"),
        ("a: 1\n", "has no metadata"),
        ("a: 1\n---\nb: 2\n", "several documents"),
        ("a: !!python/object:os.system x\n", "the text is no YAML"),
        ("a: \x07\n", "the text is no YAML"),
        (text_of({**BASE, "kind": "Secret"}, ()), "kind cannot be changed: it has to stay 'ConfigMap'"),
        (text_of({**BASE, "metadata": {"name": "n", "namespace": "shop", "uid": "u"}}, ()), "metadata.name cannot be"),
        (text_of({**BASE, "metadata": {"name": "m", "namespace": "x", "uid": "u"}}, ()), "metadata.namespace cannot"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(WrongText) as caught:
        object_of(text, BASE)
    assert words in str(caught.value)
    assert "\x07" not in str(caught.value)


def test_a_heading_takes_the_place_of_the_one_before() -> None:
    once = with_heading("a: 1\n# mine\nb: 2\n", ("first",))
    assert with_heading(once, ("second", "third")) == "# second\n# third\na: 1\n# mine\nb: 2\n"


def deployment(image: str = "v1", replicas: int = 3, **labels: str) -> Any:
    containers = [{"name": "main", "image": image}, {"name": "proxy", "image": "p1"}]
    return {"labels": labels, "spec": {"replicas": replicas, "containers": containers}}


def test_changes_of_two_in_different_places_are_both_kept() -> None:
    theirs = deployment(replicas=5, team="a")
    theirs["spec"]["containers"][1]["image"] = "p2"
    merged, clashes = rebased(deployment(), deployment("v2", app="web"), theirs)
    assert clashes == ()
    assert merged["spec"]["replicas"] == 5
    assert merged["labels"] == {"team": "a", "app": "web"}
    assert [one["image"] for one in merged["spec"]["containers"]] == ["v2", "p2"]


def test_changes_in_the_same_place_are_a_clash_until_it_is_known() -> None:
    merged, clashes = rebased(deployment(), deployment("v2"), deployment("v3"))
    path = "spec.containers[main].image"
    assert clashes == (Clash(path, "v2", "v3"),)
    assert merged["spec"]["containers"][0]["image"] == "v2"
    assert rebased(deployment(), deployment("v2"), deployment("v3"), {path: "v3"})[1] == ()
    assert rebased(deployment(), deployment("v2"), deployment("v4"), {path: "v3"})[1] != ()


def test_one_who_removes_and_one_who_changes_clash() -> None:
    assert rebased({"a": 1}, {}, {"a": 2})[1] == (Clash("a", MISSING, 2),)
    assert rebased({"a": 1}, {"a": 2}, {}) == ({"a": 2}, (Clash("a", 2, MISSING),))
    assert rebased({"a": 1, "b": 1}, {"b": 1}, {"a": 1, "b": 2}) == ({"b": 2}, ())


@given(PLAIN, PLAIN)
def test_who_changes_alone_gets_it_all(base: Any, mine: Any) -> None:
    assert rebased(base, mine, base) == (mine, ())
    assert rebased(base, base, mine) == (mine, ())
    assert rebased(base, mine, mine) == (mine, ())
