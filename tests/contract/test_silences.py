"""Silences as the cockpit makes them, on the simulated Alertmanager and on a real one: the same alerts are held."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import aiohttp
import pytest

from state.alerts.client import Alertmanager
from state.alerts.expiry import ExpireSilences
from state.alerts.inventory import inventory
from state.alerts.join import join
from state.alerts.matching import held_by, read_matchers
from state.alerts.model import Matcher
from state.alerts.reading import alert_of
from state.alerts.silence import SilenceAlerts
from state.alerts.source import Alertmanagers
from state.endpoint import Endpoint
from tests.contract.test_alertmanager_real import JSON, real, simulated  # noqa: F401

T = TypeVar("T")
PODS = ("api-7d4f9c5b6d-x7k2p", "api-worker-7d4f9c5b6d-x7k2p", "api", "db-0", "it's \"odd\\", "ünï-0", "")
MATCHERS = (
    'alertname="X"',
    'alertname="X", pod="api"',
    'alertname="X", pod!="api"',
    'alertname="X", pod=~"api"',
    'alertname="X", pod=~"api.*"',
    'alertname="X", pod!~"api.*"',
    'alertname="X", pod=~"api|db-0"',
    'alertname="X", pod=~"(?i)API"',
    'alertname="X", pod=~"api-[a-z0-9]{10}-\\\\w{5}"',
    'alertname="X", pod=~""',
    'alertname="X", pod=~".+"',
    'alertname="X", pod=~"^api$"',
    'alertname="X", pod=~".n.-\\\\d"',
    'alertname="X", pod="it\'s \\"odd\\\\"',
    'alertname="X", other=""',
    'alertname="X", pod=~"(?P<n>db)-(?:0|1)"',
)


@pytest.fixture(params=["simulated", "real"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    return found


async def off_loop(work: Callable[[], T]) -> T:
    """The simulated server answers on this loop."""
    return await asyncio.to_thread(work)


async def put_alerts(url: str) -> None:
    alerts = [{"labels": {"alertname": "X", "pod": pod, "severity": "critical"}} for pod in PODS]
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/v2/alerts", json=alerts, headers=JSON) as sent,
    ):
        assert sent.status == 200


async def test_what_is_shown_while_typing_is_what_the_server_holds(url: str) -> None:
    await put_alerts(url)
    member = Alertmanager(Endpoint(url))
    everything = [alert_of(one, {}) for one in await off_loop(member.alerts) if one.labels["alertname"] == "X"]
    assert len(everything) == len(PODS)
    for text in MATCHERS:
        matchers = read_matchers(text)
        told = await off_loop(lambda matchers=matchers: member.alerts(matchers))  # type: ignore[misc]
        assert {a.fingerprint for a in held_by(matchers, everything)} == {a.fingerprint for a in told}, text


async def test_a_silence_lives_from_its_making_to_its_end(url: str) -> None:
    await put_alerts(url)
    member = Alertmanager(Endpoint(url))
    cluster = Alertmanagers([member])
    matchers = (Matcher("pod", "api-.*", regex=True),)
    await off_loop(member.status)
    now = member.now()
    made = await off_loop(SilenceAlerts(cluster, matchers, now + 7200, "ana", "maintenance").run)
    assert made.done

    async def kept() -> Any:
        fetched = await off_loop(cluster.fetch)
        (one,) = [k for k in inventory(join(fetched, None), now) if k.silence.id == made.details["silence"]]
        return one

    first = await kept()
    assert (first.holds, first.remarks, first.silence.comment) == (2, (), "maintenance")
    longer = SilenceAlerts(cluster, matchers, now + 9000, "ana", "longer", first.silence)
    assert (await off_loop(longer.run)).details["silence"] == first.silence.id
    again = await kept()
    assert abs(again.silence.ends - now - 9000) < 1
    other = SilenceAlerts(cluster, (Matcher("pod", "db-0"),), now + 9000, "ana", "other", again.silence)
    moved = await off_loop(other.run)
    assert moved.details["silence"] != first.silence.id
    fetched = await off_loop(cluster.fetch)
    silences = [one for one in fetched.silences if one.id == moved.details["silence"]]
    assert first.silence.id not in {one.id for one in fetched.silences}
    assert (await off_loop(ExpireSilences(cluster, tuple(silences)).run)).done
    fetched = await off_loop(cluster.fetch)
    assert moved.details["silence"] not in {one.id for one in fetched.silences}
