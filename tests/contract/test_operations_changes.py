"""Operations that change workloads, nodes and metadata, against an API server: simulated or real, the same suite.

Each is previewed first, which changes nothing, then run, and what the server says afterwards is looked at.
"""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.jobs import JOB
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.operations.cordon import Cordon
from state.cluster.operations.delete import Delete, Propagation
from state.cluster.operations.managers import RESTARTED_AT
from state.cluster.operations.metadata import ChangeMetadata
from state.cluster.operations.pausing import PauseRollout, Suspend
from state.cluster.operations.restart import Restart
from state.cluster.operations.rollback import RollBack
from state.cluster.operations.scale import Scale
from state.cluster.operations.set_image import SetImage
from state.cluster.operations.trigger import Trigger
from state.cluster.transport import Transport
from state.operation import Outcome, Refused
from state.ref import Ref

Json = dict[str, Any]
WORKLOADS = (DEPLOYMENT.resource, STATEFUL_SET.resource, DAEMON_SET.resource)


def template(name: str, image: str = "registry.example/a:v1") -> Json:
    containers = [{"name": "main", "image": image}, {"name": "side", "image": "registry.example/side:v1"}]
    return {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}}


def made(transport: Transport, resource: Resource, namespace: str, spec: Callable[[str], Json], **more: Any) -> Json:
    """An object of a kind in a namespace, with a name of its own."""
    name = f"{resource.kind.lower()}-{uuid.uuid4().hex[:6]}"
    body = {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {"name": name, **({"namespace": namespace} if resource.namespaced else {}), **more},
        "spec": spec(name),
    }
    return requests.post(transport, resource.path(namespace), body)


def workload(transport: Transport, resource: Resource, namespace: str) -> Json:
    def spec(name: str) -> Json:
        found: Json = {"selector": {"matchLabels": {"app": name}}, "template": template(name)}
        if resource.kind != "DaemonSet":
            found["replicas"] = 1
        return found | ({"serviceName": name} if resource.kind == "StatefulSet" else {})

    return made(transport, resource, namespace, spec)


def operation(make: Any, transport: Transport, resource: Resource, obj: Json, *args: Any, **more: Any) -> Any:
    metadata = obj["metadata"]
    ref = Ref("test", resource.group_kind, metadata.get("namespace", ""), metadata["name"])
    return make(lambda: transport, resource, ref, metadata["uid"], *args, **more)


def now(transport: Transport, resource: Resource, obj: Json) -> Json:
    metadata = obj["metadata"]
    return requests.get(transport, resource.path(metadata.get("namespace", ""), metadata["name"]))


def spec_now(transport: Transport, resource: Resource, obj: Json) -> Json:
    found: Json = now(transport, resource, obj)["spec"]
    return found


def done(transport: Transport, resource: Resource, obj: Json, one: Any) -> Outcome:
    """Preview an operation, see that nothing changed, run it."""
    assert one.permitted() == ""
    planned = one.planned() if hasattr(one, "planned") else one
    before = now(transport, resource, obj)
    planned.preview()
    after = now(transport, resource, obj)
    assert after["metadata"].get("generation") == before["metadata"].get("generation")
    assert after["spec"] == before["spec"], "a preview changes nothing"
    assert after["metadata"].get("labels") == before["metadata"].get("labels")
    outcome: Outcome = planned.run()
    assert outcome.done
    return outcome


def until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("resource", WORKLOADS[:2], ids=lambda one: one.kind)
def test_scaling(transport: Transport, namespace: str, resource: Resource) -> None:
    obj = workload(transport, resource, namespace)
    one = operation(Scale, transport, resource, obj, 3)
    assert one.current() == 1
    done(transport, resource, obj, one)
    assert spec_now(transport, resource, obj)["replicas"] == 3
    with pytest.raises(Refused, match="has 3 replicas already"):
        one.preview()


def test_a_daemon_set_has_no_scale(transport: Transport, namespace: str) -> None:
    obj = workload(transport, DAEMON_SET.resource, namespace)
    with pytest.raises(Refused, match="its kind has no scale"):
        operation(Scale, transport, DAEMON_SET.resource, obj, 3).preview()


@pytest.mark.parametrize("resource", WORKLOADS, ids=lambda one: one.kind)
def test_restarting(transport: Transport, namespace: str, resource: Resource) -> None:
    obj = workload(transport, resource, namespace)
    done(transport, resource, obj, operation(Restart, transport, resource, obj))
    annotations = spec_now(transport, resource, obj)["template"]["metadata"]["annotations"]
    assert annotations[RESTARTED_AT].startswith("20")


@pytest.mark.parametrize("resource", WORKLOADS, ids=lambda one: one.kind)
def test_setting_an_image_and_rolling_it_back_and_forth(
    transport: Transport, namespace: str, resource: Resource
) -> None:
    obj = workload(transport, resource, namespace)
    until(lambda: operation(RollBack, transport, resource, obj).history().revisions, "no first revision")
    for image in ("v2", "v3"):
        wanted = (("main", f"registry.example/a:{image}"),)
        done(transport, resource, obj, operation(SetImage, transport, resource, obj, wanted))
        count = int(image[1])
        until(
            lambda count=count: len(operation(RollBack, transport, resource, obj).history().revisions) == count,  # type: ignore[misc]
            f"no revision {count}",
        )
    images = [c["image"] for c in spec_now(transport, resource, obj)["template"]["spec"]["containers"]]
    assert images == ["registry.example/a:v3", "registry.example/side:v1"], "the other container stays"
    back = operation(RollBack, transport, resource, obj, 1)
    shown = ["".join(cell.text for cell in line) for line in back.preview().lines]
    assert shown[3:6] == [
        "spec.containers[main].image",
        "  - registry.example/a:v3",
        "  + registry.example/a:v1",
    ]
    done(transport, resource, obj, back)
    assert spec_now(transport, resource, obj)["template"]["spec"]["containers"][0]["image"] == "registry.example/a:v1"
    # The revision that is set again has a new number, the highest.
    until(lambda: back.history().now.number == 4, "the way back makes no revision")
    assert [one.number for one in back.history().revisions] == [4, 3, 2]
    done(transport, resource, obj, operation(RollBack, transport, resource, obj, 3))
    assert spec_now(transport, resource, obj)["template"]["spec"]["containers"][0]["image"] == "registry.example/a:v3"


def test_an_image_that_the_server_would_take_but_nobody_could_pull(transport: Transport, namespace: str) -> None:
    obj = workload(transport, DEPLOYMENT.resource, namespace)
    with pytest.raises(Refused, match="is no image"):
        operation(SetImage, transport, DEPLOYMENT.resource, obj, (("main", "Registry/A B"),)).preview()


def test_pausing_and_resuming_a_rollout(transport: Transport, namespace: str) -> None:
    obj = workload(transport, DEPLOYMENT.resource, namespace)
    done(transport, DEPLOYMENT.resource, obj, operation(PauseRollout, transport, DEPLOYMENT.resource, obj, True))
    assert spec_now(transport, DEPLOYMENT.resource, obj)["paused"] is True
    with pytest.raises(Refused, match="resume it first"):
        operation(Restart, transport, DEPLOYMENT.resource, obj).preview()
    done(transport, DEPLOYMENT.resource, obj, operation(PauseRollout, transport, DEPLOYMENT.resource, obj, False))
    assert not spec_now(transport, DEPLOYMENT.resource, obj).get("paused")


def cron_job(transport: Transport, namespace: str) -> Json:
    def spec(name: str) -> Json:
        pod = template(name)
        pod["spec"]["restartPolicy"] = "Never"
        return {"schedule": "0 0 1 1 *", "jobTemplate": {"metadata": {"labels": {"a": "b"}}, "spec": {"template": pod}}}

    return made(transport, CRON_JOB.resource, namespace, spec)


def test_running_and_suspending_a_cron_job(transport: Transport, namespace: str) -> None:
    obj = cron_job(transport, namespace)
    outcome = done(transport, CRON_JOB.resource, obj, operation(Trigger, transport, CRON_JOB.resource, obj))
    job = requests.get(transport, JOB.resource.path(namespace, outcome.details["job"]))
    assert job["metadata"]["annotations"]["cronjob.kubernetes.io/instantiate"] == "manual"
    assert job["metadata"]["labels"]["a"] == "b"
    (owner,) = job["metadata"]["ownerReferences"]
    assert (owner["uid"], owner["controller"]) == (obj["metadata"]["uid"], True)
    suspend = operation(Suspend, transport, JOB.resource, job, True)
    suspend.planned().run()
    assert spec_now(transport, JOB.resource, job)["suspend"] is True
    done(transport, CRON_JOB.resource, obj, operation(Suspend, transport, CRON_JOB.resource, obj, True))
    assert spec_now(transport, CRON_JOB.resource, obj)["suspend"] is True
    done(transport, CRON_JOB.resource, obj, operation(Suspend, transport, CRON_JOB.resource, obj, False))
    assert spec_now(transport, CRON_JOB.resource, obj)["suspend"] is False


def test_labels_and_annotations(transport: Transport, namespace: str) -> None:
    obj = made(
        transport, CRON_JOB.resource, namespace, lambda name: cron_job(transport, namespace)["spec"],
        labels={"tier": "back", "old": "1", "kept": "2"},
    )  # fmt: skip
    changes = (("tier", "front"), ("old", None), ("new", "x"))
    label = operation(ChangeMetadata, transport, CRON_JOB.resource, obj, "labels", changes)
    assert label.preview().warnings == ("what is set already is overwritten: tier",)
    done(transport, CRON_JOB.resource, obj, label)
    metadata = now(transport, CRON_JOB.resource, obj)["metadata"]
    assert metadata["labels"] == {"tier": "front", "kept": "2", "new": "x"}
    note = (("example.com/note", "two words, ünd more"),)
    done(
        transport, CRON_JOB.resource, obj,
        operation(ChangeMetadata, transport, CRON_JOB.resource, obj, "annotations", note),
    )  # fmt: skip
    assert now(transport, CRON_JOB.resource, obj)["metadata"]["annotations"] == dict(note)


def test_cordoning(transport: Transport) -> None:
    node = made(transport, NODE.resource, "", lambda name: {}, labels={"type": "none"})
    try:
        done(transport, NODE.resource, node, operation(Cordon, transport, NODE.resource, node, True))
        assert spec_now(transport, NODE.resource, node)["unschedulable"] is True
        done(transport, NODE.resource, node, operation(Cordon, transport, NODE.resource, node, False))
        assert not spec_now(transport, NODE.resource, node).get("unschedulable")
    finally:
        requests.delete(transport, NODE.resource.path("", node["metadata"]["name"]), {})


@pytest.mark.parametrize(
    ("make", "args"),
    [(Restart, ()), (Scale, (5,)), (SetImage, ((("main", "a:v9"),),)), (PauseRollout, (True,)),
     (ChangeMetadata, ("labels", (("a", "b"),)))],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_a_successor_of_the_same_name_is_not_changed(
    transport: Transport, namespace: str, make: Any, args: Any
) -> None:
    obj = workload(transport, DEPLOYMENT.resource, namespace)
    obj["metadata"]["uid"] = "00000000-0000-4000-8000-000000000000"
    for step in ("preview", "run"):
        with pytest.raises(Refused, match="another object by now"):
            getattr(operation(make, transport, DEPLOYMENT.resource, obj, *args), step)()


@pytest.mark.parametrize("propagation", Propagation, ids=lambda one: one.value)
def test_what_a_deleted_workload_owns(transport: Transport, namespace: str, propagation: Propagation) -> None:
    obj = workload(transport, DEPLOYMENT.resource, namespace)
    uid = obj["metadata"]["uid"]

    def owned() -> list[Json]:
        sets = requests.get(transport, f"/apis/apps/v1/namespaces/{namespace}/replicasets")["items"]
        return [one for one in sets if any(o["uid"] == uid for o in one["metadata"].get("ownerReferences") or ())]

    (replica_set,) = until(owned, "no replica set")
    done(transport, DEPLOYMENT.resource, obj, operation(Delete, transport, DEPLOYMENT.resource, obj, propagation))

    def gone(path: str) -> bool:
        try:
            requests.get(transport, path)
        except ApiError as error:
            return error.status == 404
        return False

    name = replica_set["metadata"]["name"]
    until(lambda: gone(DEPLOYMENT.resource.path(namespace, obj["metadata"]["name"])), "the deployment stays")
    path = f"/apis/apps/v1/namespaces/{namespace}/replicasets/{name}"
    if propagation is Propagation.ORPHAN:
        assert requests.get(transport, path)["metadata"]["name"] == name
    else:
        until(lambda: gone(path), "the replica set stays")


def test_force_deletes_a_pod_at_once(transport: Transport, namespace: str) -> None:
    pods = Resource("", "v1", "pods", "Pod")
    pod = made(transport, pods, namespace, lambda name: template(name)["spec"])
    until(lambda: now(transport, pods, pod)["spec"].get("nodeName"), "no node takes it")
    operation(Delete, transport, pods, pod, grace=0).run()
    with pytest.raises(ApiError, match="not found"):
        now(transport, pods, pod)
