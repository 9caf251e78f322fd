"""One Alertmanager, asked through its API v2. Every call blocks and raises AlertmanagerError."""

import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import msgspec

from state.alerts.errors import AlertmanagerError
from state.alerts.model import Matcher, Silence
from state.alerts.wire import WireAlert, WireGroup, WirePosted, WireRefusal, WireServer, WireSilence
from state.clock import SYSTEM, Clock
from state.endpoint import Endpoint
from state.printable import printable, shorten
from state.reply import OTHER_SERVER, NoAnswer, Reply, check, is_web_page
from state.rfc3339 import moment_of, timestamp
from state.way import Direct, Way

T = TypeVar("T")
_SERVER = "Alertmanager"
_LOOKS, _LOOK_PAUSE = 8, 0.25
"""How often, and after how many seconds, a silence is looked for again that one of several members does not know."""
_CLASSIC = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


class Draft(NamedTuple):
    """A silence to be. `id` names the one it extends. Times are seconds since the epoch."""

    matchers: tuple[Matcher, ...]
    starts: float
    ends: float
    created_by: str
    comment: str
    id: str = ""

    def body(self) -> dict[str, Any]:
        """Return it as `POST /silences` takes it."""
        body: dict[str, Any] = {
            "matchers": [
                {"name": m.name, "value": m.value, "isRegex": m.regex, "isEqual": m.equal} for m in self.matchers
            ],
            "startsAt": timestamp(self.starts),
            "endsAt": timestamp(self.ends),
            "createdBy": self.created_by,
            "comment": self.comment,
        }
        return {"id": self.id, **body} if self.id else body


class Alertmanager:
    """A client for one server; any thread may ask."""

    def __init__(self, server: Endpoint | Way, clock: Clock = SYSTEM) -> None:
        self.way: Way = Direct(server) if isinstance(server, Endpoint) else server
        self._clock = clock
        self._ahead = 0.0

    def __str__(self) -> str:
        return printable(self.way.url)

    def now(self) -> float:
        """Return the server's time as of its last reply, so that a silence begins and ends when it thinks so."""
        return self._clock.wall() + self._ahead

    @property
    def ahead(self) -> float:
        """The seconds by which the server's clock is ahead of ours, as of its last reply; 0 for what means nothing."""
        return self._ahead

    def status(self) -> WireServer:
        """Return its version and the state of its cluster."""
        return self._decode(self._get("/api/v2/status"), WireServer)

    def alerts(self, matchers: Iterable[Matcher] = ()) -> tuple[WireAlert, ...]:
        """Return all alerts, silenced and inhibited ones too, that every matcher matches."""
        query = [("filter", filter_of(matcher)) for matcher in matchers]
        return tuple(self._each(self._get("/api/v2/alerts", query), WireAlert))

    def muted(self) -> dict[str, tuple[str, ...]]:
        """Return the time intervals that mute alerts, by fingerprint: those that every group of an alert is muted by.

        Alertmanager tells them by group; before 0.28 it does not tell them at all.
        """
        intervals: dict[str, list[tuple[str, ...]]] = {}
        for group in self._each(self._get("/api/v2/alerts/groups"), WireGroup):
            for alert in group.alerts:
                intervals.setdefault(alert.fingerprint, []).append(alert.status.muted_by)
        return {
            fingerprint: tuple(dict.fromkeys(name for by in each for name in by))
            for fingerprint, each in intervals.items()
            if all(each)
        }

    def silences(self) -> tuple[Silence, ...]:
        """Return all silences it remembers, expired ones too."""
        return tuple(silence_of(one) for one in self._each(self._get("/api/v2/silences"), WireSilence))

    def silence(self, id_: str) -> Silence:
        """Return one silence. Raises AlertmanagerError of kind `not_found` when it is forgotten."""
        path = f"/api/v2/silence/{quote(id_, safe='')}"
        for _ in range(_LOOKS if self.way.through else 0):
            # What passes requests on may ask another member, which hears of a new silence by gossip.
            try:
                return silence_of(self._decode(self._get(path), WireSilence))
            except AlertmanagerError as error:
                if error.kind != "not_found":
                    raise
            time.sleep(_LOOK_PAUSE)
        return silence_of(self._decode(self._get(path), WireSilence))

    def post(self, draft: Draft) -> str:
        """Create or extend a silence and return its id, which need not be the draft's. Sent once, never again."""
        reply = self._exchange("POST", "/api/v2/silences", json=draft.body())
        return self._decode(reply, WirePosted).silence_id

    def expire(self, id_: str) -> None:
        """End a silence; ending an ended one is no error."""
        self._exchange("DELETE", f"/api/v2/silence/{quote(id_, safe='')}")

    def why_not_write(self) -> str:
        """Return why this user may not make, change or end a silence, empty when nothing is known against it."""
        try:
            return next((why for verb in ("create", "delete") if (why := self.way.why_not(verb))), "")
        except NoAnswer as error:
            raise _error(error) from None

    def _get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Reply:
        return self._exchange("GET", path, query=query)

    def _exchange(self, method: str, path: str, query: Sequence[tuple[str, str]] = (), json: Any = None) -> Reply:
        try:
            reply = self.way.exchange(method, path, query=query, json=json, again=method == "GET")
            url = str(self.way)
            check(reply, url, _SERVER)
        except NoAnswer as error:
            raise _error(error) from None
        if reply.date is not None:
            ahead = reply.date - self._clock.wall()
            # The header has whole seconds: a smaller difference means nothing.
            self._ahead = ahead if abs(ahead) > 2 else 0.0
        if reply.status == 200:
            return reply
        raise _refusal(reply, url, path)

    def _decode(self, reply: Reply, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(reply.body, type=shape)
        except msgspec.MsgspecError:
            raise self._misshapen() from None

    def _each(self, reply: Reply, shape: type[T]) -> list[T]:
        """Return the elements that have the shape; one odd element fails nobody else."""
        try:
            return msgspec.json.decode(reply.body, type=list[shape])  # type: ignore[valid-type]
        except msgspec.MsgspecError:
            pass
        found: list[T] = []
        for raw in self._decode(reply, list[msgspec.Raw]):
            try:
                found.append(msgspec.json.decode(raw, type=shape))
            except msgspec.MsgspecError:
                continue
        return found

    def _misshapen(self) -> AlertmanagerError:
        return AlertmanagerError("not_alertmanager", f"{self.way} does not answer as {_SERVER} does: check the address")


def silence_of(wire: WireSilence) -> Silence:
    """Return a silence as a value, its texts printable. Matchers keep their exact values: they are sent back."""
    return Silence(
        wire.id,
        wire.status.state,
        tuple(Matcher(m.name, m.value, m.is_regex, m.is_equal) for m in wire.matchers),
        moment_of(wire.starts_at) or 0.0,
        moment_of(wire.ends_at) or 0.0,
        printable(wire.created_by),
        printable(wire.comment),
        updated=moment_of(wire.updated_at) or 0.0,
    )


def filter_of(matcher: Matcher) -> str:
    """Return a matcher as a `filter` parameter: name and value escaped as Alertmanager's parser reads them."""
    name = matcher.name
    if not _CLASSIC.issuperset(name) or not name or name[0].isdigit():
        name = _quoted(name)
    sign = {(False, True): "=", (True, True): "=~", (False, False): "!=", (True, False): "!~"}
    return f"{name}{sign[matcher.regex, matcher.equal]}{_quoted(matcher.value)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _error(error: NoAnswer) -> AlertmanagerError:
    return AlertmanagerError("not_alertmanager" if error.kind == OTHER_SERVER else error.kind, str(error))


def _refusal(reply: Reply, url: str, path: str) -> AlertmanagerError:
    """Say why in the server's words: a bare JSON string, an object with `message`, a text, or nothing at all."""
    said = ""
    if not is_web_page(reply):
        try:
            decoded = msgspec.json.decode(reply.body, type=str | WireRefusal)
            said = decoded if isinstance(decoded, str) else decoded.message
        except msgspec.MsgspecError:
            said = reply.body[:500].decode(errors="replace").strip()
    said = shorten(printable(said), 300)
    # Ending an unknown silence is a 500 before 0.28.
    if "/silence/" in path and (reply.status == 404 or "silence not found" in said):
        return AlertmanagerError("not_found", f"{url} knows no such silence")
    if reply.status == 404:
        return AlertmanagerError(
            "not_alertmanager", f"{url} has no {_SERVER} API here (404): check the path in the URL"
        )
    if reply.status >= 500 or reply.status == 429:
        return AlertmanagerError("server", f"{url} answers {reply.status}" + (f": {said}" if said else ""))
    return AlertmanagerError("refused", f"{_SERVER} refuses: {said or reply.status}")
