"""Failures of the network as sentences a person can act on."""

import errno
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from urllib3 import exceptions

from state.printable import printable, shorten
from state.redact import redact

_ERRNO = {
    errno.ECONNREFUSED: "{where} refuses connections",
    errno.ECONNRESET: "{where} reset the connection",
    errno.EPIPE: "{where} reset the connection",
    errno.ENETUNREACH: "no route to {where}",
    errno.EHOSTUNREACH: "no route to {where}",
    errno.ETIMEDOUT: "{where} does not answer",
    errno.EMFILE: "too many open files on this machine",
}


def sentence(error: BaseException, url: str) -> str:
    """Return what went wrong with a server at `url`, printable and without secrets."""
    where = _where(url)
    chain = list(_causes(error))
    proxied = any(isinstance(one, exceptions.ProxyError) for one in chain) or "socks" in repr(chain).lower()
    if proxied:
        where = f"the proxy to {where}"
    # A refused connection is a kind of time-out to urllib3, so what is most particular is looked for first.
    for judge in (_tls, _name, _system, _silence):
        for one in chain:
            said = judge(one, url, where)
            if said:
                return said
    last = chain[-1]
    rest = shorten(printable(redact(str(last))), 160)
    if isinstance(error, exceptions.ProtocolError):
        return f"{where} broke off the connection{f': {rest}' if rest else ''}"
    return f"{where}: {rest or type(last).__name__}"


def _tls(one: BaseException, url: str, where: str) -> str:
    if isinstance(one, ssl.SSLCertVerificationError):
        return f"the certificate of {where} is not trusted: {printable(one.verify_message or str(one))}"
    if isinstance(one, ssl.SSLError) and one.reason:
        reason = one.reason.replace("_", " ").lower()
        hint = "; does it speak plain http?" if one.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST") else ""
        return f"no TLS with {where}: {printable(reason)}{hint}"
    return ""


def _name(one: BaseException, url: str, where: str) -> str:
    unknown = isinstance(one, exceptions.NameResolutionError | socket.gaierror)
    return f"the name {urlsplit(url).hostname} is unknown" if unknown else ""


def _system(one: BaseException, url: str, where: str) -> str:
    return _ERRNO[one.errno].format(where=where) if isinstance(one, OSError) and one.errno in _ERRNO else ""


def _silence(one: BaseException, url: str, where: str) -> str:
    return f"{where} does not answer" if isinstance(one, exceptions.TimeoutError | TimeoutError) else ""


def _where(url: str) -> str:
    parts = urlsplit(url)
    return printable(parts.netloc.rpartition("@")[2] or url)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps, by urllib3's and Python's ways of wrapping."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner: list[object] = [getattr(one, "original_error", None), getattr(one, "reason", None), *one.args]
        inner += [one.__cause__, one.__context__]
        waiting += [found for found in inner if isinstance(found, BaseException)]
