"""HTTP to one endpoint.

Importing this costs 0.1 s of CPU: import it on the thread that first asks a server, never at the top of a module.
"""

import os
import socket
import ssl
import time
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from requests.utils import get_environ_proxies

from state.bearer import CommandToken
from state.endpoint import Endpoint
from state.printable import printable
from state.reply import AUTH, OTHER_SERVER, TIMEOUT, UNREACHABLE, NoAnswer, Reply

Query = Sequence[tuple[str, str]]

_CONNECT_SECONDS = 2.0
_PAUSE_SECONDS = 0.2
_QUICK_SECONDS = 1.0
_LARGEST = 64 * 1024 * 1024
_AGAIN = (502, 503, 504)
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Web:
    """One endpoint's connections. Any thread may call it; raises NoAnswer."""

    def __init__(self, endpoint: Endpoint) -> None:
        problem = endpoint.unreadable_file()
        if problem:
            raise NoAnswer(UNREACHABLE, problem)
        self._endpoint = endpoint
        self._token = CommandToken(endpoint.bearer_command) if endpoint.bearer_command else None
        self._session = _session(endpoint)

    def exchange(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        form: Query = (),
        json: Any = None,
        again: bool = False,
    ) -> Reply:
        """Return the server's reply to one request, whatever its status.

        `again` allows a second attempt after a broken connection or a quick 502, 503 or 504: for requests that
        change nothing. A connection that hung or a wrong certificate is not tried again.
        """
        attempts = 2 if again else 1
        begun = time.monotonic()
        while True:
            attempts -= 1
            try:
                reply = self._signed_in(method, path, query, form, json)
            except NoAnswer as error:
                if not attempts or error.kind != UNREACHABLE:
                    raise
            else:
                slow = time.monotonic() - begun > _QUICK_SECONDS
                if not attempts or slow or reply.status not in _AGAIN:
                    return reply
            time.sleep(_PAUSE_SECONDS)

    def _signed_in(self, method: str, path: str, query: Query, form: Query, json: Any) -> Reply:
        """Ask with the token of a command, once more with a new one where it is refused: then nothing was done."""
        if self._token is None:
            return self._once(method, path, query, form, json)
        token = self._token.current()
        reply = self._once(method, path, query, form, json, token)
        if reply.status == 401 and (renewed := self._token.renew(token)):
            return self._once(method, path, query, form, json, renewed)
        return reply

    def _once(self, method: str, path: str, query: Query, form: Query, json: Any, token: str = "") -> Reply:
        endpoint = self._endpoint
        deadline = time.monotonic() + _CONNECT_SECONDS + endpoint.timeout
        try:
            with self._session.request(
                method,
                endpoint.url + path,
                params=list(query) or None,
                data=list(form) or None,
                json=json,
                headers={"Authorization": f"Bearer {token}"} if token else None,
                timeout=(min(_CONNECT_SECONDS, endpoint.timeout), endpoint.timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._read(response, deadline)
                return Reply(
                    response.status_code,
                    response.headers.get("Content-Type", ""),
                    body,
                    response.headers.get("Location", ""),
                    _date(response.headers.get("Date", "")),
                )
        except NoAnswer:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._no_answer(error) from None

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(65536, decode_content=True):
            parts.append(chunk)
            size += len(chunk)
            if size > _LARGEST:
                raise NoAnswer(OTHER_SERVER, f"{self._endpoint} answers with more than {_LARGEST >> 20} MiB")
            if time.monotonic() > deadline:
                raise NoAnswer(TIMEOUT, f"{self._endpoint} began to answer but did not end in time")
        return b"".join(parts)

    def _no_answer(self, error: Exception) -> NoAnswer:
        """Say what went wrong without the library's own text, which holds addresses with all their parts."""
        url = self._endpoint
        causes = _causes(error)
        for cause in causes:
            if isinstance(cause, urllib3.exceptions.ConnectTimeoutError) and not isinstance(
                cause, urllib3.exceptions.NewConnectionError
            ):
                return NoAnswer(TIMEOUT, f"{url} takes no connection")
            if isinstance(cause, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError | TimeoutError):
                return NoAnswer(TIMEOUT, f"{url} gave no answer within {url.timeout:g} s")
            if isinstance(cause, requests.exceptions.ProxyError | urllib3.exceptions.ProxyError):
                return NoAnswer(UNREACHABLE, f"{url} is not reached through the proxy: {_reason(causes)}")
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return NoAnswer(
                    OTHER_SERVER, f"the certificate of {url} is not trusted: {printable(cause.verify_message)}"
                )
            if isinstance(cause, ssl.SSLError):
                return NoAnswer(OTHER_SERVER, f"no encrypted connection to {url}: {_ssl_reason(cause)}")
        return NoAnswer(UNREACHABLE, f"{url} is not reached: {_reason(causes)}")


class _BearerFile(AuthBase):
    def __init__(self, name: str) -> None:
        self._path = Path(name).expanduser()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        try:
            token = self._path.read_text().strip()
        except (OSError, UnicodeDecodeError):
            raise NoAnswer(AUTH, f"the bearer token file {printable(str(self._path))} cannot be read") from None
        if not token or not token.isprintable():
            raise NoAnswer(AUTH, f"the bearer token file {printable(str(self._path))} holds no token")
        request.headers["Authorization"] = f"Bearer {token}"
        return request


def _session(endpoint: Endpoint) -> requests.Session:
    session = requests.Session()
    # Else a netrc replaces our credentials, and a bundle named in the environment replaces our CA file.
    session.trust_env = False
    session.headers.update(endpoint.headers)
    session.headers["Accept"] = "application/json"
    if endpoint.tenant:
        session.headers["X-Scope-OrgID"] = endpoint.tenant
    if endpoint.bearer_token:
        session.headers["Authorization"] = f"Bearer {endpoint.bearer_token}"
    elif endpoint.bearer_token_file:
        session.auth = _BearerFile(endpoint.bearer_token_file)
    elif endpoint.basic:
        user, password = endpoint.basic
        session.auth = HTTPBasicAuth(user.encode(), password.encode())
    if endpoint.insecure:
        session.verify = False
        # It would be printed across the screen; that TLS is not checked is for the screen itself to say.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    else:
        session.verify = _expanded(endpoint.ca_file) or _environment_bundle() or True
    if endpoint.cert_file:
        session.cert = (_expanded(endpoint.cert_file), _expanded(endpoint.key_file))
    if endpoint.proxy:
        session.proxies = {"http": endpoint.proxy, "https": endpoint.proxy}
    elif endpoint.proxy is None:
        session.proxies = dict(get_environ_proxies(endpoint.url))
    adapter = HTTPAdapter(max_retries=urllib3.Retry(0, read=False))
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _environment_bundle() -> str:
    for name in _BUNDLES:
        bundle = os.environ.get(name, "")
        if bundle and Path(bundle).exists():
            return bundle
    return ""


def _expanded(name: str) -> str:
    return str(Path(name).expanduser()) if name else ""


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except ValueError:
        return None


def _causes(error: BaseException) -> list[BaseException]:
    """Return the error and all it was made of, outermost first: requests keeps them in arguments and reasons."""
    found: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or one in found:
            continue
        found.append(one)
        waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return found


def _reason(causes: Sequence[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return "its name is not known"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, ConnectionResetError | urllib3.exceptions.ProtocolError):
            return "the connection broke"
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, requests.RequestException):
            return printable(cause.strerror)
    return type(causes[0]).__name__


def _ssl_reason(error: ssl.SSLError) -> str:
    return printable((error.reason or "handshake failed").replace("_", " ").lower())
