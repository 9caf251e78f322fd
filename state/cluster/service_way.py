"""HTTP to a Service of a cluster through its API server, which passes requests on to a pod that is ready.

The API server keeps the sign-in to itself: a header `Authorization` never reaches the service, others do.
"""

import json as json_text
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from state.clock import SYSTEM, Clock
from state.cluster.access import allowed
from state.cluster.errors import ApiError, ClusterError, SignInFailed, Unauthorized
from state.cluster.transport import Answer, Request, Transport
from state.endpoint import Endpoint, Service
from state.operation import Permission
from state.printable import printable, shorten
from state.reply import AUTH, TIMEOUT, UNREACHABLE, NoAnswer, Reply
from state.way import Query, ToEndpoint

KNOWN = 60.0
"""Seconds that an answer about a right is believed."""
_ATTEMPTS = 8
_PAUSE_SECONDS = 0.1
_QUICK_SECONDS = 1.0
_AGAIN = (502, 503, 504)
_LONGEST_URL = 4000
_NO_CONNECTION = "error trying to reach service: dial "
_FORM = "application/x-www-form-urlencoded"


class _NotDelivered(NoAnswer):
    """The API server had no connection to a pod: what was sent has surely not arrived."""


class _Status(msgspec.Struct):
    kind: str = ""
    message: str = ""
    code: int = 0


class ServiceWay(ToEndpoint):
    """The way to one Service (a `Way`)."""

    through = "api"

    def __init__(self, endpoint: Endpoint, transport: Callable[[], Transport], clock: Clock = SYSTEM) -> None:
        """`transport` may block and raise ClusterError. Raises ValueError for an endpoint that is no Service."""
        if endpoint.service is None:
            raise ValueError(f"{endpoint} is no service of a cluster")
        self.service: Service = endpoint.service
        super().__init__(endpoint)
        self._transport = transport
        self._clock = clock
        self._rights: dict[str, tuple[float, str]] = {}
        headers = dict(endpoint.headers)
        if endpoint.tenant:
            headers["X-Scope-OrgID"] = endpoint.tenant
        self._headers = tuple(headers.items())

    def exchange(
        self, method: str, path: str, *, query: Query = (), form: Query = (), json: Any = None, again: bool = False
    ) -> Reply:
        request = self._request(method, path, query, form, json, may_read=again)
        attempts, begun = _ATTEMPTS, time.monotonic()
        while True:
            attempts -= 1
            last = not attempts or time.monotonic() - begun > _QUICK_SECONDS
            try:
                reply = self._once(request)
            except _NotDelivered:
                # Of several pods the next one may be there.
                if last:
                    raise
            except NoAnswer as error:
                if last or not again or error.kind != UNREACHABLE:
                    raise
            else:
                if last or not again or reply.status not in _AGAIN:
                    return reply
            time.sleep(_PAUSE_SECONDS)

    def why_not(self, verb: str) -> str:
        now = self._clock.elapsed()
        asked, why = self._rights.get(verb, (float("-inf"), ""))
        if now - asked < KNOWN:
            return why
        service = self.service
        permission = Permission(verb, "", "services", service.namespace, service.proxied, "proxy")
        try:
            why = allowed(self._transport(), permission)
        except ClusterError as error:
            raise self._no_answer(error, reading=True) from None
        self._rights[verb] = now, why
        return why

    def _request(self, method: str, path: str, query: Query, form: Query, json: Any, *, may_read: bool) -> Request:
        body, content_type = None, "application/json"
        if json is not None:
            body = json_text.dumps(json).encode()
        elif form and may_read and sum(len(name) + len(value) for name, value in form) < _LONGEST_URL:
            # A question that fits an address is read: that needs a lesser right than to create.
            method, query = "GET", (*query, *form)
        elif form:
            from urllib.parse import urlencode

            body, content_type = urlencode(list(form)).encode(), _FORM
        where = f"{self.service.path}{self.service.prefix}{path}"
        return Request(
            where, tuple(query), method, body, content_type, read_timeout=self.timeout, headers=self._headers
        )

    def _once(self, request: Request) -> Reply:
        try:
            answer = self._transport().call(request)
        except ClusterError as error:
            raise self._no_answer(error, reading=request.method == "GET") from None
        self._refuse(answer)
        return Reply(answer.status, answer.content_type, answer.body, "", _date(answer.date))

    def _refuse(self, answer: Answer) -> None:
        """Raise what the API server itself says instead of the service's answer."""
        if answer.status < 400 or b'"Status"' not in answer.body[:4096]:
            return
        try:
            status = msgspec.json.decode(answer.body, type=_Status)
        except msgspec.MsgspecError:
            return
        if status.kind != "Status":
            return
        said = shorten(printable(status.message), 200)
        if answer.status == 403:
            raise NoAnswer(AUTH, f"{self} is not reached through the API server: {said}")
        kind = _NotDelivered if said.startswith(_NO_CONNECTION) else NoAnswer
        raise kind(UNREACHABLE, f"{self} is not reached: the API server says: {said or answer.status}")

    def _no_answer(self, error: ClusterError, *, reading: bool) -> NoAnswer:
        if isinstance(error, Unauthorized):
            return NoAnswer(AUTH, f"{self} or the API server before it wants a sign-in of its own (401)")
        if isinstance(error, SignInFailed) or (isinstance(error, ApiError) and error.denied):
            return NoAnswer(AUTH, f"{self} is not reached: {error}")
        # What was sent to be written may have arrived.
        return NoAnswer(UNREACHABLE if reading else TIMEOUT, f"{self} is not reached: {error}")


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except ValueError:
        return None
