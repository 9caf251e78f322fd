"""Connections to the ports of a pod.

Over a WebSocket by channels (`v4.channel.k8s.io`), with a data and an error channel for each port of the request; by
SPDY, with a data and an error stream for each connection, either within a WebSocket (`SPDY/3.1+portforward.k8s.io`)
or alone.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from cockpit.simulator.api.links import Link, asks_for_spdy, spdy_link, websocket_link
from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.remote import converse
from cockpit.simulator.api.server import Call
from cockpit.simulator.api.spdy import Data, Opened, Ping, Reset, Spdy, Type, control, data
from cockpit.simulator.ports import CannotStart
from cockpit.simulator.shell.console import Input
from cockpit.simulator.status import bad_request

CHANNELS = "v4.channel.k8s.io"
_SPDY = "portforward.k8s.io"
TUNNEL = f"SPDY/3.1+{_SPDY}"


async def port_forward(call: Call) -> web.StreamResponse:
    """Join ports of a pod to channels of a WebSocket."""
    pod = existing(call).object
    if not pod["spec"].get("nodeName"):
        raise bad_request(f"pod {call.address.name} does not have a host assigned")
    ports = _ports(call)
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    if asks_for_spdy(call):
        return await _by_spdy(call, spdy_link(call, (_SPDY,)), namespace, name)
    websocket = await websocket_link(call, (TUNNEL, CHANNELS))
    if websocket.protocol == TUNNEL:
        return await _by_spdy(call, websocket, namespace, name)
    return await _by_channels(call, websocket, namespace, name, ports)


def _ports(call: Call) -> list[int]:
    words = [word for value in call.request.query.getall("ports", []) for word in value.split(",")]
    try:
        ports = [int(word) for word in words]
    except ValueError:
        raise bad_request(f'unable to parse "{",".join(words)}" as a port') from None
    if any(not 0 < port < 65536 for port in ports):
        raise bad_request("a port is not between 1 and 65535")
    return ports


class Connection:
    """One connection to a port, as the one who serves it sees it."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        self.given = Input()
        self._send = send

    async def read(self) -> bytes:
        return await self.given.read()

    async def write(self, data: bytes) -> None:
        await self._send(data)


async def _by_channels(call: Call, link: Link, namespace: str, pod: str, ports: list[int]) -> web.StreamResponse:
    def sender(channel: int) -> Callable[[bytes], Awaitable[None]]:
        return lambda data: link.send_bytes(bytes([channel]) + data)

    connections = [Connection(sender(2 * index)) for index in range(len(ports))]

    async def serve(index: int, port: int) -> None:
        error = sender(2 * index + 1)
        for channel in (sender(2 * index), error):
            await channel(port.to_bytes(2, "little"))
        try:
            await call.server.kubelets.connect(namespace, pod, port, connections[index])
        except CannotStart as reason:
            await error(f"error forwarding port {port} to pod {pod}, uid : {reason}".encode())

    async def work() -> None:
        await asyncio.gather(*(serve(index, port) for index, port in enumerate(ports)))

    async def received(data: bytes) -> None:
        index, odd = divmod(data[0], 2)
        if not odd and index < len(connections):
            connections[index].given.feed(data[1:])
            await connections[index].given.room()

    return await converse(call, link, received, work())


async def _by_spdy(call: Call, link: Link, namespace: str, pod: str) -> web.StreamResponse:
    """Serve the streams of a SPDY connection: of each pair the error stream comes first, then the one with data."""
    spdy, over = Spdy(), asyncio.Event()
    errors: dict[str, int] = {}
    connections: dict[int, Connection] = {}
    serving: set[asyncio.Task[None]] = set()

    async def serve(stream: int, error: int, port: int, connection: Connection) -> None:
        try:
            await call.server.kubelets.connect(namespace, pod, port, connection)
        except CannotStart as reason:
            words = f"error forwarding port {port} to pod {pod}, uid : {reason}"
            await link.send_bytes(data(error, words.encode(), last=True))
        else:
            await link.send_bytes(data(error, b"", last=True))
        await link.send_bytes(data(stream, b"", last=True))
        connections.pop(stream, None)

    async def opened(event: Opened) -> None:
        await link.send_bytes(spdy.reply(event.stream))
        request = event.headers.get("requestid", "")
        if event.headers.get("streamtype") == "error":
            errors[request] = event.stream
            return
        stream, port = event.stream, event.headers.get("port", "")
        connection = connections[stream] = Connection(lambda sent: link.send_bytes(data(stream, sent)))
        task = asyncio.ensure_future(serve(stream, errors.pop(request, 0), int(port), connection))
        serving.add(task)
        task.add_done_callback(serving.discard)

    async def received(sent: bytes) -> None:
        for event in spdy.feed(sent):
            match event:
                case Opened():
                    await opened(event)
                case Ping():
                    await link.send_bytes(control(Type.PING, event.id))
                case Data() | Reset() if event.stream in connections:
                    given = connections[event.stream].given
                    if isinstance(event, Data):
                        given.feed(event.payload)
                        await given.room()
                    if isinstance(event, Reset) or event.last:
                        given.end()

    async def work() -> None:
        try:
            await over.wait()
        finally:
            for task in tuple(serving):
                task.cancel()

    return await converse(call, link, received, work())
