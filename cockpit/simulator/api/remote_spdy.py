"""The channels of a process as streams of SPDY: each message is bytes of a stream, told by its type."""

import asyncio
from collections.abc import Collection

from aiohttp import web

from cockpit.simulator.api.links import RawLink
from cockpit.simulator.api.spdy import Data, Event, Opened, Ping, Reset, Spdy, Type, control, data

CHANNELS = {"stdin": 0, "stdout": 1, "stderr": 2, "error": 3, "resize": 4}
CLOSE = 255
_OPENED_SECONDS = 30.0


class SpdyChannels:
    """Gives messages that begin with the number of their channel, as the protocol for WebSockets has them."""

    def __init__(self, raw: RawLink, wanted: Collection[str]) -> None:
        """`wanted` are the types of the streams that the client has to open."""
        self.protocol = raw.protocol
        self._raw = raw
        self._wanted = frozenset(wanted)
        self._spdy = Spdy()
        self._streams: dict[int, int] = {}
        """By channel."""
        self._names: dict[int, int] = {}
        """The channel of each stream."""
        self._events: list[Event] = []

    async def opened(self) -> bool:
        """Wait until the client has opened its streams; False when it does not."""
        needed = {CHANNELS[name] for name in self._wanted}
        try:
            async with asyncio.timeout(_OPENED_SECONDS):
                while not needed <= self._streams.keys():
                    if not await self._more():
                        return False
                    self._events = [event for event in self._events if not await self._is_opening(event)]
        except TimeoutError:
            return False
        return True

    async def send_bytes(self, message: bytes) -> None:
        stream = self._streams.get(message[0])
        if stream is not None and len(message) > 1:
            await self._raw.send_bytes(data(stream, message[1:]))

    async def read(self) -> bytes | None:
        while True:
            while self._events:
                event = self._events.pop(0)
                if await self._is_opening(event):
                    continue
                match event:
                    case Ping():
                        await self._raw.send_bytes(control(Type.PING, event.id))
                    case Data(stream, payload, last) if stream in self._names:
                        if last:
                            self._events.insert(0, Reset(stream))
                        if payload:
                            return bytes([self._names[stream]]) + payload
                    case Reset(stream) if stream in self._names:
                        return bytes([CLOSE, self._names[stream]])
            if not await self._more():
                return None

    async def close(self) -> web.StreamResponse:
        for stream in self._streams.values():
            await self._raw.send_bytes(data(stream, b"", last=True))
        await self._raw.send_bytes(control(Type.GOAWAY, bytes(8)))
        return await self._raw.close()

    async def _more(self) -> bool:
        came = await self._raw.read()
        if came is None:
            return False
        self._events += self._spdy.feed(came)
        return True

    async def _is_opening(self, event: Event) -> bool:
        """Take a stream that the client opens; return whether that is what it does."""
        if not isinstance(event, Opened):
            return False
        channel = CHANNELS.get(event.headers.get("streamtype", ""), -1)
        self._streams[channel], self._names[event.stream] = event.stream, channel
        await self._raw.send_bytes(self._spdy.reply(event.stream))
        return True
