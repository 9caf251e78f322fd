import contextlib
import json
import socket
import threading
import time

import pytest

from state.cluster.errors import ApiError, Unreachable
from state.cluster.forwards import Forwards, Way
from state.cluster.local_ports import free_port
from state.cluster.pod_choice import PodChoice, choice_of, is_ready, ports_of, selector_text
from state.cluster.transport import Answer
from state.cluster.tunnel import NotReached, Tunnel
from state.operation import Refused
from state.ref import GroupKind, Ref
from tests.state.cluster.far_end import FarEnd

POD = Ref("test", GroupKind("", "Pod"), "shop", "web-1")
READY = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}


def pod(name, ready=True, **metadata):
    status = READY if ready else {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]}
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid of {name}", **metadata},
        "status": status,
    }


@pytest.fixture
def serving():
    """Make API servers; their threads have ended after the test."""
    made = []

    def serve(*pods):
        made.append(Pods(*pods))
        return made[-1]

    yield serve
    for api in made:
        for thread in api.threads:
            thread.join(10)


class Pods:
    """An API server with pods, and a far end for each connection to one."""

    def __init__(self, *pods):
        self.pods = {one["metadata"]["name"]: one for one in pods}
        self.serve = {}
        self.threads = []
        self.asked = []

    def call(self, request):
        self.asked.append(request.path)
        name = request.path.rpartition("/")[2]
        if name == "pods":
            return Answer(200, json.dumps({"items": list(self.pods.values())}).encode())
        if name not in self.pods:
            return Answer(404, json.dumps({"reason": "NotFound", "message": f'pods "{name}" not found'}).encode())
        return Answer(200, json.dumps(self.pods[name]).encode())

    def upgrade(self, request, protocols):
        name = request.path.split("/")[-2]
        if name not in self.serve:
            raise ApiError(404, "NotFound", f'pods "{name}" not found')
        end = FarEnd()
        serve = self.serve[name]

        def work():
            # The client may hang up at any moment.
            with end.socket, contextlib.suppress(OSError):
                serve(end)
                end.let_go.wait(10)

        self.threads.append(end.on_thread(work))
        return end.websocket


def greet(end):
    for channel in (b"\0", b"\1"):
        end.send(channel + (8080).to_bytes(2, "little"))


def echo(end):
    greet(end)
    data = end.read_data()
    end.send(b"\0" + data[1:].upper())
    end.close()


def refuse(end):
    greet(end)
    end.send(b"\1connection refused\x1b[2J")
    end.close()


@pytest.fixture
def forwards():
    made = Forwards()
    yield made
    made.close()


def ask(port, data=b"hello"):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(data)
        found = b""
        while piece := one.recv(4096):
            found += piece
        return found


def until(condition):
    deadline = time.monotonic() + 10
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def test_it_listens_on_this_machine_alone_and_counts(serving, forwards):
    api = serving(pod("web-1"))
    api.serve["web-1"] = echo
    opened = forwards.open(lambda: api, POD, PodChoice("shop", "web-1"), 8080)
    assert opened.address == f"127.0.0.1:{opened.local}"
    assert ask(opened.local) == b"HELLO"
    now = until(lambda: next((one for one in forwards.list() if not one.open), None))
    assert (now.sent, now.received, now.opened, now.pod, now.target) == (5, 5, 1, "web-1", "pod/web-1")


def test_a_port_that_is_taken_is_named(serving, forwards):
    api = serving(pod("web-1"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=f"port {port} of this machine is taken"):
            forwards.open(lambda: api, POD, PodChoice("shop", "web-1"), 8080, port)
    assert forwards.list() == ()


def test_a_port_that_is_taken_is_not_suggested():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = free_port(port)
    assert found != port
    assert found == 0 or found > port


def test_near_the_last_port_any_free_one_is_suggested(monkeypatch):
    def listen(port):
        raise Refused(f"port {port} of this machine is taken")

    monkeypatch.setattr("state.cluster.local_ports.listen", listen)
    assert free_port(65530) == 0


def test_a_pod_that_is_not_ready_is_not_forwarded_to(serving, forwards):
    api = serving(pod("web-1", ready=False))
    with pytest.raises(Refused, match="no pod of shop/web-1 is ready"):
        forwards.open(lambda: api, POD, PodChoice("shop", "web-1"), 8080)


def test_the_next_ready_pod_gets_what_the_first_did_not_take(serving, forwards):
    api = serving(pod("web-1", creationTimestamp="1"), pod("web-2", creationTimestamp="2"))
    api.serve |= {"web-1": refuse, "web-2": echo}
    opened = forwards.open(lambda: api, POD, PodChoice("shop", "web-1", "app=web"), 8080)
    assert ask(opened.local) == b"HELLO"
    assert forwards.list()[0].pod == "web-2"
    assert forwards.list()[0].way is Way.READY


def test_a_pod_that_is_gone_is_replaced_by_its_successor(serving, forwards):
    api = serving(pod("web-1"))
    api.serve["web-1"] = echo
    opened = forwards.open(lambda: api, POD, PodChoice("shop", "web-1", "app=web"), 8080)
    api.pods = {"web-9": pod("web-9")}
    api.serve = {"web-9": echo}
    assert ask(opened.local) == b"HELLO"
    assert forwards.list()[0].pod == "web-9"


def test_where_nothing_answers_the_connection_ends_and_it_says_why(serving, forwards):
    api = serving(pod("web-1"))
    api.serve["web-1"] = refuse
    opened = forwards.open(lambda: api, POD, PodChoice("shop", "web-1"), 8080)
    assert ask(opened.local) == b""
    [now] = until(lambda: [one for one in forwards.list() if one.way is Way.FAILING])
    assert now.error == "connection refused"
    api.serve["web-1"] = echo
    assert ask(opened.local) == b"HELLO"
    [now] = until(lambda: [one for one in forwards.list() if one.way is Way.READY])
    assert now.error == ""


def test_a_stopped_one_ends_its_connections_and_frees_its_port(serving, forwards):
    api = serving(pod("web-1"))
    begun = threading.Event()

    def hang(end):
        greet(end)
        end.read_data()
        begun.set()

    api.serve["web-1"] = hang
    opened = forwards.open(lambda: api, POD, PodChoice("shop", "web-1"), 8080)
    with socket.create_connection(("127.0.0.1", opened.local), timeout=10) as one:
        one.sendall(b"x")
        assert begun.wait(10)
        stopped = forwards.stop(opened.number)
        assert stopped.way is Way.STOPPED
        assert one.recv(10) == b""
    assert forwards.stop(opened.number) is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", opened.local), timeout=10)


def test_what_was_sent_is_kept_for_another_pod_until_one_answers():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        tunnel = Tunnel(ours, lambda sent, received: None)
        first, second = FarEnd(), FarEnd()
        theirs.sendall(b"question")

        def first_serves():
            greet(first)
            assert first.read_data() == b"\0question"
            first.send(b"\1gone")
            first.close()

        def second_serves():
            greet(second)
            assert second.read_data() == b"\0question"
            second.send(b"\0answer")
            second.send(b"\1broken")

        first.on_thread(first_serves)
        with pytest.raises(NotReached, match="gone"):
            tunnel.run(first.websocket)
        second.on_thread(second_serves)
        with pytest.raises(Unreachable, match="broken"):
            tunnel.run(second.websocket)
        assert theirs.recv(100) == b"answer"
        for end in (first, second):
            end.socket.close()


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ({"matchLabels": {"a": "b", "c": "d"}}, "a=b,c=d"),
        ({"matchExpressions": [{"key": "t", "operator": "In", "values": ["x", "y"]}]}, "t in (x,y)"),
        ({"matchExpressions": [{"key": "t", "operator": "NotIn", "values": ["x"]}]}, "t notin (x)"),
        ({"matchExpressions": [{"key": "t", "operator": "Exists"}, {"key": "u", "operator": "DoesNotExist"}]}, "t,!u"),
        ({}, ""),
    ],
)
def test_a_selector_is_written_as_the_server_reads_it(selector, wanted):
    assert selector_text(selector) == wanted


def test_a_pod_that_is_going_takes_no_connections():
    assert is_ready(pod("a"))
    assert not is_ready(pod("a", deletionTimestamp="now"))
    assert not is_ready({"metadata": {}})


def test_the_ports_of_a_pod_are_those_its_containers_name():
    containers = [
        {"name": "main", "ports": [{"containerPort": 8080, "name": "http"}, {"containerPort": 53, "protocol": "UDP"}]},
        {"name": "side", "ports": [{"containerPort": 9090}]},
    ]
    assert ports_of({"spec": {"containers": containers}}) == [(8080, "http", "main"), (9090, "", "side")]


def test_a_kind_without_pods_is_refused():
    with pytest.raises(Refused, match="ConfigMap shop/c has no pods"):
        choice_of(Pods(), Ref("test", GroupKind("", "ConfigMap"), "shop", "c"))
