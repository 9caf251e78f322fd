"""The simulated Prometheus' API against a real one that has the same alerting rules."""

import asyncio
import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer

from cockpit.simulator.clock import WorldClock
from cockpit.simulator.monitoring import Monitoring
from cockpit.simulator.prometheus_api import prometheus_app
from cockpit.simulator.promql.durations import format_duration
from cockpit.simulator.rules import groups
from cockpit.simulator.store import Store
from tests.cockpit.simulator.monitoring.small_world import SmallPlatform
from tests.contract.real_prometheus import Real, program, serving

REQUESTS = [
    "query",
    "query?query=sum(",
    "query?query=up&time=x",
    "query?query=up&timeout=x",
    "query?query=1",
    "query?query=vector(1)",
    "query_range?query=up",
    "query_range?query=up&start=1&end=0&step=1",
    "query_range?query=up&start=1&end=2&step=0",
    "query_range?query=up&start=1&end=2&step=-1",
    "query_range?query=up&start=1&end=2&step=x",
    "query_range?query=up&start=x&end=2&step=1",
    "query_range?query=up&start=0&end=20000&step=1",
    "query_range?query=up&start=0&end=11000&step=1",
    "query_range?query=up[5m]&start=0&end=20&step=1",
    'query_range?query="x"&start=0&end=20&step=1',
    "query_range?query=1&start=0&end=20.5&step=10",
    "query_range?query=1&start=1970-01-01T00:00:00Z&end=1970-01-01T00:02:00%2B00:00&step=1m30s",
    "series",
    "series?match[]=up[5m]",
    "series?match[]={",
    "label/nothing/values",
    "labels?start=x",
    "labels?match[]=nothing",
    "rules?type=x",
    "rules?type=record",
    "metadata?metric=nothing",
    "nothing",
]


def as_yaml() -> str:
    shown = []
    for group in groups(WorldClock()):
        rules = []
        for rule in group.rules:
            annotations = {name: text.text for name, text in rule.annotations.items()}
            one: dict[str, Any] = {"alert": rule.name, "expr": rule.query, "labels": rule.labels}
            if rule.pause:
                one["for"] = format_duration(rule.pause)
            rules.append({**one, "annotations": annotations})
        shown.append({"name": group.name, "interval": "1s", "rules": rules})
    return yaml.safe_dump({"groups": shown}, sort_keys=False)


@pytest.fixture(scope="module")
def rules_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("rules") / "rules.yml"
    file.write_text(as_yaml(), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def real(rules_file: Path) -> Iterator[Real]:
    config = yaml.safe_dump({"global": {"evaluation_interval": "1s"}, "rule_files": [str(rules_file)]})
    with serving(program("prometheus"), rules_file.parent, config) as url:
        yield Real(url)


@pytest.fixture
async def simulated() -> AsyncIterator[TestClient[Any, Any]]:
    clock = WorldClock()
    monitoring = Monitoring(Store(clock), SmallPlatform(opened=time.time() - 1), clock, seed=1)
    monitoring.tick(time.time())
    async with TestClient(TestServer(prometheus_app(monitoring))) as client:
        yield client


def test_the_rules_pass_promtool(rules_file: Path) -> None:
    checked = subprocess.run(
        [program("promtool"), "check", "rules", str(rules_file)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", REQUESTS)
async def test_both_answer_alike(real: Real, simulated: TestClient[Any, Any], path: str) -> None:
    head, _, parameters = path.partition("?")
    asked = f"/api/v1/{head}?{urllib.parse.quote(parameters, safe='=&%')}"
    status, kind, theirs = raw(real.url + asked)
    answer = await simulated.get(asked)
    mine = await answer.text()
    assert (answer.status, answer.content_type) == (status, kind)
    if kind == "text/plain":
        assert mine == theirs
    elif real.settings.major == 2:
        assert stable(json.loads(mine)) == stable(json.loads(theirs))
    else:
        assert json.loads(mine).keys() == json.loads(theirs).keys()


async def test_rules_and_alerts_are_listed_alike(real: Real, simulated: TestClient[Any, Any]) -> None:
    deadline = time.monotonic() + 30
    while not real.get("alerts")[1]["data"]["alerts"]:
        assert time.monotonic() < deadline, "no rule was evaluated within 30 s"
        await asyncio.sleep(0.05)
    theirs, mine = real.get("rules")[1], await (await simulated.get("/api/v1/rules")).json()
    assert [group["name"] for group in mine["data"]["groups"]] == [group["name"] for group in theirs["data"]["groups"]]
    for ours, other in zip(mine["data"]["groups"], theirs["data"]["groups"], strict=True):
        assert ours.keys() == other.keys()
        for rule, same in zip(ours["rules"], other["rules"], strict=True):
            assert rule.keys() == same.keys()
            for name in ("name", "query", "duration", "keepFiringFor", "labels", "annotations", "health", "type"):
                assert rule.get(name) == same.get(name)
    watchdogs = []
    for alerts in (real.get("alerts")[1], await (await simulated.get("/api/v1/alerts")).json()):
        (one,) = (alert for alert in alerts["data"]["alerts"] if alert["labels"]["alertname"] == "Watchdog")
        watchdogs.append({name: value for name, value in one.items() if name != "activeAt"})
    assert watchdogs[0] == watchdogs[1]
    buildinfo = await (await simulated.get("/api/v1/status/buildinfo")).json()
    assert buildinfo["data"].keys() == real.get("status/buildinfo")[1]["data"].keys()


def raw(url: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read().decode()


def stable(body: Any) -> Any:
    """A body without what differs from run to run: moments near now, files, times of evaluation."""
    if isinstance(body, dict):
        left_out = ("file", "lastEvaluation", "evaluationTime", "interval")
        return {name: stable(value) for name, value in body.items() if name not in left_out}
    if isinstance(body, list):
        return [stable(one) for one in body]
    return "now" if isinstance(body, int | float) and body > 1e9 else body
