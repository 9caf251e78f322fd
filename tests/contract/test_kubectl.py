"""kubectl itself against the simulator: what people type works there as on a cluster.

`COCKPIT_TEST_KUBECTL` names the command (it may have words after it); else the one that is installed is taken.
"""

import os
import shlex
import shutil
import socket
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cockpit.demo_world import Endpoints

COMMAND = shlex.split(os.environ.get("COCKPIT_TEST_KUBECTL", "")) or [
    found for found in (shutil.which("kubectl"),) if found
]
pytestmark = pytest.mark.skipif(not COMMAND, reason="no kubectl: install it or set COCKPIT_TEST_KUBECTL")
POD = "payments-db-0"


class Kubectl:
    """Runs kubectl on the simulator."""

    def __init__(self, kubeconfig: Path, home: Path) -> None:
        self._kubeconfig = kubeconfig
        self._environ = {**os.environ, "HOME": str(home)}

    def words(self, *words: str) -> list[str]:
        return [*COMMAND, "--kubeconfig", str(self._kubeconfig), *words]

    def run(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        """Return exit code, stdout and stderr."""
        done = subprocess.run(
            self.words(*words), input=typed, capture_output=True, text=True, timeout=60, env=self._environ, check=False
        )
        return done.returncode, done.stdout, done.stderr

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(self.words(*words), stdout=subprocess.PIPE, text=True, env=self._environ)


@pytest.fixture
def kubectl(simulated: Endpoints, tmp_path: Path) -> Kubectl:
    return Kubectl(simulated.kubeconfig, tmp_path)


@pytest.fixture
def space(kubectl: Kubectl) -> Iterator[str]:
    name = f"kubectl-{uuid.uuid4().hex[:6]}"
    assert kubectl.run("create", "namespace", name)[0] == 0
    yield name
    kubectl.run("delete", "namespace", name, "--wait=false")


def test_exec(kubectl: Kubectl) -> None:
    code, out, wrong = kubectl.run("exec", "-n", "payments", POD, "--", "sh", "-c", "echo out; echo err >&2; exit 3")
    assert (code, out) == (3, "out\n")
    assert wrong.startswith("err\n")
    assert kubectl.run("exec", "-i", "-n", "payments", POD, "--", "cat", typed="typed\n")[:2] == (0, "typed\n")


def test_cp_both_ways(kubectl: Kubectl, tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(b"x" * 300_000)
    there = f"payments/{POD}:/tmp/there-{uuid.uuid4().hex[:6]}"
    assert kubectl.run("cp", str(tmp_path / "here"), there)[0] == 0
    assert kubectl.run("cp", there, str(tmp_path / "back"))[0] == 0
    assert (tmp_path / "back").read_bytes() == b"x" * 300_000


def test_port_forward(kubectl: Kubectl) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    forward = kubectl.begin("port-forward", "-n", "payments", "deployment/payments-api", f"{port}:8080")
    try:
        assert forward.stdout is not None
        assert forward.stdout.readline().startswith("Forwarding from 127.0.0.1")
        for _ in range(3):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/bytes/100000", timeout=20) as answer:
                assert len(answer.read()) == 100_000
    finally:
        forward.terminate()
        forward.communicate(timeout=20)


def test_debug(kubectl: Kubectl, space: str) -> None:
    image = "registry.k8s.io/coredns/coredns:v1.12.0"
    assert kubectl.run("run", "bare", "-n", space, f"--image={image}")[0] == 0
    assert kubectl.run("wait", "pod/bare", "-n", space, "--for=condition=Ready", "--timeout=30s")[0] == 0
    code, _, wrong = kubectl.run("exec", "-n", space, "bare", "--", "sh", "-c", "true")
    assert (code, "executable file not found" in wrong) == (1, True)
    words = ("debug", "-i", "-n", space, "bare", "--image=busybox:1.37", "--target=bare")
    code, out, _ = kubectl.run(*words, typed="hostname\nexit 0\n")
    assert (code, "bare\n" in out) == (0, True)


def test_can_i(kubectl: Kubectl) -> None:
    assert (
        kubectl.run("auth", "can-i", "create", "pods/exec", "-n", "payments", "--context", "prod-eu-payments")[1]
        == "yes\n"
    )
    assert (
        kubectl.run("auth", "can-i", "create", "pods/exec", "-n", "payments", "--context", "prod-eu-viewer")[1]
        == "no\n"
    )
    listed = kubectl.run("auth", "can-i", "--list", "-n", "payments", "--context", "prod-eu-viewer")[1]
    assert "selfsubjectaccessreviews.authorization.k8s.io" in listed
    assert "secrets" not in listed.split()


@pytest.mark.parametrize("kind", ["statefulset", "daemonset"])
def test_rollout_undo(kubectl: Kubectl, space: str, tmp_path: Path, kind: str) -> None:
    full = {"statefulset": "StatefulSet", "daemonset": "DaemonSet"}[kind]
    replicas = "replicas: 1, serviceName: web, " if kind == "statefulset" else ""
    text = (
        f"apiVersion: apps/v1\nkind: {full}\nmetadata: {{name: web}}\n"
        f"spec: {{{replicas}selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, "
        "spec: {containers: [{name: main, image: 'nginx:1.27'}]}}}\n"
    )
    (tmp_path / "set.yaml").write_text(text)
    assert kubectl.run("apply", "-n", space, "-f", str(tmp_path / "set.yaml"))[0] == 0
    revisions = ("get", "controllerrevisions", "-n", space, "-o", "jsonpath={.items[*].revision}")
    until(lambda: kubectl.run(*revisions)[1] == "1")
    assert kubectl.run("set", "image", f"{kind}/web", "-n", space, "main=nginx:1.28")[0] == 0
    until(lambda: sorted(kubectl.run(*revisions)[1].split()) == ["1", "2"])
    assert kubectl.run("rollout", "undo", f"{kind}/web", "-n", space)[0] == 0
    image = ("get", kind, "web", "-n", space, "-o", "jsonpath={.spec.template.spec.containers[0].image}")
    assert kubectl.run(*image)[1] == "nginx:1.27"
    until(lambda: sorted(kubectl.run(*revisions)[1].split()) == ["2", "3"])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.1)
