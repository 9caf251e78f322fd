"""Descriptions against kubectl's of the same objects on a real API server, word for word."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.cluster import connect, kubeconfig
from state.cluster.credentials import SignIns
from state.cluster.describe import describe
from state.cluster.transport import Transport
from tests.contract import kubectl
from tests.contract.described_objects import NAMESPACES, Made, Place, described, objects

WHY_NOT = kubectl.why_not() if kubectl.CONFIG else ""
pytestmark = [
    pytest.mark.skipif(not kubectl.CONFIG, reason="COCKPIT_TEST_KUBECONFIG names no API server"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "kubectl is there"),
]
LABELS = [one.label for one in objects("x")]
PATIENCE = 20.0


@pytest.fixture(scope="module")
def utc() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="module")
def server() -> Iterator[Transport]:
    config = kubeconfig.load([Path(part) for part in kubectl.CONFIG.split(os.pathsep)])
    transport = connect.connect(config.target(), SignIns(os.environ), {})
    yield transport
    transport.close()


@pytest.fixture(scope="module")
def place(server: Transport) -> Iterator[Place]:
    with described(server) as made:
        yield made


@pytest.mark.parametrize("label", [*LABELS, "namespace"])
def test_it_reads_as_kubectl_prints_it(server: Transport, place: Place, utc: None, label: str) -> None:
    whole = Made("namespace", NAMESPACES, {"metadata": {"name": place.namespace}})
    one = next(one for one in (*place.made, whole) if one.label == label)
    where = place.namespace if one.resource.namespaced else ""
    deadline = time.monotonic() + PATIENCE
    # Ages tick and controllers write: the two are asked again until nothing happened between them.
    while True:
        theirs = kubectl.described(kubectl.CONFIG, one.resource, where, one.name)
        ours = describe(server, one.resource, where, one.name, time.time())
        if ours == theirs or time.monotonic() > deadline:
            break
    assert ours == theirs
