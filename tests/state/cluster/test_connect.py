import gc
import ssl
import threading
import warnings
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from state.cluster import connect
from state.cluster.credentials import SignIns
from state.cluster.errors import ConfigError, SignInFailed, Unauthorized, Unreachable
from state.cluster.target import Certificate, ExecPlugin, Impersonation, User
from state.cluster.transport import Request

ENVIRON = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def transport():
    made = []

    def start(target, environ=ENVIRON):
        made.append(connect.connect(target, SignIns(environ), environ))
        return made[-1]

    yield start
    for one in made:
        one.close()


def ok(asked):
    return 200, b"{}"


def test_a_request_goes_out_as_it_was_asked(api_server, transport):
    api = api_server(ok)
    answer = transport(api.target()).call(
        Request(
            "/api/v1/pods",
            (("labelSelector", "a in (b, ü)"), ("limit", "5")),
            "PATCH",
            b"[]",
            "application/json-patch+json",
        )
    )
    assert (answer.status, answer.body) == (200, b"{}")
    (asked,) = api.asked
    parts = urlsplit(asked.path)
    assert (asked.method, parts.path, asked.body) == ("PATCH", "/api/v1/pods", b"[]")
    assert parse_qsl(parts.query) == [("labelSelector", "a in (b, ü)"), ("limit", "5")]
    assert asked.headers["Authorization"] == ["Bearer s3cret"]
    assert asked.headers["Content-Type"] == ["application/json-patch+json"]
    assert asked.headers["Accept"] == ["application/json"]
    assert asked.headers["User-Agent"] == [connect.USER_AGENT]


def test_a_servers_path_prefix_is_kept(api_server, transport):
    api = api_server(ok)
    target = api.target()
    transport(replace(target, server=replace(target.server, url=f"{api.url}/k8s/c-1"))).call(Request("/version"))
    assert api.asked[0].path == "/k8s/c-1/version"


def test_calls_share_one_connection(api_server, transport):
    api = api_server(ok)
    way = transport(api.target())
    for _ in range(3):
        way.call(Request("/version"))
    assert len({asked.connection for asked in api.asked}) == 1


def test_whatever_status_comes_is_an_answer(api_server, transport):
    api = api_server(lambda asked: (int(asked.path[1:]), b"x"))
    way = transport(api.target())
    assert [way.call(Request(f"/{status}")).status for status in (403, 404, 409, 410, 429, 500)] == [
        403, 404, 409, 410, 429, 500,
    ]  # fmt: skip


def test_impersonation_is_in_every_request(api_server, transport):
    api = api_server(ok)
    who = Impersonation("root", ("a", "b"), "7", (("Example.com/Why", ("x", "y")),))
    transport(api.target(User("ana", token="t", impersonation=who))).call(Request("/version"))
    headers = api.asked[0].headers
    assert headers["Impersonate-User"] == ["root"]
    assert headers["Impersonate-Group"] == ["a", "b"]
    assert headers["Impersonate-Uid"] == ["7"]
    assert headers["Impersonate-Extra-example.com%2Fwhy"] == ["x", "y"]


# --- TLS ---


def test_the_clusters_authority_is_trusted_whatever_the_environment_names(api_server, transport, pki, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "/nowhere/bundle.pem")
    api = api_server(ok, tls=pki)
    assert transport(api.target(authority=pki.authority)).call(Request("/version")).status == 200


def test_an_unknown_authority_is_said(api_server, transport, pki):
    api = api_server(ok, tls=pki)
    with pytest.raises(Unreachable, match=rf"the certificate of 127.0.0.1:{api.port} is not trusted: .*local issuer"):
        transport(api.target()).call(Request("/version"))
    assert api.asked == []


def test_without_an_authority_the_systems_is_trusted(api_server, transport, pki, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(pki.folder / "ca.crt"))
    api = api_server(ok, tls=pki)
    assert transport(api.target()).call(Request("/version")).status == 200


def test_verification_can_be_skipped(api_server, transport, pki):
    api = api_server(ok, tls=pki)
    assert transport(api.target(insecure=True)).call(Request("/version")).status == 200


def test_another_name_can_be_verified(api_server, transport, pki):
    api = api_server(ok, tls=pki)
    trusted = api.target(authority=pki.authority, tls_server_name="api.example")
    assert transport(trusted).call(Request("/version")).status == 200
    wrong = api.target(authority=pki.authority, tls_server_name="other.example")
    with pytest.raises(Unreachable, match=r"not trusted: Hostname mismatch.*other.example"):
        transport(wrong).call(Request("/version"))


def test_a_client_certificate_is_shown(api_server, transport, pki):
    api = api_server(ok, tls=pki, want_certificate=True)
    user = User("ana", certificate=pki.client)
    transport(api.target(user, authority=pki.authority)).call(Request("/version"))
    assert (("commonName", "ana"),) in api.asked[0].peer["subject"]


def test_a_plugins_certificate_is_shown_and_replaced(api_server, transport, pki, plugin):
    def credential(name):
        return {
            "clientCertificateData": pki.bytes_of(f"{name}.crt").decode(),
            "clientKeyData": pki.bytes_of(f"{name}.key").decode(),
        }

    def answer(asked):
        plugin.says(credential("client"))
        return (200 if (("commonName", "ana"),) in asked.peer["subject"] else 401), b"{}"

    api = api_server(answer, tls=pki, want_certificate=True)
    plugin.says(credential("server"))
    user = User("ana", plugin=ExecPlugin(str(plugin.command)))
    assert transport(api.target(user, authority=pki.authority)).call(Request("/version")).status == 200
    assert [dict(pair[0] for pair in asked.peer["subject"])["commonName"] for asked in api.asked] == ["server", "ana"]


def test_a_plugins_certificate_that_is_none_is_a_failed_sign_in(api_server, transport, pki, plugin):
    api = api_server(ok, tls=pki)
    plugin.says({"clientCertificateData": "s3cret", "clientKeyData": "s3cret"})
    user = User("ana", plugin=ExecPlugin(str(plugin.command)))
    with pytest.raises(SignInFailed, match=r"^sign-in failed: the client certificate .* cannot be used") as caught:
        transport(api.target(user, authority=pki.authority)).call(Request("/version"))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"authority": b"no pem"}, "the certificate authority of cluster 'test' holds no PEM certificates"),
        ({"authority": "ü".encode()}, "holds no PEM certificates"),
        ({"url": "ftp://x"}, "is no URL: 'ftp://x'"),
        ({"url": "https://"}, "is no URL"),
        ({"proxy": "gopher://x"}, "the proxy for cluster 'test' cannot be used"),
    ],
)
def test_what_cannot_be_used_is_said_at_once(api_server, pki, part, said):
    target = api_server(ok, tls=pki).target()
    with pytest.raises(ConfigError, match=said):
        connect.connect(replace(target, server=replace(target.server, **part)), SignIns({}), {})


def test_a_key_that_does_not_fit_is_said(api_server, pki):
    wrong = Certificate(pki.client.chain, pki.bytes_of("server.key"))
    with pytest.raises(
        ConfigError, match="the client certificate for cluster 'test' cannot be used: key values mismatch"
    ):
        connect.connect(api_server(ok, tls=pki).target(User("a", certificate=wrong)), SignIns({}), {})


def test_one_tls_context_serves_all_connections(pki, api_server, transport, monkeypatch):
    made = []
    real = connect.tls_context
    monkeypatch.setattr(connect, "tls_context", lambda *args: made.append(real(*args)) or made[-1])
    api = api_server(lambda asked: (200, iter([b"x"])), tls=pki)
    way = transport(api.target(authority=pki.authority))
    before = len(made)
    streams = [way.open(Request("/api")) for _ in range(4)]
    for stream in streams:
        assert stream.read() == b"x"
        stream.shutdown()
    assert len({asked.connection for asked in api.asked}) == 4
    assert len(made) - before == 1


# --- signing in ---


def test_refused_credentials_are_renewed_once(api_server, transport, plugin):
    plugin.says({"token": "old"})

    def answer(asked):
        if asked.headers["Authorization"] != ["Bearer new"]:
            plugin.says({"token": "new"})
            return 401, b"{}"
        return 200, b"{}"

    api = api_server(answer)
    way = transport(api.target(User("ana", plugin=ExecPlugin(str(plugin.command)))))
    assert way.call(Request("/version")).status == 200
    assert way.call(Request("/version")).status == 200
    assert plugin.ran == 2


def test_credentials_that_stay_refused_are_a_failed_sign_in(api_server, transport, plugin):
    plugin.says({"token": "old"})
    api = api_server(lambda asked: (401, b"{}"))
    way = transport(api.target(User("ana", plugin=ExecPlugin(str(plugin.command)))))
    with pytest.raises(Unauthorized, match=r"^sign-in failed: the server does not accept .* of user 'ana' \(401\)$"):
        way.call(Request("/version"))
    with pytest.raises(Unauthorized):
        way.open(Request("/api", read_timeout=None))
    assert plugin.ran == 2


def test_a_user_without_credentials_is_told_so(api_server, transport):
    api = api_server(lambda asked: (401, b"{}"))
    with pytest.raises(Unauthorized, match=r"user 'ana' has no credentials and the server wants some \(401\)"):
        transport(api.target(User("ana"))).call(Request("/version"))
    assert "Authorization" not in api.asked[0].headers


def test_a_token_that_cannot_be_sent_is_not_quoted(api_server, transport):
    api = api_server(ok)
    with pytest.raises(SignInFailed, match="hold characters that cannot be sent") as caught:
        transport(api.target(User("ana", token="s3cret\r\nX: y"))).call(Request("/version"))
    assert "s3cret" not in str(caught.value)


def test_a_redirect_is_not_followed(api_server, transport):
    other = api_server(ok)
    api = api_server(lambda asked: (302, b"", {"Location": other.url}))
    with pytest.raises(Unreachable, match="no Kubernetes API server"):
        transport(api.target()).call(Request("/version"))
    assert other.asked == []


def test_an_answer_that_is_known_is_not_sent_again(api_server, transport):
    def answer(asked):
        known = asked.headers.get("If-None-Match") == ['"one"']
        return (304, b"", {"ETag": '"one"'}) if known else (200, b"{}", {"ETag": '"one"'})

    way = transport(api_server(answer).target())
    first = way.call(Request("/apis"))
    assert (first.status, first.body, first.etag) == (200, b"{}", '"one"')
    again = way.call(Request("/apis", etag=first.etag))
    assert (again.status, again.body, again.etag) == (304, b"", '"one"')


def test_not_modified_is_no_answer_to_who_knows_nothing(api_server, transport):
    with pytest.raises(Unreachable, match="no Kubernetes API server"):
        transport(api_server(lambda asked: (304, b"")).target()).call(Request("/apis"))


# --- proxies ---


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_leads_to_the_server_and_resolves_its_name(api_server, transport, proxy_server, pki, kind):
    api = api_server(ok, tls=pki)
    proxy = proxy_server(kind)
    target = api.target(authority=pki.authority, proxy=f"{kind}://{proxy.address}")
    named = replace(target, server=replace(target.server, url=f"https://api.example:{api.port}"))
    assert transport(named).call(Request("/version")).status == 200
    assert f"api.example:{api.port}" in proxy.seen[0]
    assert api.asked[0].path == "/version"


def test_a_proxys_password_is_sent_to_it(api_server, transport, proxy_server, pki):
    api = api_server(ok, tls=pki)
    proxy = proxy_server("http")
    target = api.target(authority=pki.authority, proxy=f"http://ana:p%40ss@{proxy.address}")
    transport(target).call(Request("/version"))
    assert "proxy-authorization: basic yw5honbac3m=" in proxy.seen[0].lower()


def test_the_environments_proxy_is_used_as_kubectl_would(api_server, transport, proxy_server, pki):
    api = api_server(ok, tls=pki)
    proxy = proxy_server("http")
    target = api.target(authority=pki.authority)
    environ = {**ENVIRON, "HTTPS_PROXY": f"http://{proxy.address}"}
    transport(target, environ).call(Request("/version"))
    assert proxy.seen == []
    named = replace(target, server=replace(target.server, url=f"https://api.example:{api.port}"))
    transport(named, environ).call(Request("/version"))
    assert len(proxy.seen) == 1


def test_a_dead_proxy_is_named_as_one(transport, api_server, unused_port):
    target = api_server(ok).target(proxy=f"http://ana:s3cret@127.0.0.1:{unused_port}")
    target = replace(target, server=replace(target.server, url="https://api.example"))
    with pytest.raises(Unreachable, match=r"the proxy to api.example refuses connections"):
        transport(target).call(Request("/version"))


@pytest.fixture
def unused_port():
    """A port that is held and not listened on, so that nobody else can take it meanwhile."""
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


# --- no answer ---


def test_a_refused_connection_is_said(api_server, transport, unused_port):
    target = api_server(ok).target()
    down = replace(target, server=replace(target.server, url=f"https://127.0.0.1:{unused_port}"))
    with pytest.raises(Unreachable, match=f"^127.0.0.1:{unused_port} refuses connections$"):
        transport(down).call(Request("/version"))


def test_a_server_that_accepts_and_is_silent_is_given_up(transport, api_server):
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        for scheme in ("http", "https"):
            target = api_server(ok).target()
            target = replace(
                target, server=replace(target.server, url=f"{scheme}://127.0.0.1:{silent.getsockname()[1]}")
            )
            with pytest.raises(Unreachable, match="does not answer"):
                transport(target).call(Request("/readyz", read_timeout=0.2))


def test_https_to_a_plain_server_is_said(api_server, transport):
    api = api_server(ok)
    target = api.target()
    wrong = replace(target, server=replace(target.server, url=api.url.replace("http", "https")))
    with pytest.raises(Unreachable, match=r"no TLS with .*; does it speak plain http"):
        transport(wrong).call(Request("/version"))


def test_a_body_that_breaks_off_is_no_answer(api_server, transport):
    api = api_server(lambda asked: (200, iter([b"half", None])))
    with pytest.raises(Unreachable, match="broke off the connection"):
        transport(api.target()).call(Request("/version"))


# --- streams ---


def test_a_stream_gives_bytes_as_they_come(api_server, transport):
    gate = threading.Semaphore(0)

    def body():
        yield b"first\n"
        gate.acquire(timeout=20)
        yield b"second\n"

    api = api_server(lambda asked: (200, body()))
    stream = transport(api.target()).open(Request("/api", read_timeout=None))
    assert stream.status == 200
    assert stream.read() == b"first\n"
    gate.release()
    assert stream.read() == b"second\n"
    assert stream.read() == b""
    assert stream.read() == b""


def test_a_stream_that_breaks_off_raises(api_server, transport):
    api = api_server(lambda asked: (200, iter([b"first\n", None])))
    stream = transport(api.target()).open(Request("/api", read_timeout=None))
    assert stream.read() == b"first\n"
    with pytest.raises(Unreachable):
        stream.read()


def _blocked(stream):
    """A thread that reads until the end, and an event that says it waits for bytes."""
    first = threading.Event()
    seen = []

    def read():
        try:
            while data := stream.read():
                seen.append(data)
                first.set()
        except Unreachable as error:
            seen.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert first.wait(20)
    return thread, seen


@pytest.mark.parametrize("tls", [False, True])
def test_a_stream_is_ended_from_another_thread_at_once(api_server, transport, pki, tls):
    over = threading.Event()

    def body():
        yield b"first\n"
        over.wait(20)

    api = api_server(lambda asked: (200, body()), tls=pki if tls else None)
    way = transport(api.target(authority=pki.authority if tls else None))
    stream = way.open(Request("/api", read_timeout=None))
    reader, seen = _blocked(stream)
    stream.shutdown()
    reader.join(5)
    over.set()
    assert not reader.is_alive()
    assert seen == [b"first\n"]
    assert stream.read() == b""


def test_an_ended_stream_leaves_no_socket(api_server, transport):
    over = threading.Event()

    def body():
        yield b"first\n"
        over.wait(20)

    api = api_server(lambda asked: (200, body()))
    way = transport(api.target())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            stream = way.open(Request("/api", read_timeout=None))
            stream.read()
            stream.shutdown()
            stream.shutdown()
            connection = stream._response.connection
            assert connection is None or connection.sock is None
            del stream
            gc.collect()
    over.set()


def test_a_quiet_stream_outlives_the_heads_time_out(api_server, transport, monkeypatch):
    monkeypatch.setattr("state.cluster.carrier.HEAD_SECONDS", 0.2)
    gate = threading.Event()

    def body():
        yield b"first\n"
        gate.wait(0.5)
        yield b"second\n"

    api = api_server(lambda asked: (200, body()))
    stream = transport(api.target()).open(Request("/api", read_timeout=None))
    assert stream.read() == b"first\n"
    assert stream.read() == b"second\n"
    stream.shutdown()


def test_a_kept_connection_that_the_server_closed_is_made_anew(api_server, transport):
    api = api_server(ok)
    way = transport(api.target())
    way.call(Request("/version"))
    pool = way._pool[1].connection_from_url(api.url)
    kept = pool.pool.get()
    kept.sock.shutdown(2)
    pool.pool.put(kept)
    assert way.call(Request("/version")).status == 200


def test_keepalive_is_on_with_small_values(api_server, transport):
    import socket

    api = api_server(ok)
    way = transport(api.target())
    way.call(Request("/version"))
    kept = way._pool[1].connection_from_url(api.url).pool.get()
    assert kept.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert kept.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 10
    kept.close()


def test_no_private_key_touches_the_disk(pki, api_server, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    target = api_server(ok, tls=pki).target(User("a", certificate=pki.client), authority=pki.authority)
    context = connect.tls_context(target.server, target.user.certificate)
    assert isinstance(context, ssl.SSLContext)
    assert list(tmp_path.iterdir()) == []
