"""From a request to open streams: over a WebSocket, or where that is refused over SPDY, in kubectl's order.

A WebSocket is asked for with a GET, so the server wants the right to `get` a pod's `exec`, newer ones the right to
`create` it besides; SPDY is asked for with a POST, for which `create` is enough. Some proxies know but one of them.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import urllib3
from urllib3 import BaseHTTPResponse
from urllib3.util.ssltransport import SSLTransport

from state.cluster.broken import sentence
from state.cluster.conversation import Conversation
from state.cluster.errors import ApiError, ClusterError, Unreachable
from state.cluster.inner_tls import InnerTls
from state.cluster.reflector import status_error
from state.cluster.spdy import SPDY, VERSION_HEADER, Spdy
from state.cluster.streams import Streams
from state.cluster.transport import Answer, Request
from state.cluster.websocket import WebSocket, accepted, handshake

Ask = Callable[[Request, float | None, Iterable[tuple[str, str]]], BaseHTTPResponse]
"""Sends a signed-in request, with a time limit in seconds for the answer's head and with headers."""
_FINAL = (404, 429)
"""Answers that are the same for every way of asking."""


def converse(ask: Ask, request: Request, streams: Streams, url: str) -> Conversation:
    """Return the open streams of a request. Raises ApiError for a refusal, Unreachable, SignInFailed."""
    try:
        return _over_websocket(ask, request, streams, url)
    except ApiError as refusal:
        if refusal.status in _FINAL:
            raise
        try:
            return _over_spdy(ask, request, streams, url)
        except ClusterError as error:
            # Who may not do it is told so by both, and by the second in the words that kubectl shows.
            raise (error if isinstance(error, ApiError) else refusal) from None


def _over_websocket(ask: Ask, request: Request, streams: Streams, url: str) -> Conversation:
    key, headers = handshake(streams.protocols)
    with _Upgrading(ask(request, request.read_timeout, headers), url, "a WebSocket") as upgrading:
        headers_of = upgrading.response.headers
        if headers_of.get("Sec-WebSocket-Accept") != accepted(key):
            raise Unreachable(f"{url} does not answer as a WebSocket server does")
        chosen = headers_of.get("Sec-WebSocket-Protocol", "")
        if chosen not in streams.protocols:
            raise ApiError(101, "", f"{url} speaks none of {', '.join(streams.protocols)}")
        connection, early, words, end = upgrading.taken_over()
        return WebSocket(connection, early, chosen, words, end)


def _over_spdy(ask: Ask, request: Request, streams: Streams, url: str) -> Conversation:
    headers = [("Connection", "Upgrade"), ("Upgrade", SPDY), (VERSION_HEADER, streams.spdy)]
    asked = replace(request, method="POST")
    with _Upgrading(ask(asked, request.read_timeout, headers), url, SPDY) as upgrading:
        connection, early, words, end = upgrading.taken_over()
        return Spdy(connection, early, streams.opened, words, end)


class _Upgrading:
    """The answer to a request to switch; closed unless its connection was taken over."""

    def __init__(self, response: BaseHTTPResponse, url: str, wanted: str) -> None:
        self.response = response
        self._url = url
        self._wanted = wanted

    def __enter__(self) -> "_Upgrading":
        response = self.response
        if response.status == 101:
            return self
        try:
            answer = Answer(response.status, response.read(decode_content=True))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(sentence(error, self._url)) from None
        finally:
            response.close()
        words = f"the server did not switch to {self._wanted} (status {answer.status})"
        raise status_error(answer) or ApiError(answer.status, "", words)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        self.response.close()
        if isinstance(error, urllib3.exceptions.HTTPError | OSError):
            raise Unreachable(sentence(error, self._url)) from None

    def taken_over(self) -> tuple[socket.socket | InnerTls, bytes, Callable[[BaseException], str], Callable[[], None]]:
        """Return the connection, what came with the answer's head, what words a failure, and what hangs up."""
        opened = getattr(self.response.connection, "sock", None)
        connection = InnerTls(opened) if isinstance(opened, SSLTransport) else opened
        assert isinstance(connection, socket.socket | InnerTls)
        connection.setblocking(False)
        return connection, _early(self.response), partial(sentence, url=self._url), partial(_hang_up, self.response)


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
