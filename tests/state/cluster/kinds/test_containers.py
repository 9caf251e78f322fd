import json

from state.cluster.kinds.containers import CONTAINER, of_pod
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Failure

STARTED = "2026-11-24T10:00:00Z"
NOW = 1795516200.0  # half an hour later


def status(name, state, ready=True, restarts=0, last=None):
    return {"name": name, "ready": ready, "restartCount": restarts, "state": state, "lastState": last or {}}


POD = {
    "metadata": {"name": "api-1", "namespace": "shop", "uid": "u1", "resourceVersion": "7"},
    "spec": {
        "initContainers": [
            {"name": "migrate", "image": "db:1"},
            {"name": "proxy", "image": "proxy:1", "restartPolicy": "Always"},
        ],
        "containers": [
            {
                "name": "api",
                "image": "api:1",
                "ports": [{"name": "http", "containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}],
                "livenessProbe": {"httpGet": {}},
                "readinessProbe": {},
            },
            {"name": "worker", "image": "worker:1"},
        ],
        "ephemeralContainers": [{"name": "debug", "image": "tools:1"}],
    },
    "status": {
        "initContainerStatuses": [
            status("migrate", {"terminated": {"exitCode": 0, "reason": "Completed"}}, ready=True),
            status("proxy", {"running": {"startedAt": STARTED}}),
        ],
        "containerStatuses": [
            status("worker", {"waiting": {"reason": "CrashLoopBackOff"}}, ready=False, restarts=4,
                   last={"terminated": {"exitCode": 137, "finishedAt": "2026-11-24T10:29:00Z"}}),
            status("api", {"running": {"startedAt": STARTED}}),
        ],
    },
}  # fmt: skip


def watched(kind, found):
    return CONTAINER.decoder.event(json.dumps({"type": kind, "object": found}).encode())


def rows(found=POD):
    body = json.dumps({"kind": "PodList", "metadata": {"resourceVersion": "9"}, "items": [found]}).encode()
    return CONTAINER.decoder.page(body).rows


def shown(row):
    return {column.header: column.cell(row, NOW).text for column in CONTAINER.columns}


def test_each_container_of_a_pod_is_a_row():
    assert [(row.uid, row.name, row.role) for row in rows()] == [
        ("u1/migrate", "api-1/migrate", "init"),
        ("u1/proxy", "api-1/proxy", "sidecar"),
        ("u1/api", "api-1/api", "main"),
        ("u1/worker", "api-1/worker", "main"),
        ("u1/debug", "api-1/debug", "ephemeral"),
    ]
    assert shown(rows()[2]) == {
        "": "✓",
        "NAMESPACE": "shop",
        "POD": "api-1",
        "NAME": "api",
        "TYPE": "main",
        "READY": "true",
        "STATE": "Running",
        "RESTARTS": "0",
        "PROBES": "lr",
        "AGE": "30m",
        "IMAGE": "api:1",
        "PORTS": "http:80/TCP,53/UDP",
    }


def test_what_is_wrong_is_said_of_the_container_that_has_it():
    faults = {row.container: CONTAINER.fault(row, NOW) for row in rows()}
    assert {name: fault.text for name, fault in faults.items() if fault is not None} == {
        "worker": "CrashLoopBackOff ×4"
    }
    assert shown(rows()[3])["AGE"] == "<none>"


def test_a_container_without_a_status_is_shown_all_the_same():
    debug = rows()[4]
    assert shown(debug)["STATE"] == "<unknown>"
    assert CONTAINER.fault(debug, NOW) is None


def test_a_watch_changes_and_ends_all_containers_of_a_pod():
    changed = watched("MODIFIED", POD)
    assert isinstance(changed, list)
    assert [event.row.uid for event in changed] == [row.uid for row in rows()]
    gone = watched("DELETED", POD)
    assert gone == [Deleted(row.uid, "7") for row in rows()]
    bare = {"metadata": POD["metadata"]}
    assert watched("ADDED", bare) == Bookmark("7")
    assert watched("DELETED", bare) == Bookmark("7")


def test_a_pod_that_cannot_be_read_has_no_containers_and_its_end_makes_a_new_list_needed():
    odd = {**POD, "spec": 7}
    assert rows(odd) == []
    assert watched("ADDED", odd) == Bookmark("7")
    assert isinstance(watched("DELETED", odd), Failure)


def test_containers_are_read_from_pods_all_or_one():
    assert CONTAINER.reads.path("shop") == "/api/v1/namespaces/shop/pods"
    assert of_pod("shop", "api-1").query == (("fieldSelector", "metadata.namespace=shop,metadata.name=api-1"),)
    assert isinstance(changed := watched("ADDED", POD), list)
    assert isinstance(changed[0], Changed)
