"""Cells as the real server prints them."""

from typing import Any

import pytest

from cockpit.simulator.api.builtin import BUILT_IN
from cockpit.simulator.api.tables.pods import pod_state
from cockpit.simulator.api.tables.table import human_duration
from cockpit.simulator.api.tables.views import view_of
from cockpit.simulator.clock import seconds_of

NOW = seconds_of("2026-01-01T01:00:00Z")
MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"), (-1, "0s"), (0, "0s"), (119.9, "119s"), (120, "2m"), (121, "2m1s"), (599, "9m59s"),
        (600, "10m"), (3 * HOUR - 1, "179m"), (3 * HOUR, "3h"), (7 * HOUR + 90, "7h1m"), (8 * HOUR, "8h"),
        (2 * DAY - 1, "47h"), (2 * DAY, "2d"), (3 * DAY + HOUR, "3d1h"), (8 * DAY, "8d"), (729 * DAY, "729d"),
        (730 * DAY, "2y"), (731 * DAY, "2y1d"), (8 * 365 * DAY, "8y"),
    ],
)  # fmt: skip
def test_spans_are_short(seconds: float, text: str) -> None:
    assert human_duration(seconds) == text


def waiting(reason: str, **more: Any) -> Any:
    return {"name": "c", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": reason}}, **more}


def ended(code: int, **more: Any) -> Any:
    return {"name": "c", "ready": False, "restartCount": 0, "state": {"terminated": {"exitCode": code, **more}}}


def running(name: str = "c", ready: bool = True, **more: Any) -> Any:
    return {"name": name, "ready": ready, "restartCount": 0, "state": {"running": {}}, **more}


READY = [{"type": "Ready", "status": "True"}]
LAST = {"lastState": {"terminated": {"exitCode": 1, "finishedAt": "2026-01-01T00:55:00Z"}}, "restartCount": 7}


@pytest.mark.parametrize(
    ("status", "init", "shown"),
    [
        ({"phase": "Pending"}, [], ("0/1", "Pending", "0")),
        ({"phase": "Running", "containerStatuses": [running()]}, [], ("1/1", "Running", "0")),
        ({"phase": "Running", "containerStatuses": [waiting("CrashLoopBackOff", **LAST)]}, [],
         ("0/1", "CrashLoopBackOff", "7 (5m ago)")),
        ({"phase": "Pending", "containerStatuses": [waiting("ErrImagePull")]}, [], ("0/1", "ErrImagePull", "0")),
        ({"phase": "Succeeded", "containerStatuses": [ended(0, reason="Completed")]}, [], ("0/1", "Completed", "0")),
        ({"phase": "Failed", "containerStatuses": [ended(1, reason="Error")]}, [], ("0/1", "Error", "0")),
        ({"phase": "Failed", "containerStatuses": [ended(3)]}, [], ("0/1", "ExitCode:3", "0")),
        ({"phase": "Failed", "containerStatuses": [ended(0, signal=9)]}, [], ("0/1", "Signal:9", "0")),
        ({"phase": "Failed", "reason": "Evicted"}, [], ("0/1", "Evicted", "0")),
        ({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]},
         [], ("0/1", "SchedulingGated", "0")),
        ({"phase": "Pending", "initContainerStatuses": [running("i")]}, [{"name": "i"}, {"name": "j"}],
         ("0/1", "Init:0/2", "0")),
        ({"phase": "Pending", "initContainerStatuses": [ended(0), waiting("CrashLoopBackOff")]},
         [{"name": "i"}, {"name": "j"}], ("0/1", "Init:CrashLoopBackOff", "0")),
        ({"phase": "Pending", "initContainerStatuses": [ended(2)]}, [{"name": "i"}], ("0/1", "Init:ExitCode:2", "0")),
        ({"phase": "Running", "initContainerStatuses": [running("i", started=True)], "containerStatuses": [running()]},
         [{"name": "i", "restartPolicy": "Always"}], ("2/2", "Running", "0")),
        ({"phase": "Running", "conditions": READY,
          "containerStatuses": [ended(0, reason="Completed"), running("d")]}, [], ("1/1", "Running", "0")),
        ({"phase": "Running", "containerStatuses": [ended(0, reason="Completed"), running("d")]}, [],
         ("1/1", "NotReady", "0")),
    ],
)  # fmt: skip
def test_pods_say_how_they_are(status: Any, init: Any, shown: tuple[str, str, str]) -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}], "initContainers": init}, "status": status}
    assert pod_state(pod, NOW) == shown


@pytest.mark.parametrize(
    ("status", "word"),
    [({"phase": "Running"}, "Terminating"), ({"phase": "Running", "reason": "NodeLost"}, "Unknown"),
     ({"phase": "Succeeded"}, "Succeeded")],
)  # fmt: skip
def test_pods_that_end_say_so(status: Any, word: str) -> None:
    pod = {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "spec": {"containers": []}, "status": status}
    assert pod_state(pod, NOW)[1] == word


@pytest.mark.parametrize("resource", BUILT_IN, ids=lambda one: f"{one.plural}.{one.group}")
def test_each_kind_has_as_many_cells_as_columns_even_when_bare(resource: Any) -> None:
    view = view_of(resource)
    bare: Any = {
        "metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "x"},
            "versions": [],
            "group": "g",
            "names": {"kind": "K"},
        },
    }
    cells = view.cells(bare, NOW)
    assert len(cells) == len(view.columns)
    assert "x" in cells


def test_autoscalers_show_targets_as_kubectl_does() -> None:
    view = view_of(next(one for one in BUILT_IN if one.kind == "HorizontalPodAutoscaler"))
    resource = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}
    memory = {"name": "memory", "target": {"type": "AverageValue", "averageValue": "50Mi"}}
    pods = {"metric": {"name": "q"}, "target": {"type": "AverageValue", "averageValue": "5"}}
    autoscaler = {
        "metadata": {"name": "h", "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "web"},
            "maxReplicas": 5,
            "metrics": [
                {"type": "Resource", "resource": resource},
                {"type": "Pods", "pods": pods},
                {"type": "Resource", "resource": memory},
            ],
        },
        "status": {"currentMetrics": [{"type": "Resource", "resource": {"current": {"averageUtilization": 41}}}]},
    }
    assert view.cells(autoscaler, NOW) == [
        "h", "Deployment/web", "cpu: 41%/80%, <unknown>/5 + 1 more...", "<unset>", 5, 0, "60m"]  # fmt: skip
