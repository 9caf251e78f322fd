"""Look-ups across kinds, on a cluster that has them all."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.demo_world import Endpoints
from cockpit.place import HELD
from state.cluster import connect, kubeconfig
from state.cluster.credentials import SignIns
from state.cluster.live import Cluster
from state.cluster.probe import probe
from state.freshness import Health
from state.platform_view import PlatformView
from state.ref import GroupKind, Ref

DEPLOYMENT, POD, NODE = GroupKind("apps", "Deployment"), GroupKind("", "Pod"), GroupKind("", "Node")


@pytest.fixture(scope="module")
def view(simulated: Endpoints) -> Iterator[PlatformView]:
    target = kubeconfig.load([Path(simulated.kubeconfig)]).target("prod-eu")
    signs = SignIns(os.environ)
    cluster = Cluster("prod-eu", lambda: connect.connect(target, signs, {}), probe)
    made = PlatformView(cluster, HELD)
    made.begin()
    deadline = time.monotonic() + 20
    while not all(made.feed(kind.resource.group_kind).complete for kind in HELD):
        cluster.pump()
        assert time.monotonic() < deadline, "the kinds are not listed"
        time.sleep(0.01)
    yield made
    cluster.close()


def test_a_deployment_knows_its_pods_and_they_know_it(view: PlatformView) -> None:
    ref = view.find(DEPLOYMENT, "payments", "payments-api")
    assert ref == Ref("prod-eu", DEPLOYMENT, "payments", "payments-api")
    pods = view.pods_of(ref)
    assert len(pods) == 3
    for pod in pods:
        assert view.owner(pod) == ref
        assert view.pods_of(pod) == [pod]


def test_a_service_leads_to_the_pods_it_selects(view: PlatformView) -> None:
    found = list(view.pods_of_service("payments", "payments-api"))
    assert {pod.name.rsplit("-", 2)[0] for pod in found} == {"payments-api"}
    assert list(view.pods_of_service("payments", "no-such")) == []


def test_a_node_is_found_by_name_and_others_are_not(view: PlatformView) -> None:
    assert view.node_at("node-7") == Ref("prod-eu", NODE, "", "node-7")
    assert view.node_at("10.9.9.9") is None
    assert view.find(POD, "payments", "gone") is None
    assert view.owner(Ref("prod-eu", POD, "payments", "gone")) is None


def test_the_platform_is_live_and_calm(view: PlatformView) -> None:
    assert view.freshness.health is Health.LIVE
    view.worst.update(time.time())
    assert view.worst.well() > 400
