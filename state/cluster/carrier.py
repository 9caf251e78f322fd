"""Carrying requests over urllib3: raw bytes, signed in, with errors as one sentence."""

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, Timeout

from state.cluster.broken import sentence
from state.cluster.credentials import Credential, Credentials
from state.cluster.errors import ApiError, ConfigError, SignInFailed, Unauthorized, Unreachable
from state.cluster.reflector import status_error
from state.cluster.target import Certificate
from state.cluster.transport import Answer, Request
from state.cluster.websocket import WebSocket, accepted, handshake

CONNECT_SECONDS = 5.0
HEAD_SECONDS = 30.0
"""How long the head of a watch's answer may take; its body may be quiet for ever."""
_CHUNK = 64 * 1024
# The pool says so whenever more watches end at once than it keeps connections.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


class Carrier:
    """A signed-in way to one API server (a `Transport`)."""

    def __init__(
        self,
        url: str,
        user: str,
        credentials: Credentials,
        pool: Callable[[Certificate | None], PoolManager],
        headers: Iterable[tuple[str, str]],
        *,
        compressed: bool,
    ) -> None:
        """`pool` makes the connections for a client certificate; `compressed` asks for gzip where that pays."""
        self._url = url
        self._user = user
        self._credentials = credentials
        self._make_pool = pool
        self._headers = tuple(headers)
        self._compressed = compressed
        self._lock = threading.Lock()
        self._pool: tuple[Certificate | None, PoolManager] | None = None

    @property
    def credentials(self) -> Credentials:
        """The user's credentials."""
        return self._credentials

    def call(self, request: Request) -> Answer:
        """Return the whole answer. Raises Unreachable, SignInFailed, or Unauthorized for a 401."""
        response = self._signed_in(request, request.read_timeout)
        try:
            body = response.read(decode_content=True)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(sentence(error, self._url)) from None
        finally:
            _end(response)
        headers = response.headers
        return Answer(
            response.status, body, headers.get("ETag", ""), headers.get("Content-Type", ""), headers.get("Date", "")
        )

    def open(self, request: Request) -> "HttpStream":
        """Return the answer once its head is there. Raises as `call`."""
        head = HEAD_SECONDS if request.read_timeout is None else request.read_timeout
        response = self._signed_in(request, head)
        connection = response.connection
        socket = getattr(connection, "sock", None)
        if socket is not None:
            socket.settimeout(request.read_timeout)
        return HttpStream(response, self._url)

    def upgrade(self, request: Request, protocols: Sequence[str]) -> WebSocket:
        """Return a WebSocket that speaks one of these protocols. Raises ApiError for a refusal, else as `call`."""
        key, headers = handshake(protocols)
        response = self._signed_in(request, request.read_timeout, headers)
        try:
            if response.status != 101:
                answer = Answer(response.status, response.read(decode_content=True))
                raise status_error(answer) or ApiError(answer.status, "", "the server did not switch to a WebSocket")
            if response.headers.get("Sec-WebSocket-Accept") != accepted(key):
                raise Unreachable(f"{self._url} does not answer as a WebSocket server does")
            chosen = response.headers.get("Sec-WebSocket-Protocol", "")
            if chosen not in protocols:
                raise Unreachable(f"{self._url} speaks none of {', '.join(protocols)}")
            connection = getattr(response.connection, "sock", None)
            if not isinstance(connection, socket.socket):
                raise Unreachable(f"{self._url}: streams cannot go through a proxy that is reached by https")
            connection.setblocking(False)
            return WebSocket(
                connection, _early(response), chosen, partial(sentence, url=self._url), partial(_hang_up, response)
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            response.close()
            raise Unreachable(sentence(error, self._url)) from None
        except BaseException:
            response.close()
            raise

    def close(self) -> None:
        """Let idle connections go; those in use end by themselves."""
        with self._lock:
            if self._pool is not None:
                self._pool[1].clear()

    def _signed_in(
        self, request: Request, seconds: float | None, more: Iterable[tuple[str, str]] = ()
    ) -> BaseHTTPResponse:
        credential = self._credentials.current()
        response = self._send(request, credential, seconds, more)
        if response.status != 401:
            return response
        _end(response)
        renewed = self._credentials.renew(credential)
        if renewed is not None:
            response = self._send(request, renewed, seconds, more)
            if response.status != 401:
                return response
            _end(response)
        if not credential.authorization and credential.certificate is None:
            raise Unauthorized(f"sign-in failed: {self._user} has no credentials and the server wants some (401)")
        raise Unauthorized(f"sign-in failed: the server does not accept the credentials of {self._user} (401)")

    def _send(
        self, request: Request, credential: Credential, seconds: float | None, more: Iterable[tuple[str, str]]
    ) -> BaseHTTPResponse:
        query = f"?{urlencode(request.query)}" if request.query else ""
        headers = HTTPHeaderDict(self._headers)
        headers.extend(more)
        headers.extend(request.headers)
        headers["Accept"] = request.accept
        if credential.authorization:
            headers["Authorization"] = credential.authorization
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        if self._compressed and request.method == "GET" and request.read_timeout is not None:
            headers["Accept-Encoding"] = "gzip"
        connect = min(CONNECT_SECONDS, seconds or CONNECT_SECONDS)
        pool = self._connections(credential.certificate)
        attempts = 2 if request.method == "GET" else 1
        while True:
            attempts -= 1
            try:
                response = pool.request(
                    request.method,
                    f"{self._url}{request.path}{query}",
                    body=request.body,
                    headers=headers,
                    timeout=Timeout(connect=connect, read=seconds),
                    preload_content=False,
                    redirect=False,
                    retries=False,
                )
            except urllib3.exceptions.ProtocolError as error:
                # A kept connection that the server closed just now; asking again is safe for a GET.
                if not attempts:
                    raise Unreachable(sentence(error, self._url)) from None
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise Unreachable(sentence(error, self._url)) from None
            except ValueError:
                # http.client quotes the header it refuses, and that is the token.
                raise SignInFailed(
                    f"sign-in failed: the credentials of {self._user} hold characters that cannot be sent"
                ) from None
            else:
                break
        if 300 <= response.status < 400 and not (response.status == 304 and request.etag):
            _end(response)
            raise Unreachable(f"{self._url} answers with a redirect: this is no Kubernetes API server")
        return response

    def _connections(self, certificate: Certificate | None) -> PoolManager:
        with self._lock:
            if self._pool is None or self._pool[0] != certificate:
                before = self._pool
                try:
                    self._pool = (certificate, self._make_pool(certificate))
                except ConfigError as error:
                    # A kubeconfig's certificate was looked at before; this one came from a plugin.
                    raise SignInFailed(f"sign-in failed: {error}") from None
                if before is not None:
                    before[1].clear()
            return self._pool[1]


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
                _end(self._response)
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
                    self._response.shutdown()
                except (ValueError, RuntimeError, OSError):
                    pass
                return
        _end(self._response)


def _end(response: BaseHTTPResponse) -> None:
    """Give the connection back when the answer was read to its end, close it when not."""
    whole = getattr(response, "isclosed", lambda: False)()
    response.release_conn() if whole else response.close()


def _early(response: BaseHTTPResponse) -> bytes:
    """Return what was read beyond the head of an answer that is followed by frames."""
    file = _http_response(response).fp
    try:
        return bytes(file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return b""


def _hang_up(response: BaseHTTPResponse) -> None:
    """Close the connection under an answer; its own `close` would read to an end that never comes."""
    connection = response.connection
    response.close()
    if connection is not None:
        connection.close()


def _http_response(response: BaseHTTPResponse) -> Any:
    """The standard library's answer under that of urllib3."""
    return response._fp  # type: ignore[attr-defined]
