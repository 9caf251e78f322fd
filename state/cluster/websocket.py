"""A WebSocket to an API server, over a connection that a carrier signed in."""

import base64
import hashlib
import os
import socket
import time
from collections.abc import Callable, Sequence

from state.cluster.conversation import Conversation
from state.cluster.frames import Frames, Message, Opcode, encode
from state.cluster.inner_tls import InnerTls

V5 = "v5.channel.k8s.io"
"""Unlike those before it this protocol can say that a channel gets no more."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


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


class WebSocket(Conversation):
    """An open WebSocket, each message of which is one of the conversation."""

    names_ports = True

    def __init__(
        self,
        connection: socket.socket | InnerTls,
        early: bytes,
        protocol: str,
        sentence: Callable[[BaseException], str],
        end: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(connection, early, sentence, end, clock)
        self.half_closes = protocol == V5
        self._frames = Frames()

    def send(self, payload: bytes) -> None:
        self._queue(encode(Opcode.BINARY, payload))

    def _taken(self, data: bytes) -> list[bytes]:
        return [message.payload for message in self._frames.feed(data) if self._is_for_us(message)]

    def _is_for_us(self, message: Message) -> bool:
        match message.opcode:
            case Opcode.PING:
                self._queue(encode(Opcode.PONG, message.payload))
            case Opcode.CLOSE:
                self.closed = True
            case Opcode.PONG:
                pass
            case _:
                return True
        return False

    def _ping(self) -> None:
        self._queue(encode(Opcode.PING, b""))

    def _farewell(self) -> None:
        self._queue(encode(Opcode.CLOSE, b"\x03\xe8"))
