"""The rollout of Argo in the world's namespace `docs`: half of its pods first, the rest after a pause."""

from typing import Any

from cockpit.simulator.controllers.argo_rollout import REVISION, hash_of, revision_of
from cockpit.simulator.controllers.pods import is_active, is_ready
from cockpit.simulator.kinds import REPLICA_SETS, ROLLOUTS, controller_of
from cockpit.simulator.store import Object
from tests.cockpit.simulator.hand_world import HandWorld

APP = ("docs", "demo-app")
OLD_IMAGE = "docker.io/library/nginx:1.28.0"


def rollout(world: HandWorld) -> Object:
    return world.get(ROLLOUTS, *APP)


def phase(world: HandWorld) -> str:
    return str(rollout(world)["status"]["phase"])


def sets(world: HandWorld) -> dict[int, Object]:
    """Its replica sets by their revision."""
    listed = [one.object for one in world.store.list(REPLICA_SETS, "docs")]
    owned = [one for one in listed if (controller_of(one) or {}).get("kind") == "Rollout"]
    return {revision_of(one): one for one in owned}


def change(world: HandWorld, template: dict[str, Any]) -> None:
    found = rollout(world)
    metadata = {**found["metadata"], "generation": found["metadata"]["generation"] + 1}
    world.store.replace(ROLLOUTS, {**found, "metadata": metadata, "spec": {**found["spec"], "template": template}})


def with_image(template: Object, image: str) -> Object:
    containers = [{**template["spec"]["containers"][0], "image": image}]
    return {**template, "spec": {**template["spec"], "containers": containers}}


def running(world: HandWorld) -> list[str]:
    return [pod["spec"]["containers"][0]["image"] for pod in world.pods(*APP) if is_ready(pod) and is_active(pod)]


def test_it_stands_with_its_past() -> None:
    world = HandWorld()
    found = rollout(world)
    assert (found["status"]["phase"], found["metadata"]["annotations"][REVISION]) == ("Healthy", "2")
    assert sorted(sets(world)) == [1, 2]
    assert found["status"]["stableRS"] == hash_of(sets(world)[2])
    assert len(running(world)) == 2


def test_a_new_template_goes_by_the_steps_of_the_canary() -> None:
    world = HandWorld()
    before = running(world)
    change(world, with_image(rollout(world)["spec"]["template"], OLD_IMAGE))
    world.run_until(lambda: phase(world) == "Paused", within=60)
    assert sorted(running(world)) == sorted([OLD_IMAGE, before[0]])
    status = rollout(world)["status"]
    assert (status["currentStepIndex"], status["message"], status["updatedReplicas"]) == (1, "CanaryPauseStep", 1)
    assert status["pauseConditions"][0]["reason"] == "CanaryPauseStep"
    world.run_until(lambda: phase(world) == "Healthy", within=90)
    assert running(world) == [OLD_IMAGE, OLD_IMAGE]
    assert rollout(world)["status"]["stableRS"] == hash_of(sets(world)[3])


def test_back_to_what_was_stable_there_are_no_steps_and_the_old_set_is_numbered_anew() -> None:
    world = HandWorld()
    stable = rollout(world)["spec"]["template"]
    change(world, with_image(stable, OLD_IMAGE))
    world.run_until(lambda: phase(world) == "Paused", within=60)
    change(world, stable)
    world.run_until(lambda: phase(world) == "Healthy", within=20)
    assert sorted(sets(world)) == [1, 3, 4]
    assert sets(world)[4]["metadata"]["annotations"]["rollout.argoproj.io/revision-history"] == "2"


def test_pods_that_never_come_make_it_degraded() -> None:
    world = HandWorld()
    change(world, with_image(rollout(world)["spec"]["template"], "registry.example/gone:v1"))
    world.run_until(lambda: phase(world) == "Degraded", within=700)
    assert "has timed out progressing" in rollout(world)["status"]["message"]
    assert len(running(world)) == 2
