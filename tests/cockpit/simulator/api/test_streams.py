"""Exec, attach and port-forward as clients speak them, down to the channels and frames."""

import asyncio
import json
import zlib
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from cockpit.simulator.api.spdy import DICTIONARY, BrokenSpdy, Spdy, Type, control, data
from cockpit.simulator.faults import Fault
from cockpit.simulator.ports import CannotStart

POD = "/api/v1/namespaces/payments/pods/web-0"
V5 = "v5.channel.k8s.io"


class Streams:
    """Processes that do what the test needs."""

    async def execute(self, namespace: str, pod: str, container: str, command: list[str], console: Any) -> int:
        match command:
            case ["copy"]:
                while got := await console.stdin.read():
                    await console.out(got)
                return 0
            case ["size"]:
                await console.line("")
                await console.out(repr(console.size()).encode())
                return 0
            case ["fail"]:
                await console.error(b"oh")
                return 3
            case ["hang"]:
                await asyncio.sleep(3600)
        raise CannotStart(f'exec: "{command[0]}": executable file not found in $PATH')

    async def attach(self, namespace: str, pod: str, container: str, console: Any) -> int:
        await console.out(b"attached to " + container.encode())
        return 0

    async def connect(self, namespace: str, pod: str, port: int, pipe: Any) -> None:
        if port == 9:
            raise CannotStart("connection refused")
        while got := await pipe.read():
            await pipe.write(got.upper())


@pytest.fixture
def kubelets() -> Streams:
    return Streams()


def open_stream(api: Any, path: str, *protocols: str, user: str = "admin") -> Any:
    headers = {"Authorization": f"Bearer {api.users[user].token}"}
    return api.client.ws_connect(path, protocols=protocols, headers=headers)


async def said(socket: ClientWebSocketResponse) -> list[tuple[int, bytes]]:
    """What the server says up to its end, as (channel, bytes)."""
    found = []
    async for message in socket:
        assert message.type is WSMsgType.BINARY
        if message.data[1:]:
            found.append((message.data[0], message.data[1:]))
    return found


async def test_a_command_gets_its_input_and_tells_its_code(api: Any) -> None:
    async with open_stream(api, f"{POD}/exec?command=copy&stdin=true&stdout=true", V5) as socket:
        assert socket.protocol == V5
        await socket.send_bytes(b"\0hello")
        await socket.send_bytes(b"\xff\0")
        assert await said(socket) == [(1, b"hello"), (3, b'{"metadata": {}, "status": "Success"}')]
    async with open_stream(api, f"{POD}/exec?command=fail&stderr=true", "v4.channel.k8s.io") as socket:
        [error, status] = await said(socket)
        assert error == (2, b"oh")
        assert json.loads(status[1])["details"] == {"causes": [{"reason": "ExitCode", "message": "3"}]}


async def test_a_terminal_is_told_its_size(api: Any) -> None:
    async with open_stream(api, f"{POD}/exec?command=size&stdin=true&stdout=true&tty=true", V5) as socket:
        await socket.send_bytes(b'\x04{"Width":100,"Height":30}')
        await socket.send_bytes(b"\0\r")
        assert (1, b"(30, 100)") in await said(socket)


async def test_what_cannot_be_run_is_a_failure_in_words(api: Any) -> None:
    async with open_stream(api, f"{POD}/exec?command=nosuch&stdout=true", V5) as socket:
        [(channel, status)] = await said(socket)
        assert channel == 3
        assert "executable file not found" in json.loads(status)["message"]


async def test_attach_joins_the_container(api: Any) -> None:
    async with open_stream(api, f"{POD}/attach?stdout=true", V5) as socket:
        assert (await said(socket))[0] == (1, b"attached to web")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("exec?stdout=true", 400),
        ("exec?command=copy", 400),
        ("exec?command=copy&stdout=true&container=other", 400),
        ("exec?command=copy&stderr=true&tty=true", 400),
        ("portforward?ports=x", 400),
        ("portforward?ports=70000", 400),
    ],
)
async def test_what_is_asked_for_wrongly_is_refused_before_the_upgrade(api: Any, query: str, status: int) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await open_stream(api, f"{POD}/{query}", V5, "v4.channel.k8s.io")
    assert refused.value.status == status


async def test_a_protocol_that_is_not_spoken_is_refused(api: Any) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await open_stream(api, f"{POD}/exec?command=copy&stdout=true", "v9.channel.k8s.io")
    assert refused.value.status == 403


async def test_streams_need_the_right_to_them(api: Any) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await open_stream(api, f"{POD}/exec?command=copy&stdout=true", V5, user="viewer")
    assert refused.value.status == 403


async def test_a_reset_cuts_a_stream_that_is_open(api: Any) -> None:
    async with open_stream(api, f"{POD}/exec?command=hang&stdout=true", V5) as socket:
        assert (await socket.receive()).data == b"\x01"
        api.faults.set([Fault("reset")])
        assert (await socket.receive(timeout=10)).type in (WSMsgType.CLOSED, WSMsgType.CLOSE, WSMsgType.ERROR)
        api.faults.clear()


async def test_a_frozen_server_answers_no_ping(api: Any) -> None:
    async with open_stream(api, f"{POD}/exec?command=copy&stdin=true&stdout=true", V5) as socket:
        await socket.receive()
        api.faults.set([Fault("freeze")])
        await socket.send_bytes(b"\0late")
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.3)
        api.faults.clear()
        assert (await socket.receive(timeout=10)).data == b"\x01late"


async def test_ports_are_joined_to_channels(api: Any) -> None:
    async with open_stream(api, f"{POD}/portforward?ports=8080,9", "v4.channel.k8s.io") as socket:
        heads = sorted([(await socket.receive()).data for _ in range(4)])
        assert heads == [b"\0\x90\x1f", b"\1\x90\x1f", b"\2\x09\0", b"\3\x09\0"]
        assert b"\3error forwarding port 9" in (await socket.receive()).data
        await socket.send_bytes(b"\0hello")
        assert (await socket.receive()).data == b"\0HELLO"


class Client:
    """The client's side of SPDY."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    def open(self, stream: int, **headers: str) -> bytes:
        plain = len(headers).to_bytes(4, "big")
        for name, value in headers.items():
            for word in (name.encode(), value.encode()):
                plain += len(word).to_bytes(4, "big") + word
        block = self._deflate.compress(plain) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return control(Type.SYN_STREAM, stream.to_bytes(4, "big") + bytes(6) + block)


async def frames(socket: ClientWebSocketResponse, count: int) -> list[bytes]:
    return [(await socket.receive(timeout=10)).data for _ in range(count)]


async def test_connections_go_through_a_tunnel_of_spdy(api: Any) -> None:
    client = Client()
    async with open_stream(api, f"{POD}/portforward", "SPDY/3.1+portforward.k8s.io") as socket:
        for first, port in ((1, "8080"), (5, "9")):
            request = {"port": port, "requestid": str(first)}
            await socket.send_bytes(client.open(first, streamtype="error", **request))
            opening = client.open(first + 2, streamtype="data", **request)
            # A tunnel carries bytes: a frame may come in several messages.
            await socket.send_bytes(opening[:7])
            await socket.send_bytes(opening[7:])
            replies = await frames(socket, 2)
            assert [int.from_bytes(one[8:12], "big") for one in replies] == [first, first + 2]
            assert {one[:4] for one in replies} == {b"\x80\x03\x00\x02"}
        complaint, end = await frames(socket, 2)
        assert int.from_bytes(complaint[:4], "big") == 5
        assert b"connection refused" in complaint
        assert end == data(7, b"", last=True)
        await socket.send_bytes(control(Type.PING, b"\0\0\0\x01"))
        assert await frames(socket, 1) == [control(Type.PING, b"\0\0\0\x01")]
        await socket.send_bytes(data(3, b"hello"))
        assert await frames(socket, 1) == [data(3, b"HELLO")]
        await socket.send_bytes(data(3, b"", last=True))
        assert await frames(socket, 2) == [data(1, b"", last=True), data(3, b"", last=True)]


def test_the_dictionary_is_that_of_the_draft() -> None:
    assert (len(DICTIONARY), zlib.adler32(DICTIONARY)) == (1423, 0xE3C6A7C2)


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n\0\0\0", control(Type.SYN_STREAM, bytes(10) + b"plain text")])
def test_what_is_no_spdy_is_told(sent: bytes) -> None:
    broken = b"\x80\x02" + sent[2:] if sent[:1] == b"G" else sent
    broken = broken[:5] + len(broken[8:]).to_bytes(3, "big") + broken[8:]
    with pytest.raises(BrokenSpdy):
        Spdy().feed(broken)
