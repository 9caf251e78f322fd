"""From a kubeconfig's context to a transport: the official client's configuration and connections, our credentials.

The official client gives the configuration and the connection pool with its proxies. Its loader is left out:
it writes private keys to files, lets plugins use the terminal and knows no impersonation.
"""

import ipaddress
import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from state import threads
from state.cluster import official_client
from state.cluster.errors import ConfigError
from state.cluster.proxy import proxy_for
from state.cluster.target import Certificate, Impersonation, Server, Target
from state.printable import printable

if TYPE_CHECKING:
    from urllib3 import PoolManager

    from state.cluster.carrier import Carrier
    from state.cluster.credentials import SignIns

USER_AGENT = "mvp-platform-cockpit"
KEPT_CONNECTIONS = 16
_KEEPALIVE = {"idle": 6, "interval": 2, "count": 2}
"""Seconds: a peer that is gone without a word is noticed after ten."""


def connect(target: Target, sign_ins: "SignIns", environ: Mapping[str, str] = os.environ) -> "Carrier":
    """Return the transport for a target; nothing is asked of the server or the plugin yet.

    Call it on a thread: it imports the client. `sign_ins` is shared by all targets of a program; `environ` is
    where proxies are looked up. Raises ConfigError for certificates, keys and proxies that cannot be used.
    """
    with threads.importing:
        from state.cluster.carrier import Carrier

    server = target.server
    parts = urlsplit(server.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"the server of cluster {printable(server.name)!r} is no URL: {printable(server.url)!r}")
    configuration = client_configuration(server, environ)
    pool = partial(_pool, configuration, server)
    pool(target.user.certificate).clear()
    return Carrier(
        server.url,
        f"user {printable(target.user.name)!r}" if target.user.name else "nobody (the context names no user)",
        sign_ins.of(target),
        pool,
        [("User-Agent", USER_AGENT), *impersonation_headers(target.user.impersonation)],
        compressed=not _on_this_machine(parts.hostname),
    )


def client_configuration(server: Server, environ: Mapping[str, str]) -> Any:
    """Return the official client's `Configuration` for a server, as kubectl would reach it."""
    proxy = proxy_for(server.url, server.proxy, environ) or ""
    return official_client.configuration()(
        host=server.url,
        verify_ssl=not server.insecure,
        tls_server_name=server.tls_server_name or None,
        # Already decided, so that neither the client nor the environment decides again.
        proxy=proxy,
        no_proxy="",
        proxy_headers=_proxy_headers(proxy),
        connection_pool_maxsize=KEPT_CONNECTIONS,
        socket_options=official_client.keepalive_options()(**_KEEPALIVE),
    )


def impersonation_headers(who: Impersonation) -> list[tuple[str, str]]:
    """Return the headers that make the server take this user for another; groups and extras repeat theirs."""
    headers = [("Impersonate-User", who.user)] if who.user else []
    headers += [("Impersonate-Uid", who.uid)] if who.uid else []
    headers += [("Impersonate-Group", group) for group in who.groups]
    for key, values in who.extra:
        headers += [(f"Impersonate-Extra-{quote(key.lower(), safe='')}", value) for value in values]
    return headers


def tls_context(server: Server, certificate: Certificate | None) -> ssl.SSLContext:
    """Return the context all connections to a server share. Raises ConfigError for what is no certificate or key.

    Trusts the cluster's authority alone where there is one, else the system's (`SSL_CERT_FILE` and
    `SSL_CERT_DIR` name others, as for kubectl).
    """
    # Not the default context: from Python 3.13 it refuses authorities that RFC 5280 would refuse and Go does not.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if server.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif server.authority is None:
        context.load_default_certs()
    else:
        try:
            context.load_verify_locations(cadata=server.authority.decode("ascii"))
        except (ssl.SSLError, UnicodeDecodeError, ValueError):
            raise ConfigError(
                f"the certificate authority of cluster {printable(server.name)!r} holds no PEM certificates"
            ) from None
    if certificate is not None:
        with _as_file(certificate.chain + b"\n" + certificate.key) as path:
            try:
                context.load_cert_chain(path, password=lambda: b"")
            except (ssl.SSLError, ValueError, OSError) as error:
                reason = str(getattr(error, "reason", None) or "not PEM").replace("_", " ").lower()
                raise ConfigError(
                    f"the client certificate for cluster {printable(server.name)!r} cannot be used: {reason}"
                ) from None
    return context


def _pool(configuration: Any, server: Server, certificate: Certificate | None) -> "PoolManager":
    from urllib3 import disable_warnings
    from urllib3.exceptions import InsecureRequestWarning

    try:
        manager: PoolManager = official_client.rest_client()(configuration).pool_manager
    except Exception as error:
        raise ConfigError(
            f"the proxy for cluster {printable(server.name)!r} cannot be used: {type(error).__name__}"
        ) from None
    if server.url.startswith("https"):
        if server.insecure:
            # The kubeconfig says so; a warning for each connection would only write over the screen.
            disable_warnings(InsecureRequestWarning)
        manager.connection_pool_kw["ssl_context"] = tls_context(server, certificate)
    if configuration.proxy.startswith("https"):
        # As in Go the cluster's authority may stand for the proxy, too; so may those of the system.
        config = manager.connection_pool_kw["_proxy_config"]
        manager.connection_pool_kw["_proxy_config"] = config._replace(ssl_context=_proxy_tls_context(server))
    return manager


def _proxy_tls_context(server: Server) -> ssl.SSLContext:
    context = tls_context(server, None)
    if not server.insecure and server.authority is not None:
        context.load_default_certs()
    return context


def _proxy_headers(proxy: str) -> dict[str, str] | None:
    """Who we are to an http proxy; a socks one reads it from its URL."""
    from urllib3.util import make_headers

    parts = urlsplit(proxy)
    if not proxy.startswith("http") or parts.username is None:
        return None
    return dict(make_headers(proxy_basic_auth=f"{unquote(parts.username)}:{unquote(parts.password or '')}"))


@contextmanager
def _as_file(content: bytes) -> Iterator[str]:
    """A path under which OpenSSL can read what should not touch a disk."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, content)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file.name


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
