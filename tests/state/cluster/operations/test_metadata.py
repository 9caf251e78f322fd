"""Labels and annotations added, changed and removed."""

import json
from typing import Any

import pytest

from state.cluster.operations.metadata import ChangeMetadata, WrongChange, read_changes
from state.operation import Refused
from tests.state.cluster.operations.tiny_api import DEPLOYMENT, POD, TinyApi, on, text_of, workload


def labelled(**labels: str) -> Any:
    found = workload()
    found["metadata"]["labels"] = labels
    return found


def test_each_change_is_shown_and_sent() -> None:
    api = TinyApi()
    changes = (("new", "1"), ("tier", "front"), ("old", None), ("same", "x"), ("none", None))
    found = labelled(tier="back", old="z", same="x", kept="y")
    operation = on(api, ChangeMetadata, DEPLOYMENT, found, "labels", changes)
    assert (operation.id, operation.title) == ("label", "Label Deployment shop/web")
    assert text_of(operation.preview()).splitlines() == [
        "add    new  1",
        "change tier  back → front",
        "remove old  z",
        "! what is set already is overwritten: tier",
    ]
    outcome = operation.run()
    assert outcome.summary == "Deployment shop/web: 3 labels changed"
    assert outcome.details == {"new": "1", "tier": "front", "old": "removed"}
    assert json.loads(api.writes[0].body or b"")["metadata"]["labels"] == {"new": "1", "tier": "front", "old": None}
    assert api.objects[operation.path]["metadata"]["labels"] == {
        "tier": "front", "new": "1", "same": "x", "kept": "y",
    }  # fmt: skip


def test_annotations_go_the_same_way() -> None:
    api = TinyApi()
    operation = on(api, ChangeMetadata, DEPLOYMENT, workload(), "annotations", (("note", "two words\x1b[2J"),))
    assert (operation.id, operation.title) == ("annotate", "Annotate Deployment shop/web")
    assert text_of(operation.preview()) == "add    note  two words"
    operation.run()
    assert api.objects[operation.path]["metadata"]["annotations"] == {"note": "two words\x1b[2J"}


def test_what_is_so_already_is_not_written() -> None:
    with pytest.raises(Refused, match="the labels of shop/web are so already"):
        on(TinyApi(), ChangeMetadata, DEPLOYMENT, labelled(a="b"), "labels", (("a", "b"), ("c", None))).preview()


def test_a_value_that_changed_since_the_preview_stops_it() -> None:
    api = TinyApi()
    operation = on(api, ChangeMetadata, DEPLOYMENT, labelled(a="b"), "labels", (("a", "c"),)).planned()
    api.objects[operation.path]["metadata"]["labels"]["a"] = "d"
    with pytest.raises(Refused, match="was changed since the preview"):
        operation.run()


def test_a_pod_whose_labels_are_taken_may_lose_its_controller() -> None:
    pod = labelled(app="web")
    pod["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "apiVersion": "apps/v1", "controller": True}]
    taken = on(TinyApi(), ChangeMetadata, POD, pod, "labels", (("app", None),))
    added = on(TinyApi(), ChangeMetadata, POD, pod, "labels", (("debug", "1"),))
    assert "may let go of it and make another" in text_of(taken.preview())
    assert "let go" not in text_of(added.preview())


def test_words_are_read_as_kubectl_reads_them() -> None:
    words = ["app=web", "example.com/tier=", "old-"]
    assert read_changes(words, "labels") == (("app", "web"), ("example.com/tier", ""), ("old", None))
    assert read_changes(["note=a b=c"], "annotations") == (("note", "a b=c"),)


@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        ("app", "'app' says nothing to do"),
        ("=x", "'' is no key"),
        ("a/b/c=x", "'a/b/c' is no key"),
        ("-a=x", "'-a' is no key"),
        ("Example.com/a=x", "is no key"),
        ("a=b c", "'b c' is no label's value"),
        (f"a={'x' * 64}", "is no label's value"),
        ("a\x1b[2J=x", "is no key"),
    ],
)
def test_a_wrong_word_is_named(word: str, wrong: str) -> None:
    with pytest.raises(WrongChange) as caught:
        read_changes([word], "labels")
    assert wrong in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_key_twice_is_a_question() -> None:
    with pytest.raises(WrongChange, match="'a' is named twice"):
        read_changes(["a=b", "a-"], "labels")
