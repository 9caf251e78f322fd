import pytest

from cockpit.simulator.controllers.conditions import find
from cockpit.simulator.controllers.pods import is_ready
from cockpit.simulator.kinds import DEPLOYMENTS, EVENTS, PODS, REPLICA_SETS, name_of, with_metadata
from cockpit.simulator.store import Object
from tests.cockpit.simulator.hand_world import HandWorld

WEB = ("storefront", "storefront-web")


@pytest.fixture
def world() -> HandWorld:
    return HandWorld()


def status(world: HandWorld) -> Object:
    found: Object = world.get(DEPLOYMENTS, *WEB)["status"]
    return found


def with_image(world: HandWorld, image: str) -> None:
    template = world.get(DEPLOYMENTS, *WEB)["spec"]["template"]
    container = {**template["spec"]["containers"][0], "image": image}
    spec = {**template["spec"], "containers": [container]}
    world.change_spec(DEPLOYMENTS, *WEB, template={**template, "spec": spec})


def restart(world: HandWorld, mark: str) -> None:
    template = world.get(DEPLOYMENTS, *WEB)["spec"]["template"]
    metadata = {**template["metadata"], "annotations": {"kubectl.kubernetes.io/restartedAt": mark}}
    world.change_spec(DEPLOYMENTS, *WEB, template={**template, "metadata": metadata})


def reasons(world: HandWorld, kind: str) -> list[str]:
    return [
        one.object["reason"] for one in world.store.list(EVENTS, WEB[0]) if one.object["involvedObject"]["kind"] == kind
    ]


def test_scaling_up_brings_pods_that_get_ready(world: HandWorld) -> None:
    world.change_spec(DEPLOYMENTS, *WEB, replicas=6)
    world.run(30)
    assert status(world)["readyReplicas"] == 6
    assert "Scaled up replica set" in "".join(one.object["message"] for one in world.store.list(EVENTS, WEB[0]))
    assert reasons(world, "ReplicaSet").count("SuccessfulCreate") == 3
    assert {"Scheduled", "Pulled", "Created", "Started"} <= set(reasons(world, "Pod"))


def test_scaling_down_takes_the_youngest(world: HandWorld) -> None:
    old = {pod["metadata"]["name"] for pod in world.pods(*WEB)}
    world.change_spec(DEPLOYMENTS, *WEB, replicas=5)
    world.run(30)
    world.change_spec(DEPLOYMENTS, *WEB, replicas=3)
    world.run(30)
    assert {pod["metadata"]["name"] for pod in world.pods(*WEB)} == old
    assert "Killing" in reasons(world, "Pod")


def test_a_restart_never_has_fewer_pods_than_allowed(world: HandWorld) -> None:
    before = {pod["metadata"]["uid"] for pod in world.pods(*WEB)}
    restart(world, "now")
    while status(world).get("updatedReplicas") != 3 or status(world)["replicas"] != 3:
        world.run(0.2)
        alive = [pod for pod in world.pods(*WEB) if "deletionTimestamp" not in pod["metadata"]]
        assert sum(is_ready(pod) for pod in alive) >= 3
        assert len(alive) <= 4
    world.run(20)
    assert before.isdisjoint(pod["metadata"]["uid"] for pod in world.pods(*WEB))
    assert status(world)["observedGeneration"] == world.get(DEPLOYMENTS, *WEB)["metadata"]["generation"]


def test_an_image_that_is_not_there_leaves_the_old_pods_serving(world: HandWorld) -> None:
    with_image(world, "registry.example/storefront-web:v9.9.9")
    world.run(60)
    assert sum(is_ready(pod) for pod in world.pods(*WEB)) == 3
    stuck = [pod for pod in world.pods(*WEB) if not is_ready(pod)]
    assert [pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] for pod in stuck] == [
        "ImagePullBackOff"
    ]
    world.undo(*WEB)
    world.run(30)
    assert all(is_ready(pod) for pod in world.pods(*WEB))


def test_history_keeps_ten_old_revisions(world: HandWorld) -> None:
    for number in range(14):
        restart(world, str(number))
        world.run(40)
    assert len([one for one in world.replica_sets(*WEB) if not one["spec"]["replicas"]]) == 10


def test_a_paused_deployment_does_not_roll_but_scales(world: HandWorld) -> None:
    count = len(world.replica_sets(*WEB))
    world.change_spec(DEPLOYMENTS, *WEB, paused=True)
    restart(world, "later")
    world.change_spec(DEPLOYMENTS, *WEB, replicas=4)
    world.run(30)
    assert len(world.replica_sets(*WEB)) == count
    assert status(world)["readyReplicas"] == 4
    world.change_spec(DEPLOYMENTS, *WEB, paused=False)
    world.run(60)
    assert len(world.replica_sets(*WEB)) == count + 1
    assert status(world)["updatedReplicas"] == 4


def test_recreate_ends_the_old_pods_before_it_makes_new_ones(world: HandWorld) -> None:
    world.change_spec(DEPLOYMENTS, *WEB, strategy={"type": "Recreate"})
    old = {pod["metadata"]["uid"] for pod in world.pods(*WEB)}
    restart(world, "all at once")
    while old & {pod["metadata"]["uid"] for pod in world.pods(*WEB)}:
        assert old >= {pod["metadata"]["uid"] for pod in world.pods(*WEB)}
        world.run(0.2)
    world.run(20)
    assert status(world)["readyReplicas"] == 3


def test_min_ready_seconds_are_waited_for(world: HandWorld) -> None:
    world.change_spec(DEPLOYMENTS, *WEB, minReadySeconds=30)
    restart(world, "slowly")
    world.run(60)
    assert status(world)["updatedReplicas"] < 3
    world.run(120)
    assert (status(world)["updatedReplicas"], status(world)["availableReplicas"]) == (3, 3)


def test_a_pod_whose_labels_no_longer_match_is_let_go_and_replaced(world: HandWorld) -> None:
    pod = world.pods(*WEB)[0]
    labels = {**pod["metadata"]["labels"], "app.kubernetes.io/name": "looked-into"}
    world.store.replace(PODS, with_metadata(pod, labels=labels))
    world.run(20)
    assert "ownerReferences" not in world.get(PODS, *name_of(pod))["metadata"]
    assert status(world)["readyReplicas"] == 3


def test_a_deleted_pod_is_replaced(world: HandWorld) -> None:
    pod = world.pods(*WEB)[0]
    world.delete(PODS, *name_of(pod))
    world.run(1)
    assert status(world)["unavailableReplicas"] == 1
    world.run(20)
    assert world.store.get(PODS, *name_of(pod)) is None
    assert status(world)["availableReplicas"] == 3


def test_scaling_to_nothing_and_back(world: HandWorld) -> None:
    world.change_spec(DEPLOYMENTS, *WEB, replicas=0)
    world.run(20)
    assert world.pods(*WEB) == []
    assert "replicas" not in status(world)
    assert world.world.traffic(*WEB, world.hand.moment + 600).error_ratio > 0.9
    world.change_spec(DEPLOYMENTS, *WEB, replicas=3)
    world.run(20)
    available = find(status(world)["conditions"], "Available")
    assert available is not None
    assert available["status"] == "True"


def test_a_deployment_that_is_deleted_takes_everything_with_it(world: HandWorld) -> None:
    world.delete(DEPLOYMENTS, *WEB)
    world.run(20)
    assert world.pods(*WEB) == []
    assert world.replica_sets(*WEB) == []


@pytest.mark.parametrize(("finalizer", "left"), [("foregroundDeletion", 0), ("orphan", 6)])
def test_finalizers_say_what_becomes_of_the_dependents(world: HandWorld, finalizer: str, left: int) -> None:
    marked = with_metadata(world.get(DEPLOYMENTS, *WEB), finalizers=[finalizer])
    world.store.replace(DEPLOYMENTS, marked)
    world.delete(DEPLOYMENTS, *WEB)
    if finalizer == "foregroundDeletion":
        world.run(0.5)
        assert world.store.get(DEPLOYMENTS, *WEB) is not None
    world.run(20)
    assert world.store.get(DEPLOYMENTS, *WEB) is None
    assert len(world.replica_sets(*WEB)) == left
    assert all("ownerReferences" not in one["metadata"] for one in world.replica_sets(*WEB))
    assert len(world.pods(*WEB)) == (3 if left else 0)


def test_a_replica_set_nobody_keeps_still_keeps_its_pods(world: HandWorld) -> None:
    marked = with_metadata(world.get(DEPLOYMENTS, *WEB), finalizers=["orphan"])
    world.store.replace(DEPLOYMENTS, marked)
    world.delete(DEPLOYMENTS, *WEB)
    world.run(5)
    world.delete(PODS, *name_of(world.pods(*WEB)[0]))
    world.run(20)
    assert len(world.pods(*WEB)) == 3
    assert world.store.count(REPLICA_SETS) > 0
