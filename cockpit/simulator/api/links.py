"""What carries the channels of a process or a port: a WebSocket, or the bytes of a connection that switched to SPDY."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from aiohttp import WSMsgType, web

from cockpit.simulator.api.sending import Hangup
from cockpit.simulator.api.server import Call
from cockpit.simulator.status import ApiError, bad_request

SPDY = "SPDY/3.1"
_VERSION = "X-Stream-Protocol-Version"


class Link(Protocol):
    """Messages both ways."""

    protocol: str
    """What was agreed on."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a message. Raises ConnectionError when the client has left."""
        ...

    async def read(self) -> bytes | None:
        """Return the next message, None when there will be none."""
        ...

    async def close(self) -> web.StreamResponse:
        """Say that this was all; return what the handler answers. Raises Hangup where the connection is gone."""
        ...


class WebSocketLink:
    """Each message is one of a WebSocket."""

    def __init__(self, websocket: web.WebSocketResponse) -> None:
        self.protocol = websocket.ws_protocol or ""
        self._websocket = websocket

    async def send_bytes(self, data: bytes) -> None:
        await self._websocket.send_bytes(data)

    async def read(self) -> bytes | None:
        while True:
            message = await self._websocket.receive()
            if message.type is WSMsgType.PING:
                await self._websocket.pong(message.data)
            elif message.type is WSMsgType.BINARY and message.data:
                return bytes(message.data)
            elif message.type is WSMsgType.TEXT and message.data:
                return str(message.data).encode()
            elif message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return None

    async def close(self) -> web.StreamResponse:
        await self._websocket.close()
        return self._websocket


class RawLink(asyncio.Protocol):
    """The bytes of a connection, as they come: no server reads requests from it any more."""

    def __init__(self, transport: asyncio.Transport, before: asyncio.BaseProtocol, protocol: str) -> None:
        self.protocol = protocol
        self._transport = transport
        self._before = before
        self._came: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = asyncio.Event()
        self._room.set()

    def data_received(self, data: bytes) -> None:
        self._came.put_nowait(data)

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._room.set()
        self._came.put_nowait(None)
        self._before.connection_lost(exc)

    async def send_bytes(self, data: bytes) -> None:
        await self._room.wait()
        if self._transport.is_closing():
            raise ConnectionResetError("the client has left")
        self._transport.write(data)

    async def read(self) -> bytes | None:
        return await self._came.get()

    async def close(self) -> web.StreamResponse:
        self._transport.close()
        raise Hangup


def asks_for_spdy(call: Call) -> bool:
    """Return whether a request wants to switch to SPDY."""
    return call.request.headers.get("Upgrade", "").casefold() == SPDY.casefold()


async def websocket_link(call: Call, protocols: tuple[str, ...]) -> WebSocketLink:
    """Return the WebSocket a request asks for. Raises ApiError (400) when it asks for none of these protocols."""
    # Pings are answered where a frozen server would not.
    websocket = web.WebSocketResponse(protocols=protocols, max_msg_size=0, autoping=False, compress=False, timeout=1.0)
    ready = websocket.can_prepare(call.request)
    if not ready:
        raise bad_request("Upgrade request required")
    if ready.protocol is None:
        raise ApiError(403, "Forbidden", f"no protocol of {', '.join(protocols)} is asked for", details={})
    await websocket.prepare(call.request)
    return WebSocketLink(websocket)


def spdy_link(call: Call, protocols: Iterable[str]) -> RawLink:
    """Return the connection of a request that switches to SPDY. Raises ApiError when it asks for no such protocol."""
    asked = call.request.headers.getall(_VERSION, [])
    chosen = next((one for one in protocols if one in asked), None)
    if chosen is None:
        words = f"unable to upgrade: unable to negotiate protocol: client supports {asked}"
        raise ApiError(403, "Forbidden", words, details={})
    transport = call.request.transport
    if transport is None:
        raise Hangup
    assert isinstance(transport, asyncio.Transport)
    link = RawLink(transport, call.request.protocol, chosen)
    head = ("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", f"Upgrade: {SPDY}", f"{_VERSION}: {chosen}")
    transport.set_protocol(link)
    transport.write("\r\n".join((*head, "", "")).encode())
    return link
