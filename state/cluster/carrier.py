"""Carrying requests over urllib3: raw bytes, signed in, with errors as one sentence."""

import logging
import threading
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

import urllib3
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, Timeout

from state.cluster.broken import sentence
from state.cluster.conversation import Conversation
from state.cluster.credentials import Credential, Credentials
from state.cluster.errors import ConfigError, SignInFailed, Unauthorized, Unreachable
from state.cluster.http_stream import HttpStream, end
from state.cluster.streams import Streams
from state.cluster.target import Certificate
from state.cluster.transport import Answer, Request
from state.cluster.upgrading import converse

CONNECT_SECONDS = 5.0
HEAD_SECONDS = 30.0
"""How long the head of a watch's answer may take; its body may be quiet for ever."""
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
            end(response)
        headers = response.headers
        return Answer(
            response.status, body, headers.get("ETag", ""), headers.get("Content-Type", ""), headers.get("Date", "")
        )

    def open(self, request: Request) -> HttpStream:
        """Return the answer once its head is there. Raises as `call`."""
        head = HEAD_SECONDS if request.read_timeout is None else request.read_timeout
        response = self._signed_in(request, head)
        connection = response.connection
        socket = getattr(connection, "sock", None)
        if socket is not None:
            socket.settimeout(request.read_timeout)
        return HttpStream(response, self._url)

    def upgrade(self, request: Request, streams: Streams) -> Conversation:
        """Return the open streams of a process or a port. Raises ApiError for a refusal, else as `call`."""
        return converse(self._signed_in, request, streams, self._url)

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
        end(response)
        renewed = self._credentials.renew(credential)
        if renewed is not None:
            response = self._send(request, renewed, seconds, more)
            if response.status != 401:
                return response
            end(response)
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
            end(response)
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
