import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.cluster.kinds.catalogue import find, kinds
from state.cluster.kinds.containers import CONTAINER
from state.cluster.kinds.extra import with_paths
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Failure, Row
from state.cluster.kinds.pods import POD
from state.jsonpath import JsonPathError
from tests.state.cluster.kinds.many_pods import PAGE, pages, pods

WIRE = Path(__file__).parents[3] / "wire"


def lines(name):
    body = next(WIRE.glob(f"{name}-*.http")).read_bytes().split(b"\n\n")[-1]
    return body.strip().split(b"\n")


def page_of(*items, **metadata):
    return json.dumps({"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": list(items)}).encode()


def watched(kind, found):
    return json.dumps({"type": kind, "object": found}).encode()


def pod(**metadata):
    return {"metadata": {"name": "api", "namespace": "shop", "uid": "u1", "resourceVersion": "7", **metadata}}


def test_a_page_gives_rows_with_all_that_a_list_says_of_itself():
    first, second = pages(PAGE + 100)
    page = POD.decoder.page(first)
    assert (len(page.rows), page.resource_version, page.continue_token) == (PAGE, "4711", "token-0")
    assert (page.remaining, page.unreadable) == (100, 0)
    last = POD.decoder.page(second)
    assert (len(last.rows), last.continue_token, last.remaining) == (100, "", None)
    (found,) = pods(1)
    row = page.rows[0]
    assert (row.uid, row.name) == (found["metadata"]["uid"], found["metadata"]["name"])
    assert dict(row.labels) == found["metadata"]["labels"]
    assert row.owner is not None
    assert row.owner.uid == found["metadata"]["ownerReferences"][0]["uid"]
    assert (row.ready, row.total, row.status, row.cpu_request, row.memory_request) == (2, 2, "Running", 0.2, 2.0**28)


def test_rows_that_say_the_same_share_it():
    rows = POD.decoder.page(pages(10)[0]).rows
    assert rows[0].labels is rows[1].labels
    assert rows[0].owner is rows[1].owner
    assert rows[0].images is rows[3].images
    assert rows[0].status is rows[9].status


def test_a_row_is_small_and_no_work_for_the_garbage_collector():
    import gc

    row = POD.decoder.page(pages(1)[0]).rows[0]
    assert not gc.is_tracked(row)
    assert sys.getsizeof(row) <= 256


@pytest.mark.parametrize("items", [None, []])
def test_an_empty_list_is_a_page(items):
    body = json.dumps({"kind": "PodList", "metadata": {"resourceVersion": "9"}, "items": items}).encode()
    assert POD.decoder.page(body) == ([], "9", "", None, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in first</html>",
        b"[]",
        b"null",
        b'{"kind":"Status","metadata":{},"status":"Failure","code":403}',
        b'{"kind":"Pod","metadata":{"name":"x"},"items":[]}',
        b'{"kind":"PodList","items":[]}',
        b'{"kind":"PodList","metadata":{},"items":{}}',
        b'{"kind":"PodList","metadata":{},"items":[{"metadata":',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_list_is_said_to_be_none(body):
    with pytest.raises(ValueError, match="is no list"):
        POD.decoder.page(body)


ODD_PODS = {
    "containers of another form": {**pod(), "spec": {"containers": {"a": 1}}},
    "status of another form": {**pod(), "status": []},
    "a quantity that is none": {**pod(), "spec": {"containers": [{"resources": {"requests": {"cpu": "many"}}}]}},
    "labels of another form": pod(labels={"a": 1}),
    "spec null": {**pod(), "spec": None},
    "a moment of another form": pod(creationTimestamp=7),
    "owners of another form": pod(ownerReferences={"a": 1}),
}


@pytest.mark.parametrize("odd", ODD_PODS.values(), ids=ODD_PODS.keys())
def test_one_odd_object_is_shown_as_unreadable_and_the_others_as_they_are(odd):
    odd = {**odd, "metadata": {**odd["metadata"], "uid": "odd", "name": "odd"}}
    page = POD.decoder.page(page_of(pod(), odd, pod(uid="u2"), resourceVersion="9"))
    assert page.unreadable == 1
    assert [(row.uid, row.unreadable) for row in page.rows] == [("u1", False), ("odd", True), ("u2", False)]
    bare = page.rows[1]
    assert (bare.name, bare.namespace) == ("odd", "shop")
    fault = POD.fault(bare, 0.0)
    assert fault is not None
    assert fault.text == "cannot be read"
    changed = POD.decoder.event(watched("MODIFIED", odd))
    assert changed == Changed(bare, "7")
    assert POD.decoder.event(watched("DELETED", odd)) == Deleted("odd", "7")


@pytest.mark.parametrize("odd", [{}, {"metadata": {}}, {"metadata": 7}, 7, None, "pod", {"metadata": {"uid": 7}}])
def test_an_object_without_identity_is_counted_only(odd):
    page = POD.decoder.page(page_of(pod(), odd))
    assert (len(page.rows), page.unreadable) == (1, 1)


def test_what_go_writes_for_nothing_is_read_as_nothing():
    nothing = {
        "metadata": {**pod()["metadata"], "creationTimestamp": None, "labels": None, "ownerReferences": None},
        "spec": {"containers": None, "initContainers": None},
        "status": {"conditions": None, "containerStatuses": None, "podIPs": None},
    }
    page = POD.decoder.page(page_of(nothing))
    assert page.unreadable == 0
    assert (page.rows[0].created, page.rows[0].labels, page.rows[0].total) == (0.0, (), 0)


def test_a_watch_says_what_changed_what_went_and_how_far_it_is():
    assert POD.decoder.event(watched("ADDED", pod())) == Changed(POD.decoder.page(page_of(pod())).rows[0], "7")
    assert POD.decoder.event(watched("DELETED", pod(resourceVersion="8"))) == Deleted("u1", "8")
    bookmark = {"kind": "Pod", "metadata": {"resourceVersion": "99"}, "spec": {"containers": None}, "status": {}}
    assert POD.decoder.event(watched("BOOKMARK", bookmark)) == Bookmark("99")
    assert POD.decoder.event(watched("BOOKMARK", {**bookmark, "spec": 7})) == Bookmark("99")


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.resource.plural)
def test_an_error_in_a_watch_is_told_with_its_code(kind):
    (line,) = lines("74")
    event = kind.decoder.event(line)
    assert isinstance(event, Failure)
    assert (event.status, event.reason) == (410, "Expired")
    assert "too old resource version" in event.message
    assert kind.decoder.event(b'{"type":"ERROR","object":7}') == Failure(0, "", "the server ended the watch")


def test_events_of_a_real_watch_are_read():
    events = [POD.decoder.event(line) for line in lines("66")]
    assert [type(event) for event in events] == [Changed, Changed, Deleted, Bookmark, Bookmark]
    assert [event.resource_version for event in events] == ["628", "629", "630", "663", "663"]


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"7", b"{}", b'{"type":"MODIFIED"}', b'{"type":"NEW","object":{"metadata":{"uid":"a"}}}', b"\xff\xfe"],
)
def test_a_line_that_is_no_event_is_a_failure_that_says_so(line):
    event = POD.decoder.event(line)
    assert isinstance(event, Failure)
    assert event.status == 0
    assert "no event" in event.message


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_line_makes_a_decoder_raise(line):
    POD.decoder.event(line)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "metadata",
                    "uid",
                    "name",
                    "labels",
                    "spec",
                    "status",
                    "containers",
                    "conditions",
                    "phase",
                    "type",
                    "count",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.resource.plural)
@settings(deadline=None, max_examples=50)
@given(found=JSON)
def test_whatever_an_object_is_it_fails_no_page(kind, found):
    page = kind.decoder.page(page_of(found, pod(uid="fine")))
    if kind is not CONTAINER:
        assert page.rows[-1].uid == "fine"
    for row in page.rows:
        kind.fault(row, 0.0)
        assert all(column.cell(row, 0.0).text.isprintable() for column in kind.columns if column.of_any)
    kind.decoder.event(watched("MODIFIED", found))


def test_paths_of_the_users_own_become_columns():
    paths = [
        ("version", r".metadata.labels.app\.kubernetes\.io/version"),
        ("images", ".spec.containers[*].image"),
        ("is ready", "{.status.conditions[?(@.type=='Ready')].status}"),
        ("priority", ".spec.priority"),
        ("security", ".spec.securityContext"),
        ("none", ".spec.absent.deeper"),
    ]
    kind = with_paths(POD, paths)
    rows = kind.decoder.page(pages(4)[0]).rows
    assert rows[0].extra == (
        "v1.8.2",
        f"{rows[0].images[0]},{rows[0].images[1]}",
        "True",
        0,
        '{"runAsNonRoot":true,"fsGroup":2000,"seccompProfile":{"type":"RuntimeDefault"}}',
        None,
    )
    (found,) = pods(1)
    event = kind.decoder.event(watched("MODIFIED", found))
    assert isinstance(event, Changed)
    assert event.row == rows[0]
    shown = {column.header: column.cell(rows[0], 0.0).text for column in kind.columns}
    assert (shown["VERSION"], shown["PRIORITY"], shown["NONE"]) == ("v1.8.2", "0", "<none>")
    assert [column.header for column in kind.columns[-2:]] == ["NOMINATED NODE", "READINESS GATES"]


def test_a_path_of_another_form_than_the_objects_finds_what_fits():
    kind = with_paths(
        POD, [("deep", ".spec.nodeName.deeper"), ("on", ".spec.nodeName"), ("app", ".metadata.labels.app")]
    )
    odd = {**pod(uid="a", labels={"app": "shop"}), "spec": {"nodeName": "n1"}}
    other = with_paths(POD, [("first", ".spec.containers[0].name"), ("on", ".spec.nodeName.x")])
    assert kind.decoder.page(page_of(odd, pod())).rows[0].extra == (None, "n1", "shop")
    assert other.decoder.page(page_of(odd, pod())).rows[1].extra == (None, None)
    unreadable = kind.decoder.page(page_of({**pod(), "status": 7})).rows[0]
    assert (unreadable.unreadable, unreadable.extra) == (True, (None, None, None))


def test_values_of_different_types_sort_together():
    column = next(c for c in with_paths(POD, [("mine", ".x")]).columns if c.header == "MINE")
    rows = [Row(uid=str(value), name="", extra=(value,)) for value in ("b", 3, None, 1.5, "a")]
    assert [row.extra[0] for row in sorted(rows, key=column.sort_key)] == [None, 1.5, 3, "a", "b"]


def test_columns_that_cannot_be_are_refused_with_a_reason():
    with pytest.raises(JsonPathError, match="any depth"):
        with_paths(POD, [("deep", "..x")])
    with pytest.raises(ValueError, match="'STATUS'"):
        with_paths(POD, [("status", ".x")])
    with pytest.raises(ValueError, match="'A'"):
        with_paths(POD, [("a", ".x"), ("A", ".y")])
    assert with_paths(POD, []) is POD


@pytest.mark.parametrize("word", ["pods", "pod", "po", "Pod", "PODS"])
def test_a_kind_is_found_by_the_names_kubectl_knows(word):
    assert find(word) is POD


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("deploy", "Deployment"),
        ("dp", "Deployment"),
        ("deployments.apps", "Deployment"),
        ("rs", "ReplicaSet"),
        ("sts", "StatefulSet"),
        ("ds", "DaemonSet"),
        ("job.batch", "Job"),
        ("cj", "CronJob"),
        ("svc", "Service"),
        ("no", "Node"),
        ("ns", "Namespace"),
        ("ev", "Event"),
    ],
)
def test_every_short_name_finds_its_kind(word, kind):
    found = find(word)
    assert found is not None
    assert found.resource.kind == kind


def test_a_name_of_no_kind_here_finds_none():
    assert find("certificates") is None
