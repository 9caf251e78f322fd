"""Monitoring servers to prove the clients on: the real programs on loopback, and the simulator's."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from aiohttp import web

from cockpit.simulator.alertmanager_api import alertmanager_app
from cockpit.simulator.clock import WorldClock
from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.prometheus_api import prometheus_app
from cockpit.simulator.store import Store
from cockpit.simulator.world.build import build_production
from cockpit.simulator.world.live import LiveWorld
from state.cluster import connect, kubeconfig, requests
from state.cluster.credentials import SignIns
from state.cluster.transport import Transport

HOW = "apt-get install -y --no-install-recommends prometheus prometheus-alertmanager"
PROGRAMS = {
    "COCKPIT_TEST_PROMETHEUS": ("prometheus",),
    "COCKPIT_TEST_ALERTMANAGER": ("prometheus-alertmanager", "alertmanager"),
}
ALERTMANAGER_YML = """
route: {receiver: none, group_by: [alertname, namespace], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: none}]
"""
PROMETHEUS_YML = """
global: {scrape_interval: 1s, evaluation_interval: 1s, external_labels: {cluster: prod, replica: a}}
rule_files: [rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["ALERTMANAGER"]}]}]}
"""
ALERTS = [
    {
        "alert": "ErrorBudgetBurn",
        "expr": "vector(14.6) > 14.4",
        "labels": {"severity": "critical", "namespace": "payments", "service": "payments-api"},
        "annotations": {"summary": "burns at {{ $value }}", "runbook_url": "http://wiki/burn"},
    },
    {
        "alert": "NodeDiskFillingUp",
        "expr": "vector(0.91) > 0.9",
        "for": "1h",
        "labels": {"severity": "warning", "node": "node-7"},
    },
]


def recorded(name: str, expression: str, **labels: str) -> dict[str, Any]:
    return {"record": name, "expr": expression, "labels": labels}


def world() -> list[dict[str, Any]]:
    """Return rules that record a small world: counters made of the time itself need no exporter and no scrape."""
    pay = {"namespace": "payments", "service": "payments-api"}
    node = {"instance": "10.0.0.7:9100"}
    buckets = {"0.5": 0, "1": 25, "+Inf": 25}
    return [
        recorded("http_requests_total", "time() * 24", **pay, code="200"),
        recorded("http_requests_total", "time() * 1", **pay, code="500"),
        recorded("http_requests_total", "time() * 4", namespace="shop", service="storefront", code="200"),
        *(
            recorded("http_request_duration_seconds_bucket", f"time() * {rate}", **pay, le=bound)
            for bound, rate in buckets.items()
        ),
        recorded("node_cpu_seconds_total", "time() * 0.4", **node, mode="idle", cpu="0"),
        recorded("node_memory_MemAvailable_bytes", "vector(28)", **node),
        recorded("node_memory_MemTotal_bytes", "vector(100)", **node),
    ]


@dataclass(frozen=True)
class Servers:
    """Where the two answer."""

    prometheus: str
    alertmanager: str


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait for a condition. Fails the test when it does not hold in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.05)


def program(variable: str) -> str:
    """Return the path of a server's program: what the variable names, else the one that is installed."""
    named = os.environ.get(variable, "")
    found = named or next((path for name in PROGRAMS[variable] if (path := shutil.which(name))), "")
    if found:
        return found
    words = f"no {PROGRAMS[variable][0]}: set {variable} or run {HOW}"
    if os.environ.get("COCKPIT_REQUIRE_SERVERS") == "1":
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="session")
def real_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Prometheus, which sends to Alertmanager, both on free ports with a small world of rules."""
    prometheus, alertmanager = program("COCKPIT_TEST_PROMETHEUS"), program("COCKPIT_TEST_ALERTMANAGER")
    folder = tmp_path_factory.mktemp("monitoring")
    ports = free_port(), free_port()
    servers = Servers(f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}")
    (folder / "alertmanager.yml").write_text(ALERTMANAGER_YML)
    (folder / "prometheus.yml").write_text(PROMETHEUS_YML.replace("ALERTMANAGER", f"127.0.0.1:{ports[1]}"))
    groups = [{"name": name, "interval": "1s", "rules": rules} for name, rules in (("w", world()), ("a", ALERTS))]
    # JSON is YAML.
    (folder / "rules.yml").write_text(json.dumps({"groups": groups}))
    commands = [
        [
            alertmanager,
            "--config.file=alertmanager.yml",
            "--storage.path=alertmanager",
            f"--web.listen-address=127.0.0.1:{ports[1]}",
            "--cluster.listen-address=",
            "--log.level=warn",
        ],
        [
            prometheus,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=prometheus",
            f"--web.listen-address=127.0.0.1:{ports[0]}",
            "--storage.tsdb.retention.time=2h",
            # What fired before Alertmanager was discovered is else sent again only after a minute.
            "--rules.alert.resend-delay=1s",
            "--log.level=warn",
        ],
    ]
    running: list[subprocess.Popen[bytes]] = []
    with (folder / "log").open("wb") as log:
        try:
            # One by one, so that the first is ended when the second cannot begin.
            for command in commands:
                running.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log))  # noqa: PERF401
            for url in (servers.alertmanager, servers.prometheus):
                wait_until(lambda url=url: is_ready(url, running, folder / "log"), f"{url} being ready")  # type: ignore[misc]
            yield servers
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(10)


@pytest.fixture
def until() -> Callable[[Callable[[], bool], str], None]:
    """Wait for a condition, described in words, or fail."""
    return wait_until


@pytest.fixture(scope="session")
def simulated_servers() -> Iterator[Servers]:
    """The simulator's two over its own world, on a loop in a thread."""
    store = Store(WorldClock(), 1)
    world = LiveWorld(build_production(store, seed=1, nodes=12, pods=0, story="night"), 1)
    monitoring = Monitoring(store, world, store.clock, 1)
    over = asyncio.Event()
    started: Queue[tuple[Servers, asyncio.AbstractEventLoop]] = Queue()

    async def serve() -> None:
        monitoring.tick(time.time())
        async with AsyncExitStack() as stack:
            urls = [await _site(stack, app) for app in (prometheus_app(monitoring), alertmanager_app(monitoring))]
            scraping = asyncio.create_task(monitoring.run())
            started.put((Servers(*urls), asyncio.get_running_loop()))
            await over.wait()
            scraping.cancel()
            await asyncio.gather(scraping, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    servers, loop = started.get(timeout=60)
    yield servers
    loop.call_soon_threadsafe(over.set)
    thread.join(10)


async def _site(stack: AsyncExitStack, app: web.Application) -> str:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture(scope="session", params=["real", "simulated"])
def servers(request: pytest.FixtureRequest) -> Servers:
    """Each kind of server in turn."""
    found: Servers = request.getfixturevalue(f"{request.param}_servers")
    return found


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_ready(url: str, running: list[subprocess.Popen[bytes]], log: Path) -> bool:
    """Return whether a server is ready; fails the test when one has ended."""
    if any(process.poll() is not None for process in running):
        pytest.fail(f"a server ended: {log.read_text(errors='replace')[-500:]}")
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """The API server of COCKPIT_TEST_KUBECONFIG (its context `…-admin`), else the simulator, as one who may all."""
    config = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
    parts = config.split(os.pathsep) if config else [request.getfixturevalue("simulated").kubeconfig]
    loaded = kubeconfig.load([Path(part) for part in parts])
    names = [one.name for one in loaded.contexts() if one.name.endswith("-admin")] or [loaded.current]
    made = connect.connect(loaded.target(names[0]), SignIns(os.environ), {})
    yield made
    made.close()


@pytest.fixture(scope="module")
def namespace(transport: Transport) -> Iterator[str]:
    """A namespace of the test's own, deleted at the end."""
    name = f"cockpit-test-{uuid.uuid4().hex[:8]}"
    requests.post(
        transport, "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    )
    yield name
    requests.delete(transport, f"/api/v1/namespaces/{name}", {})
