"""From a request to open streams, over connections and proxies of every kind."""

import json
import threading

import pytest

from cockpit.simulator.api import spdy
from state.cluster import connect
from state.cluster.credentials import SignIns
from state.cluster.errors import ApiError, Unreachable
from state.cluster.exec import Channel, Exit, Place, exec_request, remote_command, run
from state.cluster.frames import masked
from state.cluster.transport import Request
from state.cluster.tunnel import open_port
from state.cluster.websocket import accepted
from tests.state.cluster.far_end import frame

PLACE = Place("shop", "web-1", "main")
SUCCESS = b'{"status":"Success"}'
PROXIES = ("", "http", "https", "socks5")


@pytest.fixture
def transport():
    made = []

    def start(target):
        made.append(connect.connect(target, SignIns({}), {}))
        return made[-1]

    yield start
    for one in made:
        one.close()


def refusal(status, message):
    return status, json.dumps({"kind": "Status", "status": "Failure", "code": status, "message": message}).encode()


def exactly(connection, size):
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def websocket_message(connection):
    """The next data message of a client; None once it has closed."""
    while True:
        first, second = exactly(connection, 2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(exactly(connection, 2 if size == 126 else 8), "big")
        mask = exactly(connection, 4)
        payload = masked(exactly(connection, size), mask)
        if first & 0x0F == 8:
            return None
        if first & 0x0F == 2:
            return payload


def echo_over_websocket(connection):
    """A process that writes what it reads, to the end of its input."""
    while (message := websocket_message(connection)) != b"\xff\0":
        connection.sendall(frame(2, b"\1" + message[1:]))
    connection.sendall(frame(2, b"\3" + SUCCESS))
    connection.sendall(frame(8, b"\x03\xe8"))


def switch_to_websocket(asked, served):
    [key] = asked.headers["Sec-WebSocket-Key"]
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accepted(key)}
    return 101, served, {**headers, "Sec-WebSocket-Protocol": "v5.channel.k8s.io"}


class FarSpdy:
    """A server's end of SPDY that echoes the stream `takes` on the stream `gives`."""

    def __init__(self, takes, gives, farewell):
        self.takes, self.gives, self.farewell = takes, gives, farewell
        self.opened = {}
        self.early = []

    def __call__(self, connection):
        codec, names = spdy.Spdy(), {}
        while True:
            came = connection.recv(65536)
            if not came:
                return
            for event in codec.feed(came):
                if isinstance(event, spdy.Opened):
                    name = event.headers["streamtype"]
                    self.opened[name], names[event.stream] = event.headers, name
                    # As a real server does, take a stream a moment later; what came on it before is lost.
                    connection.sendall(spdy.control(spdy.Type.PING, b"\0\0\0\2") + codec.reply(event.stream))
                elif isinstance(event, spdy.Data) and names[event.stream] == self.takes:
                    back = next(stream for stream, name in names.items() if name == self.gives)
                    connection.sendall(spdy.data(back, event.payload))
                    if event.last:
                        self.farewell(connection, names)
                        return


def exits(connection, names):
    error = next(stream for stream, name in names.items() if name == "error")
    connection.sendall(spdy.data(error, SUCCESS) + spdy.control(spdy.Type.GOAWAY, bytes(8)))


def switch_to_spdy(served):
    return 101, served, {"Upgrade": "SPDY/3.1", "Connection": "Upgrade"}


def server_behind(kind, api_server, proxy_server, pki, answer):
    """A server with TLS, by the way of a proxy of this kind; "" for none."""
    api = api_server(answer, tls=pki)
    if not kind:
        return api.target(authority=pki.authority), None
    proxy = proxy_server(kind, tls=pki)
    target = api.target(authority=pki.authority, proxy=f"{kind}://{proxy.address}")
    return target, proxy


def echoed(transport, pieces):
    out = bytearray()
    ended = run(transport, PLACE, ("cat",), stdin=iter(pieces), wrote=lambda channel, data: out.extend(data))
    return ended, bytes(out)


PIECES = [bytes([65 + n]) * 30_000 for n in range(20)]


@pytest.mark.parametrize("kind", PROXIES)
def test_a_process_is_reached_over_a_websocket(api_server, transport, proxy_server, pki, kind):
    target, proxy = server_behind(
        kind, api_server, proxy_server, pki, lambda asked: switch_to_websocket(asked, echo_over_websocket)
    )
    assert echoed(transport(target), PIECES) == (Exit(0), b"".join(PIECES))
    assert proxy is None or len(proxy.seen) == 1


@pytest.mark.parametrize("kind", PROXIES)
def test_a_process_is_reached_over_spdy_where_a_websocket_is_refused(api_server, transport, proxy_server, pki, kind):
    asked, far = [], FarSpdy("stdin", "stdout", exits)

    def answer(request):
        asked.append(request)
        return refusal(403, "may not get") if request.method == "GET" else switch_to_spdy(far)

    target, _ = server_behind(kind, api_server, proxy_server, pki, answer)
    assert echoed(transport(target), PIECES) == (Exit(0), b"".join(PIECES))
    assert [one.method for one in asked] == ["GET", "POST"]
    assert asked[0].path == asked[1].path
    assert asked[1].headers["X-Stream-Protocol-Version"] == ["v4.channel.k8s.io"]
    assert list(far.opened) == ["error", "stdin", "stdout", "stderr"]


def test_a_port_over_spdy_has_two_streams_and_says_when_nothing_more_is_sent(api_server, transport):
    def farewell(connection, names):
        connection.sendall(b"".join(spdy.data(stream, b"", last=True) for stream in names))

    far = FarSpdy("data", "data", farewell)
    api = api_server(lambda asked: refusal(400, "no") if asked.method == "GET" else switch_to_spdy(far))
    conversation = open_port(transport(api.target()), "shop", "web-1", 8080)
    assert not conversation.names_ports
    conversation.send(b"\0hello")
    conversation.send(b"\xff\0")
    came = []
    while not conversation.closed:
        conversation.flush()
        came += conversation.receive()
    conversation.close()
    assert came == [b"\0hello"]
    about = {"port": "8080", "requestid": "0"}
    assert far.opened == {"error": {"streamtype": "error", **about}, "data": {"streamtype": "data", **about}}


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (refusal(403, "may not get"), refusal(403, "may not create"), "may not create"),
        (refusal(403, "may not get"), refusal(404, "no such container"), "no such container"),
        ((200, b"hello"), (200, b"hello"), r"the server did not switch to SPDY/3.1 \(status 200\)"),
        (refusal(403, "may not get"), (101, lambda connection: None, {}), None),
        (refusal(502, "bad gateway"), (301, b"", {"Location": "/"}), "bad gateway"),
    ],
)
def test_who_is_refused_twice_is_told_the_reason_once(api_server, transport, first, second, words):
    api = api_server(lambda asked: first if asked.method == "GET" else second)
    request = exec_request(PLACE, ("true",))
    if words is None:
        transport(api.target()).upgrade(request, remote_command(request)).close()
        return
    with pytest.raises(ApiError, match=f"^{words}$"):
        transport(api.target()).upgrade(request, remote_command(request))
    assert [one.method for one in api.asked] == ["GET", "POST"]


@pytest.mark.parametrize("status", [404, 429])
def test_what_is_the_same_for_every_way_is_asked_once(api_server, transport, status):
    api = api_server(lambda asked: refusal(status, "not now"))
    with pytest.raises(ApiError, match="not now"):
        run(transport(api.target()), PLACE, ("true",))
    assert len(api.asked) == 1


def test_a_server_that_speaks_other_protocols_is_asked_for_spdy(api_server, transport):
    def answer(asked):
        if asked.method == "POST":
            return switch_to_spdy(FarSpdy("stdin", "stdout", exits))
        status, served, headers = switch_to_websocket(asked, lambda connection: None)
        return status, served, {**headers, "Sec-WebSocket-Protocol": "channel.k8s.io"}

    assert echoed(transport(api_server(answer).target()), [b"x"]) == (Exit(0), b"x")


def test_a_server_that_answers_the_key_wrongly_is_no_websocket_server(api_server, transport):
    def answer(asked):
        status, served, headers = switch_to_websocket(asked, lambda connection: None)
        return status, served, {**headers, "Sec-WebSocket-Accept": accepted("another")}

    with pytest.raises(Unreachable, match="does not answer as a WebSocket server does"):
        run(transport(api_server(answer).target()), PLACE, ("true",))


@pytest.mark.parametrize("kind", PROXIES)
def test_a_stream_is_read_as_it_comes_and_ended_from_another_thread(api_server, transport, proxy_server, pki, kind):
    """A watch or a log."""
    over = threading.Event()

    def lines():
        yield b"first\n"
        over.wait(10)

    target, _ = server_behind(kind, api_server, proxy_server, pki, lambda asked: (200, lines()))
    stream = transport(target).open(Request("/log", read_timeout=None))
    assert stream.read() == b"first\n"
    read = []
    reader = threading.Thread(target=lambda: read.append(stream.read()))
    reader.start()
    stream.shutdown()
    reader.join(5)
    over.set()
    assert read == [b""]


def test_channels_are_those_of_the_command_that_was_asked_for():
    request = exec_request(PLACE, ("sh",), stdin=True, tty=True)
    names = [(stream.channel, dict(stream.headers)["streamtype"]) for stream in remote_command(request).opened]
    assert names == [
        (Channel.ERROR, "error"), (Channel.STDIN, "stdin"), (Channel.STDOUT, "stdout"), (Channel.RESIZE, "resize"),
    ]  # fmt: skip
