"""A real Prometheus on loopback, for tests."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cockpit.simulator.promql.values import Settings

HOW = "install it with: apt-get install -y --no-install-recommends prometheus"


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


@contextmanager
def serving(server: str, folder: Path, config: str, *options: str) -> Iterator[str]:
    """Run Prometheus with a configuration and its data in `folder / "data"`; give its address."""
    (folder / "prometheus.yml").write_text(config, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [
            server,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
            "--log.level=error",
            *options,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield ready(f"http://{address}", process)
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


def same(mine: dict[str, Any], theirs: dict[str, Any], *, ordered: bool) -> bool:
    """Whether two answers are the same: labels exactly, numbers to within one part in a billion."""
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
