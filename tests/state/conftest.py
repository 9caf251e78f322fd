"""A real HTTP server on loopback whose answers a test writes."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest


@dataclass
class Request:
    """What came in. `form` is a urlencoded body."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Written:
    """What goes out. A body that is no bytes is written as JSON; `hang` answers nothing until the test ends."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    drip: bool = False


class ScriptedServer:
    """Answers each request with what `answer` returns and remembers it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Written] = lambda request: Written(b"", 404)
        self.over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self) -> None:
                split = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(
                    self.command,
                    split.path,
                    parse_qsl(split.query),
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(length),
                )
                server.requests.append(request)
                written = server.answer(request)
                if written.hang:
                    server.over.wait()
                    self.close_connection = True
                    return
                body = written.body if isinstance(written.body, bytes) else json.dumps(written.body).encode()
                # Not send_response, which adds a Date of its own.
                self.send_response_only(written.status)
                for name, value in {"Content-Type": "application/json", **written.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if written.drip:
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        if server.over.wait(0.02):
                            return
                else:
                    self.wfile.write(body)

            do_GET = do_POST = do_DELETE = respond  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except (ConnectionError, ssl.SSLError):
                    pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def encrypt(self, certificate: Path, key: Path) -> None:
        """Speak TLS from now on. A handshake that fails only ends its own connection."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = self.url.replace("http:", "https:")

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    """A server that answers 404 until the test sets `scripted.answer`."""
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def written() -> type[Written]:
    """The class of answers."""
    return Written
