import threading

import pytest

from state.cluster import log_streams, logs
from state.cluster.containers import ContainerState
from state.cluster.errors import Unreachable
from state.cluster.log_ring import LogRing
from state.cluster.log_streams import LogStream, LogStreams
from state.freshness import Health
from tests.state.cluster.log_server import Answered, refusal
from tests.state.cluster.test_logs import lines

RUNNING = ContainerState("running")
DONE = ContainerState("terminated", exit_code=0, ended_by="Completed", final=True)


class Pods:
    """A server of several pods' logs: each name answers once with its chunks, then it has ended."""

    def __init__(self, **chunks):
        self.chunks = chunks
        self.asked = []

    def open(self, request):
        name = request.path.split("/")[-2]
        self.asked.append((name, dict(request.query)))
        if "previous" in dict(request.query) or name not in self.chunks:
            return refusal(404, "gone")
        return Answered(200, self.chunks.pop(name))


@pytest.fixture(autouse=True)
def run_at_once(monkeypatch):
    """A follower's thread runs when it is started, to its end."""
    monkeypatch.setattr(logs.threads, "start", lambda name, work: work())
    monkeypatch.setattr(logs, "FIRST_PAUSE", 0.0)


def stream(name, uid=None):
    return LogStream(uid or f"uid of {name}", "shop", name, "web", name)


def streams(server, ring, look=lambda transport, source: DONE, **how):
    return LogStreams(lambda: server, ring, look=look, **how)


def shown(ring):
    return [(line.stream, line.text) for line in ring.read(0).lines if not line.mark]


def test_lines_of_several_pods_come_in_the_order_of_their_moments():
    ring = LogRing()
    both = streams(Pods(a=[lines(1, 4, 5)], b=[lines(2, 3, 6)]), ring)
    both.want([stream("a"), stream("b")])
    both.pump()
    assert shown(ring) == [(0, "line 1"), (1, "line 2"), (1, "line 3"), (0, "line 4"), (0, "line 5"), (1, "line 6")]
    assert [one.label for one in both.known] == ["a", "b"]
    assert (both.lines, both.ended, both.freshness.health) == (6, True, Health.LIVE)


def test_a_pod_that_joins_is_read_whole_and_the_lines_of_one_that_went_stay():
    ring, server = LogRing(), Pods(a=[lines(1)])
    rollout = streams(server, ring, tail=100, since=60.0)
    rollout.want([stream("a")])
    rollout.pump()
    server.chunks["b"] = [lines(2, 3)]
    rollout.want([stream("b")])
    rollout.pump()
    assert shown(ring) == [(0, "line 1"), (1, "line 2"), (1, "line 3")]
    first, second = (query for name, query in server.asked if "previous" not in query)
    assert (first["tailLines"], first["sinceSeconds"]) == ("100", "60")
    assert not {"tailLines", "sinceSeconds"} & set(second)


def test_a_successor_of_the_same_name_is_another_stream():
    ring, server = LogRing(), Pods(web=[lines(1)])
    both = streams(server, ring)
    both.want([stream("web", "one")])
    server.chunks["web"] = [lines(2)]
    both.want([stream("web", "two")])
    both.pump()
    assert shown(ring) == [(0, "line 1"), (1, "line 2")]


def test_streams_above_the_limit_are_refused_until_there_is_room(monkeypatch):
    works = []
    monkeypatch.setattr(logs.threads, "start", lambda name, work: works.append(work))
    server = Pods(a=[lines(1)], b=[lines(2)], c=[lines(3)])
    several, ring = LogStreams(lambda: server, LogRing(), limit=2, look=lambda *_: DONE), None
    ring = several.ring
    wanted = [stream(name) for name in "abc"]
    several.want(wanted)
    assert (several.running, [one.pod for one in several.refused]) == (2, ["c"])
    works.pop(0)()
    several.want(wanted)
    assert (several.running, several.refused) == (2, ())
    for work in works:
        work()
    several.pump()
    assert [text for _, text in shown(ring)] == ["line 1", "line 2", "line 3"]


def test_a_stream_keeps_its_own_order_whatever_its_clock_does():
    ring = LogRing()
    both = streams(Pods(a=[lines(50, 3, 51)], b=[lines(4, 52)]), ring)
    both.want([stream("a"), stream("b")])
    both.pump()
    assert [text for number, text in shown(ring) if number == 0] == ["line 50", "line 3", "line 51"]
    assert next(text for _, text in shown(ring)) == "line 4"


def test_a_reader_waits_while_nobody_takes_its_lines(monkeypatch):
    monkeypatch.setattr(log_streams, "_MOST_WAITING", 3)
    ring = LogRing()
    one = LogStreams(lambda: Pods(a=[lines(1, 2), lines(3, 4), lines(5, 6)]), ring, look=lambda *_: DONE)
    begun = []
    monkeypatch.setattr(logs.threads, "start", lambda name, work: begun.append(threading.Thread(target=work)))
    one.want([stream("a")])
    begun[0].start()
    while begun[0].is_alive() or one._waiting.count:
        assert one._waiting.count <= 4
        one.pump()
    assert [text for _, text in shown(ring)] == [f"line {number}" for number in range(1, 7)]


def test_closing_lets_a_reader_that_waits_go(monkeypatch):
    monkeypatch.setattr(log_streams, "_MOST_WAITING", 1)
    one = LogStreams(lambda: Pods(a=[lines(1), lines(2), lines(3)]), LogRing(), look=lambda *_: DONE)
    begun = []
    monkeypatch.setattr(logs.threads, "start", lambda name, work: begun.append(threading.Thread(target=work)))
    one.want([stream("a")])
    begun[0].start()
    while not one._waiting.count:
        begun[0].join(0.001)
    one.stop()
    begun[0].join(5)
    assert not begun[0].is_alive()


def test_of_several_that_do_not_all_come_it_is_said_how_many():
    ring = LogRing()
    both = streams(Pods(a=[lines(1)]), ring)
    assert both.freshness.health is Health.CONNECTING
    both.want([stream("a"), stream("b")])
    said = both.freshness
    assert (said.health, said.reason) == (Health.LIVE, "1 of 2 do not come: gone")


def test_pods_of_two_contexts_are_read_from_their_own_servers_whatever_their_uids():
    ring, here, there = LogRing(), Pods(web=[lines(1, 3)]), Pods(web=[lines(2)])
    both = streams(here, ring, elsewhere={"us": lambda: there})
    one = LogStream("uid", "shop", "web", "app", "eu web", "eu")
    other = LogStream("uid", "shop", "web", "app", "us web", "us")
    both.want([one, other])
    both.pump()
    assert shown(ring) == [(0, "line 1"), (1, "line 2"), (0, "line 3")]
    assert (len(here.asked), len(there.asked)) == (1, 1)
    both.want([one, other])
    assert len(both.known) == 2


def test_a_context_that_is_not_reached_takes_nothing_from_the_other(monkeypatch):
    works = []
    monkeypatch.setattr(logs.threads, "start", lambda name, work: works.append(work))

    def unreachable():
        both.stop()
        raise Unreachable("us refuses connections")

    ring = LogRing()
    both = streams(Pods(web=[lines(1)]), ring, elsewhere={"us": unreachable})
    both.want([LogStream("a", "shop", "web", "app", "", "eu"), LogStream("a", "shop", "web", "app", "", "us")])
    for work in works:
        work()
    both.pump()
    assert shown(ring) == [(0, "line 1")]
    assert both._followers[1].freshness.reason == "us refuses connections"
