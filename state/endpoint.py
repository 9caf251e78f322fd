"""Where a server is and how to sign in to it, checked; none of its secrets is ever shown."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from state.printable import printable

_SCHEMES = ("http", "https")
_SERVICE_SCHEMES = {"service": "http", "service+https": "https"}
_SERVICE = re.compile(r"(?P<name>[a-z0-9]([-a-z0-9]*[a-z0-9])?)\.(?P<namespace>[a-z0-9]([-a-z0-9]*[a-z0-9])?)")
_PROXIES = ("http", "https", "socks5", "socks5h")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_API = re.compile(r"/(?:api(?:/v\d)?|graph|alerts|query)$")


class InvalidEndpoint(ValueError):
    """An endpoint cannot be used as it is written. The text is one printable sentence without secrets."""


class Service(NamedTuple):
    """A Service of a cluster that an endpoint stands for. `scheme` is what its pods speak."""

    namespace: str
    name: str
    port: int
    scheme: str
    prefix: str

    @property
    def proxied(self) -> str:
        """Its name as the API server's proxy is told."""
        return f"{self.scheme}:{self.name}:{self.port}"

    @property
    def path(self) -> str:
        """The path at which the API server passes requests on to it, without its own prefix."""
        return f"/api/v1/namespaces/{self.namespace}/services/{self.proxied}/proxy"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One HTTP server. Raises InvalidEndpoint when its parts make no sense together.

    A URL such as `service://NAME.NAMESPACE:PORT/prefix` stands for a Service of the context's cluster that is reached
    through its API server.

    `tenant` becomes the header `X-Scope-OrgID`. `bearer_token_file` is read again for each request, so a
    rotated token is used. `timeout` is seconds for one answer. `proxy` is a URL, empty for a direct connection,
    None to follow `HTTPS_PROXY` and its kin. Without `ca_file` the environment's bundle or the built-in one is used.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    bearer_token_file: str = ""
    bearer_token: str = field(default="", repr=False)
    bearer_command: tuple[str, ...] = field(default=(), repr=False)
    """A program and its arguments; what it prints is the token, kept until it expires or is refused."""
    basic: tuple[str, str] | None = field(default=None, repr=False)
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    insecure: bool = False
    proxy: str | None = field(default=None, repr=False)
    tenant: str = ""
    timeout: float = 5.0
    members: tuple[str, ...] = ()
    """The URLs of the other members of the same cluster of servers, asked with the same headers and keys."""
    name: str = ""
    """What it is called among several of its kind."""
    watchdog: str = ""
    """The alert that this Alertmanager must always have; empty: the one that was seen there or has a rule."""

    @property
    def each(self) -> tuple["Endpoint", ...]:
        """Every member as an endpoint of its own, this one first."""
        return tuple(replace(self, url=url, members=()) for url in dict.fromkeys((self.url, *self.members)))

    @property
    def service(self) -> Service | None:
        """The Service that is meant, None for a server at an address of its own."""
        split = urlsplit(self.url)
        if split.scheme not in _SERVICE_SCHEMES:
            return None
        found = _SERVICE.fullmatch(split.hostname or "")
        assert found is not None
        return Service(found["namespace"], found["name"], split.port or 80, _SERVICE_SCHEMES[split.scheme], split.path)

    @property
    def host(self) -> str:
        """The host and port of the URL, printable."""
        return printable(_split(self.url).netloc)

    @classmethod
    def of(cls, url: str, **parts: Any) -> "Endpoint":
        """Return the endpoint of a URL that may hold a user and a password, which become `basic`.

        Raises InvalidEndpoint.
        """
        split = _split(url)
        if split.username is None:
            return cls(url, **parts)
        if "basic" in parts:
            raise InvalidEndpoint("a user is given twice: in the URL and beside it")
        bare = split._replace(netloc=split.netloc.rpartition("@")[2]).geturl()
        return cls(bare, basic=(unquote(split.username), unquote(split.password or "")), **parts)

    def __post_init__(self) -> None:
        split = _split(self.url)
        for member in self.members:
            if _split(member).username is not None:
                raise InvalidEndpoint("a member's URL holds a user: all members are asked with what the first has")
        shown = printable(self.url)
        if split.username is not None:
            raise InvalidEndpoint("the URL holds a user or a password: give them apart from it")
        if split.query or split.fragment:
            raise InvalidEndpoint(f"{shown} holds a query or a fragment: give the address alone")
        path = split.path.rstrip("/")
        if extra := _API.search(path):
            raise InvalidEndpoint(f"{shown} goes too deep: leave out {extra.group()}")
        object.__setattr__(self, "url", split._replace(path=path).geturl())
        self._check_sign_in()
        if split.scheme in _SERVICE_SCHEMES:
            self._check_service()
        self._check_tls(split)
        if not (math.isfinite(self.timeout) and 0.1 <= self.timeout <= 120):
            raise InvalidEndpoint(f"a timeout of {self.timeout} s for {shown}: give 0.1 to 120 seconds")
        if self.proxy:
            proxy = _proxy(self.proxy)
            if proxy.scheme not in _PROXIES or not proxy.hostname:
                raise InvalidEndpoint(f"the proxy for {shown} is not a URL of {', '.join(_PROXIES)}")

    def _check_sign_in(self) -> None:
        for name, value in self.headers.items():
            if not _HEADER.fullmatch(name):
                raise InvalidEndpoint(f"{printable(name)!r} is no name of a header")
            if not value.isprintable() or value != value.strip():
                raise InvalidEndpoint(f"the header {name} holds a line break, a control character or outer blanks")
        ways = self._ways()
        if len(ways) > 1:
            raise InvalidEndpoint(f"more than one way to sign in to {printable(self.url)}: {' and '.join(ways)}")
        if not self.name.isprintable() or "/" in self.name:
            raise InvalidEndpoint(f"the name of {printable(self.url)} holds a slash or a control character")
        if not (self.tenant + self.bearer_token).isprintable():
            raise InvalidEndpoint("the tenant or the bearer token holds a line break or a control character")

    def _ways(self) -> list[str]:
        """The ways to sign in that are given, in words."""
        return [
            way
            for way, given in (
                ("a bearer token", self.bearer_token),
                ("a bearer token file", self.bearer_token_file),
                ("a bearer command", self.bearer_command),
                ("a user with password", self.basic),
                ("a header Authorization", any(name.lower() == "authorization" for name in self.headers)),
            )
            if given
        ]

    def _check_service(self) -> None:
        for what, given in (
            ("a token, a user or a password", self._ways()),
            ("certificates", self.ca_file or self.cert_file or self.insecure),
            ("a proxy", self.proxy),
        ):
            if given:
                raise InvalidEndpoint(f"{printable(self.url)} is reached through the API server: leave out {what}")

    def _check_tls(self, split: SplitResult) -> None:
        shown = printable(self.url)
        if bool(self.cert_file) != bool(self.key_file):
            given, missing = ("certificate", "key") if self.cert_file else ("key", "certificate")
            raise InvalidEndpoint(f"a client {given} without its {missing} for {shown}: give both files")
        if self.insecure and self.ca_file:
            raise InvalidEndpoint(f"a CA file and 'insecure' for {shown}: leave one out")
        if split.scheme == "http" and (self.ca_file or self.cert_file):
            raise InvalidEndpoint(f"certificates for {shown}, which is not encrypted: write https://")

    def unreadable_file(self) -> str:
        """Return the sentence about the first file that cannot be read, empty when all can."""
        named = (("CA", self.ca_file), ("certificate", self.cert_file), ("key", self.key_file))
        for what, name in (*named, ("bearer token", self.bearer_token_file)):
            if not name:
                continue
            try:
                with Path(name).expanduser().open("rb"):
                    pass
            except OSError as error:
                return f"the {what} file {printable(name)} cannot be read: {error.strerror}"
        return ""

    def __str__(self) -> str:
        return printable(self.url)


def _proxy(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise InvalidEndpoint("the proxy is not a URL") from None


def _split(url: str) -> SplitResult:
    """Raise the sentence about a URL that names no HTTP server; what may be a password stays out of it."""
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        raise InvalidEndpoint(f"{_without_user(url)!r} is not a URL: write http://host:port") from None
    if split.scheme in _SERVICE_SCHEMES:
        if not _SERVICE.fullmatch(split.hostname or "") or not port:
            raise InvalidEndpoint(f"{_without_user(url)!r} names no service: write service://NAME.NAMESPACE:PORT")
        return split
    if split.scheme not in _SCHEMES:
        hint = "" if "://" in url else f": write http://{_without_user(url)}"
        raise InvalidEndpoint(f"{_without_user(url)!r} does not begin with http:// or https://{hint}")
    if not split.hostname or port == 0 or not url.isprintable() or " " in url:
        raise InvalidEndpoint(f"{_without_user(url)!r} names no host")
    return split


def _without_user(url: str) -> str:
    scheme, sep, rest = url.rpartition("://")
    return printable(scheme + sep + rest.rpartition("@")[2])
