"""Columns beside tables that a real API server made, recorded with the objects they were made of."""

import json
from pathlib import Path

import pytest

from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.rfc3339 import seconds_of
from tests.state.cluster.kinds.tables import PRINTED, differences

RECORDED = Path(__file__).parent / "recorded"
WIRE = Path(__file__).parents[3] / "wire"


def around(before, after):
    steps = int((after - before) / 0.1) + 2
    return [before + (after - before) * step / (steps - 1) for step in range(steps)]


def answers(name):
    """Return the whole JSON values of a recorded exchange's answer."""
    body = next(WIRE.glob(f"{name}-*.http")).read_text(encoding="utf-8").split("\n\n")[-1]
    found = []
    for line in body.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def answered(table):
    """Return moments among which the server answered: the recording began a little after its objects were made."""
    created = seconds_of(table["rows"][0]["object"]["metadata"]["creationTimestamp"])
    return around(created + 40, created + 60)


@pytest.mark.parametrize("kind", PRINTED, ids=lambda kind: kind.resource.plural)
def test_cells_read_as_the_servers_table_had_them(kind):
    table = json.loads((RECORDED / f"{kind.resource.plural}.json").read_text(encoding="utf-8"))
    assert len(table["rows"]) >= 2
    assert differences(kind, table, around(*table["moments"])) == []


def test_the_recorded_pods_are_of_every_sort():
    table = json.loads((RECORDED / "pods.json").read_text(encoding="utf-8"))
    said = {row["cells"][2] for row in table["rows"]}
    assert said >= {
        "Completed",
        "CrashLoopBackOff",
        "Error",
        "Evicted",
        "ExitCode:137",
        "Init:0/2",
        "Init:CrashLoopBackOff",
        "Init:Error",
        "Init:OOMKilled",
        "NodeLost",
        "NotReady",
        "OOMKilled",
        "PodInitializing",
        "Running",
        "SchedulingGated",
        "Signal:9",
        "Terminating",
        "Unknown",
    }


def test_pods_of_the_wire_recording_with_their_objects_from_a_watch():
    (table,) = answers("12")
    objects = {event["object"]["metadata"].get("uid"): event["object"] for event in answers("20")}
    assert {row["object"]["metadata"]["uid"] for row in table["rows"]} <= set(objects)
    assert differences(POD, table, answered(table), objects) == []


def test_the_node_of_the_wire_recording_with_the_status_of_its_sister():
    (table,) = answers("14")
    (sister,) = answers("56")
    metadata = table["rows"][0]["object"]["metadata"]
    assert differences(NODE, table, answered(table), {metadata["uid"]: {**sister, "metadata": metadata}}) == []


def test_the_pod_of_the_wire_recording_with_its_object():
    (table,) = answers("13")
    assert differences(POD, table, answered(table)) == []
