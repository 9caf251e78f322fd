"""The simulated API server answers as the recorded real one did."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.http"))

LEFT_OUT = {
    "03-discovery-core": "compared kind by kind in test_discovery_lists_each_kind_as_recorded",
    "04-discovery-groups": "the real server has more groups; compared in test_discovery_names_the_groups",
    "05-discovery-aggregated": "compared kind by kind in test_aggregated_discovery_lists_each_kind_as_recorded",
    "44-events-after-restart": "cut, and what controllers write is the world's; lists are compared in others",
}
"""Recordings that are not replayed as they are, and why."""

DYNAMIC = frozenset(
    {
        "resourceVersion", "uid", "managedFields", "continue", "timestamp", "window", "cpu", "memory",
        "creationTimestamp", "deletionTimestamp", "time", "cells", "description", "columnDefinitions", "message",
        "remainingItemCount",
    }
)  # fmt: skip
"""Fields whose value differs from run to run, or is compared elsewhere."""

Step = Callable[[Any], Awaitable[Any]]


async def _brief_exists(replayer: Any) -> None:
    await replayer.send(replayer.recordings["67-create"])


async def _restarted(replayer: Any) -> None:
    await replayer.send(replayer.recordings["41-restart"])


async def _page_taken_then_compacted(replayer: Any) -> None:
    page = await replayer.send(replayer.recordings["72-list-page-before-expiry"])
    replayer.token = page.documents()[0]["metadata"]["continue"]
    await _compacted(replayer)


async def _compacted(replayer: Any) -> None:
    replayer.store.update(("", "configmaps"), "payments", "payments", lambda obj: {**obj, "data": {"touched": "1"}})
    replayer.store.forget()


PRELUDES: dict[str, Step] = {
    "68-already-exists": _brief_exists,
    "69-put": _brief_exists,
    "70-delete-wrong-uid": _brief_exists,
    "71-delete-right-uid": _brief_exists,
    "43-deployment-after-restart": _restarted,
    "73-list-continue-expired": _page_taken_then_compacted,
    "74-watch-too-old": _compacted,
}


def shape(value: Any) -> Any:
    """What a value is made of: names and types, not the values that differ from run to run."""
    if isinstance(value, dict):
        return {key: type(item).__name__ if key in DYNAMIC else shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return value


def without_revisions(text: str) -> str:
    return re.sub(r"\b\d+\b", "N", re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID", text))


def fit(path: str, recording: Any, replayer: Any) -> str:
    """The recorded path, with this server's revisions, tokens and a shorter wait in it."""
    path = re.sub(r"timeoutSeconds=75", "timeoutSeconds=3", path)
    found = re.search(r"resourceVersion=(\d+)", path)
    if found and 1 < int(found[1]) < 10_000:
        path = path.replace(found[0], f"resourceVersion={replayer.store.revision}")
    return re.sub(r"continue=\w{20,}", f"continue={replayer.token}", path) if replayer.token else path


def fitted_body(recording: Any, replayer: Any) -> str:
    found = re.search(r'"uid": ?"([0-9a-f-]{36})"', recording.body)
    if not found or found[1].startswith("0000"):
        return str(recording.body)
    stored = replayer.store.get(("", "configmaps"), "payments", "brief")
    return recording.body.replace(found[1], stored.object["metadata"]["uid"]) if stored else str(recording.body)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LEFT_OUT])
async def test_the_answer_is_the_recorded_one(name: str, replayer: Any, recordings: Any) -> None:
    recording = recordings[name]
    if name in PRELUDES:
        await PRELUDES[name](replayer)
    changing = asyncio.ensure_future(_changes_during(name, replayer))
    replayed = await replayer.send(
        _with(recording, body=fitted_body(recording, replayer)), fit(recording.path, recording, replayer)
    )
    await changing
    assert replayed.status == recording.status
    assert (
        replayed.headers.get("Content-Type", "").partition(";")[0]
        == (recording.answer_headers["Content-Type"].partition(";")[0])
    )
    check_documents(recording, replayed)


def _with(recording: Any, **changes: Any) -> Any:
    return replace(recording, **changes)


async def _changes_during(name: str, replayer: Any) -> None:
    """What the recorder did while it watched."""
    during = {
        "18-watch-modified": ["19-patch-merge-during-watch"],
        "66-watch-added-modified-deleted-bookmark": ["67-create", "69-put", "71-delete-right-uid"],
    }
    for step in during.get(name, ()):
        recording = replayer.recordings[step]
        await replayer.send(_with(recording, body=fitted_body(recording, replayer)))


def check_documents(recording: Any, replayed: Any) -> None:
    wanted, found = recording.documents(), replayed.documents()
    if not recording.is_whole and not wanted:
        # What is left of the recorded list is its head.
        [found] = found
        assert recording.answer.startswith(f'{{"kind":"{found["kind"]}","apiVersion":"{found["apiVersion"]}"')
        assert ('"continue"' in recording.answer) is ("continue" in found["metadata"])
    elif not wanted:
        assert replayed.text.strip().splitlines()[-1:] == recording.answer.strip().splitlines()[-1:]
    elif "watch=1" in recording.path and recording.status == 200:
        check_events(recording, wanted, found)
    else:
        check_document(recording, *wanted, *found)


def check_document(recording: Any, wanted: Any, found: Any) -> None:
    if wanted.get("status") in ("Failure", "Success") and wanted.get("kind") == "Status":
        assert without_revisions(json.dumps(found)) == without_revisions(json.dumps(wanted)) or (
            recording.name == "73-list-continue-expired" and shape(found) == shape(wanted)
        )
    elif wanted.get("kind") == "Table":
        check_table(wanted, found)
    elif recording.is_whole:
        check_shape(wanted, found)


def check_shape(wanted: Any, found: Any, where: str = "") -> None:
    """Everything the real server shows is there, of the same type; lists are compared by their first item."""
    assert type(found) is type(wanted), f"{where}: {found!r} is not like {wanted!r}"
    if isinstance(wanted, dict):
        missing = [key for key in wanted if key not in found and key not in ("managedFields", "remainingItemCount")]
        assert not missing, f"{where} lacks {missing}"
        for key, value in wanted.items():
            if key in found and key not in ("managedFields", "fieldsV1", "labels", "annotations", "metadata.continue"):
                check_shape(value, found[key], f"{where}.{key}")
    elif isinstance(wanted, list) and wanted:
        assert found, f"{where} is empty"
        check_shape(wanted[0], found[0], f"{where}[0]")


def check_table(wanted: Any, found: Any) -> None:
    columns = [[(one["name"], one["type"], one["format"], one["priority"]) for one in table["columnDefinitions"]]
               for table in (found, wanted)]  # fmt: skip
    assert columns[0] == columns[1]
    ages = [index for index, column in enumerate(columns[0]) if column[0] in ("Age", "Expires")]
    for ours, theirs in zip(found["rows"], wanted["rows"], strict=False):
        kept = [[cell for at, cell in enumerate(row["cells"]) if at not in ages] for row in (ours, theirs)]
        assert len(ours["cells"]) == len(theirs["cells"])
        assert kept[0] == kept[1] or ours["object"]["metadata"]["name"] != theirs["object"]["metadata"]["name"]
        assert ours["object"]["kind"] == theirs["object"]["kind"]
    assert found["rows"]


def check_events(recording: Any, wanted: list[Any], found: list[Any]) -> None:
    if recording.name == "18-watch-modified":
        # The second event was the controller's, taking note of the first.
        wanted = wanted[:1]
    if recording.name == "66-watch-added-modified-deleted-bookmark":
        # The recorded watch was so long that a minute's bookmark came before the last one.
        wanted = wanted[:-1]
    assert found
    for theirs, ours in zip(wanted, found, strict=False):
        assert ours["type"] == theirs["type"]
        if theirs["type"] == "ERROR":
            assert without_revisions(json.dumps(ours)) == without_revisions(json.dumps(theirs))
        else:
            check_shape(theirs["object"]["metadata"], ours["object"]["metadata"])
            assert ours["object"]["kind"] == theirs["object"]["kind"]
    if recording.is_whole:
        assert len(found) == len(wanted)


async def test_a_list_goes_on_where_the_page_ended(replayer: Any, recordings: Any) -> None:
    first = await replayer.send(recordings["06-list-page-1"])
    token = first.documents()[0]["metadata"]["continue"]
    second = await replayer.send(recordings["07-list-page-2"], f"/api/v1/pods?limit=2&continue={token}")
    names = [item["metadata"]["name"] for page in (first, second) for item in page.documents()[0]["items"]]
    assert names == sorted(names[:3]) + names[3:]
    assert len(set(names)) == 4
    assert second.documents()[0]["metadata"]["resourceVersion"] == first.documents()[0]["metadata"]["resourceVersion"]


SERVED_ELSEWHERE = frozenset({"bindings", "componentstatuses", "podtemplates"})
UNSERVED_PARTS = frozenset({"binding", "resize", "token"})
UNSERVED = frozenset({"pods/proxy", "nodes/proxy"})


async def test_discovery_lists_each_kind_as_recorded(replayer: Any, recordings: Any) -> None:
    recording = recordings["03-discovery-core"]
    found = {one["name"]: one for one in (await replayer.send(recording)).documents()[0]["resources"]}
    for wanted in recording.documents()[0]["resources"]:
        plural, _, part = wanted["name"].partition("/")
        if plural in SERVED_ELSEWHERE or part in UNSERVED_PARTS or wanted["name"] in UNSERVED:
            assert wanted["name"] not in found
            continue
        expected = {key: value for key, value in wanted.items() if key != "storageVersionHash"}
        assert found[wanted["name"]] == expected


async def test_discovery_names_the_groups(replayer: Any, recordings: Any) -> None:
    recording = recordings["04-discovery-groups"]
    found = {one["name"]: one for one in (await replayer.send(recording)).documents()[0]["groups"]}
    wanted = {one["name"]: one for one in recording.documents()[0]["groups"]}
    assert {"apps", "batch", "policy", "metrics.k8s.io", "lab.example"} <= set(found)
    for name in set(found) & set(wanted) - {"autoscaling"}:
        assert found[name] == wanted[name]


async def test_aggregated_discovery_lists_each_kind_as_recorded(replayer: Any, recordings: Any) -> None:
    recording = recordings["05-discovery-aggregated"]
    replayed = await replayer.send(recording)
    assert replayed.headers["Content-Type"] == recording.answer_headers["Content-Type"]
    assert replayed.headers["Etag"]
    text = recording.answer.partition("\n… cut here")[0]
    found = {
        (group["metadata"]["name"], version["version"], one["resource"]): one
        for group in replayed.documents()[0]["items"]
        for version in group["versions"]
        for one in version["resources"]
    }
    compared = 0
    for group in ("apps", "batch", "policy", "networking.k8s.io"):
        for (name, _, _), one in found.items():
            if name == group:
                assert json.dumps(one, separators=(",", ":")) in text
                compared += 1
    assert compared > 8


def test_every_recording_is_replayed_or_named() -> None:
    assert set(LEFT_OUT) <= set(NAMES)
    assert len(NAMES) == 74
