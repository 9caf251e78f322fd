import pytest

from cockpit.simulator.controllers.autoscaler import desired_replicas
from cockpit.simulator.controllers.conditions import find
from cockpit.simulator.controllers.pods import is_ready
from cockpit.simulator.kinds import (
    CERTIFICATES,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    ENDPOINTS,
    EVENTS,
    NAMESPACES,
    NODES,
    PDBS,
    PODS,
    QUOTAS,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    name_of,
    new_object,
    with_metadata,
)
from cockpit.simulator.pod_lives import HALTED
from cockpit.simulator.store import Object
from tests.cockpit.simulator.hand_world import HandWorld

WEB = ("storefront", "storefront-web")


@pytest.fixture
def world() -> HandWorld:
    return HandWorld()


def ready(world: HandWorld, node: str) -> str:
    condition = find(world.get(NODES, "", node)["status"]["conditions"], "Ready")
    assert condition is not None
    return str(condition["status"])


def addresses(world: HandWorld) -> set[str]:
    subsets = world.get(ENDPOINTS, *WEB)["subsets"]
    return {one["ip"] for subset in subsets for one in subset.get("addresses", ())}


def taints(world: HandWorld, node: str) -> set[str]:
    return {taint["key"] for taint in world.get(NODES, "", node)["spec"].get("taints", ())}


def halt(world: HandWorld, node: str, *, halted: bool) -> None:
    tree = world.get(NODES, "", node)
    annotations = {HALTED: "true"} if halted else None
    world.store.replace(NODES, with_metadata(tree, annotations=annotations))


def test_a_cordoned_node_is_tainted_and_gets_no_pods(world: HandWorld) -> None:
    world.change_spec(NODES, "", "node-5", unschedulable=True)
    world.run(1)
    assert taints(world, "node-5") == {"node.kubernetes.io/unschedulable"}
    before = len(world.built.context.pods.on_node("node-5"))
    world.change_spec(DEPLOYMENTS, *WEB, replicas=9)
    world.run(20)
    assert len(world.built.context.pods.on_node("node-5")) == before
    world.change_spec(NODES, "", "node-5", unschedulable=False)
    world.run(1)
    assert taints(world, "node-5") == set()


def test_a_silent_node_is_lost_its_pods_move_and_it_comes_back(world: HandWorld) -> None:
    node = world.pods(*WEB)[0]["spec"]["nodeName"]
    halt(world, node, halted=True)
    world.run(60)
    assert ready(world, node) == "Unknown"
    assert taints(world, node) == {"node.kubernetes.io/unreachable"}
    assert not any(is_ready(pod) for pod in world.built.context.pods.on_node(node))
    world.run(320)
    stuck = [pod for pod in world.built.context.pods.on_node(node) if "deletionTimestamp" in pod["metadata"]]
    assert stuck
    assert sum(is_ready(pod) for pod in world.pods(*WEB)) == 3
    halt(world, node, halted=False)
    world.run(30)
    assert ready(world, node) == "True"
    assert taints(world, node) == set()
    assert not [pod for pod in world.built.context.pods.on_node(node) if "deletionTimestamp" in pod["metadata"]]


def test_the_pods_of_a_deleted_node_go_with_it(world: HandWorld) -> None:
    world.store.remove(NODES, "", "node-4")
    world.run(30)
    assert world.built.context.pods.on_node("node-4") == []
    assert all(pod.object["status"]["phase"] in ("Running", "Succeeded") for pod in world.store.list(PODS))


def test_a_pod_too_large_for_every_node_says_so_and_is_bound_when_one_comes(world: HandWorld) -> None:
    container = {"name": "big", "image": "nginx", "resources": {"requests": {"cpu": "6"}}}
    world.store.create(PODS, new_object(PODS, "big", "docs", spec={"containers": [container]}, status={}))
    world.run(5)
    pod = world.get(PODS, "docs", "big")
    scheduled = find(pod["status"]["conditions"], "PodScheduled")
    assert scheduled is not None
    assert scheduled["message"].startswith("0/12 nodes are available: 12 Insufficient cpu.")
    assert "FailedScheduling" in [one.object["reason"] for one in world.store.list(EVENTS, "docs")]
    like = world.get(NODES, "", "node-1")
    large = {**like["status"], "allocatable": {**like["status"]["allocatable"], "cpu": "16"}}
    world.store.create(NODES, new_object(NODES, "node-13", labels=like["metadata"]["labels"], spec={}, status=large))
    world.run(20)
    assert world.get(PODS, "docs", "big")["spec"]["nodeName"] == "node-13"


def test_budgets_follow_the_pods(world: HandWorld) -> None:
    assert world.get(PDBS, *WEB)["status"]["disruptionsAllowed"] == 2
    world.delete(PODS, *name_of(world.pods(*WEB)[0]))
    world.run(0.5)
    status = world.get(PDBS, *WEB)["status"]
    assert (status["currentHealthy"], status["disruptionsAllowed"], status["expectedPods"]) == (2, 1, 3)
    world.run(20)
    assert world.get(PDBS, *WEB)["status"]["disruptionsAllowed"] == 2


def test_endpoints_follow_the_pods(world: HandWorld) -> None:
    before = addresses(world)
    pod = world.pods(*WEB)[0]
    world.delete(PODS, *name_of(pod))
    world.run(0.5)
    assert addresses(world) == before - {pod["status"]["podIP"]}
    world.run(20)
    assert len(addresses(world)) == 3
    slices = [one.object for one in world.store.list(ENDPOINT_SLICES, WEB[0])]
    own = next(one for one in slices if one["metadata"]["labels"]["kubernetes.io/service-name"] == WEB[1])
    assert {address for one in own["endpoints"] for address in one["addresses"]} == addresses(world)


def test_endpoints_go_with_their_service(world: HandWorld) -> None:
    world.delete(SERVICES, *WEB)
    world.run(1)
    assert world.store.get(ENDPOINTS, *WEB) is None
    assert WEB not in world.world.services()


def test_a_new_namespace_is_furnished_and_a_deleted_one_is_emptied(world: HandWorld) -> None:
    world.store.create(NAMESPACES, new_object(NAMESPACES, "fresh", spec={"finalizers": ["kubernetes"]}))
    world.run(1)
    assert world.get(NAMESPACES, "", "fresh")["status"]["phase"] == "Active"
    assert world.store.get(SERVICE_ACCOUNTS, "fresh", "default") is not None
    ending = with_metadata(world.get(NAMESPACES, "", "docs"), deletionTimestamp="2026-11-24T05:30:00Z")
    world.store.replace(NAMESPACES, ending)
    world.run(1)
    assert world.get(NAMESPACES, "", "docs")["status"]["phase"] == "Terminating"
    world.run(20)
    assert world.store.get(NAMESPACES, "", "docs") is None
    left = [name_of(one.object) for kind in world.store.collections() for one in world.store.list(kind, "docs")]
    assert left == []


def test_a_new_certificate_is_issued(world: HandWorld) -> None:
    spec = {"secretName": "new-tls", "dnsNames": ["new.example"], "duration": "48h0m0s", "renewBefore": "12h0m0s"}
    world.store.create(CERTIFICATES, new_object(CERTIFICATES, "new", "docs", spec=spec))
    world.run(20)
    assert world.store.get(SECRETS, "docs", "new-tls") is not None
    left = {name: not_after - world.hand.moment for _, name, not_after in world.world.certificates()}
    assert 47 * 3600 < left["new"] <= 48 * 3600


@pytest.mark.parametrize(("usage", "expected"), [(70.0, 3), (75.0, 3), (105.0, 5), (10.0, 2), (700.0, 8)])
def test_an_autoscaler_wants_as_many_as_bring_usage_to_its_target(usage: float, expected: int) -> None:
    assert desired_replicas(3, usage, 70.0, 2, 8) == expected


def test_quotas_count_what_the_pods_request(world: HandWorld) -> None:
    def used() -> Object:
        found: Object = world.get(QUOTAS, "storefront", "team")["status"]["used"]
        return found

    assert used() == {"requests.cpu": "3400m", "requests.memory": "8960Mi", "pods": "9"}
    world.change_spec(DEPLOYMENTS, *WEB, replicas=4)
    world.run(20)
    assert used() == {"requests.cpu": "3800m", "requests.memory": "9472Mi", "pods": "10"}


def test_events_are_gone_after_an_hour(world: HandWorld) -> None:
    world.change_spec(DEPLOYMENTS, *WEB, replicas=4)
    world.run(30)

    def about_scaling() -> list[Object]:
        return [one.object for one in world.store.list(EVENTS, WEB[0]) if one.object["reason"] == "ScalingReplicaSet"]

    assert about_scaling()
    world.run(3700)
    assert about_scaling() == []
