"""Connections to the ports of a pod, over WebSockets.

Two ways: channels (`v4.channel.k8s.io`), with a data and an error channel for each port of the request; and SPDY
through a tunnel (`SPDY/3.1+portforward.k8s.io`), with a data and an error stream for each connection.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.remote import converse, upgraded
from cockpit.simulator.api.server import Call
from cockpit.simulator.ports import CannotStart
from cockpit.simulator.shell.console import Input
from cockpit.simulator.status import bad_request

CHANNELS = "v4.channel.k8s.io"


async def port_forward(call: Call) -> web.StreamResponse:
    """Join ports of a pod to channels of a WebSocket."""
    pod = existing(call).object
    if not pod["spec"].get("nodeName"):
        raise bad_request(f"pod {call.address.name} does not have a host assigned")
    ports = _ports(call)
    websocket = await upgraded(call, (CHANNELS,))
    if not ports:
        raise bad_request('query parameter "ports" is required')
    return await _by_channels(call, websocket, pod["metadata"]["namespace"], pod["metadata"]["name"], ports)


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


async def _by_channels(
    call: Call, websocket: web.WebSocketResponse, namespace: str, pod: str, ports: list[int]
) -> web.StreamResponse:
    def sender(channel: int) -> Callable[[bytes], Awaitable[None]]:
        return lambda data: websocket.send_bytes(bytes([channel]) + data)

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

    return await converse(call, websocket, received, work())
