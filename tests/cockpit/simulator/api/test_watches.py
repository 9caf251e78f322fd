"""Watches: changes as they come, of what is wanted, until the time is over."""

import asyncio
import json
from typing import Any

from cockpit.simulator.kinds import PODS as COLLECTION
from cockpit.simulator.kinds import with_metadata

PODS = "/api/v1/namespaces/payments/pods"


async def events(api: Any, query: str, *changes: Any, path: str = PODS, seconds: int = 1, **headers: str) -> list[Any]:
    """All events of a watch of some seconds, during which changes are made one after another."""
    async with api.open("GET", f"{path}?watch=1&timeoutSeconds={seconds}&{query}", **headers) as answer:
        assert answer.status == 200
        for change in changes:
            change(api.store)
            await asyncio.sleep(0)
        return [json.loads(line) for line in (await answer.text()).splitlines()]


def labelled(name: str, app: str) -> Any:
    return lambda store: store.update(COLLECTION, "payments", name, lambda obj: with_metadata(obj, labels={"app": app}))


def removed(name: str, namespace: str = "payments") -> Any:
    return lambda store: store.remove(COLLECTION, namespace, name)


def told(found: list[Any]) -> list[tuple[str, str]]:
    return [(one["type"], one["object"]["metadata"].get("name", "")) for one in found]


async def test_changes_after_a_revision_come_in_order(api: Any) -> None:
    revision = api.store.revision
    found = await events(api, f"resourceVersion={revision}", labelled("web-0", "x"), removed("web-1"),
                         removed("shop-0", "storefront"))  # fmt: skip
    assert told(found) == [("MODIFIED", "web-0"), ("DELETED", "web-1")]
    assert found[0]["object"]["kind"] == "Pod"
    assert int(found[1]["object"]["metadata"]["resourceVersion"]) == revision + 2


async def test_what_stops_being_wanted_is_deleted_for_the_watch(api: Any) -> None:
    query = f"resourceVersion={api.store.revision}&labelSelector=app%3Dweb"
    found = await events(api, query, labelled("web-0", "other"), labelled("done", "web"), removed("web-0"))
    assert told(found) == [("DELETED", "web-0"), ("ADDED", "done")]
    assert found[0]["object"]["metadata"]["labels"] == {"app": "web"}


async def test_without_a_revision_the_state_comes_first(api: Any) -> None:
    found = await events(api, "fieldSelector=status.phase%3DSucceeded")
    assert told(found) == [("ADDED", "done")]


async def test_initial_events_end_with_a_bookmark_that_says_so(api: Any) -> None:
    query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    *added, last = await events(api, query)
    assert [one["type"] for one in added] == ["ADDED"] * 6
    assert last["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


async def test_initial_events_need_the_match_that_belongs_to_them(api: Any) -> None:
    status, document = await api.ask("GET", f"{PODS}?watch=1&sendInitialEvents=true")
    assert (status, document["reason"]) == (422, "Invalid")


async def test_shortly_before_its_end_a_watch_gets_a_bookmark(api: Any) -> None:
    query = f"resourceVersion={api.store.revision}&allowWatchBookmarks=true"
    other = lambda store: store.create(("", "configmaps"), {"metadata": {"name": "c", "namespace": "payments"}})  # noqa: E731
    [bookmark] = await events(api, query, other, seconds=3)
    assert bookmark["type"] == "BOOKMARK"
    assert bookmark["object"]["metadata"]["resourceVersion"] == str(api.store.revision)


async def test_a_forgotten_revision_is_an_error_in_the_stream(api: Any) -> None:
    labelled("web-0", "x")(api.store)
    api.store.forget()
    [error] = await events(api, "resourceVersion=2")
    assert (error["type"], error["object"]["code"], error["object"]["reason"]) == ("ERROR", 410, "Expired")


async def test_an_open_watch_outlives_a_compaction(api: Any) -> None:
    async with api.open("GET", f"{PODS}?watch=1&resourceVersion={api.store.revision}") as answer:
        for number in range(3):
            labelled(f"web-{number}", "x")(api.store)
            event = json.loads(await answer.content.readline())
            assert (event["type"], event["object"]["metadata"]["name"]) == ("MODIFIED", f"web-{number}")
            api.store.forget()


async def test_only_the_first_table_brings_columns(api: Any) -> None:
    found = await events(api, "resourceVersion=0", Accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    assert found[0]["object"]["columnDefinitions"][0]["name"] == "Name"
    assert [one["object"]["columnDefinitions"] for one in found[1:]] == [None] * 5


async def test_one_object_can_be_watched_by_name(api: Any) -> None:
    query = f"resourceVersion={api.store.revision}&fieldSelector=metadata.name%3Dweb-2"
    assert told(await events(api, query, removed("web-1"), removed("web-2"))) == [("DELETED", "web-2")]


async def test_a_client_that_left_is_noticed(api: Any) -> None:
    def listening() -> int:
        return len(api.store._listeners.get(COLLECTION, ()))

    before = listening()
    async with api.open("GET", f"{PODS}?watch=1&resourceVersion={api.store.revision}"):
        assert listening() == before + 1
    async with asyncio.timeout(10):
        while listening() > before:
            labelled("web-0", str(api.store.revision))(api.store)
            await asyncio.sleep(0.01)
