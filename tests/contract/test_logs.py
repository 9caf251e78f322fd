"""Logs of an API server: whole over broken connections, of several containers and pods in one.

The same suite runs against the simulator and against the server that `COCKPIT_TEST_KUBECONFIG` names.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from state.cluster import logs, requests
from state.cluster.containers import containers_of
from state.cluster.errors import ApiError, Unreachable
from state.cluster.log_ring import LogRing
from state.cluster.log_source import LogSource, look_at_container
from state.cluster.log_streams import LogStream, LogStreams
from state.cluster.logs import LogFollower
from state.cluster.transport import Answer, Request, Stream, Transport
from state.freshness import Health

IMAGE = "registry.example/storefront-web:v3.1.0"


def until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + 40
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def made(transport: Transport, namespace: str, *containers: str, init: tuple[str, ...] = ()) -> dict[str, Any]:
    """A pod that runs."""
    name = f"writer-{uuid.uuid4().hex[:8]}"
    spec = {
        "containers": [{"name": one, "image": IMAGE} for one in containers],
        "initContainers": [{"name": one, "image": IMAGE, "restartPolicy": "Always"} for one in init],
    }
    path = f"/api/v1/namespaces/{namespace}/pods"
    requests.post(transport, path, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})

    def running() -> dict[str, Any] | None:
        pod = requests.get(transport, f"{path}/{name}")
        return pod if pod.get("status", {}).get("phase") == "Running" else None

    found: dict[str, Any] = until(running, "the pod runs")
    return found


@pytest.fixture(scope="module")
def pod(transport: Transport, namespace: str) -> dict[str, Any]:
    return made(transport, namespace, "web")


def source_of(pod: dict[str, Any], container: str = "web", **how: Any) -> LogSource:
    metadata = pod["metadata"]
    return LogSource(metadata["namespace"], metadata["name"], container, uid=metadata["uid"], **how)


def lines_of(ring: LogRing) -> list[str]:
    return [line.text for line in ring.read(0).lines if not line.mark]


class Cutting:
    """Breaks every stream behind some bytes, fewer and fewer lines at a time."""

    def __init__(self, inner: Transport, sizes: list[int]) -> None:
        self.inner = inner
        self.sizes = sizes
        self.opened = 0

    def call(self, request: Request) -> Answer:
        return self.inner.call(request)

    def open(self, request: Request) -> Stream:
        stream = self.inner.open(request)
        if ("follow", "true") not in request.query or not self.sizes:
            return stream
        self.opened += 1
        return CutStream(stream, self.sizes.pop(0))

    def close(self) -> None:
        self.inner.close()


class CutStream:
    def __init__(self, inner: Stream, left: int) -> None:
        self.inner = inner
        self.left = left

    @property
    def status(self) -> int:
        return self.inner.status

    def read(self) -> bytes:
        if self.left <= 0:
            self.inner.shutdown()
            raise Unreachable("cut")
        data = self.inner.read()[: self.left]
        self.left -= len(data)
        return data

    def shutdown(self) -> None:
        self.inner.shutdown()


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FIRST_PAUSE", 0.01)


@pytest.fixture
def followed() -> Iterator[list[LogFollower]]:
    started: list[LogFollower] = []
    yield started
    for one in started:
        one.stop()


@pytest.mark.usefixtures("hurry")
def test_a_log_that_is_cut_all_the_time_is_the_log(
    transport: Transport, pod: dict[str, Any], followed: list[LogFollower]
) -> None:
    cutting = Cutting(transport, [1, 77, 400, 401, 3000, 150, 500, 64])
    follower = LogFollower(lambda: cutting, source_of(pod, tail=None), look=look_at_container)
    followed.append(follower)
    follower.start()
    until(lambda: cutting.opened == 8 and not cutting.sizes and follower.freshness.health is Health.LIVE, "the end")
    whole = LogFollower(lambda: transport, source_of(pod, tail=None, follow=False))
    whole.run()
    expected = lines_of(whole.ring)
    assert expected
    until(lambda: len(lines_of(follower.ring)) >= len(expected), "all lines")
    assert lines_of(follower.ring)[: len(expected)] == expected
    assert not any("missing" in line.text for line in follower.ring.read(0).lines)


def test_the_tail_is_the_end_of_the_log(transport: Transport, pod: dict[str, Any]) -> None:
    def read(tail: int | None) -> list[str]:
        follower = LogFollower(lambda: transport, source_of(pod, tail=tail, follow=False))
        follower.run()
        assert all(line.moment is not None for line in follower.ring.read(0).lines)
        return lines_of(follower.ring)

    before, tail, after = read(None), read(3), read(None)
    # It may have written meanwhile.
    ends = range(len(before), len(after) + 1)
    assert tail in [after[end - 3 : end] for end in ends]


def test_a_container_that_never_ended_has_no_run_before(transport: Transport, pod: dict[str, Any]) -> None:
    follower = LogFollower(lambda: transport, source_of(pod, previous=True), look=look_at_container)
    follower.run()
    assert follower.ended
    if not follower.ring.end:
        assert "not found" in follower.freshness.reason


def test_all_containers_of_a_pod_come_in_one(transport: Transport, namespace: str) -> None:
    found = made(transport, namespace, "app", "proxy", init=("helper",))
    containers = containers_of(found)
    assert dict(zip(containers.names, containers.roles, strict=True)) == {"app": "", "proxy": "", "helper": "sidecar"}
    metadata = found["metadata"]
    several = LogStreams(lambda: transport, LogRing(), tail=10)
    try:
        several.want([LogStream(metadata["uid"], namespace, metadata["name"], name, name) for name in containers.names])

        def all_there() -> bool:
            several.pump()
            return {line.stream for line in several.ring.read(0).lines if not line.mark} == {0, 1, 2}

        until(all_there, "lines of each")
        assert several.freshness.health is Health.LIVE
    finally:
        several.stop()


def test_a_pod_that_goes_leaves_its_lines_and_one_that_comes_joins(transport: Transport, namespace: str) -> None:
    first, second = made(transport, namespace, "web"), made(transport, namespace, "web")
    several = LogStreams(lambda: transport, LogRing(), tail=5)
    streams = [
        LogStream(one["metadata"]["uid"], namespace, one["metadata"]["name"], "web", name)
        for one, name in ((first, "first"), (second, "second"))
    ]

    def lines(stream: int) -> list[str]:
        several.pump()
        return [line.text for line in several.ring.read(0).lines if line.stream == stream and not line.mark]

    try:
        several.want(streams[:1])
        until(lambda: lines(0), "lines of the first")
        path = f"/api/v1/namespaces/{namespace}/pods/{first['metadata']['name']}"
        requests.delete(transport, path, {"gracePeriodSeconds": 0})

        def gone() -> bool:
            try:
                requests.get(transport, path)
            except ApiError as error:
                return error.status == 404
            return False

        until(gone, "the first pod goes")
        several.want(streams[1:])
        until(lambda: lines(1), "lines of the second")
        assert lines(0)
    finally:
        several.stop()


def test_a_pod_that_is_not_there_ends_at_once(transport: Transport, namespace: str) -> None:
    follower = LogFollower(lambda: transport, LogSource(namespace, "never-was", "web"), look=look_at_container)
    follower.run()
    assert (follower.ended, follower.freshness.health) == (True, Health.FAILED)
    assert "not found" in follower.freshness.reason


def test_a_container_that_is_not_there_is_said(transport: Transport, pod: dict[str, Any]) -> None:
    follower = LogFollower(lambda: transport, source_of(pod, "nope"), look=look_at_container)
    follower.run()
    assert "nope" in follower.freshness.reason
