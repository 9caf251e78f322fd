"""A release that crashes on a real control plane with a real monitoring: seen, understood, repaired by the clock.

Needs COCKPIT_TEST_LAB, a control plane on which pods with the label `lab/crash=true` crash in a loop, tmux, and
Prometheus and Alertmanager (see `tests/lab/monitoring.py`). It says so where one of them is missing.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from state.alerts.members import HEAD_START
from state.cluster import connect, kubeconfig, requests
from state.cluster.credentials import SignIns
from state.cluster.transport import Transport
from state.rfc3339 import moment_of
from tests.e2e.conftest import terminal  # noqa: F401
from tests.e2e.terminal import Terminal, until
from tests.lab.monitoring import Watched, watched

NEEDS = "set COCKPIT_TEST_LAB to the kubeconfig of a control plane on which `lab/crash=true` makes pods crash"
WHO = "ana"
NAME = "payments-api"
LOG_LINE = "PAYMENTS_DB_URL is not set"
DEPLOYMENTS = "/apis/apps/v1/namespaces/{}/deployments"
BUDGET = 2.0
"""Seconds from an alert to the line of its log that says why, and from there to the rollback that was confirmed."""

pytestmark = pytest.mark.timeout(300)

Open = Callable[..., Terminal]


@pytest.fixture(scope="module")
def config() -> Path:
    found = os.environ.get("COCKPIT_TEST_LAB", "")
    if not found:
        pytest.skip(NEEDS)
    return Path(found)


@pytest.fixture(scope="module")
def platform(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(config, tmp_path_factory.mktemp("monitoring")) as found:
        yield found


@pytest.fixture(scope="module")
def transport(config: Path) -> Iterator[Transport]:
    loaded = kubeconfig.load([config])
    made = connect.connect(loaded.target(loaded.current), SignIns(os.environ), {})
    yield made
    made.close()


@pytest.fixture
def night(platform: Watched, transport: Transport) -> Iterator[str]:
    """A namespace in which a good release was followed by one that crashes, once the alert about it fires."""
    namespace = f"night-{uuid.uuid4().hex[:6]}"
    requests.post(
        transport, "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    )
    path = DEPLOYMENTS.format(namespace)
    requests.post(transport, path, deployment())
    until(lambda: available(transport, namespace) == 2, "the good release", timeout=60)
    labels = {"app.kubernetes.io/version": "v1.8.2", "lab/crash": "true"}
    containers = [{"name": NAME, "image": f"registry.example/{NAME}:v1.8.2"}]
    change = {"spec": {"template": {"metadata": {"labels": labels}, "spec": {"containers": containers}}}}
    requests.patch(transport, f"{path}/{NAME}", change, requests.STRATEGIC_PATCH)
    until(lambda: ("KubePodCrashLooping", namespace) in platform.alerts(), "the alert", timeout=90)
    yield namespace
    requests.delete(transport, f"/api/v1/namespaces/{namespace}", {})


def deployment() -> dict[str, Any]:
    match = {"app.kubernetes.io/name": NAME}
    labels = {**match, "app.kubernetes.io/part-of": NAME, "app.kubernetes.io/version": "v1.8.1"}
    containers = [{"name": NAME, "image": f"registry.example/{NAME}:v1.8.1"}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME, "labels": labels},
        "spec": {"replicas": 2, "selector": {"matchLabels": match}, "template": template},
    }


def available(transport: Transport, namespace: str) -> int:
    found = requests.get(transport, f"{DEPLOYMENTS.format(namespace)}/{NAME}")
    return int(found.get("status", {}).get("availableReplicas", 0))


def image(transport: Transport, namespace: str) -> str:
    found = requests.get(transport, f"{DEPLOYMENTS.format(namespace)}/{NAME}")
    return str(found["spec"]["template"]["spec"]["containers"][0]["image"])


def opened(open_terminal: Open, platform: Watched, folder: Path, namespace: str) -> Terminal:
    command = ["cockpit", *platform.options, "-n", namespace, "--data-dir", str(folder / "data")]
    shown = open_terminal(command, size=(146, 30))
    shown.wait_for(r"● k8s +● prom +● alertmanager")
    shown.wait_for(rf"✗ KubePodCrashLooping +{namespace[:8]}")
    return shown


@contextmanager
def timed(what: str, budget: float, record: Callable[[str, object], None]) -> Iterator[None]:
    """Fail when something takes longer than its budget in seconds; record how long it took."""
    begun = time.monotonic()
    yield
    taken = time.monotonic() - begun
    record(what, round(taken, 2))
    assert taken < budget, f"{what}: {taken:.2f} s"


def test_from_the_alert_to_its_log_line_and_to_the_rollback(
    terminal: Open,  # noqa: F811
    platform: Watched,
    transport: Transport,
    night: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    cockpit = opened(terminal, platform, tmp_path, night)
    with timed("from the alert to its log line", BUDGET, record_property):
        cockpit.keys("Enter")
        shown = cockpit.wait_for(LOG_LINE)
    assert "the run before" in shown
    cockpit.wait_for("BackOff")
    cockpit.wait_for(">= 1")

    with timed("from there to the rollback", BUDGET, record_property):
        cockpit.keys("R")
        cockpit.wait_for("Roll back .* to revision 1")
        cockpit.keys("y")
        until(lambda: image(transport, night).endswith("v1.8.1"), "the rollback")
    cockpit.wait_for(rf"KubePodCrashLooping · {night}\S* · over", timeout=120)
    until(lambda: available(transport, night) == 2, "the release before", timeout=60)
    while " Cluster " not in cockpit.screen:
        cockpit.keys("Escape")
        cockpit.settle()
    until(lambda: night[:8] not in cockpit.screen.partition(" Apps ")[0].partition("Alerts")[2], "a list without it")


def test_an_alert_is_acknowledged_while_members_of_the_cluster_freeze_and_die(
    terminal: Open,  # noqa: F811
    platform: Watched,
    night: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    cockpit = opened(terminal, platform, tmp_path, night)
    one, two = platform.alertmanagers
    one.freeze()
    with timed("an ack while a member is frozen", 2 * HEAD_START + BUDGET, record_property):
        cockpit.keys("a")
        cockpit.wait_for("Who are you")
        cockpit.type(WHO)
        cockpit.keys("Enter")
        cockpit.wait_for("y do it")
        cockpit.keys("y")
        cockpit.wait_for(r"[1-9] acked")
    assert [silence["createdBy"] for silence in two.get("/api/v2/silences")] == [WHO]
    cockpit.keys("4")
    cockpit.wait_for(rf"{one.url} gave no answer", timeout=30)
    one.thaw()
    until(lambda: len(one.get("/api/v2/silences")) == 1, "the ack at the other member", timeout=30)
    two.kill()
    cockpit.wait_for(rf"{two.url} is not reached", timeout=60)
    cockpit.wait_for(rf"KubePodCrashLooping .*{night}.* acked +{WHO}")
    cockpit.keys("q")
    cockpit.wait_for("y extend to")
    cockpit.keys("y")
    assert cockpit.wait_for_end() == 0
    (ack,) = one.get("/api/v2/silences")
    assert (moment_of(ack["endsAt"]) or 0) > time.time() + 3 * 3600
