"""An answer that is read as it comes, and ended from any thread."""

import socket
import threading

import urllib3
from urllib3 import BaseHTTPResponse
from urllib3.util.ssltransport import SSLTransport

from state.cluster.broken import sentence
from state.cluster.errors import Unreachable

_CHUNK = 64 * 1024


class HttpStream:
    """An answer that is read as it comes (a `Stream`)."""

    def __init__(self, response: BaseHTTPResponse, url: str) -> None:
        self.status = response.status
        self._response = response
        self._url = url
        self._lock = threading.Lock()
        self._reading = False
        self._ended = False

    def read(self) -> bytes:
        """Return the next bytes, `b""` at the end or after `shutdown`. Raises Unreachable."""
        with self._lock:
            if self._ended:
                return b""
            self._reading = True
        data = b""
        try:
            data = self._response.read1(_CHUNK, decode_content=True)
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
            # The last two: what a response says that was ended under its reader.
            if not self._ended:
                raise Unreachable(sentence(error, self._url)) from None
        finally:
            with self._lock:
                self._reading = False
                over = self._ended or not data
                self._ended = over
            if over:
                end(self._response)
        return data

    def shutdown(self) -> None:
        """End it from any thread, at once."""
        with self._lock:
            over, self._ended = self._ended, True
            if over:
                return
            if self._reading:
                # Closing would wait for the reader; this wakes it, and it closes.
                try:
                    _wake(self._response)
                except (ValueError, RuntimeError, OSError):
                    pass
                return
        end(self._response)


def end(response: BaseHTTPResponse) -> None:
    """Give the connection back when the answer was read to its end, close it when not."""
    whole = getattr(response, "isclosed", lambda: False)()
    response.release_conn() if whole else response.close()


def _wake(response: BaseHTTPResponse) -> None:
    """Let whoever waits for more of an answer go on. Raises OSError, ValueError or RuntimeError where there is nobody.

    TLS inside of TLS, as to a proxy that is reached by https, is ended at its outer connection.
    """
    inner = getattr(response.connection, "sock", None)
    if isinstance(inner, SSLTransport):
        socket.socket.shutdown(inner.socket, socket.SHUT_RDWR)
    else:
        response.shutdown()
