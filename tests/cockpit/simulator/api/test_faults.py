"""Faults that are switched on while clients ask and watch."""

import asyncio
from typing import Any

import aiohttp
import pytest

from cockpit.simulator.faults import Fault, fault_from_json

PODS = "/api/v1/namespaces/payments/pods"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(401, "Unauthorized"), (403, "Forbidden"), (410, "Expired"), (429, "TooManyRequests"), (500, "InternalError"),
     (503, "ServiceUnavailable")],
)  # fmt: skip
async def test_refusals(api: Any, code: int, reason: str) -> None:
    api.faults.set([Fault("refuse", code=code)])
    status, document = await api.ask("GET", PODS)
    assert (status, document["reason"]) == (code, reason)


async def test_a_refusal_can_say_when_to_come_back(api: Any) -> None:
    api.faults.set([Fault("refuse", code=429, retry_after=7)])
    async with api.open("GET", PODS) as answer:
        assert answer.headers["Retry-After"] == "7"


async def test_a_fault_hits_the_paths_it_names_and_as_many_requests_as_it_says(api: Any) -> None:
    api.faults.set([Fault("refuse", path="/api/v1/namespaces/*/pods*", requests=2)])
    codes = [(await api.ask("GET", path))[0] for path in ("/api/v1/nodes", PODS, f"{PODS}?limit=1", PODS)]
    assert codes == [200, 500, 500, 200]
    assert api.faults.current() == []


async def test_a_frozen_server_answers_once_it_thaws(api: Any) -> None:
    api.faults.set([Fault("freeze")])
    asked = asyncio.ensure_future(api.ask("GET", PODS))
    _, pending = await asyncio.wait({asked}, timeout=0.1)
    assert pending
    api.faults.clear()
    assert (await asked)[0] == 200


async def test_a_single_request_can_freeze(api: Any) -> None:
    api.faults.set([Fault("freeze", requests=1)])
    asked = asyncio.ensure_future(api.ask("GET", PODS))
    await asyncio.wait({asked}, timeout=0.1)
    assert (await api.ask("GET", PODS))[0] == 200
    assert not asked.done()
    api.faults.clear()
    assert (await asked)[0] == 200


async def test_an_open_watch_goes_silent_with_the_server(api: Any) -> None:
    def touch(text: str) -> None:
        api.store.update(("", "pods"), "payments", "web-0", lambda obj: {**obj, "touched": text})

    async with api.open("GET", f"{PODS}?watch=1&resourceVersion={api.store.revision}") as answer:
        touch("1")
        assert b'"touched":"1"' in await answer.content.readline()
        api.faults.set([Fault("freeze")])
        touch("2")
        line = asyncio.ensure_future(answer.content.readline())
        _, pending = await asyncio.wait({line}, timeout=0.1)
        assert pending
        api.faults.clear()
        assert b'"touched":"2"' in await line


async def test_a_reset_cuts_requests_and_open_watches(api: Any) -> None:
    async with api.open("GET", f"{PODS}?watch=1&resourceVersion={api.store.revision}") as answer:
        api.faults.set([Fault("reset")])
        with pytest.raises(aiohttp.ClientError):
            await answer.content.readline()
    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await api.ask("GET", PODS)


async def test_a_slow_server_takes_its_time_for_the_answer(api: Any) -> None:
    size = len(str(await api.get("/version")))
    api.faults.set([Fault("slow", delay=0.05, bytes_per_second=size * 5)])
    loop = asyncio.get_running_loop()
    started = loop.time()
    assert (await api.get("/version"))["major"] == "1"
    assert loop.time() - started > 0.2


async def test_the_switches_are_set_over_http(api: Any) -> None:
    body = {"faults": [{"kind": 503, "path": "*pods*", "requests": 1}, {"kind": "slow", "delay": 0.01}]}
    status, _ = await api.ask("PUT", "/_simulator/faults", body)
    assert status == 200
    assert (await api.ask("GET", PODS))[0] == 503
    _, left = await api.ask("GET", "/_simulator/faults")
    assert [one["kind"] for one in left["faults"]] == ["slow"]
    await api.ask("DELETE", "/_simulator/faults")
    assert api.faults.current() == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"{", "JSON"),
        ({"faults": {}}, '{"faults": [{"kind": "freeze"}]}'),
        ({"faults": [{"kind": "nope"}]}, "kind is one of freeze, reset"),
        ({"faults": [{"kind": "freeze", "pth": "x"}]}, "no field 'pth'"),
        ({"faults": [{"kind": "freeze", "requests": "many"}]}, "'requests'"),
        ({"faults": [{"kind": "refuse", "code": 200}]}, "code is one of 401"),
        ({"faults": ["freeze"]}, "a fault is an object"),
    ],
)
async def test_a_switch_that_makes_no_sense_is_refused(api: Any, body: Any, word: str) -> None:
    status, document = await api.ask("PUT", "/_simulator/faults", body)
    assert (status, word in document["error"]) == (400, True), document


async def test_an_unknown_switch_is_refused(api: Any) -> None:
    assert (await api.ask("GET", "/_simulator/nope"))[0] == 404


def test_a_refusal_may_be_written_as_its_code() -> None:
    assert fault_from_json({"kind": "429", "retry_after": 3}) == Fault("refuse", code=429, retry_after=3)
