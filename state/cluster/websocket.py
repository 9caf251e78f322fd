"""A WebSocket to an API server, over a connection that a carrier signed in. It belongs to one thread.

All reading and writing is done without waiting, so that one thread serves both directions: a TLS connection may
not be read and written by two at once.
"""

import base64
import errno
import hashlib
import os
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence

from state.cluster.errors import Unreachable
from state.cluster.frames import BrokenFrames, Frames, Message, Opcode, encode

PING_SECONDS = 5.0
SILENCE_SECONDS = 20.0
"""Without a byte for so long, though asked, the server is taken for gone."""
BACKLOG = 256 * 1024
"""Bytes that wait to be sent; beyond, no more should be read from where they come from."""
_CHUNK = 64 * 1024
_TURN = 1024 * 1024
"""Bytes that are taken in before something else has its turn."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_WAITS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


def handshake(protocols: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """Return a fresh key and the headers that ask for a WebSocket which speaks one of these protocols."""
    key = base64.b64encode(os.urandom(16)).decode()
    return key, [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Protocol", ", ".join(protocols)),
    ]


def accepted(key: str) -> str:
    """Return what a server must answer to a key (RFC 6455, 1.3)."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()


class WebSocket:
    """An open WebSocket: whole messages in, messages out, pings in between."""

    def __init__(
        self,
        connection: socket.socket,
        early: bytes,
        protocol: str,
        sentence: Callable[[BaseException], str],
        end: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`early` is what came with the answer's head; `sentence` words a failure, `end` lets the connection go."""
        self.protocol = protocol
        """The subprotocol the server chose."""
        self.closed = False
        """Whether the server has said that this was all."""
        self._connection = connection
        self._sentence = sentence
        self._end = end
        self._clock = clock
        self._frames = Frames()
        self._early = early
        self._waiting: deque[memoryview] = deque()
        self._backlog = 0
        self._broken: Unreachable | None = None
        """Why nothing can be read any more."""
        self._heard = self._pinged = clock()
        connection.setblocking(False)

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._connection.fileno()

    @property
    def backlog(self) -> int:
        """Bytes that wait to be sent."""
        return self._backlog

    @property
    def full(self) -> bool:
        """Whether so much waits to be sent that nothing should be added."""
        return self._backlog >= BACKLOG

    def send(self, payload: bytes) -> None:
        """Put a binary message into the queue; `flush` sends it."""
        self._queue(Opcode.BINARY, payload)

    def flush(self) -> None:
        """Send what the connection takes right now. Raises Unreachable."""
        while self._waiting:
            data = self._waiting[0]
            try:
                sent = self._connection.send(data)
            except _WAITS:
                return
            except OSError as error:
                raise Unreachable(self._sentence(error)) from None
            self._backlog -= sent
            if sent < len(data):
                self._waiting[0] = data[sent:]
            else:
                self._waiting.popleft()

    def receive(self) -> list[bytes]:
        """Return the messages that are there right now; `closed` says when no more will come. Raises Unreachable."""
        found: list[bytes] = []
        taken = 0
        while not self.closed and taken < _TURN:
            data = self._early or self._read()
            self._early = b""
            if data is None:
                break
            if not data:
                if found:
                    # The end comes again at the next look.
                    break
                reset = ConnectionResetError(errno.ECONNRESET, "connection reset")
                raise self._broken or Unreachable(self._sentence(reset))
            taken += len(data)
            self._heard = self._clock()
            try:
                messages = self._frames.feed(data)
            except BrokenFrames as error:
                raise Unreachable(self._sentence(error)) from None
            for message in messages:
                self._take(message, found)
        return found

    @property
    def more(self) -> bool:
        """Whether bytes are held here that waiting on the descriptor would not tell of."""
        pending = getattr(self._connection, "pending", None)
        return bool(self._early) or (pending is not None and not self.closed and pending() > 0)

    def tick(self) -> None:
        """Ask whether the server is still there, now and then. Raises Unreachable when it has been silent for long."""
        now = self._clock()
        if now - self._heard >= SILENCE_SECONDS and now - self._pinged < SILENCE_SECONDS:
            raise Unreachable(self._sentence(TimeoutError()))
        if now - self._pinged >= PING_SECONDS:
            if now - self._pinged >= SILENCE_SECONDS:
                # Nobody looked for as long: this machine slept, or the thread was held up. The server has its time.
                self._heard = now
            self._pinged = now
            self._queue(Opcode.PING, b"")

    def close(self) -> None:
        """Say goodbye as far as that goes without waiting, and let the connection go."""
        try:
            self._queue(Opcode.CLOSE, b"\x03\xe8")
            self.flush()
        except Unreachable:
            pass
        self._end()

    def _read(self) -> bytes | None:
        """Return the next bytes, None when there are none yet, `b""` when there will be none."""
        try:
            return self._connection.recv(_CHUNK)
        except _WAITS:
            return None
        except OSError as error:
            self._broken = self._broken or Unreachable(self._sentence(error))
            return b""

    def _take(self, message: Message, found: list[bytes]) -> None:
        match message.opcode:
            case Opcode.PING:
                self._queue(Opcode.PONG, message.payload)
            case Opcode.CLOSE:
                self.closed = True
            case Opcode.PONG:
                pass
            case _:
                found.append(message.payload)

    def _queue(self, opcode: Opcode, payload: bytes) -> None:
        data = encode(opcode, payload)
        self._backlog += len(data)
        self._waiting.append(memoryview(data))
