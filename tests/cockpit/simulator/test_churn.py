from cockpit.simulator.churn import Churn
from cockpit.simulator.controllers.pods import is_ready, restarts
from cockpit.simulator.kinds import PODS
from tests.cockpit.simulator.hand_world import HandWorld


def churned(changed: float, replaced: float) -> HandWorld:
    world = HandWorld(pods=600)
    Churn(world.built.context, changed, replaced, 1).begin()
    return world


def test_pods_change_at_the_rate_asked_for_and_stay_well() -> None:
    world = churned(200.0, 0.0)
    before = world.store.revision
    world.run(10)
    changes = world.store.changes(PODS, before)
    assert 1900 <= len(changes) <= 2100
    assert {change.type for change in changes} == {"MODIFIED"}
    assert {change.new.object["metadata"]["namespace"] for change in changes} == {"load-1", "load-2"}
    load = [pod.object for pod in world.store.list(PODS, "load-1")]
    assert all(is_ready(pod) for pod in load)
    assert any(restarts(pod) for pod in load)


def test_replaced_pods_come_back() -> None:
    world = churned(0.0, 10.0)
    before = world.store.revision
    world.run(10)
    deleted = [change for change in world.store.changes(PODS, before) if change.type == "DELETED"]
    assert 60 <= len(deleted) <= 100
    assert world.store.count(PODS) >= 600
    ready = sum(is_ready(pod.object) for pod in world.store.list(PODS))
    assert ready > 500
