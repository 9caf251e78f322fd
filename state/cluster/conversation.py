"""An open connection that carries the channels of a process or a port, read and written without waiting.

One thread serves both directions: a TLS connection may not be read and written by two at once. A message begins with
the number of its channel, whatever carries it.
"""

import errno
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

from state.cluster.errors import Unreachable
from state.cluster.frames import BrokenFrames
from state.cluster.inner_tls import InnerTls

PING_SECONDS = 5.0
SILENCE_SECONDS = 20.0
"""Without a byte for so long, though asked, the server is taken for gone."""
BACKLOG = 256 * 1024
"""Bytes that wait to be sent; beyond, no more should be read from where they come from."""
CLOSE = 255
"""The channel on which is said that the one whose number follows gets no more."""
_CHUNK = 64 * 1024
_TURN = 1024 * 1024
"""Bytes that are taken in before something else has its turn."""
_WAITS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Conversation(ABC):
    """Whole messages in, messages out, pings in between. It belongs to one thread."""

    half_closes: bool
    """Whether the other side can be told that a channel gets no more."""
    names_ports: bool
    """Whether the first message on each channel of a port is the port."""

    def __init__(
        self,
        connection: socket.socket | InnerTls,
        early: bytes,
        sentence: Callable[[BaseException], str],
        end: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`early` is what came with the answer's head; `sentence` words a failure, `end` lets the connection go."""
        self.closed = False
        """Whether the server has said that this was all."""
        self._connection = connection
        self._sentence = sentence
        self._end = end
        self._clock = clock
        self._early = early
        self._waiting: deque[memoryview] = deque()
        self._backlog = 0
        self._broken: Unreachable | None = None
        """Why nothing can be read any more."""
        self._heard = self._pinged = clock()
        connection.setblocking(False)

    @abstractmethod
    def send(self, payload: bytes) -> None:
        """Put a message into the queue; `flush` sends it."""

    @abstractmethod
    def _taken(self, data: bytes) -> list[bytes]:
        """Return the messages that are whole with these bytes. Raises BrokenFrames."""

    @abstractmethod
    def _ping(self) -> None:
        """Put a question into the queue that the server must answer."""

    @abstractmethod
    def _farewell(self) -> None:
        """Put into the queue that this was all."""

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._connection.fileno()

    @property
    def backlog(self) -> int:
        """Bytes that wait to be sent and could be."""
        return self._backlog + getattr(self._connection, "unsent", 0)

    @property
    def full(self) -> bool:
        """Whether so much waits to be sent that nothing should be added."""
        return self.backlog >= BACKLOG

    def flush(self) -> None:
        """Send what the connection takes right now. Raises Unreachable."""
        try:
            while self._waiting:
                data = self._waiting[0]
                sent = self._connection.send(data)
                self._backlog -= sent
                if sent < len(data):
                    self._waiting[0] = data[sent:]
                else:
                    self._waiting.popleft()
            if isinstance(self._connection, InnerTls):
                self._connection.flush()
        except _WAITS:
            return
        except OSError as error:
            raise Unreachable(self._sentence(error)) from None

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
                found += self._taken(data)
            except BrokenFrames as error:
                raise Unreachable(self._sentence(error)) from None
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
            self._ping()

    def close(self) -> None:
        """Say goodbye as far as that goes without waiting, and let the connection go."""
        try:
            self._farewell()
            self.flush()
        except Unreachable:
            pass
        self._end()

    def _queue(self, data: bytes) -> None:
        self._backlog += len(data)
        self._waiting.append(memoryview(data))

    def _read(self) -> bytes | None:
        """Return the next bytes, None when there are none yet, `b""` when there will be none."""
        try:
            return self._connection.recv(_CHUNK)
        except _WAITS:
            return None
        except OSError as error:
            self._broken = self._broken or Unreachable(self._sentence(error))
            return b""
