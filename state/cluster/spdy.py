"""The channels of a process or a port as streams of SPDY, as servers spoke them before WebSockets and speak them still.

Each channel is a stream of its own that either side can end. What goes out on a stream before the server has taken it
would be thrown away by the server, so it waits here.
"""

import socket
import time
from collections import deque
from collections.abc import Callable, Sequence

from state.cluster import spdy_frames as frames
from state.cluster.conversation import BACKLOG, CLOSE, Conversation
from state.cluster.inner_tls import InnerTls
from state.cluster.spdy_frames import Control, Data, Kind
from state.cluster.streams import SpdyStream

SPDY = "SPDY/3.1"
VERSION_HEADER = "X-Stream-Protocol-Version"
_FIRST, _STEP = 1, 2


class Spdy(Conversation):
    """An open SPDY connection with the streams of one process or one port."""

    half_closes = True
    names_ports = False

    def __init__(
        self,
        connection: socket.socket | InnerTls,
        early: bytes,
        streams: Sequence[SpdyStream],
        sentence: Callable[[BaseException], str],
        end: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(connection, early, sentence, end, clock)
        self._frames = frames.SpdyFrames()
        self._channels: dict[int, int] = {}
        """The channel of each stream."""
        self._held: dict[int, deque[tuple[bytes, bool]]] = {}
        """By channel: what waits for its stream to be taken."""
        self._numbers: dict[int, int] = {}
        self._open: set[int] = set()
        """The streams on which the server has something to say."""
        self._pings = _FIRST
        for number, stream in zip(range(_FIRST, 2**31, _STEP), streams, strict=False):
            self._channels[number], self._numbers[stream.channel] = stream.channel, number
            self._held[stream.channel] = deque()
            if stream.answers:
                self._open.add(number)
            self._queue(self._frames.open(number, stream.headers))

    @property
    def full(self) -> bool:
        waiting = sum(len(payload) for held in self._held.values() for payload, _ in held)
        return self.backlog + waiting >= BACKLOG

    def send(self, payload: bytes) -> None:
        if payload[0] == CLOSE:
            self._write(payload[1], b"", last=True)
        else:
            self._write(payload[0], payload[1:])

    def _write(self, channel: int, payload: bytes, *, last: bool = False) -> None:
        held = self._held.get(channel)
        if held is not None:
            held.append((payload, last))
        elif channel in self._numbers:
            self._queue(frames.data(self._numbers[channel], payload, last=last))

    def _taken(self, data: bytes) -> list[bytes]:
        found: list[bytes] = []
        for frame in self._frames.feed(data):
            if isinstance(frame, Data):
                channel = self._channels.get(frame.stream)
                if channel is not None and frame.payload:
                    found.append(bytes([channel]) + frame.payload)
                if frame.last:
                    self._ended(frame.stream)
            else:
                self._told(frame)
        return found

    def _told(self, frame: Control) -> None:
        match frame.kind:
            case Kind.SYN_REPLY:
                channel = self._channels.get(frame.number, -1)
                for payload, last in self._held.pop(channel, ()):
                    self._write(channel, payload, last=last)
                if frame.last:
                    self._ended(frame.number)
            case Kind.RST_STREAM:
                self._held.pop(self._channels.get(frame.number, -1), None)
                self._numbers = {channel: one for channel, one in self._numbers.items() if one != frame.number}
                self._ended(frame.number)
            case Kind.PING if frame.number % 2 == 0:
                self._queue(frames.ping(frame.number))
            case Kind.GOAWAY:
                self.closed = True

    def _ended(self, stream: int) -> None:
        self._open.discard(stream)
        self.closed |= not self._open

    def _ping(self) -> None:
        self._queue(frames.ping(self._pings))
        self._pings += _STEP

    def _farewell(self) -> None:
        self._queue(frames.goaway())
