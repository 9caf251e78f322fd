"""A cluster kept live: rows equal what the server lists, through churn, faults, and a server that hangs.

The first part runs against the simulator and, where `COCKPIT_TEST_KUBECONFIG` names one, a real API server; the
second needs the simulator's fault switch.
"""

import json
import os
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cockpit.demo_world import DemoWorld, Endpoints
from state.cluster import connect, kubeconfig, requests
from state.cluster.credentials import SignIns
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.extra import with_paths
from state.cluster.kinds.jobs import JOB
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.cluster.live import Cluster
from state.cluster.probe import probe
from state.cluster.transport import Transport
from state.freshness import Health

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
PATIENCE = 30.0


def wait(cluster: Cluster, condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> float:
    """Pump until a condition holds; return how long it took."""
    begun = time.monotonic()
    while True:
        cluster.pump()
        if condition():
            return time.monotonic() - begun
        assert time.monotonic() - begun < seconds, f"{what} does not come in {seconds} s"
        time.sleep(0.02)


def opened(path: str, context: str, **scope: Any) -> Cluster:
    config = kubeconfig.load([Path(part) for part in path.split(os.pathsep)])
    names = [one.name for one in config.contexts()]
    name = context if context in names else next(n for n in names if n.endswith(f"-{context}"))
    target = config.target(name)
    signs = SignIns(os.environ)
    return Cluster(name, lambda: connect.connect(target, signs, {}), probe, **scope)


@pytest.fixture(params=["simulator", "real"])
def served(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A kubeconfig and the context of one who may do all."""
    if request.param == "real":
        if not CONFIG:
            pytest.skip("COCKPIT_TEST_KUBECONFIG names no API server")
        return CONFIG, "admin"
    return str(request.getfixturevalue("simulated").kubeconfig), "prod-eu"


@pytest.fixture
def cluster(served: tuple[str, str]) -> Iterator[Cluster]:
    made = opened(*served)
    yield made
    made.close()


def listed(transport: Transport, kind: Kind[Any]) -> set[str]:
    """Return the uids that the server lists now."""
    return {item["metadata"]["uid"] for item in requests.get(transport, kind.resource.path())["items"]}


@pytest.mark.parametrize("kind", [POD, DEPLOYMENT, NODE], ids=lambda kind: kind.resource.plural)
def test_rows_are_what_the_server_lists(cluster: Cluster, kind: Kind[Any]) -> None:
    with cluster.lease(kind) as lease:
        wait(cluster, lambda: lease.feed.complete, "the list")
        wait(cluster, lambda: set(lease.mirror.rows) == listed(cluster.transport(), kind), "equality")
        assert lease.feed.freshness.health is Health.LIVE


def test_what_comes_changes_and_goes_is_seen(cluster: Cluster) -> None:
    name = f"seen-{uuid.uuid4().hex[:8]}"
    with cluster.lease(POD) as lease:
        wait(cluster, lambda: lease.feed.complete, "the list")
        transport = cluster.transport()
        spec = {"containers": [{"name": "main", "image": "registry.example/a:v1"}]}
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        uid = requests.post(transport, POD.resource.path("default"), body)["metadata"]["uid"]
        wait(cluster, lambda: uid in lease.mirror.rows, "the new pod", 5)
        labels = {"metadata": {"labels": {"seen": "yes"}}}
        requests.patch(transport, POD.resource.path("default", name), labels, requests.MERGE_PATCH)
        wait(cluster, lambda: ("seen", "yes") in lease.mirror.rows[uid].labels, "the label", 5)
        requests.delete(transport, POD.resource.path("default", name), {"gracePeriodSeconds": 0})
        wait(cluster, lambda: uid not in lease.mirror.rows, "the pod's end")


def test_a_kind_with_columns_of_the_users_own_has_rows_of_its_own(cluster: Cluster) -> None:
    wide = with_paths(POD, [("NODE'S NAME", "{.spec.nodeName}")])
    with cluster.lease(POD) as plain, cluster.lease(wide) as lease, cluster.lease(wide) as another:
        assert lease.feed is another.feed is cluster.feed(wide)
        assert plain.feed is not lease.feed
        assert plain.feed is cluster.feed(replace(POD, order="AGE"))
        wait(cluster, lambda: plain.feed.complete and lease.feed.complete, "both lists")
        placed = [row for row in lease.mirror if row.node]
        assert placed
        assert {row.extra for row in placed} == {(row.node,) for row in placed}
        assert {row.extra for row in plain.mirror} == {()}


def test_one_who_may_see_nothing_is_denied(served: tuple[str, str]) -> None:
    path, _ = served
    cluster = opened(path, "nobody", fallback=())
    try:
        with cluster.lease(POD) as lease:
            wait(cluster, lambda: lease.feed.freshness.health is Health.DENIED, "the denial")
            assert "forbidden" in lease.feed.freshness.reason
            wait(cluster, lambda: cluster.freshness.health is Health.DENIED, "the cluster's word")
    finally:
        cluster.close()


def test_a_cluster_wide_refusal_falls_back_to_the_own_namespace(served: tuple[str, str]) -> None:
    path, _ = served
    cluster = opened(path, "payments", fallback=("payments",))
    try:
        with cluster.lease(POD) as lease:
            wait(cluster, lambda: cluster.fell_back and lease.feed.complete, "the fall-back")
            assert {row.namespace for row in lease.mirror} <= {"payments"}
            assert len(lease.mirror) > 0
            assert "denied" in cluster.scope
    finally:
        cluster.close()


def test_a_partial_denial_shows_what_it_can_and_names_the_rest(served: tuple[str, str]) -> None:
    path, _ = served
    cluster = opened(path, "payments", namespaces=("payments", "kube-system"))
    try:
        with cluster.lease(POD) as lease:
            wait(cluster, lambda: "denied: kube-system" in lease.feed.freshness.reason, "the partial denial")
            assert lease.feed.freshness.health is Health.LIVE
            assert {row.namespace for row in lease.mirror} == {"payments"}
    finally:
        cluster.close()


def test_a_closed_cluster_leaves_no_thread(served: tuple[str, str]) -> None:
    before = set(threading.enumerate())
    cluster = opened(*served)
    for kind in (POD, DEPLOYMENT, NODE):
        cluster.lease(kind)
    wait(cluster, lambda: cluster.watches == 3 and cluster.freshness.health is Health.LIVE, "the watches")
    cluster.close()
    deadline = time.monotonic() + 5
    while left := [thread for thread in threading.enumerate() if thread not in before]:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)


# --- faults: the simulator alone ---


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A platform of this module's own, to be mistreated."""
    world = DemoWorld(tmp_path_factory.mktemp("faulty"), options=("--story", "calm", "--events-per-second", "50"))
    yield world.wait()
    world.close()


class Switch:
    """The simulator's fault switch."""

    def __init__(self, url: str) -> None:
        self._url = url.split("/as/")[0]

    def set(self, *faults: dict[str, Any]) -> None:
        self._send("PUT", "/_simulator/faults", {"faults": list(faults)})

    def compact(self) -> None:
        self._send("POST", "/_simulator/compact", {})

    def _send(self, method: str, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=5):
            pass


@pytest.fixture
def switch(faulty: Endpoints) -> Iterator[Switch]:
    made = Switch(faulty.kubernetes)
    yield made
    made.set()


@pytest.fixture
def mistreated(faulty: Endpoints) -> Iterator[Cluster]:
    made = opened(str(faulty.kubeconfig), "prod-eu")
    yield made
    made.close()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "path": "/api/v1/pods?*", "requests": 3},
        {"kind": "500", "path": "/api/v1/pods?*", "requests": 3},
        {"kind": "410", "path": "/api/v1/pods?*", "requests": 2},
        {"kind": "429", "path": "/api/v1/pods?*", "requests": 2, "retry_after": 1},
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_a_passing_fault_passes(switch: Switch, mistreated: Cluster, fault: dict[str, Any]) -> None:
    switch.set(fault)
    with mistreated.lease(POD) as lease:
        wait(mistreated, lambda: lease.feed.complete, "the list")
        wait(mistreated, lambda: set(lease.mirror.rows) == listed(mistreated.transport(), POD), "equality")


def test_one_kind_denied_everywhere_takes_nothing_from_the_others(switch: Switch, mistreated: Cluster) -> None:
    switch.set({"kind": "403", "path": "/apis/batch/v1/jobs?*"})
    with mistreated.lease(POD) as pods, mistreated.lease(JOB) as jobs:
        wait(mistreated, lambda: jobs.feed.freshness.health is Health.DENIED, "the denial")
        wait(mistreated, lambda: pods.feed.complete, "the pods")
        for _ in range(20):
            mistreated.pump()
        assert not mistreated.fell_back
        assert mistreated.scope == "all namespaces"
        assert len({row.namespace for row in pods.mirror}) > 5
        assert jobs.feed.freshness.health is Health.DENIED


def test_a_compacted_log_is_listed_anew_and_old_rows_stay(switch: Switch, mistreated: Cluster) -> None:
    with mistreated.lease(POD) as lease:
        wait(mistreated, lambda: lease.feed.complete, "the list")
        count = len(lease.mirror)
        switch.compact()
        switch.set({"kind": "reset", "requests": 1})
        for _ in range(50):
            mistreated.pump()
            assert len(lease.mirror) >= count - 5
            time.sleep(0.01)
        wait(mistreated, lambda: set(lease.mirror.rows) == listed(mistreated.transport(), POD), "equality")


def test_a_frozen_server_is_noticed_and_comes_back(switch: Switch, mistreated: Cluster) -> None:
    with mistreated.lease(POD) as lease:
        wait(mistreated, lambda: lease.feed.complete and mistreated.freshness.health is Health.LIVE, "the list")
        count = len(lease.mirror)
        switch.set({"kind": "freeze"})
        noticed = wait(mistreated, lambda: mistreated.freshness.health is Health.STALE, "notice")
        assert noticed <= 10
        assert len(lease.mirror) == count, "old rows stay"
        assert mistreated.freshness.age(time.time()) is not None
        switch.set()
        assert wait(mistreated, lambda: mistreated.freshness.health is Health.LIVE, "the return") <= 5
        wait(mistreated, lambda: set(lease.mirror.rows) == listed(mistreated.transport(), POD), "equality")


def test_no_right_any_more_is_said_and_rows_stay(switch: Switch, mistreated: Cluster) -> None:
    with mistreated.lease(POD) as lease:
        wait(mistreated, lambda: lease.feed.complete and lease.feed.freshness.health is Health.LIVE, "the list")
        count = len(lease.mirror)
        switch.set({"kind": "reset", "path": "/api/v1/pods?*"})
        wait(mistreated, lambda: lease.feed.freshness.health is Health.STALE, "the break")
        switch.set({"kind": "401", "path": "/api/v1/pods?*"})
        wait(mistreated, lambda: "sign-in failed" in lease.feed.freshness.reason, "the refusal")
        assert lease.feed.freshness.health is Health.STALE
        assert len(lease.mirror) == count
        switch.set()
        wait(mistreated, lambda: lease.feed.freshness.health is Health.LIVE, "the return")
