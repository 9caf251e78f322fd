"""WebSocket frames (RFC 6455) from the client's side: bytes to messages and back, without a socket."""

import os
from dataclasses import dataclass
from enum import IntEnum

LONGEST = 64 * 1024 * 1024
"""Bytes of one message; what is longer is no stream of a container."""


class Opcode(IntEnum):
    """What a frame carries."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class BrokenFrames(ValueError):
    """What came is no series of frames that a server may send."""


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message or a control frame."""

    opcode: Opcode
    payload: bytes


def encode(opcode: Opcode, payload: bytes, mask: bytes | None = None) -> bytes:
    """Return one masked frame. `mask` is four bytes, random ones by default."""
    mask = os.urandom(4) if mask is None else mask
    size = len(payload)
    head = bytearray([0x80 | opcode])
    if size < 126:
        head.append(0x80 | size)
    elif size < 1 << 16:
        head.append(0x80 | 126)
        head += size.to_bytes(2, "big")
    else:
        head.append(0x80 | 127)
        head += size.to_bytes(8, "big")
    return bytes(head) + mask + masked(payload, mask)


def masked(payload: bytes, mask: bytes) -> bytes:
    """Return the payload with the mask laid over it; twice gives it back."""
    size = len(payload)
    pattern = (mask * (size // 4 + 1))[:size]
    # Numbers of any length are the one way to do this to many bytes at once.
    return (int.from_bytes(payload, "little") ^ int.from_bytes(pattern, "little")).to_bytes(size, "little")


class Frames:
    """Puts what a server sends together again, however it is cut."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._kind: Opcode | None = None
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> list[Message]:
        """Take the next bytes; return what is whole by now. Raises BrokenFrames."""
        self._bytes += data
        found = []
        while (frame := self._next()) is not None:
            final, opcode, payload = frame
            message = self._joined(final, opcode, payload)
            if message is not None:
                found.append(message)
        return found

    def _next(self) -> tuple[bool, Opcode, bytes] | None:
        """Take the next whole frame off the bytes."""
        held = self._bytes
        if len(held) < 2:
            return None
        first, second = held[0], held[1]
        if first & 0x70:
            raise BrokenFrames("a frame uses an extension that was not agreed on")
        if second & 0x80:
            raise BrokenFrames("a frame of the server is masked")
        try:
            opcode = Opcode(first & 0x0F)
        except ValueError:
            raise BrokenFrames(f"a frame has the unknown opcode {first & 0x0F}") from None
        start, size = 2, second & 0x7F
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(held) < start:
                return None
            size = int.from_bytes(held[2:start], "big")
        if opcode >= Opcode.CLOSE and (size > 125 or not first & 0x80):
            raise BrokenFrames("a control frame is in pieces")
        if size > LONGEST:
            raise BrokenFrames(f"a frame has {size} bytes")
        if len(held) < start + size:
            return None
        payload = bytes(held[start : start + size])
        del held[: start + size]
        return bool(first & 0x80), opcode, payload

    def _joined(self, final: bool, opcode: Opcode, payload: bytes) -> Message | None:
        if opcode >= Opcode.CLOSE:
            return Message(opcode, payload)
        if opcode is Opcode.CONTINUATION:
            if self._kind is None:
                raise BrokenFrames("a frame goes on with a message that was not begun")
            opcode = self._kind
        elif self._kind is not None:
            raise BrokenFrames("a message begins within another")
        self._parts.append(payload)
        if sum(map(len, self._parts)) > LONGEST:
            raise BrokenFrames("a message has no end")
        if not final:
            self._kind = opcode
            return None
        whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._kind, self._parts = None, []
        return Message(opcode, whole)
