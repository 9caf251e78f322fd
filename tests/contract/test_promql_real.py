"""The evaluator against a real Prometheus that holds the same samples."""

import math
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cockpit.simulator.promql.ast import Matcher
from cockpit.simulator.promql.errors import ExecutionError, ParseError
from cockpit.simulator.promql.query import query, query_range
from cockpit.simulator.promql.values import Series
from state.metrics.app_expressions import every_app_expression
from state.metrics.catalogue import every_expression, targets
from tests.contract.real_prometheus import Real, program, same, serving
from tests.contract.remote_write import Points, stored

START = 1_780_000_000
"""Seconds; samples begin here and go on for three hours."""
LENGTH = 3 * 3600
INTERVAL = 15
AT = (START + 2 * 3600) * 1000
HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


CATALOGUE = (*every_expression(), *every_app_expression(), targets(("shop", "pay")))
QUERIES = [*lines("promql_catalogue.txt"), *dict.fromkeys(expression.promql for expression in CATALOGUE)]
REFUSALS = lines("promql_refusals.txt")

World = list[tuple[dict[str, str], Points]]


Value = Callable[[int, float], float | None]
"""What a series has at a scrape, from its number and the value before; None: nothing."""


def constant(number: float) -> Value:
    return lambda index, last: number


def histogram(slope: float) -> Value:
    return lambda index, last: float(int(slope * (index * INTERVAL + 40 * math.sin(index / 9) + 50)))


def stairs(width: int) -> Value:
    return lambda index, last: float(index // width)


class Made:
    """Series of every kind the catalogue asks for, off the grid of the queries, with resets, gaps and ends."""

    def __init__(self) -> None:
        self.random = Random(7)
        self.world: World = []
        self.services()
        self.nodes()
        self.pods()
        self.objects()
        self.alerts()
        self.odd_counters()

    def add(self, name: str, labels: dict[str, str], value: Value) -> None:
        points: Points = []
        shift = 1730 + self.random.randrange(0, 9000)
        last = 0.0
        for index in range(LENGTH // INTERVAL):
            found = value(index, last)
            if found is not None:
                last = found
                points.append((START * 1000 + shift + index * INTERVAL * 1000, found))
        self.world.append(({"__name__": name, **labels}, points))

    def wave(self, mean: float, width: float, period: float) -> Value:
        return lambda index, last: mean + width * math.sin(index / period) + self.random.random() * width / 5

    def counter(self, rate: float, reset: int = 0) -> Value:
        return lambda index, last: (
            0.0 if reset and index % reset == 0 else last + self.random.random() * rate * INTERVAL
        )

    def falling(self, slope: float) -> Value:
        return lambda index, last: 6e10 - slope * index + self.random.random()

    def services(self) -> None:
        for namespace, service in (("shop", "api"), ("shop", "web"), ("pay", "api")):
            both = {"namespace": namespace, "service": service}
            for code, rate in (("200", 40.0), ("404", 1.0), ("500", 0.4)):
                counter = self.counter(rate, 170 if service == "web" else 0)
                self.add("http_requests_total", {**both, "code": code}, counter)
            growth = [self.random.random() + 0.1 for _ in range(6)]
            for index, bound in enumerate(("0.05", "0.1", "0.25", "0.5", "1", "+Inf")):
                labels = {**both, "le": bound}
                self.add("http_request_duration_seconds_bucket", labels, histogram(sum(growth[: index + 1])))

    def nodes(self) -> None:
        for number in (1, 2, 3):
            at = {"instance": f"10.0.0.{number}:9100", "job": "node"}
            for cpu in ("0", "1"):
                for mode, rate in (("idle", 1.4), ("user", 0.4), ("system", 0.2)):
                    self.add("node_cpu_seconds_total", {**at, "cpu": cpu, "mode": mode}, self.counter(rate))
            self.add("node_load1", at, self.wave(1.0, 0.6, 13.0 + number))
            self.add("node_load5", at, self.wave(1.0, 0.2, 50.0))
            self.add("node_pressure_cpu_waiting_seconds_total", at, self.counter(0.1))
            self.add("node_disk_io_time_seconds_total", {**at, "device": "sda"}, self.counter(0.3))
            self.add("node_memory_MemTotal_bytes", at, constant(1e9 * number))
            self.add("node_memory_MemAvailable_bytes", at, self.wave(4e8 * number, 5e7, 40.0))
            for fstype, mount in (("ext4", "/"), ("tmpfs", "/run")):
                disk = {**at, "fstype": fstype, "mountpoint": mount}
                self.add("node_filesystem_size_bytes", disk, constant(1e11))
                self.add("node_filesystem_avail_bytes", disk, self.falling(2e7 * number))
            self.add("node_uname_info", {**at, "nodename": f"node-{number}"}, constant(1))
            gone = range(300, 330) if number == 2 else range(0)
            self.add("up", at, lambda index, last, gone=gone: float(index not in gone))  # type: ignore[misc]
            name = {"node": f"node-{number}"}
            self.add("kube_node_status_allocatable", {**name, "resource": "cpu"}, constant(4))
            for condition in ("Ready", "DiskPressure"):
                self.add("kube_node_status_condition", {**name, "condition": condition, "status": "true"}, constant(1))

    def pods(self) -> None:
        for pod in ("a", "b", "c"):
            where = {"namespace": "shop", "pod": f"web-{pod}", "container": "web"}
            self.add("container_cpu_usage_seconds_total", {**where, "image": "web:1"}, self.counter(0.3))
            self.add("container_memory_working_set_bytes", {**where, "image": "web:1"}, self.wave(1e8, 1e7, 30.0))
            self.add("container_cpu_cfs_throttled_periods_total", where, self.counter(1.0))
            self.add("container_cpu_cfs_periods_total", where, self.counter(10.0))
            self.add("kube_pod_container_resource_limits", {**where, "resource": "memory"}, constant(2e8))
            self.add("up", {"namespace": "shop", "pod": f"web-{pod}", "service": "web"}, constant(float(pod != "c")))
            self.add("kube_pod_container_resource_requests", {**where, "resource": "cpu"}, constant(0.25))
            restarts = stairs(60 if pod == "b" else 100_000)
            self.add("kube_pod_container_status_restarts_total", where, restarts)
            self.add("kube_pod_status_phase", {**where, "phase": "Failed"}, constant(float(pod == "c")))
        crash = {"namespace": "shop", "pod": "web-b", "container": "web", "reason": "CrashLoopBackOff"}
        waiting = "kube_pod_container_status_waiting_reason"
        self.add(waiting, crash, lambda index, last: 1.0 if 400 < index < 500 else None)
        ended = {**crash, "reason": "OOMKilled"}
        self.add("kube_pod_container_status_last_terminated_reason", ended, constant(1))

    def objects(self) -> None:
        for name, wanted, there in (("web", 3, 2), ("api", 2, 2)):
            deployment = {"namespace": "shop", "deployment": name}
            self.add("kube_deployment_spec_replicas", deployment, constant(wanted))
            self.add("kube_deployment_status_replicas_available", deployment, constant(there))
        for index in range(3):
            replica_set = {"namespace": "shop", "replicaset": f"web-{index}"}
            self.add("kube_replicaset_created", replica_set, constant(START - 50_000.0 * index))
            owner = {**replica_set, "owner_kind": "Deployment", "owner_name": "web"}
            self.add("kube_replicaset_owner", owner, constant(1))
        for name, days in (("shop", 6), ("pay", 60)):
            expiry = constant(START + days * 86400)
            self.add("certmanager_certificate_expiration_timestamp_seconds", {"name": name}, expiry)

    def alerts(self) -> None:
        flap = {"alertname": "Flap", "namespace": "shop", "severity": "warning"}
        firing = {**flap, "alertstate": "firing"}
        self.add("ALERTS", firing, lambda index, last: 1.0 if index % 90 > 60 else None)
        since = "ALERTS_FOR_STATE"
        self.add(since, flap, lambda index, last: START + index // 90 * 1000.0 if index % 90 > 50 else None)

    def odd_counters(self) -> None:
        chance = self.random.random
        self.add("late_total", {"from": "nothing"}, lambda i, last: None if i < 440 else last + 3 + chance())
        self.add("late_total", {"from": "much"}, lambda i, last: None if i < 450 else (last or 1e6) + chance())
        self.add("ended_total", {}, lambda i, last: None if i > 470 else last + 1)
        self.add("gappy_total", {}, lambda i, last: None if i % 7 in (2, 3) else last + chance() * 5)


@dataclass
class Backfilled:
    world: World

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Iterator[Series]:
        for labels, points in self.world:
            if all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers):
                yield stored(labels, points)


@pytest.fixture(scope="module")
def world() -> World:
    return Made().world


@pytest.fixture(scope="module")
def real(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    folder = tmp_path_factory.mktemp("prometheus")
    server, tool = program("prometheus"), program("promtool")
    text = []
    for labels, points in world:
        shown = ",".join(f'{name}="{value}"' for name, value in labels.items() if name != "__name__")
        text += [f"{labels['__name__']}{{{shown}}} {value!r} {at / 1000:.3f}" for at, value in points]
    (folder / "samples").write_text("\n".join([*text, "# EOF", ""]), encoding="utf-8")
    command = [tool, "tsdb", "create-blocks-from", "openmetrics", str(folder / "samples"), str(folder / "data")]
    subprocess.run(command, check=True, capture_output=True)
    with serving(server, folder, "global: {evaluation_interval: 1m}\n") as url:
        yield Real(url)


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
