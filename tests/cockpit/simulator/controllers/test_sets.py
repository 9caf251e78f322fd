import pytest

from cockpit.simulator.controllers.pods import is_ready
from cockpit.simulator.kinds import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    NODES,
    PODS,
    PVCS,
    PVS,
    STATEFUL_SETS,
    new_object,
)
from cockpit.simulator.store import Object
from tests.cockpit.simulator.hand_world import HandWorld

DATABASE = ("payments", "payments-db")
PROXY = ("kube-system", "kube-proxy")


@pytest.fixture
def world() -> HandWorld:
    return HandWorld()


def restarted(world: HandWorld, mark: str, spec: Object) -> Object:
    template = spec["template"]
    annotations = {"kubectl.kubernetes.io/restartedAt": mark}
    return {**template, "metadata": {**template["metadata"], "annotations": annotations}}


def test_a_stateful_set_grows_in_order_with_volumes(world: HandWorld) -> None:
    world.change_spec(STATEFUL_SETS, *DATABASE, replicas=4)
    world.run_until(lambda: len(world.pods(*DATABASE)) == 3, within=10)
    assert world.store.get(PODS, "payments", "payments-db-3") is None
    world.run(30)
    assert [pod["metadata"]["name"] for pod in world.pods(*DATABASE)] == [f"payments-db-{n}" for n in range(4)]
    claim = world.get(PVCS, "payments", "data-payments-db-3")
    assert claim["status"]["phase"] == "Bound"
    assert world.store.get(PVS, "", claim["spec"]["volumeName"]) is not None


def test_a_stateful_set_shrinks_from_the_end_and_keeps_the_volumes(world: HandWorld) -> None:
    world.change_spec(STATEFUL_SETS, *DATABASE, replicas=1)
    world.run(20)
    assert [pod["metadata"]["name"] for pod in world.pods(*DATABASE)] == ["payments-db-0"]
    assert world.store.get(PVCS, "payments", "data-payments-db-1") is not None


def test_a_deleted_stateful_pod_comes_back_under_its_name(world: HandWorld) -> None:
    uid = world.get(PODS, "payments", "payments-db-0")["metadata"]["uid"]
    world.delete(PODS, "payments", "payments-db-0")
    world.run(20)
    pod = world.get(PODS, "payments", "payments-db-0")
    assert pod["metadata"]["uid"] != uid
    assert is_ready(pod)


def test_a_stateful_set_is_renewed_from_the_end_one_at_a_time(world: HandWorld) -> None:
    spec = world.get(STATEFUL_SETS, *DATABASE)["spec"]
    world.change_spec(STATEFUL_SETS, *DATABASE, template=restarted(world, "now", spec))
    fewest = 2
    for _ in range(100):
        world.run(0.2)
        fewest = min(fewest, sum(is_ready(pod) for pod in world.pods(*DATABASE)))
    assert fewest == 1
    status = world.get(STATEFUL_SETS, *DATABASE)["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert (status["readyReplicas"], status["updatedReplicas"]) == (2, 2)
    assert len(world.store.list(CONTROLLER_REVISIONS, "payments")) == 2


def test_going_back_to_a_template_renumbers_its_revision(world: HandWorld) -> None:
    spec = world.get(STATEFUL_SETS, *DATABASE)["spec"]
    world.change_spec(STATEFUL_SETS, *DATABASE, template=restarted(world, "now", spec))
    world.run(40)
    world.change_spec(STATEFUL_SETS, *DATABASE, template=spec["template"])
    world.run(40)
    assert sorted(one.object["revision"] for one in world.store.list(CONTROLLER_REVISIONS, "payments")) == [2, 3]


def test_a_new_node_gets_its_daemons(world: HandWorld) -> None:
    like = world.get(NODES, "", "node-1")
    node = new_object(NODES, "node-13", labels=like["metadata"]["labels"], spec={}, status=like["status"])
    world.store.create(NODES, node)
    world.run(20)
    daemons = world.built.context.pods.on_node("node-13")
    assert {pod["metadata"]["ownerReferences"][0]["kind"] for pod in daemons} == {"DaemonSet"}
    assert len(daemons) == 7
    assert all(is_ready(pod) for pod in daemons)
    assert world.get(DAEMON_SETS, *PROXY)["status"]["numberReady"] == 13


def test_a_daemon_set_is_renewed_one_node_after_the_other(world: HandWorld) -> None:
    spec = world.get(DAEMON_SETS, *PROXY)["spec"]
    world.change_spec(DAEMON_SETS, *PROXY, template=restarted(world, "now", spec))
    fewest = 12
    for _ in range(400):
        world.run(0.25)
        fewest = min(fewest, sum(is_ready(pod) for pod in world.pods(*PROXY)))
    status = world.get(DAEMON_SETS, *PROXY)["status"]
    assert fewest == 11
    assert (status["updatedNumberScheduled"], status["numberReady"]) == (12, 12)


def test_cordoned_nodes_keep_their_daemons(world: HandWorld) -> None:
    world.change_spec(NODES, "", "node-2", unschedulable=True)
    world.run(5)
    assert world.get(DAEMON_SETS, *PROXY)["status"]["desiredNumberScheduled"] == 12
