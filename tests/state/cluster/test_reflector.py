"""The reflector against a scripted server: whatever happens in between, at rest the rows equal the server's."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from state.cluster.errors import ClusterError, Unreachable
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Failure, Kind, Page, Resource, Row
from state.cluster.reflector import Call, Lines, Read, Reflector, Wait, Watch
from state.cluster.transport import Answer
from state.freshness import Health
from state.mirror import Gone

POD = Resource("", "v1", "pods", "Pod")


class PlainRow(Row, frozen=True, kw_only=True, gc=False):
    text: str = ""


def row_of(obj: dict[str, Any]) -> PlainRow:
    metadata = obj["metadata"]
    return PlainRow(uid=metadata["uid"], name=metadata["name"], text=metadata["resourceVersion"])


class PlainDecoder:
    def page(self, body: bytes) -> Page[PlainRow]:
        found = json.loads(body)
        metadata = found["metadata"]
        rows = [row_of(obj) for obj in found["items"]]
        return Page(rows, metadata["resourceVersion"], metadata.get("continue", ""), None, 0)

    def event(self, line: bytes) -> Changed[PlainRow] | Deleted | Bookmark | Failure:
        try:
            found = json.loads(line)
        except ValueError:
            return Failure(0, "", "not an event")
        obj = found["object"]
        if found["type"] == "ERROR":
            return Failure(obj["code"], obj["reason"], obj["message"])
        version = obj["metadata"]["resourceVersion"]
        if found["type"] == "BOOKMARK":
            return Bookmark(version)
        if found["type"] == "DELETED":
            return Deleted(obj["metadata"]["uid"], version)
        return Changed(row_of(obj), version)


KIND = Kind(POD, (), PlainDecoder())


class Collected:
    """A sink that keeps what it is told."""

    def __init__(self) -> None:
        self.rows: dict[str, PlainRow] = {}
        self.health = Health.CONNECTING
        self.reason = ""

    def put(self, changes: Iterable[tuple[str, PlainRow | Gone]]) -> None:
        for key, row in changes:
            if isinstance(row, Gone):
                self.rows.pop(key, None)
            else:
                self.rows[key] = row

    def says(self, health: Health, reason: str = "") -> None:
        self.health, self.reason = health, reason

    def answered(self) -> None: ...


class Server:
    """Objects, a log of events, and answers to the reflector's steps."""

    def __init__(self) -> None:
        self.revision = 100_000
        self.objects: dict[str, dict[str, Any]] = {}
        self.log: list[tuple[int, str, dict[str, Any]]] = []
        self.oldest = 0
        self.page = 2
        self.sent = 0
        self.watching = False
        self.buffer = b""

    def set(self, name: str) -> None:
        self.revision += 1
        uid = f"{name}-{self.revision}" if name not in self.objects else self.objects[name]["metadata"]["uid"]
        known = name in self.objects
        metadata = {"name": name, "uid": uid, "resourceVersion": str(self.revision)}
        self.objects[name] = {"metadata": metadata}
        self.log.append((self.revision, "MODIFIED" if known else "ADDED", self.objects[name]))

    def drop(self, name: str) -> None:
        gone = self.objects.pop(name, None)
        if gone is not None:
            self.revision += 1
            metadata = {**gone["metadata"], "resourceVersion": str(self.revision)}
            self.log.append((self.revision, "DELETED", {"metadata": metadata}))

    def compact(self) -> None:
        self.oldest = self.revision

    def restore(self) -> None:
        """An older backup: revisions go on far below what clients know (what overtakes them nobody can tell)."""
        self.revision -= 1000
        self.oldest = 0
        self.log = []
        self.watching = False
        for obj in list(self.objects.values())[::2]:
            self.objects.pop(obj["metadata"]["name"])
        for obj in self.objects.values():
            self.revision += 1
            obj["metadata"] = {**obj["metadata"], "resourceVersion": str(self.revision)}

    def answer(self, call: Call) -> Answer:
        query = dict(call.request.query)
        wanted = query.get("resourceVersion")
        if wanted and int(wanted) > self.revision:
            return refusal(504, "Timeout", f"Too large resource version: {wanted}, current: {self.revision}")
        names = sorted(self.objects)
        start = 0
        if "continue" in query:
            revision, start_name = query["continue"].split(":")
            if int(revision) != self.revision:
                return refusal(410, "Expired", "The provided continue parameter is too old")
            start = names.index(start_name)
        limit = min(int(query["limit"]), self.page)
        items = [self.objects[name] for name in names[start : start + limit]]
        metadata = {"resourceVersion": str(self.revision)}
        if start + limit < len(names):
            metadata["continue"] = f"{self.revision}:{names[start + limit]}"
        return Answer(200, json.dumps({"metadata": metadata, "items": items}).encode())

    def open(self, watch: Watch) -> Answer | None:
        wanted = int(dict(watch.request.query)["resourceVersion"])
        self.sent = wanted
        self.watching = True
        self.buffer = b""
        if wanted < self.oldest:
            status = {"code": 410, "reason": "Expired", "message": "too old resource version"}
            self.buffer = line("ERROR", status)
        return None

    def pending(self) -> bytes:
        if not self.buffer:
            for revision, type_, obj in self.log:
                if revision > self.sent:
                    self.buffer += line(type_, obj)
                    self.sent = revision
        return self.buffer


def line(type_: str, obj: dict[str, Any]) -> bytes:
    return json.dumps({"type": type_, "object": obj}).encode() + b"\n"


def refusal(code: int, reason: str, message: str) -> Answer:
    return Answer(code, json.dumps({"code": code, "reason": reason, "message": message}).encode())


class Driven:
    """A reflector with a server behind it, moved one step at a time."""

    def __init__(self, server: Server, known: Iterable[str] = ()) -> None:
        self.server = server
        self.sink = Collected()
        self.steps = Reflector(KIND, "", self.sink, lambda: 0.5, known).run()
        self.step = next(self.steps)
        self.calls = 0

    def once(self, cut: int = 1 << 30, error: ClusterError | None = None) -> bool:
        """Do the step at hand; return False when it is a read with nothing to read."""
        self.calls += 1
        step = self.step
        if isinstance(step, Wait):
            self.step = self.steps.send(None)
            return True
        if error is not None:
            self.server.watching = False
            self.step = self.steps.throw(error)
            return True
        if isinstance(step, Call):
            self.step = self.steps.send(self.server.answer(step))
        elif isinstance(step, Watch):
            self.step = self.steps.send(self.server.open(step))
        elif isinstance(step, Read):
            if not self.server.watching:
                self.step = self.steps.send(b"")
                return True
            pending = self.server.pending()
            if not pending:
                return False
            chunk = pending[:cut]
            self.server.buffer = pending[len(chunk) :]
            self.step = self.steps.send(chunk)
        return True

    def rest(self) -> None:
        for _ in range(2000):
            if not self.once():
                return
        raise AssertionError("the reflector does not come to rest")


class ReflectorMachine(RuleBasedStateMachine):
    @initialize(names=st.lists(st.sampled_from("abcdefgh"), max_size=8))
    def begin(self, names: list[str]) -> None:
        self.server = Server()
        for name in names:
            self.server.set(name)
        self.driven = Driven(self.server)

    @rule(name=st.sampled_from("abcdefgh"))
    def object_changes(self, name: str) -> None:
        self.server.set(name)

    @rule(name=st.sampled_from("abcdefgh"))
    def object_goes(self, name: str) -> None:
        self.server.drop(name)

    @rule(cuts=st.lists(st.integers(1, 40), max_size=10))
    def bytes_come(self, cuts: list[int]) -> None:
        for cut in cuts:
            self.driven.once(cut)

    @rule()
    def connection_breaks(self) -> None:
        self.driven.once(error=Unreachable("reset"))

    @rule()
    def watch_ends(self) -> None:
        self.server.watching = False
        self.server.buffer = b""

    @rule()
    def log_is_compacted(self) -> None:
        self.server.compact()
        self.server.watching = False

    @rule()
    def server_is_restored_from_a_backup(self) -> None:
        self.server.restore()
        self.driven.once(error=Unreachable("reset"))

    @invariant()
    def at_rest_the_rows_are_the_servers(self) -> None:
        if not hasattr(self, "driven"):
            return
        self.driven.rest()
        wanted = {obj["metadata"]["uid"]: obj["metadata"]["resourceVersion"] for obj in self.server.objects.values()}
        assert {uid: row.text for uid, row in self.driven.sink.rows.items()} == wanted
        assert self.driven.sink.health is Health.LIVE


TestReflector = ReflectorMachine.TestCase
TestReflector.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


class PausingMachine(ReflectorMachine):
    """The same, looked at only at the end, so that events and faults meet half-read lines and half-done lists."""

    @invariant()
    def at_rest_the_rows_are_the_servers(self) -> None:
        return

    def teardown(self) -> None:
        if hasattr(self, "driven"):
            ReflectorMachine.at_rest_the_rows_are_the_servers(self)


TestReflectorInTheMiddle = PausingMachine.TestCase
TestReflectorInTheMiddle.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def test_old_rows_stay_until_the_end_of_a_new_list() -> None:
    server = Server()
    for name in "abcd":
        server.set(name)
    driven = Driven(server)
    driven.rest()
    server.drop("a")
    server.compact()
    server.watching = False
    while not (isinstance(driven.step, Call) and "continue" not in dict(driven.step.request.query)):
        driven.once()
    driven.once()
    assert len(driven.sink.rows) == 4, "the first page of a relist takes nothing away"
    driven.rest()
    assert sorted(row.name for row in driven.sink.rows.values()) == ["b", "c", "d"]


def test_a_forbidden_list_is_denied_and_asked_again_late() -> None:
    server = Server()
    driven = Driven(server)
    driven.step = driven.steps.send(refusal(403, "Forbidden", "pods is forbidden: \x1b[31mno"))
    assert driven.sink.health is Health.DENIED
    assert driven.sink.reason == "pods is forbidden: no"
    assert driven.step == Wait(60.0)
    driven.rest()
    assert driven.sink.health is Health.LIVE


def test_back_off_grows_and_ends() -> None:
    driven = Driven(Server())
    waits = []
    for _ in range(12):
        driven.once(error=Unreachable("refused"))
        assert isinstance(driven.step, Wait)
        waits.append(driven.step.seconds)
        driven.once()
    assert waits == sorted(waits)
    assert waits[0] < 1
    assert waits[-1] <= 30
    driven.rest()
    assert driven.sink.health is Health.LIVE


def test_a_body_that_is_no_list_is_no_end() -> None:
    driven = Driven(Server())
    driven.step = driven.steps.send(Answer(200, b"<html>sign in</html>"))
    assert driven.sink.health is Health.STALE
    driven.rest()
    assert driven.sink.health is Health.LIVE


def test_rows_known_before_are_swept_by_the_first_list() -> None:
    server = Server()
    server.set("a")
    driven = Driven(server, known=["left-over"])
    driven.sink.rows["left-over"] = PlainRow(uid="left-over", name="x")
    driven.rest()
    assert [row.name for row in driven.sink.rows.values()] == ["a"]


def test_lines_come_whole_however_they_are_cut() -> None:
    text = b"one\n\ntwo\nthree\n"
    for size in range(1, len(text) + 1):
        lines = Lines()
        found = [line for at in range(0, len(text), size) for line in lines.feed(text[at : at + size])]
        assert found == [b"one", b"two", b"three"]


def test_an_endless_line_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 10 bytes"):
        list(Lines(longest=10).feed(b"x" * 11))


def test_a_list_begun_anew_forgets_what_the_first_pages_held() -> None:
    server = Server()
    for name in "abc":
        server.set(name)
    driven = Driven(server)
    driven.once()
    assert len(driven.sink.rows) == 2
    server.drop("a")
    driven.rest()
    assert sorted(row.name for row in driven.sink.rows.values()) == ["b", "c"]


class TwofoldDecoder(PlainDecoder):
    """Makes two rows of each object."""

    def page(self, body: bytes) -> Page[PlainRow]:
        page = super().page(body)
        return page._replace(rows=[row for one in page.rows for row in self._both(one)])

    def event(self, line: bytes) -> Any:
        event = super().event(line)
        if isinstance(event, Changed):
            return [Changed(row, event.resource_version) for row in self._both(event.row)]
        if isinstance(event, Deleted):
            return [Deleted(f"{event.uid}/{part}", event.resource_version) for part in "ab"]
        return event

    def _both(self, row: PlainRow) -> list[PlainRow]:
        return [PlainRow(uid=f"{row.uid}/{part}", name=row.name, text=row.text) for part in "ab"]


def test_what_a_kind_asks_for_besides_is_in_every_request_and_an_object_may_make_several_rows() -> None:
    kind = Kind(
        Resource("", "v1", "parts", "Part"),
        (),
        TwofoldDecoder(),
        source=POD,
        query=(("labelSelector", "a=b"),),
        accept="application/json;as=Table",
    )
    sink = Collected()
    steps = Reflector(kind, "shop", sink, lambda: 0.0).run()
    step = next(steps)
    assert isinstance(step, Call)
    asked = [step.request]

    def thing(uid: str, version: str) -> dict[str, Any]:
        return {"metadata": {"uid": uid, "name": uid, "resourceVersion": version}}

    body = {"metadata": {"resourceVersion": "5"}, "items": [thing("x", "4")]}
    step = steps.send(Answer(200, json.dumps(body).encode()))
    assert isinstance(step, Watch)
    asked.append(step.request)
    assert {request.path for request in asked} == {"/api/v1/namespaces/shop/pods"}
    assert all(request.query[0] == ("labelSelector", "a=b") for request in asked)
    assert all(request.accept == "application/json;as=Table" for request in asked)
    assert set(sink.rows) == {"x/a", "x/b"}
    steps.send(None)
    lines = [{"type": "ADDED", "object": thing("y", "6")}, {"type": "DELETED", "object": thing("x", "7")}]
    steps.send(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert set(sink.rows) == {"y/a", "y/b"}
