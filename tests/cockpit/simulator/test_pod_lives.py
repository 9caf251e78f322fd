import asyncio
from itertools import pairwise

import pytest

from cockpit.simulator.clock import seconds_of
from cockpit.simulator.controllers.conditions import find
from cockpit.simulator.kinds import CONFIG_MAPS, EVENTS, PODS, name_of, new_object, with_metadata
from cockpit.simulator.pod_lives import back_off
from cockpit.simulator.programs import Programs, program_of, repository, tag
from cockpit.simulator.store import Object, Store
from tests.cockpit.simulator.hand_world import HandWorld


@pytest.fixture
def world() -> HandWorld:
    return HandWorld()


def run_pod(world: HandWorld, *containers: Object, policy: str = "Always", **spec: object) -> None:
    tree = new_object(
        PODS,
        "one",
        "docs",
        spec={"containers": list(containers), "restartPolicy": policy, "terminationGracePeriodSeconds": 30, **spec},
        status={"phase": "Pending"},
    )
    world.store.create(PODS, tree)


def shell(command: str, name: str = "main", **rest: object) -> Object:
    return {"name": name, "image": "busybox:1.37", "command": ["sh", "-c", command], **rest}


def pod(world: HandWorld) -> Object:
    return world.get(PODS, "docs", "one")


def state(world: HandWorld, field: str = "containerStatuses", index: int = 0) -> Object:
    found: Object = pod(world)["status"][field][index]
    return found


def events(world: HandWorld) -> list[str]:
    return [one.object["reason"] for one in world.store.list(EVENTS, "docs")]


def test_back_off_doubles_up_to_five_minutes() -> None:
    assert [back_off(restarts) for restarts in range(8)] == [0, 10, 20, 40, 80, 160, 300, 300]


def test_a_pod_goes_through_its_life(world: HandWorld) -> None:
    run_pod(world, {"name": "main", "image": "nginx:1.29"})
    seen = []
    for _ in range(200):
        world.run(0.05)
        phase = (pod(world)["status"]["phase"], *(state(world)["state"] if "startTime" in pod(world)["status"] else ()))
        if not seen or seen[-1] != phase:
            seen.append(phase)
    assert seen == [("Pending", "waiting"), ("Running", "running")]
    ready = find(pod(world)["status"]["conditions"], "Ready")
    assert ready is not None
    assert ready["status"] == "True"
    assert pod(world)["status"]["podIP"]
    assert pod(world)["status"]["hostIP"].startswith("10.0.")
    assert {"Scheduled", "Pulling", "Pulled", "Created", "Started"} <= set(events(world))


def test_a_crash_loop_waits_longer_each_time(world: HandWorld) -> None:
    run_pod(world, shell("exit 3"))
    starts = []
    last = ""
    while len(starts) < 6:
        world.run(0.25)
        running = state(world)["state"].get("running") if "startTime" in pod(world)["status"] else None
        if running and state(world)["restartCount"] == len(starts):
            starts.append(seconds_of(running["startedAt"]))
        if state(world)["lastState"]:
            last = state(world)["lastState"]["terminated"]["reason"]
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    for pause, expected in zip(pauses, (0, 10, 20, 40, 80), strict=True):
        assert expected <= pause <= expected + 5
    assert last == "Error"
    assert "BackOff" in events(world)
    world.run(20)
    assert state(world)["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert state(world)["state"]["waiting"]["message"].startswith("back-off 2m40s restarting failed container=main")
    assert pod(world)["status"]["phase"] == "Running"


@pytest.mark.parametrize(
    ("command", "policy", "phase", "restarted"),
    [
        ("exit 0", "Never", "Succeeded", False),
        ("exit 4", "Never", "Failed", False),
        ("exit 0", "OnFailure", "Succeeded", False),
        ("exit 4", "OnFailure", "Running", True),
        ("exit 0", "Always", "Running", True),
    ],
)
def test_the_restart_policy_decides(world: HandWorld, command: str, policy: str, phase: str, restarted: bool) -> None:
    run_pod(world, shell(command), policy=policy)
    world.run(30)
    assert pod(world)["status"]["phase"] == phase
    assert (state(world)["restartCount"] > 0) == restarted


def test_init_containers_go_first_one_after_the_other(world: HandWorld) -> None:
    inits = [shell("sleep 2", "first"), shell("sleep 2", "second")]
    run_pod(world, {"name": "main", "image": "nginx:1.29"}, initContainers=inits)
    world.run_until(lambda: "initContainerStatuses" in pod(world)["status"], within=5)
    world.run_until(lambda: "running" in state(world, "initContainerStatuses")["state"], within=5)
    first, second = pod(world)["status"]["initContainerStatuses"]
    assert "running" in first["state"]
    assert "waiting" in second["state"]
    assert state(world)["state"]["waiting"]["reason"] == "PodInitializing"
    world.run(20)
    assert [one["state"]["terminated"]["exitCode"] for one in pod(world)["status"]["initContainerStatuses"]] == [0, 0]
    assert "running" in state(world)["state"]


def test_a_sidecar_stays_beside_the_others(world: HandWorld) -> None:
    sidecar = {"name": "proxy", "image": "nginx:1.29", "restartPolicy": "Always"}
    run_pod(world, {"name": "main", "image": "nginx:1.29"}, initContainers=[sidecar])
    world.run(20)
    assert "running" in state(world, "initContainerStatuses")["state"]
    assert state(world)["ready"]


def test_an_init_container_that_fails_holds_the_pod_back(world: HandWorld) -> None:
    run_pod(world, {"name": "main", "image": "nginx:1.29"}, initContainers=[shell("exit 1", "first")])
    world.run(30)
    assert pod(world)["status"]["phase"] == "Pending"
    assert state(world, "initContainerStatuses")["restartCount"] > 0


def test_a_setting_that_is_missing_holds_a_container_back_until_it_is_made(world: HandWorld) -> None:
    sources = [{"configMapRef": {"name": "settings"}}]
    run_pod(world, {"name": "main", "image": "nginx:1.29", "envFrom": sources})
    world.run(10)
    assert state(world)["state"]["waiting"] == {
        "reason": "CreateContainerConfigError",
        "message": 'configmap "settings" not found',
    }
    world.store.create(CONFIG_MAPS, new_object(CONFIG_MAPS, "settings", "docs", data={"A": "1"}))
    world.run(20)
    assert state(world)["ready"]


def test_too_little_memory_kills(world: HandWorld) -> None:
    run_pod(world, {"name": "main", "image": "nginx:1.29", "resources": {"limits": {"memory": "1Mi"}}})
    world.run(15)
    assert state(world)["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert state(world)["lastState"]["terminated"]["exitCode"] == 137


def test_a_deleted_pod_ends_within_its_grace(world: HandWorld) -> None:
    run_pod(world, {"name": "main", "image": "nginx:1.29"})
    world.run(20)
    world.delete(PODS, "docs", "one")
    world.run(0.5)
    assert "deletionTimestamp" in pod(world)["metadata"]
    world.run(5)
    assert world.store.get(PODS, "docs", "one") is None
    assert "Killing" in events(world)


def test_a_pod_with_a_finalizer_ends_and_stays_with_no_grace_left(world: HandWorld) -> None:
    run_pod(world, {"name": "main", "image": "nginx:1.29"})
    world.run(20)
    world.store.replace(PODS, with_metadata(pod(world), finalizers=["example.dev/wait"]))
    world.delete(PODS, "docs", "one")
    world.run(30)
    assert "terminated" in state(world)["state"]
    assert pod(world)["metadata"]["deletionGracePeriodSeconds"] == 0


def test_logs_are_the_same_each_time_and_never_from_the_future(world: HandWorld) -> None:
    name = world.pods("payments", "payments-api")[0]["metadata"]["name"]
    kubelet = world.world.kubelet
    first = kubelet.log_lines("payments", name, "payments-api", previous=False)
    assert 1000 < len(first) <= 2000
    assert [moment for moment, _ in first] == sorted(moment for moment, _ in first)
    assert first[-1][0] <= world.hand.moment
    world.run(30)
    second = kubelet.log_lines("payments", name, "payments-api", previous=False)
    shared = [line for line in second if line[0] <= first[-1][0]]
    assert shared == first[-len(shared) :]
    assert len(second) - len(shared) > 10


def test_what_a_command_said_is_its_log(world: HandWorld) -> None:
    run_pod(world, shell("echo hello; exit 0"), policy="Never")
    world.run(10)
    assert [line for _, line in world.world.kubelet.log_lines("docs", "one", "main", previous=False)] == ["hello"]


async def test_following_a_log_ends_with_the_container(world: HandWorld) -> None:
    run_pod(world, shell("echo hello; sleep 5"), policy="Never")
    world.run(3)
    read: list[str] = []

    async def follow() -> None:
        read.extend([line async for _, line in world.world.kubelet.follow_log("docs", "one", "main", 0.0)])

    following = asyncio.create_task(follow())
    for _ in range(200):
        world.run(0.1)
        await asyncio.sleep(0)
    assert following.done()
    assert read == ["hello"]


async def test_following_a_log_gives_each_line_once(world: HandWorld) -> None:
    name = world.pods("payments", "payments-api")[0]["metadata"]["name"]
    begun = world.hand.moment
    read: list[tuple[float, str]] = []

    async def follow() -> None:
        async for moment, line in world.world.kubelet.follow_log("payments", name, "payments-api", begun):
            read.append((moment, line))

    following = asyncio.create_task(follow())
    for _ in range(200):
        await asyncio.sleep(0)
        world.run(0.1)
    await asyncio.sleep(0)
    following.cancel()
    whole = world.world.kubelet.log_lines("payments", name, "payments-api", previous=False)
    expected = [line for line in whole if begun < line[0] <= read[-1][0]]
    assert read == expected
    assert len(read) > 10


def test_usage_is_told_for_what_runs(world: HandWorld) -> None:
    one = world.pods("payments", "payments-api")[0]
    usage = world.world.kubelet.containers_usage(*name_of(one))
    assert set(usage) == {"payments-api"}
    assert 0.1 < usage["payments-api"].cpu < 0.6
    assert 300 * 2**20 < usage["payments-api"].memory < 1024 * 2**20
    done = world.pods("payments", "payments-reconcile")[0]
    assert world.world.kubelet.containers_usage(*name_of(done)) == {}
    node = world.world.kubelet.node_usage("node-1")
    assert 1 < node.cpu < 4
    assert 4 * 2**30 < node.memory < 16 * 2**30


@pytest.mark.parametrize(
    ("image", "name", "version"),
    [
        ("nginx", "nginx", "latest"),
        ("host:5000/a/b:v1", "host:5000/a/b", "v1"),
        ("a/b@sha256:12", "a/b", "latest"),
        ("a/b:v2@sha256:12", "a/b", "v2"),
    ],
)
def test_parts_of_an_image(image: str, name: str, version: str) -> None:
    assert (repository(image), tag(image)) == (name, version)


def test_an_unknown_image_is_a_server_and_a_shell_is_none(world: HandWorld) -> None:
    programs = Programs(Store(world.store.clock), set())
    assert program_of("example/thing:v1").task_seconds is None
    assert programs.course("docs", {"name": "a", "image": "busybox"}).exit is not None
    assert programs.course("docs", shell("sleep infinity")).exit is None
    assert programs.exists("nginx:1.29")
    assert not programs.exists("nginx:nope")
