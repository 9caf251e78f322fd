"""The simulated Alertmanager against a real one with the same configuration: the same answers to the same requests."""

import asyncio
import json
import os
import re
import shutil
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from cockpit.simulator.alertmanager import CONFIG
from cockpit.simulator.alertmanager_api import alertmanager_app
from cockpit.simulator.clock import WorldClock, timestamp
from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.ports import Traffic, Usage
from cockpit.simulator.store import Store

HOW = "install it with: apt-get install -y --no-install-recommends prometheus-alertmanager"
UNKNOWN = "11111111-1111-1111-1111-111111111111"


class Nothing:
    """A platform on which there is nothing to see."""

    def __init__(self) -> None:
        self.opened = time.time()

    def services(self) -> list[tuple[str, str]]:
        return []

    def certificates(self) -> list[tuple[str, str, float]]:
        return []

    def traffic(self, namespace: str, service: str, when: float) -> Traffic:
        return Traffic(0, 0, 0, 0)

    def disk_used_ratio(self, node: str, when: float) -> float:
        return 0.0

    def container_usage(self, namespace: str, pod: str, container: str, when: float) -> Usage:
        return Usage(0, 0)

    def node_usage_at(self, node: str, when: float) -> Usage:
        return Usage(0, 0)


def program() -> str:
    found = shutil.which(os.environ.get("COCKPIT_TEST_ALERTMANAGER", "prometheus-alertmanager"))
    if found is None:
        words = f"prometheus-alertmanager is not installed; {HOW}"
        if os.environ.get("COCKPIT_REQUIRE_SERVERS"):
            pytest.fail(words)
        pytest.skip(words)
    return found


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[str]:
    (tmp_path / "config.yml").write_text(CONFIG, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = await asyncio.create_subprocess_exec(
        program(),
        f"--config.file={tmp_path / 'config.yml'}",
        f"--storage.path={tmp_path}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
        "--log.level=error",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while True:
                assert process.returncode is None, f"alertmanager ended with {process.returncode}"
                try:
                    async with session.get(f"http://{address}/-/ready"):
                        break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        yield f"http://{address}"
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
async def simulated() -> AsyncIterator[str]:
    clock = WorldClock()
    monitoring = Monitoring(Store(clock), Nothing(), clock, seed=1)
    async with TestServer(alertmanager_app(monitoring)) as server:
        yield str(server.make_url("")).rstrip("/")


def silence(**other: Any) -> str:
    now = time.time()
    body = {
        "matchers": [{"name": "namespace", "value": "p", "isRegex": False}],
        "startsAt": timestamp(now - 5),
        "endsAt": timestamp(now + 3600),
        "createdBy": "ana",
        "comment": "c",
    }
    return json.dumps({name: value for name, value in {**body, **other}.items() if value is not None})


def matcher(**other: Any) -> list[dict[str, Any]]:
    return [{"name": "a", "value": "b", "isRegex": False, **other}]


ODD_NAME = matcher(name="0a")
"""A label's name that versions since 0.27 take: they know all of UTF-8."""
ALERTS = json.dumps(
    [
        {
            "labels": {"alertname": "X", "severity": "critical", "namespace": "p"},
            "annotations": {"summary": "s <&>"},
            "generatorURL": "http://a/b",
        },
        {"labels": {"alertname": "X", "severity": "warning", "namespace": "p", "pod": "q", "none": ""}},
        {"labels": {"alertname": "X", "severity": "warning", "namespace": "other"}},
        {"labels": {"alertname": "Watchdog", "severity": "none"}},
        {"labels": {"alertname": "KubePodCrashLooping", "namespace": "n", "severity": "critical"}},
        {"labels": {"alertname": "TargetDown", "namespace": "n", "severity": "warning"}},
        {"labels": {"alertname": "Over"}, "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2026-01-02T00:00:00Z"},
    ]
)
GROUPED, INHIBITED = 6, 2
"""How many of these alerts go on, and how many others keep quiet."""
JSON = {"Content-Type": "application/json"}
REQUESTS: list[tuple[str, str, str | None]] = [
    ("GET", "alerts", None),
    ("POST", "alerts", ALERTS),
    ("GET", "alerts", None),
    ("GET", "alerts/groups", None),
    ("GET", "receivers", None),
    ("GET", 'alerts?filter=alertname="X"&filter=severity!="critical"', None),
    ("GET", "alerts?filter=alertname=~K.*", None),
    ("GET", 'alerts?filter=pod=""', None),
    ("GET", 'alerts?filter=pod!=""', None),
    ("GET", "alerts?filter=pod=~.%2B", None),
    ("GET", "alerts?active=false", None),
    ("GET", "alerts?inhibited=false", None),
    ("GET", "alerts?active=maybe", None),
    ("GET", "alerts?receiver=on-call|dead.*", None),
    ("GET", "alerts/groups?receiver=platform-team&inhibited=false", None),
    ("GET", "alerts?filter=foo", None),
    ("GET", 'alerts?filter=a=~"("', None),
    ("GET", "alerts?receiver=(", None),
    ("GET", "silences", None),
    ("GET", "silences?filter=x", None),
    ("GET", "silence/abc", None),
    ("GET", f"silence/{UNKNOWN}", None),
    ("DELETE", "silence/abc", None),
    ("GET", "nothing", None),
    ("PUT", "alerts", "[]"),
    ("POST", "silence/abc", "{}"),
    ("POST", "silences", "{}"),
    ("POST", "silences", "{"),
    ("POST", "silences", ""),
    ("POST", "silences", "[]"),
    ("POST", "silences", silence(matchers=[])),
    ("POST", "silences", silence(matchers=None)),
    ("POST", "silences", silence(matchers="x")),
    ("POST", "silences", silence(matchers=matcher(isRegex=None))),
    ("POST", "silences", silence(matchers=matcher(name=None))),
    ("POST", "silences", silence(matchers=matcher(value=3))),
    ("POST", "silences", silence(matchers=ODD_NAME)),
    ("POST", "silences", silence(matchers=matcher(value=".*", isRegex=True))),
    ("POST", "silences", silence(matchers=matcher(value="(", isRegex=True))),
    ("POST", "silences", silence(comment=None)),
    ("POST", "silences", silence(createdBy=None)),
    ("POST", "silences", silence(endsAt=None)),
    ("POST", "silences", silence(startsAt=None)),
    ("POST", "silences", silence(comment=5)),
    ("POST", "silences", silence(startsAt="2030-01-01T00:00:00Z", endsAt="2029-01-01T00:00:00Z")),
    ("POST", "silences", silence(startsAt="2020-01-01T00:00:00Z", endsAt="2020-01-02T00:00:00Z")),
    ("POST", "silences", silence(id=UNKNOWN)),
    ("POST", "silences", silence(id="zz")),
    ("POST", "silences", silence(createdBy="", comment="")),
    ("GET", "silences", None),
    ("GET", "silence/<last>", None),
    ("GET", "alerts", None),
    ("GET", "alerts?silenced=false", None),
    ("GET", "alerts/groups?silenced=false", None),
    ("GET", 'silences?filter=namespace="p"', None),
    ("GET", 'silences?filter=namespace=~"p"', None),
    ("POST", "silences", silence(id="<last>", matchers=matcher(isEqual=False))),
    ("GET", "silences", None),
    ("GET", "alerts", None),
    ("DELETE", "silence/<last>", None),
    ("DELETE", "silence/<last>", None),
    ("GET", "silences", None),
    ("GET", "silence/<last>", None),
    ("POST", "alerts", '[{"labels":{}}]'),
    ("POST", "alerts", '[{"labels":{"a":""}}]'),
    ("POST", "alerts", '[{"labels":{"a":"b"},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]'),
    ("POST", "alerts", "[{}]"),
    ("POST", "alerts", "{}"),
    ("POST", "alerts", '[{"labels":{"a":1}}]'),
]
METHODS = re.compile(r"(?<=but \[)[A-Z,]+(?=\] are)")
VOLATILE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def play(url: str, *, utf8: bool) -> list[tuple[str, int, Any]]:
    """Send all requests to one server; ids are numbered in the order they are seen, times are replaced.

    Where names may be `utf8`, what only older servers refuse is left out.
    """
    numbers: dict[str, str] = {UNKNOWN: "unknown"}
    last = ""
    answers = []
    async with aiohttp.ClientSession() as session:
        for method, path, body in REQUESTS:
            if utf8 and json.dumps(ODD_NAME) in (body or ""):
                continue
            full = f"{url}/api/v2/{path.replace('<last>', last)}"
            data = None if body is None else body.replace("<last>", last).encode()
            async with session.request(method, full, data=data, headers=JSON if data is not None else {}) as answer:
                text = await answer.text()
                if answer.status == 200 and "silenceID" in text:
                    last = json.loads(text)["silenceID"]
                shown = IDS.sub(lambda found: numbers.setdefault(found[0], f"id-{len(numbers)}"), text)
                # The generated server names the methods in any order.
                shown = METHODS.sub(lambda found: ",".join(sorted(found[0].split(","))), shown)
                parsed = json.loads(VOLATILE.sub("<time>", shown)) if shown.strip() else ""
                answers.append((f"{method} {path} {body or ''}", answer.status, parsed))
            if body is ALERTS:
                await settled(session, url)
    return answers


async def settled(session: aiohttp.ClientSession, url: str) -> None:
    """Wait until all alerts are grouped and inhibited: a real server takes them in beside its answers."""
    async with asyncio.timeout(20):
        while True:
            async with session.get(f"{url}/api/v2/alerts/groups") as answer:
                alerts = [alert for group in await answer.json() for alert in group["alerts"]]
            if (len(alerts), sum(bool(one["status"]["inhibitedBy"]) for one in alerts)) == (GROUPED, INHIBITED):
                return
            await asyncio.sleep(0.01)


async def test_both_answer_alike(real: str, simulated: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{real}/api/v2/status") as answer:
        version = (await answer.json())["versionInfo"]["version"]
    # One that was built from its sources alone says no version.
    utf8 = not version or tuple(map(int, version.split(".")[:2])) >= (0, 27)
    theirs, mine = await play(real, utf8=utf8), await play(simulated, utf8=utf8)
    wrong = []
    for (request, status, body), (_, my_status, my_body) in zip(theirs, mine, strict=True):
        if (status, _known(body)) != (my_status, _known(my_body)):
            wrong.append(f"{request}\n  real: {status} {body}\n  mine: {my_status} {my_body}")
    assert not wrong, f"{len(wrong)} of {len(REQUESTS)} differ:\n" + "\n".join(wrong)


def _known(body: Any) -> Any:
    """What every version answers: without the fields that newer ones add, their refusals in the older words."""
    if isinstance(body, dict):
        newer = {"mutedBy", "routeLabels", *({"labels"} if body.keys() == {"name", "labels"} else ())}
        return {name: _known(value) for name, value in body.items() if name not in newer}
    if isinstance(body, str):
        return re.sub(r"matcher set 0: | in set 0", "", body.replace("invalid silence: ", "silence invalid: "))
    return [_known(one) for one in body] if isinstance(body, list) else body
