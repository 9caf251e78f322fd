"""SPDY/3.1 frames from the client's side, as far as Kubernetes uses them: streams with headers, no flow control.

Frames and the dictionary of header blocks are those of the SPDY Protocol, Draft 3.1 (2.2, 2.6).
"""

import zlib
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from state.cluster.frames import BrokenFrames

LONGEST = 16 * 1024 * 1024 - 1
"""Bytes of one frame at most."""
_VERSION = 3
_CONTROL = 0x80
_FIN = 0x01
_HEAD = 8
_HEADERS = (
    "options", "head", "post", "put", "delete", "trace", "accept", "accept-charset", "accept-encoding",
    "accept-language", "accept-ranges", "age", "allow", "authorization", "cache-control", "connection",
    "content-base", "content-encoding", "content-language", "content-length", "content-location", "content-md5",
    "content-range", "content-type", "date", "etag", "expect", "expires", "from", "host", "if-match",
    "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified", "location",
    "max-forwards", "pragma", "proxy-authenticate", "proxy-authorization", "range", "referer", "retry-after",
    "server", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "vary", "via", "warning",
    "www-authenticate", "method", "get", "status", "200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie",
    "keep-alive", "origin",
)  # fmt: skip
_STATUSES = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden"
    "404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
)
_VALUES = (
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,"
    "publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
_DICTIONARY = (
    b"".join(len(word).to_bytes(4, "big") + word.encode() for word in _HEADERS) + (_STATUSES + _VALUES).encode()
)


class Kind(IntEnum):
    """What a control frame is for."""

    SYN_STREAM = 1
    SYN_REPLY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PING = 6
    GOAWAY = 7
    HEADERS = 8
    WINDOW_UPDATE = 9


class Data(NamedTuple):
    """Bytes of a stream; with `last` it carries no more."""

    stream: int
    payload: bytes
    last: bool


class Control(NamedTuple):
    """A control frame. `number` is a stream, or what a ping is told by; headers are left out."""

    kind: Kind
    number: int
    last: bool = False


class SpdyFrames:
    """Makes a client's frames and puts a server's together again, however they are cut."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._deflate = zlib.compressobj(zdict=_DICTIONARY)

    def feed(self, data: bytes) -> list[Data | Control]:
        """Take the next bytes; return what is whole by now. Raises BrokenFrames."""
        held = self._bytes
        held += data
        found: list[Data | Control] = []
        while len(held) >= _HEAD:
            end = _HEAD + int.from_bytes(held[5:_HEAD], "big")
            if len(held) < end:
                break
            frame = _frame(bytes(held[:_HEAD]), bytes(held[_HEAD:end]))
            del held[:end]
            if frame is not None:
                found.append(frame)
        return found

    def open(self, stream: int, headers: Iterable[tuple[str, str]]) -> bytes:
        """Return the frame that begins a stream; those of a client have odd numbers."""
        pairs = [part.encode("latin-1") for pair in headers for part in pair]
        block = (len(pairs) // 2).to_bytes(4, "big") + b"".join(len(one).to_bytes(4, "big") + one for one in pairs)
        packed = self._deflate.compress(block) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return control(Kind.SYN_STREAM, stream.to_bytes(4, "big") + bytes(6) + packed)


def control(kind: Kind, body: bytes) -> bytes:
    """Return a control frame without flags."""
    head = (_CONTROL << 8 | _VERSION).to_bytes(2, "big") + kind.to_bytes(2, "big")
    return head + b"\0" + len(body).to_bytes(3, "big") + body


def data(stream: int, payload: bytes, *, last: bool = False) -> bytes:
    """Return bytes of a stream; with `last` it carries no more from this side."""
    return stream.to_bytes(4, "big") + bytes([_FIN * last]) + len(payload).to_bytes(3, "big") + payload


def ping(number: int) -> bytes:
    """Return a ping; one of a client has an odd number, one that answers the number it answers."""
    return control(Kind.PING, number.to_bytes(4, "big"))


def goaway() -> bytes:
    """Return that no more streams will be taken, and that nothing went wrong."""
    return control(Kind.GOAWAY, bytes(8))


def _frame(head: bytes, body: bytes) -> Data | Control | None:
    """Return a frame, None for one of a kind that is of no use here."""
    last = bool(head[4] & _FIN)
    if not head[0] & _CONTROL:
        return Data(int.from_bytes(head[:4], "big"), body, last)
    if int.from_bytes(head[:2], "big") & 0x7FFF != _VERSION:
        raise BrokenFrames("a frame is of another version of SPDY")
    try:
        kind = Kind(int.from_bytes(head[2:4], "big"))
    except ValueError:
        return None
    if len(body) < 4:
        raise BrokenFrames(f"a frame of SPDY has {len(body)} bytes")
    return Control(kind, int.from_bytes(body[:4], "big") & (0xFFFFFFFF if kind is Kind.PING else 0x7FFFFFFF), last)
