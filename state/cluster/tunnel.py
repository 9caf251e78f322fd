"""One connection to a port of a pod: a local socket tied to two channels.

The channels of `v4.channel.k8s.io` for port-forward: 0 carries data, 1 the server's complaint. Over a WebSocket the
first message on each is the port, and there is no end of one direction; over SPDY there is.
"""

import socket
import time
from collections.abc import Callable

from state.cluster.conversation import CLOSE, Conversation
from state.cluster.errors import Unreachable
from state.cluster.pump import Beside, Pump
from state.cluster.streams import SpdyStream, Streams
from state.cluster.transport import Request, Transport
from state.printable import printable

_PROTOCOLS, _SPDY_PROTOCOL = ("v4.channel.k8s.io",), "portforward.k8s.io"
AFTERWARDS_SECONDS = 10.0
"""How long the pod may stay silent once the local side has sent its last byte."""
ANSWERED_SECONDS = 0.5
"""The same where the pod has answered what was sent."""
_CHUNK = 32 * 1024
_HELD = 512 * 1024
_REPEATED = 256 * 1024
_DATA, _ERROR = 0, 1


class NotReached(Exception):
    """The pod took no connection; nothing of what was sent has arrived. The text is the server's, printable."""


def open_port(transport: Transport, namespace: str, pod: str, port: int) -> Conversation:
    """Return the open channels to a port of a pod. Raises ApiError, Unreachable, SignInFailed."""
    path = f"/api/v1/namespaces/{namespace}/pods/{pod}/portforward"
    return transport.upgrade(Request(path, (("ports", str(port)),), accept="*/*"), _streams(port))


def _streams(port: int) -> Streams:
    about = (("port", str(port)), ("requestid", "0"))
    error = SpdyStream(_ERROR, (("streamtype", "error"), *about))
    return Streams(_PROTOCOLS, _SPDY_PROTOCOL, (error, SpdyStream(_DATA, (("streamtype", "data"), *about))))


class Tunnel:
    """Serves one connection. `run` blocks; `stop` may be called from any thread."""

    def __init__(self, local: socket.socket, count: Callable[[int, int], None]) -> None:
        """`count` is told how many bytes went to the pod and came from it."""
        self._local = local
        self._count = count
        self._sent = bytearray()
        """What went out before anything came back, in case another pod has to be asked."""
        self._bound = False
        """Whether it is too late for another pod: this one has answered, or was sent too much to repeat it."""
        self._ended = False
        self._ended_at = 0.0
        self._owing = True
        """Whether the pod has said nothing since it was sent something."""
        self._pump: Pump | None = None
        self._stopped = False

    def stop(self) -> None:
        """End it at once."""
        self._stopped = True
        pump = self._pump
        if pump is not None:
            pump.stop()

    def run(self, conversation: Conversation) -> None:
        """Pass bytes both ways until one side ends. Raises NotReached, after which it can be run on another pod.

        Raises Unreachable when the connection breaks later than that.
        """
        local, back = self._local, bytearray()
        heard, complaint = set[int](), bytearray()
        local.setblocking(False)

        def readable() -> None:
            try:
                data = local.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError:
                pump.stop()
                return
            if not data:
                self._ended, self._ended_at = True, time.monotonic()
                if conversation.half_closes:
                    conversation.send(bytes([CLOSE, _DATA]))
                return
            if not self._bound:
                self._sent += data
                self._bound = len(self._sent) > _REPEATED
            self._owing = True
            conversation.send(bytes([_DATA]) + data)
            self._count(len(data), 0)

        def writable() -> None:
            try:
                sent = local.send(back)
            except BlockingIOError:
                return
            except OSError:
                pump.stop()
                return
            del back[:sent]
            self._ended_at = time.monotonic()

        def received(message: bytes) -> None:
            channel, data = message[0], message[1:]
            if channel not in heard and conversation.names_ports:
                heard.add(channel)
            elif channel == _ERROR:
                complaint.extend(data)
                if data:
                    pump.stop()
            elif channel == _DATA and data:
                self._bound = True
                self._owing = False
                self._sent.clear()
                back.extend(data)
                self._count(0, len(data))

        def before() -> bool:
            idle = time.monotonic() - self._ended_at
            if self._ended and not back and idle > (AFTERWARDS_SECONDS if self._owing else ANSWERED_SECONDS):
                pump.stop()
            return False

        def wants_read() -> bool:
            return not self._ended

        beside = Beside(local, readable, writable, wants_read, lambda: bool(back))
        pump = self._pump = Pump(conversation, (beside,), clear=lambda: len(back) < _HELD)
        if self._sent:
            conversation.send(bytes([_DATA]) + bytes(self._sent))
        if self._stopped:
            pump.stop()
        try:
            pump.run(lambda message: received(message) if message else None, before=before)
        except Unreachable as error:
            self._flush(back)
            if self._bound:
                raise
            raise NotReached(str(error)) from error
        self._flush(back)
        if complaint:
            words = printable(complaint.decode(errors="replace").strip())
            if not self._bound:
                raise NotReached(words)
            raise Unreachable(words)

    def _flush(self, back: bytearray) -> None:
        """Hand over what came before the end."""
        if back and not self._stopped:
            try:
                self._local.settimeout(AFTERWARDS_SECONDS)
                self._local.sendall(back)
            except OSError:
                pass
