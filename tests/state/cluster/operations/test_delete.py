"""Deleting with propagation, grace and force."""

from typing import Any

import pytest

from state.cluster.kinds.kind import Resource
from state.cluster.operations.delete import Delete, Propagation
from state.operation import Refused
from tests.state.cluster.operations.tiny_api import DEPLOYMENT, POD, TinyApi, on, text_of, workload

NAMESPACE = Resource("", "v1", "namespaces", "Namespace", False)
VOLUME = Resource("", "v1", "persistentvolumes", "PersistentVolume", False)


def pod(**metadata: Any) -> Any:
    return {"metadata": {"name": "web-1", "namespace": "shop", **metadata}, "spec": {}}


def test_it_deletes_what_was_shown_and_nothing_else() -> None:
    api = TinyApi()
    operation = on(api, Delete, DEPLOYMENT, workload())
    assert text_of(operation.preview()) == "owned  what it owns is deleted after it, in the background"
    assert api.writes == []
    outcome = operation.run()
    assert outcome.summary == "Deployment shop/web is being deleted"
    assert outcome.details == {"uid": "uid-web", "propagation": "Background"}
    assert api.sent() == {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": "Background",
        "preconditions": {"uid": "uid-web"},
    }


@pytest.mark.parametrize(
    ("propagation", "words"),
    [(Propagation.FOREGROUND, "deleted first, then it goes"), (Propagation.ORPHAN, "stays, without an owner")],
)
def test_what_becomes_of_what_it_owns_is_chosen_and_said(propagation: Propagation, words: str) -> None:
    api = TinyApi()
    operation = on(api, Delete, DEPLOYMENT, workload(), propagation)
    assert words in text_of(operation.preview())
    operation.run()
    assert api.sent()["propagationPolicy"] == propagation.value


def test_force_is_grace_zero_and_named_as_such() -> None:
    api = TinyApi()
    operation = on(api, Delete, POD, pod(), grace=0)
    assert operation.title == "Force-delete Pod shop/web-1"
    assert "! forced, with grace 0: it is taken off the list while its containers may go on running" in text_of(
        operation.preview()
    )
    outcome = operation.run()
    assert outcome.summary == "Pod shop/web-1 is being deleted by force"
    assert outcome.details["grace"] == "0 s"
    assert api.sent()["gracePeriodSeconds"] == 0


def test_a_grace_is_said_and_sent() -> None:
    api = TinyApi()
    operation = on(api, Delete, POD, pod(), grace=5)
    assert "grace  5 s to end" in text_of(operation.preview())
    operation.run()
    assert api.sent()["gracePeriodSeconds"] == 5
    with pytest.raises(Refused, match="a grace of -1 seconds is not possible"):
        on(api, Delete, POD, pod(), grace=-1).preview()


@pytest.mark.parametrize(
    ("resource", "obj", "words"),
    [
        (POD, pod(), "no controller owns it: nothing brings it back"),
        (POD, pod(finalizers=["a/b"]), "only when its finalizers are done: a/b"),
        (POD, pod(deletionTimestamp="2026-11-24T00:00:00Z"), "it is already terminating"),
        (NAMESPACE, {"metadata": {"name": "shop"}}, "all that is in the namespace is deleted with it"),
        (
            VOLUME,
            {"metadata": {"name": "v"}, "spec": {"persistentVolumeReclaimPolicy": "Delete"}},
            "the storage behind",
        ),
    ],
)
def test_what_goes_with_it_is_said_before(resource: Resource, obj: Any, words: str) -> None:
    assert words in text_of(on(TinyApi(), Delete, resource, obj).preview())


def test_what_is_gone_already_says_so() -> None:
    api = TinyApi()
    operation = on(api, Delete, POD, pod())
    api.objects.clear()
    with pytest.raises(Refused, match="is gone already"):
        operation.run()


def test_a_successor_of_the_same_name_is_not_hit() -> None:
    api = TinyApi()
    operation = on(api, Delete, POD, pod())
    api.objects[operation.path]["metadata"]["uid"] = "another"
    with pytest.raises(Refused, match="another object by now: nothing was deleted"):
        operation.run()
    assert operation.path in api.objects
