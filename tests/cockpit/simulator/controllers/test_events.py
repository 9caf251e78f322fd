from itertools import count

import pytest

from cockpit.simulator.controllers import events
from cockpit.simulator.controllers.events import KEPT_SECONDS, Source
from cockpit.simulator.kinds import EVENTS, NODES, PODS
from cockpit.simulator.store import Object
from tests.cockpit.simulator.hand_world import HandWorld

KUBELET = Source("kubelet", "node-1")


def all_events(world: HandWorld) -> list[Object]:
    return [stored.object for stored in world.store.list(EVENTS)]


def test_a_repeated_event_is_counted() -> None:
    world = HandWorld()
    recorder, pod = world.built.context.events, world.pods("payments", "payments-api")[0]
    before = len(all_events(world))
    for _ in range(3):
        recorder.warning(pod, KUBELET, "BackOff", "Back-off restarting failed container")
        world.run(10)
    assert len(all_events(world)) == before + 1
    event = next(one for one in all_events(world) if one["reason"] == "BackOff")
    assert event["count"] == 3
    assert event["firstTimestamp"] < event["lastTimestamp"]
    assert event["involvedObject"]["uid"] == pod["metadata"]["uid"]
    assert event["source"] == {"component": "kubelet", "host": "node-1"}


def test_an_event_that_goes_on_outlives_the_hour_and_one_that_does_not_goes() -> None:
    world = HandWorld()
    recorder, pod = world.built.context.events, world.pods("payments", "payments-api")[0]
    recorder.normal(pod, KUBELET, "Once", "only once")
    for _ in range(8):
        recorder.normal(pod, KUBELET, "Often", "again and again")
        world.run(KEPT_SECONDS / 6)
    reasons = {one["reason"] for one in all_events(world)}
    assert "Often" in reasons
    assert "Once" not in reasons
    world.run(KEPT_SECONDS + 30)
    assert "Often" not in {one["reason"] for one in all_events(world)}


def test_the_scheduler_writes_them_in_its_own_way() -> None:
    world = HandWorld()
    pod = world.pods("payments", "payments-api")[0]
    world.built.context.events.normal(pod, Source("default-scheduler"), "Scheduled", "assigned")
    event = next(one for one in all_events(world) if one["reason"] == "Scheduled")
    assert (event["firstTimestamp"], event["lastTimestamp"]) == (None, None)
    assert event["eventTime"].endswith("Z")


def test_events_about_nodes_lie_in_the_default_namespace() -> None:
    world = HandWorld()
    world.built.context.events.normal(world.get(NODES, "", "node-1"), KUBELET, "Rebooted", "it was")
    event = next(one for one in all_events(world) if one["reason"] == "Rebooted")
    assert event["metadata"]["namespace"] == "default"
    assert "namespace" not in event["involvedObject"]


def test_however_many_there_are_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_KEPT", 40)
    world = HandWorld()
    numbers = count()
    for stored in world.store.list(PODS)[:60]:
        world.built.context.events.normal(stored.object, KUBELET, "Counted", f"number {next(numbers)}")
    messages = [one["message"] for one in all_events(world)]
    assert len(messages) <= 40
    assert "number 59" in messages
    assert "number 0" not in messages
