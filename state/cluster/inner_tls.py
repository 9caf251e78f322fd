"""TLS to an API server inside of TLS to a proxy, read and written without waiting.

The connection that urllib3 made waits for the other side in the middle of a piece, and loses what was half sent when
it may not. Here what is half sent is kept.
"""

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib3.util.ssltransport import SSLTransport

_CHUNK = 64 * 1024
_RECORD = 16 * 1024
_MOST_UNSENT = 256 * 1024


class InnerTls:
    """Goes on with a connection that urllib3 has opened. Belongs to one thread."""

    def __init__(self, opened: "SSLTransport") -> None:
        self._outer = opened.socket
        self._inner = opened.sslobj
        self._incoming, self._outgoing = opened.incoming, opened.outgoing
        self._unsent = bytearray()

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._outer.fileno()

    def setblocking(self, blocking: bool) -> None:
        self._outer.setblocking(blocking)

    @property
    def unsent(self) -> int:
        """Bytes that were taken and wait to be sent; `flush` sends them."""
        return len(self._unsent)

    def pending(self) -> int:
        """Return how many bytes are held here that waiting on the descriptor would not tell of."""
        held = getattr(self._outer, "pending", None)
        return self._inner.pending() + self._incoming.pending + (held() if held is not None else 0)

    def send(self, data: memoryview) -> int:
        """Take some of `data`; return how much. Raises BlockingIOError while too much waits, OSError."""
        self.flush()
        if len(self._unsent) >= _MOST_UNSENT:
            raise BlockingIOError
        taken = self._inner.write(data[:_RECORD])
        self.flush()
        return taken

    def flush(self) -> None:
        """Send what the connection takes right now. Raises OSError."""
        self._unsent += self._outgoing.read()
        try:
            while self._unsent:
                del self._unsent[: self._outer.send(self._unsent)]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return

    def recv(self, size: int) -> bytes:
        """Return what is there, `b""` at the end. Raises BlockingIOError or a kin of it for now, OSError."""
        while True:
            try:
                return self._inner.read(size)
            except ssl.SSLWantReadError:
                self.flush()
            except ssl.SSLError as error:
                if isinstance(error, ssl.SSLZeroReturnError | ssl.SSLEOFError):
                    return b""
                raise
            data = self._outer.recv(_CHUNK)
            if data:
                self._incoming.write(data)
            else:
                self._incoming.write_eof()
