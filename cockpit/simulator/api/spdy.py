"""The server's side of SPDY/3.1 as far as Kubernetes uses it: streams with headers, no flow control, no socket.

Frames and the dictionary of header blocks are those of the SPDY Protocol, Draft 3.1.
"""

import zlib
from dataclasses import dataclass, field
from enum import IntEnum

VERSION = 3
FIN = 0x01
LONGEST = 16 * 1024 * 1024


class Type(IntEnum):
    """The control frames."""

    SYN_STREAM = 1
    SYN_REPLY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PING = 6
    GOAWAY = 7
    HEADERS = 8
    WINDOW_UPDATE = 9


class BrokenSpdy(ValueError):
    """What came is no SPDY."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The client began a stream."""

    stream: int
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes of a stream; `last` when it sends no more."""

    stream: int
    payload: bytes
    last: bool


@dataclass(frozen=True, slots=True)
class Reset:
    """The client gave a stream up."""

    stream: int


@dataclass(frozen=True, slots=True)
class Ping:
    """To be answered with the same id."""

    id: bytes


Event = Opened | Data | Reset | Ping

_WORDS = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
    "authorization cache-control connection content-base content-encoding content-language content-length "
    "content-location content-md5 content-range content-type date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
    "user-agent vary via warning www-authenticate method get status"
)
_MORE_WORDS = ("200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin")
_REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden"
    "404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug "
    "Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,"
    "application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset="
    "utf-8charset=iso-8859-1,utf-,*,enq=0."
)
DICTIONARY = (
    b"".join(len(word).to_bytes(4, "big") + word.encode() for word in (*_WORDS.split(), *_MORE_WORDS)) + _REST.encode()
)
"""What header blocks are compressed with, known to both sides."""


@dataclass(slots=True)
class Spdy:
    """Takes a client's bytes apart and puts the server's together."""

    _held: bytearray = field(default_factory=bytearray)
    _inflate: "zlib._Decompress" = field(default_factory=lambda: zlib.decompressobj(zdict=DICTIONARY))
    _deflate: "zlib._Compress" = field(default_factory=lambda: zlib.compressobj(6, zdict=DICTIONARY))

    def feed(self, data: bytes) -> list[Event]:
        """Take the next bytes; return what is whole by now. Raises BrokenSpdy."""
        self._held += data
        found: list[Event] = []
        while len(self._held) >= 8:
            size = int.from_bytes(self._held[5:8], "big")
            if size > LONGEST:
                raise BrokenSpdy(f"a frame has {size} bytes")
            if len(self._held) < 8 + size:
                break
            head, body = bytes(self._held[:5]), bytes(self._held[8 : 8 + size])
            del self._held[: 8 + size]
            event = self._event(head, body)
            if event is not None:
                found.append(event)
        return found

    def _event(self, head: bytes, body: bytes) -> Event | None:
        if not head[0] & 0x80:
            return Data(int.from_bytes(head[:4], "big"), body, bool(head[4] & FIN))
        if int.from_bytes(head[:2], "big") & 0x7FFF != VERSION:
            raise BrokenSpdy("another version of SPDY")
        match int.from_bytes(head[2:4], "big"):
            case Type.SYN_STREAM:
                return Opened(_stream(body), self._headers(body[10:]))
            case Type.SYN_REPLY | Type.HEADERS:
                self._headers(body[4:])
                return None
            case Type.RST_STREAM:
                return Reset(_stream(body))
            case Type.PING:
                return Ping(body[:4])
            case _:
                return None

    def reply(self, stream: int) -> bytes:
        """Return the frame that accepts a stream."""
        block = self._deflate.compress((0).to_bytes(4, "big")) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return control(Type.SYN_REPLY, stream.to_bytes(4, "big") + block)

    def _headers(self, block: bytes) -> dict[str, str]:
        try:
            plain = self._inflate.decompress(block)
        except zlib.error as error:
            raise BrokenSpdy("a header block cannot be read") from error
        place, found = 4, {}
        for _ in range(int.from_bytes(plain[:4], "big")):
            parts = []
            for _ in range(2):
                size = int.from_bytes(plain[place : place + 4], "big")
                parts.append(plain[place + 4 : place + 4 + size].decode("latin-1"))
                place += 4 + size
            found[parts[0].lower()] = parts[1]
        return found


def control(kind: Type, body: bytes, flags: int = 0) -> bytes:
    """Return a control frame."""
    return (
        (0x8000 | VERSION).to_bytes(2, "big")
        + kind.to_bytes(2, "big")
        + bytes([flags])
        + len(body).to_bytes(3, "big")
        + body
    )


def data(stream: int, payload: bytes, *, last: bool = False) -> bytes:
    """Return a data frame."""
    return stream.to_bytes(4, "big") + bytes([FIN if last else 0]) + len(payload).to_bytes(3, "big") + payload


def _stream(body: bytes) -> int:
    return int.from_bytes(body[:4], "big") & 0x7FFFFFFF
