"""An HTTP server's reply, and what a reply that is not the wanted server's gives away. Knows no HTTP library."""

from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from state.printable import printable

UNREACHABLE = "unreachable"
AUTH = "auth"
TIMEOUT = "timeout"
OTHER_SERVER = "other_server"
ABSENT = "absent"
"""No server is configured, and none is found."""

_SIGN_IN = (b"password", b"sign in", b"signin", b"log in", b"login", b"sso", b"oauth", b"saml")


class Reply(NamedTuple):
    """What came back."""

    status: int
    content_type: str
    body: bytes
    location: str = ""
    """Where a redirect leads."""
    date: float | None = None
    """The server's own time, seconds since the epoch."""


class NoAnswer(Exception):
    """The server gave nothing that can be its answer. `kind` is one of the constants of this module.

    The text is one printable sentence without secrets.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def is_web_page(reply: Reply) -> bool:
    """Return whether the reply is for a person's browser."""
    start = reply.body[:256].lstrip().lower()
    return "html" in reply.content_type.lower() or start.startswith((b"<!doctype html", b"<html"))


def check(reply: Reply, url: str, server: str) -> None:
    """Raise NoAnswer when this is a refusal, a redirect or a web page instead of an answer of `server`.

    A redirect's query is left out of the sentence: it may hold a one-time secret.
    """
    if 300 <= reply.status < 400:
        target = urlsplit(urljoin(url + "/", reply.location))
        where = printable(f"{target.scheme}://{target.netloc.rpartition('@')[2]}{target.path}")
        asks = any(word.decode() in where.lower() for word in _SIGN_IN) or target.hostname != urlsplit(url).hostname
        if asks:
            raise NoAnswer(AUTH, f"{url} sends to a login page ({where}): give a token or a header")
        raise NoAnswer(OTHER_SERVER, f"{url} redirects to {where}: use that address")
    page = is_web_page(reply)
    if reply.status == 401:
        raise NoAnswer(AUTH, f"{url} does not know this user (401): give a token, a user or a header")
    if reply.status == 403:
        raise NoAnswer(AUTH, f"{url} forbids this to this user (403)")
    if reply.status == 407:
        raise NoAnswer(AUTH, f"the proxy before {url} wants a sign-in (407)")
    if page and reply.status < 500:
        if any(word in reply.body[:65536].lower() for word in _SIGN_IN):
            raise NoAnswer(AUTH, f"{url} answers with a login page: give a token or a header")
        raise NoAnswer(OTHER_SERVER, f"{url} answers with a web page, not as {server}: check the address")
