import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.events import EVENT
from state.cluster.kinds.kind import Changed
from state.cluster.kinds.moments import moment
from state.cluster.kinds.pods import POD
from state.cluster.kinds.quantities import quantity
from state.rfc3339 import moment_of


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1)))
def test_a_moment_is_read_as_the_calendar_has_it(when):
    whole = when.replace(microsecond=0)
    text = whole.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert moment(text) == whole.replace(tzinfo=UTC).timestamp()
    assert moment(text) == moment(text.replace("Z", "+00:00")) == moment_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T15:33:06.762843Z", 1795447986.762843),
        ("2026-11-23T17:33:06+02:00", 1795447986.0),
        (None, None),
        ("", None),
        ("0001-01-01T00:00:00Z", None),
        ("2026-13-40T00:00:00Z", None),
        ("2026-11-23Txx:33:06Z", None),
        ("yesterday at noon,  Z", None),
    ],
)
def test_a_moment_that_is_none_is_none(text, expected):
    assert moment(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250m", 0.25),
        ("1", 1.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("128Mi", 134217728.0),
        ("1Gi", 2.0**30),
        ("1G", 1e9),
        ("100k", 1e5),
        ("1e3", 1000.0),
        ("12E", 12e18),
        ("1E2", 100.0),
        ("500000000n", 0.5),
        ("0", 0.0),
        ("-1", -1.0),
        ("+2", 2.0),
    ],
)
def test_a_quantity_is_the_number_it_stands_for(text, expected):
    assert quantity(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "m", "1mm", "1 Gi", "many", "1_0", "nan", "inf", " 1", "1KiB", "1e", "0x1"])
def test_what_is_no_quantity_is_refused(text):
    with pytest.raises(ValueError, match="no quantity"):
        quantity(text)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_number_or_refused(text):
    try:
        quantity(text)
    except ValueError:
        pass


def row(kind, **found):
    metadata = {"uid": "u", "name": "x", "namespace": "shop", "creationTimestamp": "2026-11-23T10:00:00Z"}
    found = {"metadata": {**metadata, **found.pop("metadata", {})}, **found}
    event = kind.decoder.event(json.dumps({"type": "ADDED", "object": found}).encode())
    assert isinstance(event, Changed)
    assert not event.row.unreadable
    return event.row


CREATED = moment("2026-11-23T10:00:00Z")


@pytest.mark.parametrize(
    ("found", "last"),
    [
        ({"series": {"count": 3, "lastObservedTime": "2026-11-23T12:00:00.5Z"}}, "2026-11-23T12:00:00.5Z"),
        ({"series": {"count": 3, "lastObservedTime": None}}, "2026-11-23T11:00:00Z"),
        ({"series": None}, "2026-11-23T11:00:00Z"),
        ({"lastTimestamp": None}, "2026-11-23T10:30:00.25Z"),
        ({"lastTimestamp": None, "eventTime": None, "firstTimestamp": None}, "2026-11-23T10:00:00Z"),
    ],
)
def test_an_event_last_happened_by_its_series_its_last_time_its_time_or_its_creation(found, last):
    base = {"lastTimestamp": "2026-11-23T11:00:00Z", "eventTime": "2026-11-23T10:30:00.25Z", "type": "Normal"}
    assert row(EVENT, **{**base, **found}).last == moment(last)


def container(cpu=None, memory=None, **more):
    requests = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value}
    return {"name": "c", "image": "c:1", "resources": {"requests": requests}, **more}


@pytest.mark.parametrize(
    ("spec", "cpu", "memory"),
    [
        ({"containers": [container()]}, 0.0, 0.0),
        ({"containers": [container("100m", "1Gi")]}, 0.1, 2.0**30),
        ({"containers": [container("100m"), container("200m", "1k")]}, 0.3, 1000.0),
        ({"containers": [container("100m")], "initContainers": [container("1"), container("2")]}, 2.0, 0.0),
        (
            {
                "containers": [container("1")],
                "initContainers": [container("500m", restartPolicy="Always"), container("2")],
            },
            2.5,
            0.0,
        ),
        (
            {"containers": [container("1")], "initContainers": [container("500m", restartPolicy="Always")]},
            1.5,
            0.0,
        ),
        ({"containers": [container("1")], "overhead": {"cpu": "250m", "memory": "1M"}}, 1.25, 1e6),
        ({"containers": [container("1", "1M")], "resources": {"requests": {"cpu": "3"}}}, 3.0, 1e6),
    ],
)
def test_a_pods_requests_are_what_the_scheduler_reserves(spec, cpu, memory):
    found = row(POD, spec=spec)
    assert (found.cpu_request, found.memory_request) == (pytest.approx(cpu), memory)


def test_a_pod_says_why_it_waits_why_it_ended_and_which_container_is_meant():
    ended = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-23T11:00:00Z"}}
    older = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-23T10:00:00Z"}}
    found = row(
        POD,
        metadata={"annotations": {"kubectl.kubernetes.io/default-container": "api", "other": "x"}},
        status={
            "conditions": [
                {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available: 3 Insufficient cpu."},
                {"type": "Ready", "status": "False", "lastTransitionTime": "2026-11-23T11:30:00Z"},
            ],
            "containerStatuses": [
                {
                    "name": "api",
                    "restartCount": 3,
                    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": ended,
                },
                {"name": "proxy", "restartCount": 1, "state": {"running": {}}, "lastState": older},
            ],
        },
    )
    assert (found.waiting, found.ended, found.blocked) == ("CrashLoopBackOff", "OOMKilled", "no cpu")
    assert (found.restarts, found.restarted) == (4, moment("2026-11-23T11:00:00Z"))
    assert (found.default_container, found.ready_since) == ("api", moment("2026-11-23T11:30:00Z"))


@pytest.mark.parametrize(
    ("strategy", "wanted", "allowed"),
    [
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}}, 3, 0),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}}, 8, 2),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}, 3, 1),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 9}}, 3, 3),
        ({"type": "Recreate"}, 3, 3),
        ({}, 4, 1),
    ],
)
def test_a_deployment_knows_how_many_pods_may_be_missing(strategy, wanted, allowed):
    assert row(DEPLOYMENT, spec={"replicas": wanted, "strategy": strategy}).max_unavailable == allowed


def test_a_deployment_keeps_what_says_whose_it_is_and_where_it_stands():
    found = row(
        DEPLOYMENT,
        metadata={
            "generation": 4,
            "annotations": {
                "deployment.kubernetes.io/revision": "7",
                "meta.helm.sh/release-name": "payments",
                "argocd.argoproj.io/tracking-id": "payments:apps/Deployment:shop/x",
                "kubectl.kubernetes.io/last-applied-configuration": "{…}",
                "team": "pay",
            },
        },
        spec={"replicas": 3, "paused": True},
        status={
            "observedGeneration": 3,
            "readyReplicas": 2,
            "conditions": [
                {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"},
                {"type": "Available", "status": "False", "lastTransitionTime": "2026-11-23T11:00:00Z"},
            ],
        },
    )
    assert (found.revision, found.generation, found.observed, found.paused) == (7, 4, 3, True)
    assert (found.stalled, found.unavailable_since) == (True, moment("2026-11-23T11:00:00Z"))
    assert (found.annotation("team"), found.annotation("meta.helm.sh/release-name")) == ("pay", "payments")
    assert found.annotation("app") == ""
    assert len(found.annotations) == 3
