"""Scaling, restarting, pausing, suspending and cordoning: what is shown, what is sent, what is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest

from state.clock import Clock
from state.cluster.operations.cordon import Cordon
from state.cluster.operations.managers import RESTARTED_AT
from state.cluster.operations.pausing import PauseRollout, Suspend
from state.cluster.operations.restart import Restart
from state.cluster.operations.scale import Scale
from state.cluster.transport import Answer, Request
from state.operation import Refused
from tests.state.cluster.operations.tiny_api import (
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    NODE,
    STATEFUL_SET,
    TinyApi,
    is_dry,
    on,
    scale_answers,
    status,
    text_of,
    workload,
)

NOON = Clock(wall=lambda: 1764158400.9)


def scaled(api: TinyApi, replicas: int, before: int = 3) -> Scale:
    operation: Scale = on(api, Scale, DEPLOYMENT, workload(replicas=before), replicas)
    scale_answers(api, operation.path)
    return operation


def test_scaling_goes_through_the_scale_of_exactly_that_object() -> None:
    api = TinyApi()
    operation = scaled(api, 5).planned()
    assert operation.current() == 3
    assert operation.title == "Scale Deployment shop/web to 5"
    assert str(operation.permission) == "patch deployments/scale in shop"
    assert text_of(operation.preview()) == "from   3\nto     5"
    assert api.writes == []
    outcome = operation.run()
    assert (outcome.done, outcome.summary) == (True, "shop/web is scaled from 3 to 5")
    assert api.writes[0].path.endswith("/deployments/web/scale")
    assert api.sent() == {"spec": {"replicas": 5}, "metadata": {"uid": "uid-web", "resourceVersion": "10"}}


def test_scaling_to_nothing_is_said() -> None:
    assert "! no pod stays" in text_of(scaled(TinyApi(), 0).preview())


@pytest.mark.parametrize(("replicas", "words"), [(3, "has 3 replicas already"), (-1, "give 0 or more")])
def test_a_scale_that_means_nothing_is_refused(replicas: int, words: str) -> None:
    api = TinyApi()
    with pytest.raises(Refused, match=words):
        scaled(api, replicas).preview()
    assert api.writes == []


def test_what_has_no_scale_says_so() -> None:
    api = TinyApi()
    operation = on(api, Scale, DAEMON_SET, workload(), 4)
    with pytest.raises(Refused, match="its kind has no scale"):
        operation.preview()


def test_somebody_elses_change_after_the_preview_stops_it() -> None:
    api = TinyApi()
    operation = scaled(api, 5).planned()
    api.objects[operation.path]["spec"]["replicas"] = 4
    with pytest.raises(Refused, match="shop/web was changed since the preview: look again"):
        operation.run()
    assert api.writes == []


def test_a_write_in_between_is_no_reason_to_give_up() -> None:
    """The status of a busy object changes all the time: only what is to be changed has to be as it was shown."""
    api = TinyApi()
    operation = scaled(api, 5).planned()
    path, real = f"{operation.path}/scale", api.answers["PATCH", f"{operation.path}/scale"]
    tries = []

    def busy(request: Request) -> Answer | None:
        tries.append(request)
        if len(tries) == 1:
            api.objects[operation.path]["metadata"]["resourceVersion"] = "11"
        return real(request) if callable(real) else real

    api.answers["PATCH", path] = busy
    assert operation.run().done
    assert len(tries) == 2
    assert json.loads(tries[1].body or b"")["metadata"]["resourceVersion"] == "11"


def test_an_object_that_is_always_busy_is_left_alone_in_the_end() -> None:
    api = TinyApi()
    operation = scaled(api, 5)
    api.answers["PATCH", f"{operation.path}/scale"] = status(409, "modified", "Conflict")
    with pytest.raises(Refused, match="is being changed all the time: nothing was done"):
        operation.run()


def test_a_successor_of_the_same_name_is_not_hit() -> None:
    api = TinyApi()
    operation = replace(scaled(api, 5), uid="another")
    for step in (operation.preview, operation.run):
        with pytest.raises(Refused, match="another object by now"):
            step()
    assert api.writes == []


def test_what_is_gone_is_said() -> None:
    api = TinyApi()
    operation = on(api, Cordon, NODE, {"metadata": {"name": "node-1"}, "spec": {}}, True)
    api.objects.clear()
    with pytest.raises(Refused, match="Node node-1 is gone"):
        operation.preview()


def test_who_may_not_is_told_why() -> None:
    api = TinyApi(denied="a freeze")
    assert scaled(api, 5).permitted() == "you may not patch deployments/scale in shop: a freeze"


@pytest.mark.parametrize("resource", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET])
def test_a_restart_writes_the_moment_into_the_template(resource: Any) -> None:
    api = TinyApi()
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 0}}
    field = "strategy" if resource is DEPLOYMENT else "updateStrategy"
    operation = on(api, Restart, resource, workload(**{field: strategy}), clock=NOON)
    assert text_of(operation.preview()) == "pods   3\nhow    RollingUpdate: 25% may be missing"
    assert operation.run().summary == "shop/web restarts"
    annotations = api.sent()["spec"]["template"]["metadata"]["annotations"]
    assert annotations == {RESTARTED_AT: "2025-11-26T12:00:00Z"}


@pytest.mark.parametrize(
    ("resource", "spec", "words"),
    [
        (DEPLOYMENT, {"strategy": {"type": "Recreate"}}, "all its pods end before new ones begin"),
        (DAEMON_SET, {"updateStrategy": {"type": "OnDelete"}}, "only when somebody deletes them"),
    ],
)
def test_what_a_restart_does_otherwise_is_said(resource: Any, spec: Any, words: str) -> None:
    assert words in text_of(on(TinyApi(), Restart, resource, workload(**spec)).preview())


@pytest.mark.parametrize(
    ("resource", "spec", "words"),
    [(DEPLOYMENT, {"paused": True}, "resume it first"), (JOB, {}, "deployments, stateful")],
)
def test_what_cannot_be_restarted_says_why(resource: Any, spec: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        on(TinyApi(), Restart, resource, workload(**spec)).preview()


def test_a_rollout_is_paused_and_resumed() -> None:
    api = TinyApi()
    pause = on(api, PauseRollout, DEPLOYMENT, workload(), True)
    assert (pause.id, pause.title) == ("pause", "Pause the rollout of Deployment shop/web")
    assert text_of(pause.preview()).splitlines() == [
        "from   not paused", "to     paused", "! changes of its template wait until it is resumed",
    ]  # fmt: skip
    assert pause.run().summary == "Deployment shop/web is paused"
    assert api.sent()["spec"] == {"paused": True}
    with pytest.raises(Refused, match="is paused already"):
        pause.run()
    api.objects[pause.path]["status"] = {"replicas": 3, "updatedReplicas": 1}
    resume = replace(pause, on=False)
    assert resume.id == "resume"
    assert "! changes made since it was paused roll out at once" in text_of(resume.preview())
    resume.run()
    assert api.sent()["spec"] == {"paused": False}


@pytest.mark.parametrize(
    ("resource", "running", "warned"),
    [
        (CRON_JOB, {"active": [{"name": "a"}, {"name": "b"}]}, "what runs now goes on: 2"),
        (JOB, {"active": 2}, "its running pods are deleted: 2"),
    ],
)
def test_jobs_and_cron_jobs_are_suspended(resource: Any, running: Any, warned: str) -> None:
    api = TinyApi()
    obj = {"metadata": {"name": "report", "namespace": "shop"}, "spec": {}, "status": running}
    operation = on(api, Suspend, resource, obj, True)
    assert warned in text_of(operation.preview())
    operation.run()
    assert api.sent()["spec"] == {"suspend": True}
    assert "suspended" in text_of(replace(operation, on=False).preview())
    assert replace(operation, on=False).title == f"Resume {resource.kind} shop/report"


def test_a_node_is_cordoned_and_uncordoned() -> None:
    api = TinyApi()
    cordon = on(api, Cordon, NODE, {"metadata": {"name": "node-1"}, "spec": {}}, True)
    assert str(cordon.permission) == "patch nodes"
    assert text_of(cordon.preview()) == "from   takes new pods\nto     takes no new pods"
    assert cordon.run().summary == "Node node-1 is cordoned: it takes no new pods"
    assert api.objects[cordon.path]["spec"] == {"unschedulable": True}
    with pytest.raises(Refused, match="is cordoned already"):
        cordon.preview()
    uncordon = replace(cordon, on=False)
    assert (uncordon.id, uncordon.title) == ("uncordon", "Uncordon Node node-1")
    uncordon.run()
    assert api.objects[cordon.path]["spec"] == {}


def test_a_preview_is_a_dry_run() -> None:
    api = TinyApi()
    operation = on(api, Cordon, NODE, {"metadata": {"name": "node-1"}, "spec": {}}, True)
    operation.preview()
    (sent,) = [one for one in api.asked if one.method == "PATCH"]
    assert is_dry(sent)
