import pytest

from state.cluster.containers import DEFAULT_CONTAINER, Containers, ContainerState, container_state, containers_of


def pod(*names, annotation=None, init=()):
    annotations = {DEFAULT_CONTAINER: annotation} if annotation else {}
    return {
        "metadata": {"annotations": annotations},
        "spec": {
            "containers": [{"name": name} for name in names],
            "initContainers": [{"name": name} for name in init],
        },
    }


@pytest.mark.parametrize(
    ("found", "containers"),
    [
        (pod("web"), Containers(("web",), "web")),
        (pod("web", init=["setup"]), Containers(("web", "setup"), "web")),
        (pod("web", "proxy"), Containers(("web", "proxy"), "")),
        (pod("proxy", "web", annotation="web"), Containers(("proxy", "web"), "web")),
        (pod("web", "proxy", annotation="gone"), Containers(("web", "proxy"), "")),
        ({}, Containers((), "")),
        ({"metadata": None, "spec": {"containers": None}}, Containers((), "")),
    ],
)
def test_the_container_is_the_annotated_or_the_only_one_or_asked_for(found, containers):
    assert containers_of(found) == containers


def test_what_each_container_is_for():
    found = pod("web", init=["setup", "proxy"])
    found["spec"]["initContainers"][1]["restartPolicy"] = "Always"
    found["spec"]["ephemeralContainers"] = [{"name": "debugger"}]
    containers = containers_of(found)
    assert containers.names == ("web", "setup", "proxy", "debugger")
    assert containers.roles == ("", "init", "sidecar", "ephemeral")
    assert containers.proper == ("web",)


def state(status, kind="container", spec=None, **pod_spec):
    found = {
        "spec": {f"{kind}s": [{"name": "web", **(spec or {})}], **pod_spec},
        "status": {f"{kind}Statuses": [{"name": "web", **status}]},
    }
    return container_state(found, "web")


ENDED = {"state": {"terminated": {"reason": "Error", "exitCode": 3}}, "restartCount": 2}
DONE = {"state": {"terminated": {"reason": "Completed", "exitCode": 0}}}


def test_how_a_run_ended_in_words():
    assert state(ENDED).ending == "Error, exit code 3"
    waiting = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": ENDED["state"], "restartCount": 3}
    assert state(waiting) == ContainerState("waiting", "CrashLoopBackOff", 3, True, 3, "Error")
    assert state({"state": {"running": {}}}).ending == ""


@pytest.mark.parametrize(
    ("status", "kind", "spec", "policy", "final"),
    [
        (ENDED, "container", {}, "Always", False),
        (DONE, "container", {}, "Always", False),
        (ENDED, "container", {}, "OnFailure", False),
        (DONE, "container", {}, "OnFailure", True),
        (ENDED, "container", {}, "Never", True),
        (DONE, "initContainer", {}, "Always", True),
        (ENDED, "initContainer", {}, "Always", False),
        (DONE, "initContainer", {"restartPolicy": "Always"}, "Always", False),
        (ENDED, "ephemeralContainer", {}, "Always", True),
    ],
)
def test_whether_a_container_is_started_again(status, kind, spec, policy, final):
    assert state(status, kind, spec, restartPolicy=policy).final is final
