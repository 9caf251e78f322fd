import json
import threading
from dataclasses import replace

import pytest

from state.cluster import logs
from state.cluster.containers import ContainerState
from state.cluster.errors import SignInFailed, Unreachable
from state.cluster.log_source import LogSource
from state.cluster.logs import LogFollower
from state.freshness import Health

SOURCE = LogSource("shop", "web-0", "web", tail=100)
SECOND = "2026-11-24T03:10:%02d.000000000Z line %d\n"


def lines(*seconds):
    return b"".join((SECOND % (second, second)).encode() for second in seconds)


class FakeStream:
    def __init__(self, status, chunks):
        self.status = status
        self.chunks = list(chunks)
        self.ended = threading.Event()

    def read(self):
        if self.ended.is_set() or not self.chunks:
            return b""
        chunk = self.chunks.pop(0)
        if isinstance(chunk, Exception):
            raise chunk
        if chunk is None:
            self.ended.wait(20)
            return b""
        return chunk

    def shutdown(self):
        self.ended.set()


class Server:
    """Answers each opening with the next of its streams; after the last one with 404, which ends a log."""

    def __init__(self, *streams, one_run=True):
        """With `one_run` there was no run before, and asking for it takes none of the streams."""
        self.one_run = one_run
        self.streams = list(streams)
        self.asked = []

    def open(self, request):
        if ("previous", "true") in request.query and ("follow", "true") not in request.query and self.one_run:
            return refusal(400, "previous terminated container not found")
        self.asked.append(request)
        if not self.streams:
            return refusal(404, 'pods "web-0" not found')
        stream = self.streams.pop(0)
        if isinstance(stream, Exception):
            raise stream
        return stream


def refusal(status, message, reason=""):
    return FakeStream(status, [json.dumps({"message": message, "reason": reason, "code": status}).encode()])


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(logs, "FIRST_PAUSE", 0.0)


def follow(server, source=SOURCE):
    follower = LogFollower(lambda: server, source)
    follower.run()
    return follower


def texts(follower):
    return [line.text for line in follower.ring.read(0).lines]


def test_the_first_request_asks_for_the_tail_and_goes_on_for_ever():
    request = SOURCE.request()
    assert request.path == "/api/v1/namespaces/shop/pods/web-0/log"
    assert request.query == (("container", "web"), ("timestamps", "true"), ("follow", "true"), ("tailLines", "100"))
    assert request.read_timeout is None


def test_a_log_from_some_time_ago_and_one_of_a_past_container():
    since = dict(replace(SOURCE, tail=None, since=0.2).request().query)
    assert since == {"container": "web", "timestamps": "true", "follow": "true", "sinceSeconds": "1"}
    previous = replace(SOURCE, previous=True).request()
    assert dict(previous.query) == {"container": "web", "timestamps": "true", "previous": "true", "tailLines": "100"}
    assert previous.read_timeout == 30.0


def test_lines_come_with_their_moments():
    follower = follow(Server(FakeStream(200, [lines(1, 2)[:40], lines(1, 2)[40:]])), replace(SOURCE, follow=False))
    assert [(line.text, line.moment) for line in follower.ring.read(0).lines] == [
        ("line 1", 1795489801.0), ("line 2", 1795489802.0),
    ]  # fmt: skip
    assert follower.ended
    assert follower.freshness.health is Health.LIVE


def test_a_broken_connection_is_mended_with_a_mark_and_without_repeats():
    server = Server(
        FakeStream(200, [lines(1, 2), Unreachable("reset")]),
        Unreachable("refused"),
        FakeStream(200, [lines(2, 3)]),
    )
    follower = follow(server)
    assert texts(follower) == ["line 1", "line 2", "connection lost for 0s, going on", "line 3"]
    assert [line.mark for line in follower.ring.read(0).lines] == [False, False, True, False]
    assert dict(server.asked[2].query)["sinceTime"] == "2026-11-24T03:10:01.000Z"
    assert "tailLines" not in dict(server.asked[2].query)


def test_a_restarted_container_is_followed_on_without_a_mark():
    server = Server(FakeStream(200, [lines(1)]), FakeStream(200, [lines(1, 5)]))
    assert texts(follow(server)) == ["line 1", "line 5"]


def test_a_log_without_moments_goes_on_from_when_it_was_last_heard():
    server = Server(FakeStream(200, [b"plain\n", Unreachable("reset")]), FakeStream(200, [b"more\n"]))
    assert texts(follow(server)) == ["plain", "connection lost for 0s, going on", "more"]
    assert "sinceTime" in dict(server.asked[1].query)


def test_a_pod_that_is_gone_ends_the_log():
    server = Server(FakeStream(200, [lines(1)]))
    follower = follow(server)
    assert follower.ended
    assert (follower.freshness.health, follower.freshness.reason) == (Health.STALE, 'pods "web-0" not found')


def test_a_denial_ends_the_log_and_says_so():
    follower = follow(Server(refusal(403, "you may not", "Forbidden")))
    assert (follower.freshness.health, follower.freshness.reason) == (Health.DENIED, "you may not")
    assert follower.ended


def test_a_failed_sign_in_is_tried_again():
    server = Server(SignInFailed("sign-in failed: x"), FakeStream(200, [lines(1)]))
    assert texts(follow(server)) == ["line 1"]


def test_a_container_that_is_about_to_start_is_waited_for():
    waiting = refusal(400, 'container "web" in pod "web-0" is waiting to start: ContainerCreating', "BadRequest")
    server = Server(waiting, refusal(503, "busy"), FakeStream(200, [lines(1)]))
    assert texts(follow(server)) == ["line 1"]
    assert "tailLines" in dict(server.asked[2].query)


def test_a_request_that_is_wrong_is_not_repeated():
    server = Server(refusal(400, "container web is not valid for pod web-0", "BadRequest"), FakeStream(200, [lines(1)]))
    follower = follow(server)
    assert (follower.freshness.health, len(server.asked)) == (Health.FAILED, 1)
    assert "not valid" in follower.freshness.reason


def test_a_past_container_that_is_not_there_is_said_once():
    missing = refusal(400, 'previous terminated container "web" in pod "web-0" not found', "BadRequest")
    server = Server(missing, FakeStream(200, [lines(1)]), one_run=False)
    follower = follow(server, replace(SOURCE, previous=True))
    assert (follower.ended, len(server.asked)) == (True, 1)
    assert "previous terminated container" in follower.freshness.reason


def test_it_is_stopped_from_outside_while_it_waits_for_bytes():
    stream = FakeStream(200, [lines(1), None])
    follower = LogFollower(lambda: Server(stream), SOURCE)
    thread = threading.Thread(target=follower.run)
    thread.start()
    while not follower.ring.end:
        thread.join(0.001)
    follower.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert follower.ended
    assert texts(follower) == ["line 1"]


def test_it_is_stopped_from_outside_while_it_waits_to_try_again(monkeypatch):
    monkeypatch.setattr(logs, "FIRST_PAUSE", 60.0)
    follower = LogFollower(lambda: Server(Unreachable("refused")), SOURCE)
    thread = threading.Thread(target=follower.run)
    thread.start()
    while not follower.freshness.reason:
        thread.join(0.001)
    follower.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_what_a_server_says_is_made_safe():
    follower = follow(Server(refusal(403, "no\x1b[2J", "Forbidden")))
    assert follower.freshness.reason == "no"


def state(restarts, phase="terminated", **how):
    return ContainerState(phase, restarts=restarts, exit_code=1, ended_by="Error", **how)


def looked(*states):
    """Tells how the container is, one state at each look, the last one for ever."""
    left = list(states)
    return lambda transport, source: left.pop(0) if len(left) > 1 else left[0]


def followed(server, *states):
    follower = LogFollower(lambda: server, SOURCE, look=looked(*states))
    follower.run()
    return texts(follower)


def test_of_a_crash_loop_each_run_and_its_end_are_told_and_nothing_is_missing():
    # Between two runs a server has the last one alone, and gives it as the one before too.
    server = Server(FakeStream(200, [lines(1)]), FakeStream(200, [lines(5)]))
    assert followed(server, state(0), state(1, "waiting"), state(1, "waiting"), state(1, final=True)) == [
        "line 1",
        "the container ended: Error, exit code 1",
        "the container was started again, restart 1",
        "line 5",
        "the container ended: Error, exit code 1",
    ]


def test_runs_that_nobody_read_are_told():
    server = Server(FakeStream(200, [lines(1)]), FakeStream(200, [lines(5)]))
    found = followed(server, state(0), state(3, "waiting"), state(3, "waiting"), state(3, final=True))
    assert found[2:4] == ["lines may be missing here", "the container was started again, restart 3"]


def test_a_rotated_log_is_told():
    server = Server(FakeStream(200, [lines(1), Unreachable("reset")]), FakeStream(200, [lines(5)]))
    follower = LogFollower(lambda: server, SOURCE, look=looked(state(0, "running"), state(0, final=True)))
    follower._restarts = 0
    follower.run()
    assert "lines may be missing here: the log was rotated meanwhile" in texts(follower)


def test_a_pod_that_another_took_the_name_of_ends_the_log():
    server = Server(FakeStream(200, [lines(1), Unreachable("reset")]), FakeStream(200, [lines(5)]))
    assert followed(server, None) == ["line 1", "connection lost for 0s, going on", "the pod is gone"]


def test_a_container_that_is_done_ends_the_log():
    server = Server(FakeStream(200, [lines(1)]))
    assert followed(server, state(0, final=True)) == ["line 1", "the container ended: Error, exit code 1"]
    assert len(server.asked) == 1


def test_a_connection_that_is_ended_while_the_container_runs_is_opened_again():
    server = Server(FakeStream(200, [lines(1)]), FakeStream(200, [lines(1, 2)]))
    running = state(0, "running")
    assert followed(server, running, running, state(0, final=True))[:2] == ["line 1", "line 2"]
