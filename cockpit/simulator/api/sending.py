"""Answers on their way: compressed when asked for, slowed, silenced or cut when a fault says so."""

import asyncio
import socket
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiohttp import web

from cockpit.simulator.api.encoding import encode
from cockpit.simulator.api.server import Server
from cockpit.simulator.faults import Fault

JSON = "application/json"
_COMPRESSED_FROM = 128 * 1024
_SLOW_PIECES_PER_SECOND = 20
_POLL_SECONDS = 5.0


class Hangup(Exception):
    """The connection is gone; nobody waits for an answer."""


def answer(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a JSON answer."""
    body = data if isinstance(data, bytes) else encode(data) + b"\n"
    return web.Response(body=body, status=status, content_type=JSON, headers=_plain(headers))


def _plain(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"Cache-Control": "no-cache, private", **(headers or {})}


async def send(request: web.Request, pieces: Iterable[bytes], fault: Fault | None) -> web.StreamResponse:
    """Answer with a long JSON body, piece by piece; as the real server does, from 128 kB on compressed if asked for."""
    started, size = [], 0
    rest = iter(pieces)
    for piece in rest:
        started.append(piece)
        size += len(piece)
        if size >= _COMPRESSED_FROM:
            break
    else:
        return answer(b"".join(started))
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    squeeze = zlib.compressobj(1, wbits=31) if zipped else None
    extra = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"} if zipped else None
    stream = await open_stream(request, fault, headers=extra)
    for piece in started:
        await stream.write(squeeze.compress(piece) if squeeze else piece)
    for piece in rest:
        await stream.write(squeeze.compress(piece) if squeeze else piece)
    if squeeze:
        await stream.write(squeeze.flush())
    return await stream.end()


class Stream:
    """An answer that is written as it comes about."""

    def __init__(self, request: web.Request, response: web.StreamResponse, fault: Fault | None) -> None:
        self._request = request
        self._response = response
        self._rate = fault.bytes_per_second if fault is not None and fault.kind == "slow" else 0

    async def write(self, data: bytes) -> None:
        """Send some bytes. Raises Hangup when the client has left."""
        if not data:
            return
        try:
            if not self._rate:
                await self._response.write(data)
                return
            piece = max(1, self._rate // _SLOW_PIECES_PER_SECOND)
            for start in range(0, len(data), piece):
                await self._response.write(data[start : start + piece])
                await asyncio.sleep(piece / self._rate)
        except ConnectionError as error:
            raise Hangup from error

    async def end(self) -> web.StreamResponse:
        """Say that this was all."""
        try:
            await self._response.write_eof()
        except ConnectionError as error:
            raise Hangup from error
        return self._response

    @property
    def open(self) -> bool:
        """Whether the client is still there, as far as the connection tells."""
        transport = self._request.transport
        return transport is not None and not transport.is_closing()


async def open_stream(
    request: web.Request, fault: Fault | None, *, content_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Stream:
    """Begin an answer of unknown length."""
    response = web.StreamResponse(headers=_plain({"Content-Type": content_type, **(headers or {})}))
    response.enable_chunked_encoding()
    try:
        await response.prepare(request)
    except ConnectionError as error:
        raise Hangup from error
    return Stream(request, response, fault)


class Patience:
    """Waiting for something to happen, while the server may freeze, reset or end and the client may leave."""

    def __init__(self, server: Server, request: web.Request) -> None:
        self._server = server
        self._request = request
        self._wake = asyncio.Event()
        self._endings: list[Callable[[], None]] = [server.faults.listen(self._wake.set)]

    def __enter__(self) -> "Patience":
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._endings:
            end()

    def until(self, listen: Callable[[Callable[[], None]], Callable[[], None]]) -> None:
        """Also wake for what `listen` tells of."""
        self._endings.append(listen(self._wake.set))

    async def wait(self, seconds: float) -> None:
        """Wait until something happens, at most some seconds."""
        if not self._server.closing.is_set():
            try:
                async with asyncio.timeout(max(0.0, min(seconds, _POLL_SECONDS))):
                    await self._wake.wait()
            except TimeoutError:
                pass
        self._wake.clear()
        await self.bear()

    async def bear(self) -> None:
        """Stand still as long as the server is frozen. Raises Hangup when the connection is reset or gone."""
        while not self._server.closing.is_set():
            transport = self._request.transport
            if transport is None or transport.is_closing():
                raise Hangup
            fault = self._server.faults.upon(self._request.method, self._request.path_qs)
            if fault is None:
                return
            if fault.kind == "reset":
                reset(self._request)
                raise Hangup
            self._wake.clear()
            try:
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass


def reset(request: web.Request) -> None:
    """Cut the connection so that the client sees it reset, not closed."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
