"""A whole monitoring over a real control plane: state metrics, Prometheus with kubernetes-mixin's rules, Alertmanagers.

    python -m tests.lab.monitoring KUBECONFIG FOLDER

starts them on free ports of this machine, prints how to look at it with the cockpit, and ends them with ctrl+c.
COCKPIT_TEST_PROMETHEUS and COCKPIT_TEST_ALERTMANAGER name other programs than those that are installed.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.conftest import free_port, program

EVERY = "1s"
WAITING = 'kube_pod_container_status_waiting_reason{job="kube-state-metrics",reason="CrashLoopBackOff"}'
RULES: list[dict[str, Any]] = [
    {"alert": "Watchdog", "expr": "vector(1)", "labels": {"severity": "none"}},
    {
        "alert": "KubePodCrashLooping",
        "expr": f"max_over_time({WAITING}[10s]) >= 1",
        "for": "2s",
        "labels": {"severity": "critical"},
        "annotations": {
            "summary": "Pod is crash looping.",
            "description": "{{ $labels.namespace }}/{{ $labels.pod }} ({{ $labels.container }}) crashes in a loop.",
            "runbook_url": "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping",
        },
    },
    {
        "alert": "KubeDeploymentReplicasMismatch",
        "expr": "kube_deployment_spec_replicas > kube_deployment_status_replicas_available",
        "for": "2s",
        "labels": {"severity": "warning"},
    },
    {
        "alert": "KubePodNotReady",
        "expr": 'sum by (namespace, pod) (kube_pod_status_phase{phase="Pending"} == 1)',
        "for": "10m",
        "labels": {"severity": "warning"},
    },
]
ALERTMANAGER = {
    "route": {"receiver": "none", "group_by": ["alertname", "namespace"], "group_wait": "1s", "group_interval": "1s"},
    "receivers": [{"name": "none"}],
}


@dataclass(frozen=True)
class Server:
    """One running program that answers over HTTP."""

    name: str
    url: str
    process: "subprocess.Popen[bytes]"

    def get(self, path: str) -> Any:
        """Return what it answers."""
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:
            return json.load(answer)

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Watched:
    """A control plane with its monitoring."""

    kubeconfig: Path
    state_metrics: Server
    prometheus: Server
    alertmanagers: tuple[Server, Server]

    @property
    def options(self) -> tuple[str, ...]:
        """The options of `cockpit` that look at it."""
        members = ",".join(one.url for one in self.alertmanagers)
        return (
            *("--kubeconfig", str(self.kubeconfig)),
            *("--prometheus", self.prometheus.url, "--alertmanager", members),
        )

    def alerts(self) -> set[tuple[str, str]]:
        """The name and namespace of what the second Alertmanager has."""
        labels = [alert["labels"] for alert in self.alertmanagers[1].get("/api/v2/alerts")]
        return {(one["alertname"], one.get("namespace", "")) for one in labels}


@contextmanager
def watched(config: Path, folder: Path) -> Iterator[Watched]:
    """Run it all in a folder."""
    ports = {name: free_port() for name in ("metrics", "prometheus", "one", "two", "gossip-one", "gossip-two")}
    config, folder = config.resolve(), folder.resolve()
    running: list[Server] = []

    def start(name: str, port: str, *command: str, ready: str = "/-/ready") -> Server:
        with (folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        server = Server(name, f"http://127.0.0.1:{ports[port]}", process)
        running.append(server)
        wait_for(server, ready)
        return server

    (folder / "alertmanager.yml").write_text(json.dumps(ALERTMANAGER))
    (folder / "rules.yml").write_text(json.dumps({"groups": [{"name": "kubernetes", "rules": RULES}]}))
    (folder / "prometheus.yml").write_text(json.dumps(prometheus_config(ports, folder)))
    try:
        metrics = (sys.executable, "-m", "tests.lab.state_metrics", str(config), str(ports["metrics"]))
        alertmanagers = [
            start(
                f"alertmanager-{number}",
                number,
                program("COCKPIT_TEST_ALERTMANAGER"),
                f"--config.file={folder / 'alertmanager.yml'}",
                f"--storage.path={folder / f'alertmanager-{number}'}",
                f"--web.listen-address=127.0.0.1:{ports[number]}",
                f"--cluster.listen-address=127.0.0.1:{ports[f'gossip-{number}']}",
                f"--cluster.peer=127.0.0.1:{ports['gossip-one']}",
                "--cluster.settle-timeout=1s",
                "--log.level=warn",
            )
            for number in ("one", "two")
        ]
        prometheus = start(
            "prometheus",
            "prometheus",
            program("COCKPIT_TEST_PROMETHEUS"),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'prometheus'}",
            f"--web.listen-address=127.0.0.1:{ports['prometheus']}",
            "--rules.alert.resend-delay=5s",
            "--log.level=warn",
        )
        yield Watched(
            config,
            start("state-metrics", "metrics", *metrics, ready="/metrics"),
            prometheus,
            (alertmanagers[0], alertmanagers[1]),
        )
    finally:
        for server in running:
            server.thaw()
            server.kill()


def prometheus_config(ports: dict[str, int], folder: Path) -> dict[str, Any]:
    def at(*names: str) -> Sequence[dict[str, Any]]:
        return [{"targets": [f"127.0.0.1:{ports[name]}" for name in names]}]

    return {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY, "external_labels": {"cluster": "lab"}},
        "rule_files": [str(folder / "rules.yml")],
        "alerting": {"alertmanagers": [{"static_configs": at("one", "two")}]},
        "scrape_configs": [
            {"job_name": "kube-state-metrics", "honor_labels": True, "static_configs": at("metrics")},
        ],
    }


def wait_for(server: Server, path: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert server.process.poll() is None, f"{server.name} ended with {server.process.returncode}"
        try:
            with urllib.request.urlopen(server.url + path, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"{server.name} was not ready within {seconds:g} s")


if __name__ == "__main__":
    where = Path(sys.argv[2])
    where.mkdir(parents=True, exist_ok=True)
    # Either way out ends what was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with suppress(KeyboardInterrupt), watched(Path(sys.argv[1]), where) as platform:
        print("cockpit", *platform.options, flush=True)
        print({one.name: one.process.pid for one in (platform.prometheus, *platform.alertmanagers)}, flush=True)
        signal.pause()
