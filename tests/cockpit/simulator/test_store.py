"""The store: order, revisions, and the past as far as it is remembered."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.clock import WorldClock
from cockpit.simulator.store import AlreadyExists, Collection, Conflict, Expired, NotFound, Object, Store

PODS, MAPS = Collection("", "pods"), Collection("", "configmaps")


def pod(name: str, namespace: str = "a", **fields: object) -> Object:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, **fields}


def open_store(remembered: int = 1000) -> Store:
    return Store(WorldClock(now=lambda: 0.0), remembered=remembered)


STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "replace", "remove"]), st.sampled_from("ab"), st.sampled_from("xyz")),
    max_size=30,
)


@given(STEPS)
def test_every_past_revision_can_be_seen_again(steps: list[tuple[str, str, str]]) -> None:
    store, seen = open_store(), {}
    for number, (step, namespace, name) in enumerate(steps):
        try:
            match step:
                case "create":
                    store.create(PODS, pod(name, namespace))
                case "replace":
                    store.update(PODS, namespace, name, lambda obj, number=number: {**obj, "spec": number})
                case _:
                    store.remove(PODS, namespace, name)
        except (AlreadyExists, NotFound):
            continue
        seen[store.revision] = [one.object for one in store.list(PODS)]
    for revision, objects in seen.items():
        snapshot = store.snapshot(PODS, revision)
        assert [one.object for one in snapshot.items] == objects
        assert list(snapshot.paths) == sorted(snapshot.paths)
        for namespace in "ab":
            inside = snapshot.items[snapshot.within(namespace)]
            assert [one.object for one in inside] == [
                one for one in objects if one["metadata"]["namespace"] == namespace
            ]


def test_lists_are_in_the_order_of_their_paths() -> None:
    store = open_store()
    for namespace, name in (("b", "x"), ("a", "z"), ("a-b", "y"), ("a", "c")):
        store.create(PODS, pod(name, namespace))
    found = [(one.object["metadata"]["namespace"], one.object["metadata"]["name"]) for one in store.list(PODS)]
    assert found == [("a-b", "y"), ("a", "c"), ("a", "z"), ("b", "x")]
    assert [one.object["metadata"]["name"] for one in store.list(PODS, "a")] == ["c", "z"]


def test_what_is_compacted_is_no_longer_to_be_had_from_outside() -> None:
    store = open_store()
    store.create(PODS, pod("x"))
    before = store.revision
    store.create(PODS, pod("y"))
    store.forget()
    with pytest.raises(Expired):
        store.snapshot(PODS, before)
    with pytest.raises(Expired):
        store.changes(PODS, before)
    assert store.compacted == store.revision
    assert len(store.snapshot(PODS).items) == 2


def test_a_reader_that_missed_nothing_goes_on_after_a_compaction() -> None:
    store = open_store()
    store.create(PODS, pod("x"))
    seen = store.revision
    store.create(MAPS, pod("other"))
    store.forget()
    store.create(PODS, pod("y"))
    assert [change.new.object["metadata"]["name"] for change in store.changes(PODS, seen)] == ["y"]


def test_a_log_that_overflows_forgets_its_oldest() -> None:
    store = open_store(remembered=2)
    for name in "wxyz":
        store.create(PODS, pod(name))
    assert [change.new.object["metadata"]["name"] for change in store.changes(PODS, store.revision - 2)] == ["y", "z"]
    with pytest.raises(Expired, match=r"too old resource version: 2 \(3\)"):
        store.changes(PODS, 2)


def test_a_stale_reader_may_not_replace() -> None:
    store = open_store()
    first = store.create(PODS, pod("x"))
    store.update(PODS, "a", "x", lambda obj: {**obj, "spec": 1})
    with pytest.raises(Conflict):
        store.replace(PODS, first.object, expected=first.object["metadata"]["resourceVersion"])


def test_an_object_is_encoded_with_and_without_its_kind() -> None:
    stored = open_store().create(PODS, pod("x", spec={"ü": 1}))
    assert msgspec.json.decode(stored.encoded) == stored.object
    assert set(msgspec.json.decode(stored.bare)) == {"metadata", "spec"}
    assert stored.bare is stored.bare
