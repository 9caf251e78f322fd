"""A small API server on loopback, its certificates, and proxies, for tests of the way to a cluster."""

import contextlib
import http.server
import json
import select
import socket
import socketserver
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from state.cluster.target import Certificate, Server, Target, User


@dataclass
class Pki:
    folder: Path

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    @property
    def authority(self):
        return self.bytes_of("ca.crt")

    @property
    def client(self):
        return Certificate(self.bytes_of("client.crt"), self.bytes_of("client.key"))


@pytest.fixture(scope="session")
def pki(tmp_path_factory, openssl):
    """An authority, a server certificate for 127.0.0.1 and `api.example`, and a client certificate."""
    folder = tmp_path_factory.mktemp("pki")

    def run(*args):
        subprocess.run([openssl, *args], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=ca", "-days", "2")
    signed = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    for name, subject in (("server", "/CN=server"), ("client", "/O=team/CN=ana")):
        run("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
        (folder / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1,DNS:api.example")
        run("x509", "-req", "-in", f"{name}.csr", *signed, "-out", f"{name}.crt", "-extfile", f"{name}.ext")
    return Pki(folder)


@dataclass
class Asked:
    method: str
    path: str
    headers: dict
    body: bytes
    connection: int
    peer: tuple


@dataclass
class ApiServer:
    """Answers with what `answer(asked)` returns: status, body or chunks of one (None breaks off), more headers.

    A body that is a function is given the connection, for what follows a switch of protocols.
    """

    url: str
    answer: object = None
    asked: list = field(default_factory=list)

    @property
    def port(self):
        return int(self.url.rpartition(":")[2])

    def target(self, user=None, **server):
        return Target("test", "", Server("test", self.url, **server), user or User("ana", token="s3cret"))


def _handler(api):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                self.command,
                self.path,
                {key: self.headers.get_all(key) for key in self.headers},
                self.rfile.read(length),
                id(self.connection),
                self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else (),
            )
            api.asked.append(asked)
            status, body, *more = api.answer(asked)
            extra = more[0] if more else {}
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            if callable(body):
                self.end_headers()
                self.wfile.flush()
                body(self.connection)
                self.close_connection = True
                return
            if isinstance(body, bytes):
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for chunk in body:
                if chunk is None:
                    self.close_connection = True
                    return
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.write(b"0\r\n\r\n")

        def do_POST(self):
            self.do_GET()

        def do_PATCH(self):
            self.do_GET()

        def log_message(self, *args):
            pass

    return Handler


class _Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        pass


@contextlib.contextmanager
def _serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def api_server():
    """Start API servers: `api_server(answer, tls=pki)`."""
    with contextlib.ExitStack() as stack:

        def start(answer, tls=None, want_certificate=False):
            server = _Quiet(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
            if tls is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(tls.folder / "server.crt", tls.folder / "server.key")
                if want_certificate:
                    context.verify_mode = ssl.CERT_OPTIONAL
                    context.load_verify_locations(tls.folder / "ca.crt")
                server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            scheme = "http" if tls is None else "https"
            api = ApiServer(f"{scheme}://127.0.0.1:{server.server_address[1]}", answer)
            server.RequestHandlerClass = _handler(api)
            stack.enter_context(_serving(server))
            return api

        yield start


class _Relay(socketserver.BaseRequestHandler):
    """Base of both proxies: connects and passes bytes on, whatever name it was asked for."""

    def relay(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as onward:
            pair = {self.request: onward, onward: self.request}
            while True:
                ready, _, _ = select.select(list(pair), [], [], 10)
                for one in ready:
                    more = True
                    while more:
                        data = one.recv(65536)
                        if not data:
                            return
                        pair[one].sendall(data)
                        more = isinstance(one, ssl.SSLSocket) and one.pending()
                if not ready:
                    return


class _Connect(_Relay):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(4096)
        self.server.seen.append(head.decode())
        self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.relay(int(head.split()[1].rpartition(b":")[2]))


class _Socks5(_Relay):
    def handle(self):
        version, count = self.request.recv(2)
        self.request.recv(count)
        self.request.sendall(b"\x05\x00")
        _, _, _, kind = self.request.recv(4)
        if kind == 3:
            name = self.request.recv(self.request.recv(1)[0]).decode()
        else:
            name = socket.inet_ntoa(self.request.recv(4))
        port = int.from_bytes(self.request.recv(2), "big")
        self.server.seen.append(f"socks{version} {name}:{port}")
        self.request.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        self.relay(port)


class _ProxyServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@pytest.fixture
def proxy_server():
    """Start proxies that lead everywhere to loopback: `proxy_server("http", "https" or "socks5")`."""
    with contextlib.ExitStack() as stack:

        def start(kind, tls=None):
            server = _ProxyServer(("127.0.0.1", 0), _Socks5 if kind == "socks5" else _Connect)
            if kind == "https":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(tls.folder / "server.crt", tls.folder / "server.key")
                server.socket = context.wrap_socket(server.socket, server_side=True)
            server.seen = []
            stack.enter_context(_serving(server))
            server.address = f"127.0.0.1:{server.server_address[1]}"
            return server

        yield start


@pytest.fixture
def plugin(tmp_path):
    """Make a credential plugin: `plugin(**what it does)` returns its command; it counts its runs in `runs`."""

    class Plugin:
        command = tmp_path / "plugin"
        wanted = tmp_path / "wanted.json"
        runs = tmp_path / "runs"

        def says(self, status=None, fail=None, code=1, wait="", raw=None, api="client.authentication.k8s.io/v1"):
            self.wanted.write_text(
                json.dumps({"status": status, "fail": fail, "code": code, "wait": wait, "raw": raw, "api": api})
            )

        @property
        def ran(self):
            return len(self.runs.read_text().splitlines()) if self.runs.exists() else 0

        def infos(self):
            return [json.loads(line) for line in self.runs.read_text().splitlines()]

    made = Plugin()
    made.command.write_text(
        "#!/usr/bin/env python3\n"
        "import json, os, sys, time\n"
        f"w = json.load(open({str(made.wanted)!r}))\n"
        "seen = {'info': json.loads(os.environ['KUBERNETES_EXEC_INFO']), 'args': sys.argv[1:],\n"
        "        'input': sys.stdin.read(), 'session': os.getsid(0) == os.getpid(), 'env': os.environ.get('EXTRA')}\n"
        f"open({str(made.runs)!r}, 'a').write(json.dumps(seen) + chr(10))\n"
        "while w['wait'] and not os.path.exists(w['wait']): time.sleep(0.01)\n"
        "if w['fail'] is not None: sys.stderr.write(w['fail']); sys.exit(w['code'])\n"
        "print(w['raw'] if w['raw'] is not None else json.dumps(\n"
        "    {'apiVersion': w['api'], 'kind': 'ExecCredential', 'status': w['status']}))\n"
    )
    made.command.chmod(0o755)
    return made
