"""The names of definitions, as lists and watches give them, and that a change of one asks what is served."""

import json

import pytest

from state.clock import Clock
from state.cluster.definitions import DEFINITION_NAMES
from state.cluster.errors import ConfigError
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Failure, Row
from state.cluster.known_kinds import SETTLING, KnownKinds
from state.cluster.live import Cluster
from state.mirror import GONE

DECODER = DEFINITION_NAMES.decoder


def table(*names: str, version: str = "7") -> dict[str, object]:
    rows = [{"cells": [name, "2026-11-01T00:00:00Z"], "object": None} for name in names]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version},
        "rows": rows,
    }


def line(kind: str, found: object) -> bytes:
    return json.dumps({"type": kind, "object": found}).encode()


def test_the_rows_of_a_table_are_names() -> None:
    page = DECODER.page(json.dumps(table("a.x", "b.x")).encode())
    assert [(row.uid, row.name) for row in page.rows] == [("a.x", "a.x"), ("b.x", "b.x")]
    assert page.resource_version == "7"


def test_a_server_without_tables_gives_the_same() -> None:
    whole = {"kind": "CustomResourceDefinitionList", "metadata": {"resourceVersion": "9"}}
    items = [{"metadata": {"name": "a.x", "uid": "1", "resourceVersion": "3"}}]
    page = DECODER.page(json.dumps({**whole, "items": items}).encode())
    assert [row.uid for row in page.rows] == ["a.x"]
    found = DECODER.event(line("ADDED", items[0]))
    assert isinstance(found, Changed)
    assert found.row.uid == "a.x"


def test_the_events_of_a_watch_say_which_came_changed_and_went() -> None:
    row = Row(uid="a.x", name="a.x")
    assert DECODER.event(line("ADDED", table("a.x", version="8"))) == [Changed(row, "8")]
    assert DECODER.event(line("MODIFIED", table("a.x", version="9"))) == [Changed(row, "9")]
    assert DECODER.event(line("DELETED", table("a.x", version="10"))) == [Deleted("a.x", "10")]
    assert DECODER.event(line("BOOKMARK", table(version="11"))) == Bookmark("11")
    status = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}
    assert DECODER.event(line("ERROR", status)) == Failure(410, "Expired", "too old")
    assert isinstance(DECODER.event(b"no event"), Failure)


@pytest.mark.parametrize("rows", [None, [{}], [{"cells": []}], [{"cells": None}]])
def test_rows_without_a_name_are_left_out(rows: object) -> None:
    assert DECODER.page(json.dumps({"kind": "Table", "rows": rows}).encode()).rows == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"kind":"Status"}'])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        DECODER.page(body)


class Time:
    def __init__(self) -> None:
        self.now = 0.0
        self.clock = Clock(wall=lambda: self.now, elapsed=lambda: self.now)


def unreachable() -> object:
    raise ConfigError("there is no server")


def test_a_definition_that_comes_or_goes_asks_at_once_and_again_while_it_settles() -> None:
    time = Time()
    cluster = Cluster("prod", unreachable, lambda transport: None)  # type: ignore[arg-type]
    kinds = KnownKinds(cluster, time.clock)
    asked: list[float] = []
    kinds._polled.start = lambda: None  # type: ignore[method-assign]
    kinds._polled.ask = lambda: asked.append(time.now)  # type: ignore[method-assign]
    kinds.begin()
    assert not cluster.busy
    feed = cluster.feed(DEFINITION_NAMES)
    assert feed is not None
    feed.mirror.apply({"a.x": Row(uid="a.x", name="a.x")})
    kinds.pump()
    assert asked == []
    for source in feed.sources:
        source.complete = True
    kinds.pump()
    assert asked == [], "what the first list has, the first answer has"
    feed.mirror.apply({"a.x": GONE})
    for _ in range(60):
        kinds.pump()
        time.now += 0.1
    assert len(asked) == len(SETTLING)
    assert [abs(at - pause) < 0.2 for at, pause in zip(asked, SETTLING, strict=True)] == [True] * 3
    kinds.end()
    cluster.close()
