"""The evaluator against a real Prometheus that holds the same samples."""

import json
import math
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cockpit.simulator.promql.ast import Matcher
from cockpit.simulator.promql.errors import ExecutionError, ParseError
from cockpit.simulator.promql.query import query, query_range
from cockpit.simulator.promql.values import Series, Settings

START = 1_780_000_000
"""Seconds; samples begin here and go on for three hours."""
LENGTH = 3 * 3600
INTERVAL = 15
AT = (START + 2 * 3600) * 1000
HERE = Path(__file__).parent
HOW = "install it with: apt-get install -y --no-install-recommends prometheus"


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


QUERIES = lines("promql_catalogue.txt")
REFUSALS = lines("promql_refusals.txt")

Points = list[tuple[int, float]]
World = list[tuple[dict[str, str], Points]]


def made_world() -> World:
    """Series of every kind the catalogue asks for, off the grid of the queries, with resets, gaps and ends."""
    random = Random(7)
    world: World = []

    def add(name: str, labels: dict[str, str], value: Callable[[int, float], float | None]) -> None:
        points: Points = []
        shift = 1730 + random.randrange(0, 9000)
        last = 0.0
        for index in range(LENGTH // INTERVAL):
            found = value(index, last)
            if found is not None:
                last = found
                points.append((START * 1000 + shift + index * INTERVAL * 1000, found))
        world.append(({"__name__": name, **labels}, points))

    def constant(number: float) -> Callable[[int, float], float | None]:
        return lambda index, last: number

    def wave(mean: float, width: float, period: float) -> Callable[[int, float], float | None]:
        return lambda index, last: mean + width * math.sin(index / period) + random.random() * width / 5

    def counter(rate: float, reset: int = 0) -> Callable[[int, float], float | None]:
        return lambda index, last: 0.0 if reset and index % reset == 0 else last + random.random() * rate * INTERVAL

    for namespace, service in (("shop", "api"), ("shop", "web"), ("pay", "api")):
        both = {"namespace": namespace, "service": service}
        for code, rate in (("200", 40.0), ("404", 1.0), ("500", 0.4)):
            add("http_requests_total", {**both, "code": code}, counter(rate, 170 if service == "web" else 0))
        growth = [random.random() + 0.1 for _ in range(6)]
        for index, bound in enumerate(("0.05", "0.1", "0.25", "0.5", "1", "+Inf")):
            slope = sum(growth[: index + 1])
            add(
                "http_request_duration_seconds_bucket",
                {**both, "le": bound},
                lambda step, last, slope=slope: float(int(slope * (step * INTERVAL + 40 * math.sin(step / 9) + 50))),
            )
    for node in ("1", "2", "3"):
        at = {"instance": f"10.0.0.{node}:9100", "job": "node"}
        for cpu in ("0", "1"):
            for mode, rate in (("idle", 1.4), ("user", 0.4), ("system", 0.2)):
                add("node_cpu_seconds_total", {**at, "cpu": cpu, "mode": mode}, counter(rate))
        add("node_load1", at, wave(1.0, 0.6, 13.0 + int(node)))
        add("node_load5", at, wave(1.0, 0.2, 50.0))
        add("node_pressure_cpu_waiting_seconds_total", at, counter(0.1))
        add("node_disk_io_time_seconds_total", {**at, "device": "sda"}, counter(0.3))
        add("node_memory_MemTotal_bytes", at, constant(1e9 * int(node)))
        add("node_memory_MemAvailable_bytes", at, wave(4e8 * int(node), 5e7, 40.0))
        for fstype, mount in (("ext4", "/"), ("tmpfs", "/run")):
            disk = {**at, "fstype": fstype, "mountpoint": mount}
            add("node_filesystem_size_bytes", disk, constant(1e11))
            slope = 2e7 * int(node)
            add(
                "node_filesystem_avail_bytes",
                disk,
                lambda step, last, slope=slope: 6e10 - slope * step + random.random(),
            )
        add("node_uname_info", {**at, "nodename": f"node-{node}"}, constant(1))
        add("up", at, lambda step, last, node=node: float(not (node == "2" and 300 < step < 330)))
        name = {"node": f"node-{node}"}
        add("kube_node_status_allocatable", {**name, "resource": "cpu"}, constant(4))
        for condition in ("Ready", "DiskPressure"):
            add("kube_node_status_condition", {**name, "condition": condition, "status": "true"}, constant(1))
    for pod in ("a", "b", "c"):
        where = {"namespace": "shop", "pod": f"web-{pod}", "container": "web"}
        add("container_cpu_usage_seconds_total", {**where, "image": "web:1"}, counter(0.3))
        add("container_memory_working_set_bytes", {**where, "image": "web:1"}, wave(1e8, 1e7, 30.0))
        add("container_cpu_cfs_throttled_periods_total", where, counter(1.0))
        add("container_cpu_cfs_periods_total", where, counter(10.0))
        add("kube_pod_container_resource_limits", {**where, "resource": "memory"}, constant(2e8))
        add("kube_pod_container_resource_requests", {**where, "resource": "cpu"}, constant(0.25))
        step = 60 if pod == "b" else 100_000
        add("kube_pod_container_status_restarts_total", where, lambda index, last, step=step: float(index // step))
        add("kube_pod_status_phase", {**where, "phase": "Failed"}, lambda index, last, pod=pod: float(pod == "c"))
    crash = {"namespace": "shop", "pod": "web-b", "container": "web", "reason": "CrashLoopBackOff"}
    add("kube_pod_container_status_waiting_reason", crash, lambda index, last: 1.0 if 400 < index < 500 else None)
    add("kube_pod_container_status_last_terminated_reason", {**crash, "reason": "OOMKilled"}, constant(1))
    for name, wanted, there in (("web", 3, 2), ("api", 2, 2)):
        deployment = {"namespace": "shop", "deployment": name}
        add("kube_deployment_spec_replicas", deployment, constant(wanted))
        add("kube_deployment_status_replicas_available", deployment, constant(there))
    for index in range(3):
        replica_set = {"namespace": "shop", "replicaset": f"web-{index}"}
        add("kube_replicaset_created", replica_set, constant(START - 50_000.0 * index))
        add("kube_replicaset_owner", {**replica_set, "owner_kind": "Deployment", "owner_name": "web"}, constant(1))
    for name, days in (("shop", 6), ("pay", 60)):
        expiry = START + days * 86400
        add("certmanager_certificate_expiration_timestamp_seconds", {"name": name}, constant(expiry))
    flap = {"alertname": "Flap", "severity": "warning"}
    add("ALERTS", {**flap, "alertstate": "firing"}, lambda index, last: 1.0 if index % 90 > 60 else None)
    add("ALERTS_FOR_STATE", flap, lambda index, last: START + index // 90 * 1000.0 if index % 90 > 50 else None)
    add("late_total", {"from": "nothing"}, lambda index, last: None if index < 440 else last + 3 + random.random())
    add("late_total", {"from": "much"}, lambda index, last: None if index < 450 else (last or 1e6) + random.random())
    add("ended_total", {}, lambda index, last: None if index > 470 else last + 1)
    add("gappy_total", {}, lambda index, last: None if index % 7 in (2, 3) else last + random.random() * 5)
    return world


@dataclass
class Backfilled:
    world: World

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Iterator[Series]:
        for labels, points in self.world:
            if all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers):
                times = [at for at, _ in points]
                values = [value for _, value in points]
                rising = all(a <= b for a, b in zip(values, values[1:], strict=False))
                yield Series(
                    labels, times, ((0, len(times)),), lambda indices, v=values: [v[i] for i in indices], rising
                )


class Real:
    def __init__(self, url: str) -> None:
        self.url = url
        version = self.get("status/buildinfo")[1]["data"]["version"]
        self.settings = Settings(evaluation_interval=60_000, major=2 if version.startswith("2.") else 3)

    def get(self, path: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
        asked = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)


def program(name: str) -> str:
    """The path of a program, or a skip that says how to get it; where servers are required, a failure."""
    found = shutil.which(os.environ.get(f"COCKPIT_TEST_{name.upper()}", name))
    if found is None:
        words = f"{name} is not installed; {HOW}"
        if os.environ.get("COCKPIT_REQUIRE_SERVERS"):
            pytest.fail(words)
        pytest.skip(words)
    return found


@pytest.fixture(scope="module")
def world() -> World:
    return made_world()


@pytest.fixture(scope="module")
def real(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    folder = tmp_path_factory.mktemp("prometheus")
    server, tool = program("prometheus"), program("promtool")
    text = []
    for labels, points in world:
        shown = ",".join(f'{name}="{value}"' for name, value in labels.items() if name != "__name__")
        text += [f"{labels['__name__']}{{{shown}}} {value!r} {at / 1000:.3f}" for at, value in points]
    (folder / "samples").write_text("\n".join([*text, "# EOF", ""]), encoding="utf-8")
    command = [tool, "tsdb", "create-blocks-from", "openmetrics", folder / "samples", folder / "data"]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "prometheus.yml").write_text("global: {evaluation_interval: 1m}\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "127.0.0.1:{}".format(free.getsockname()[1])
    process = subprocess.Popen(
        [
            server,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
            "--log.level=error",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Real(ready(f"http://{address}", process))
    finally:
        process.terminate()
        process.wait(20)


def ready(url: str, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, f"prometheus ended with {process.returncode}"
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=5):
                return url
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError("prometheus was not ready within 30 s")


def test_instant_answers(real: Real, world: World) -> None:
    wrong = []
    for text in QUERIES:
        status, answer = real.get("query", query=text, time=AT / 1000)
        ordered = text.startswith(("sort", "topk", "bottomk")) and " by " not in text
        try:
            mine: Any = query(text, Backfilled(world), AT, real.settings)
        except ExecutionError as error:
            if (status, answer.get("errorType")) != (422, "execution") or not same_words(str(error), answer["error"]):
                wrong.append(f"{text}\n  refused: {error}\n  real: {answer}")
            continue
        if status != 200 or not same(mine, answer["data"], ordered=ordered):
            wrong.append(f"{text}\n  mine: {str(mine)[:600]}\n  real: {str(answer)[:600]}")
    assert not wrong, f"{len(wrong)} of {len(QUERIES)} differ:\n" + "\n".join(wrong)


@pytest.mark.parametrize("step", [37, 300])
def test_range_answers(real: Real, world: World, step: int) -> None:
    steps = range(AT - 1800_000, AT + 1, step * 1000)
    wrong = []
    for text in QUERIES:
        if text.startswith(("up[", '"')) or "}[3m]" in text:
            continue
        status, answer = real.get("query_range", query=text, start=steps[0] / 1000, end=AT / 1000, step=step)
        try:
            mine: Any = query_range(text, Backfilled(world), steps, real.settings)
        except ExecutionError as error:
            if (status, answer.get("errorType")) != (422, "execution"):
                wrong.append(f"{text}\n  refused: {error}\n  real: {answer}")
            continue
        if status != 200 or not same(mine, answer["data"], ordered=False):
            wrong.append(f"{text}\n  mine: {str(mine)[:600]}\n  real: {str(answer)[:600]}")
    assert not wrong, f"{len(wrong)} of {len(QUERIES)} differ:\n" + "\n".join(wrong)


def test_refusals(real: Real) -> None:
    wrong = []
    for text in REFUSALS:
        status, answer = real.get("query", query=text, time=AT / 1000)
        try:
            query(text, Backfilled([]), AT, real.settings)
            mine = "accepted"
        except ParseError as error:
            mine = str(error)
        theirs = answer.get("error", "accepted").removeprefix('invalid parameter "query": ')
        if real.settings.major == 2:
            if mine != theirs:
                wrong.append(f"{text!r}\n  mine: {mine}\n  real: {status} {theirs}")
        elif mine == "accepted":
            wrong.append(f"{text!r}\n  mine: {mine}\n  real: {status} {theirs}")
    assert not wrong, f"{len(wrong)} of {len(REFUSALS)} differ:\n" + "\n".join(wrong)


def same_words(mine: str, theirs: str) -> bool:
    """Equal, but for the order in which a message names series."""
    return (
        sorted(mine.replace("[", " ").replace("]", " ").split())
        == sorted(theirs.replace("[", " ").replace("]", " ").split())
        or mine.split("{")[0] == theirs.split("{")[0]
    )


def same(mine: dict[str, Any], theirs: dict[str, Any], *, ordered: bool) -> bool:
    if mine["resultType"] != theirs["resultType"]:
        return False
    if mine["resultType"] in ("scalar", "string"):
        return close(mine["result"], theirs["result"])
    left, right = mine["result"], theirs["result"]
    if not ordered:
        left, right = (sorted(side, key=lambda row: sorted(row["metric"].items())) for side in (left, right))
    if [row["metric"] for row in left] != [row["metric"] for row in right]:
        return False
    key = "values" if mine["resultType"] == "matrix" else "value"
    return all(close(a[key], b[key]) for a, b in zip(left, right, strict=True))


def close(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, list):
        return len(mine) == len(theirs) and all(close(a, b) for a, b in zip(mine, theirs, strict=True))
    if mine == theirs:
        return True
    if isinstance(mine, str):
        try:
            mine, theirs = float(mine), float(theirs)
        except ValueError:
            return False
    return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-12)
