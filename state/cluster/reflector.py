"""Keeping rows equal to what an API server says: list, watch, list again; without a socket or a clock in sight.

A reflector is three generators, each around the next: `_watch` (one watch), `_list_then_watch` (until the
server forgot our revision) and `run` (for ever, with back-off). They yield steps and are sent what came of
them; whoever drives them does the waiting and the reading, or a test does.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from state.cluster.errors import ApiError, Cause, ClusterError, SignInFailed
from state.cluster.kinds.kind import Bookmark, Changed, Deleted, Event, Failure, Kind, Page, R, Row
from state.cluster.transport import Answer, Query, Request
from state.freshness import Health
from state.mirror import GONE, Gone
from state.printable import printable

R_in = TypeVar("R_in", bound=Row, contravariant=True)

PAGE = 500
WATCH_SECONDS = 290
FIRST_BACK_OFF = 0.5
LONGEST_BACK_OFF = 30.0
DENIED_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """Step: do the request; send the whole `Answer`, or throw the ClusterError."""

    request: Request


@dataclass(frozen=True, slots=True)
class Watch:
    """Step: open the request; send None when it streams (200), the whole `Answer` for any other status."""

    request: Request


@dataclass(frozen=True, slots=True)
class Read:
    """Step: send the open watch's next bytes, `b""` at its end, or throw the ClusterError."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Step: send None after this many seconds, or sooner when there is reason to hope."""

    seconds: float


Step = Call | Watch | Read | Wait
Reply = Answer | bytes | None
Steps = Generator[Step, Reply, None]


class Sink(Protocol[R_in]):
    """Where a reflector leaves what it learns. Called on its driver's thread."""

    def put(self, changes: Iterable[tuple[str, R_in | Gone]]) -> None:
        """Take rows and goings, in order."""
        ...

    def says(self, health: Health, reason: str = "") -> None:
        """Take the source's condition; repeated when nothing changed."""
        ...

    def answered(self) -> None:
        """Take note that the server was heard."""
        ...


class Expired(Exception):
    """The server no longer knows our revision: list again."""


class Reflector(Generic[R]):
    """One kind in one namespace (`""`: all of them, or a cluster-wide kind) of one server."""

    def __init__(
        self, kind: Kind[R], namespace: str, sink: Sink[R], jitter: Callable[[], float], known: Iterable[str] = ()
    ) -> None:
        """`jitter` gives numbers in 0..1; `known` are the uids of rows that the first list may sweep."""
        self._kind = kind
        self._path = kind.reads.path(namespace)
        self._sink = sink
        self._jitter = jitter
        self._version: str | None = None
        self._known = set(known)
        self._unsure = False

    def run(self) -> Steps:
        """Yield steps for ever."""
        failures = 0
        while True:
            pause = 0.0
            had = self._version
            try:
                yield from self._list_then_watch()
                failures = 0
            except ApiError as error:
                failures += 1
                if error.denied:
                    self._sink.says(Health.DENIED, printable(error.message))
                    pause = DENIED_PAUSE
                elif error.status == 404:
                    self._sink.says(Health.FAILED, "the server does not serve this kind")
                    pause = DENIED_PAUSE
                else:
                    self._sink.says(Health.STALE, printable(f"the server answers {error.status}: {error.message}"))
            except (SignInFailed, ClusterError) as error:
                failures = 1 if self._version != had else failures + 1
                self._unsure = True
                self._sink.says(Health.STALE, printable(str(error)))
            except ValueError as error:
                failures += 1
                self._sink.says(Health.STALE, printable(str(error)))
            yield Wait(pause or self._back_off(failures))

    def list_once(self) -> Steps:
        """Yield the steps of one complete list. Raises ClusterError, or ValueError for a body that is no list."""
        yield from self._list()
        self._sink.says(Health.LIVE)

    def forget(self) -> None:
        """Let go of the rows' keys. The next list sweeps nothing."""
        self._known = set()

    def _back_off(self, failures: int) -> float:
        longest = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2.0 ** min(failures, 16))
        return longest * (0.5 + 0.5 * self._jitter())

    def _list_then_watch(self) -> Steps:
        if self._version is not None and self._unsure:
            yield from self._recheck()
        if self._version is None:
            yield from self._list()
        self._unsure = False
        while self._version is not None:
            try:
                yield from self._watch()
            except Expired:
                self._version = None

    def _recheck(self) -> Steps:
        """After a break: a server restored from an older backup answers a watch from the future with silence."""
        query: Query = (
            ("limit", "1"),
            ("resourceVersion", self._version or ""),
            ("resourceVersionMatch", "NotOlderThan"),
        )
        answer = yield Call(self._request(query))
        assert isinstance(answer, Answer)
        error = status_error(answer)
        if error is None:
            return
        if error.expired or "Too large resource version" in error.message:
            self._version = None
        else:
            raise error

    def _list(self) -> Steps:
        seen: set[str] = set()
        token = ""
        while True:
            query: Query = (("limit", str(PAGE)),)
            if token:
                query += (("continue", token),)
            answer = yield Call(self._request(query))
            assert isinstance(answer, Answer)
            error = status_error(answer)
            if error is not None:
                if error.expired and token:
                    # Another list: what only the first pages of this one held may be gone by now.
                    token = ""
                    seen.clear()
                    continue
                raise error
            page: Page[R] = self._kind.decoder.page(answer.body)
            self._sink.answered()
            self._sink.put([(row.uid, row) for row in page.rows])
            uids = [row.uid for row in page.rows]
            seen.update(uids)
            # At once: rows of a list that breaks off are swept by the next one.
            self._known.update(uids)
            token = page.continue_token
            if not token:
                break
        self._sink.put([(uid, GONE) for uid in self._known - seen])
        self._known = seen
        self._version = page.resource_version

    def _watch(self) -> Steps:
        query: Query = (
            ("watch", "1"),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", str(int(WATCH_SECONDS * (1 + 0.2 * self._jitter())))),
            ("resourceVersion", self._version or ""),
        )
        answer = yield Watch(replace(self._request(query), read_timeout=None))
        if isinstance(answer, Answer):
            error = status_error(answer) or ApiError(answer.status, "", f"unexpected status {answer.status}")
            if error.expired:
                raise Expired
            raise error
        self._sink.says(Health.LIVE)
        lines = Lines()
        heard = False
        while True:
            chunk = yield Read()
            assert isinstance(chunk, bytes)
            if not chunk:
                break
            heard = True
            self._sink.answered()
            self._sink.put(self._rows(lines.feed(chunk)))
        if not heard:
            # A server that ends watches at once is asked again, but not as fast as the wire allows.
            yield Wait(1.0 + self._jitter())

    def _request(self, query: Query) -> Request:
        return Request(self._path, self._kind.query + query, accept=self._kind.accept)

    def _rows(self, lines: Iterable[bytes]) -> list[tuple[str, R | Gone]]:
        changes: list[tuple[str, R | Gone]] = []
        for event in self._events(lines):
            if isinstance(event, Changed):
                row = event.row
                changes.append((row.uid, row))
                self._known.add(row.uid)
            elif isinstance(event, Deleted):
                changes.append((event.uid, GONE))
                self._known.discard(event.uid)
            elif isinstance(event, Failure):
                self._sink.put(changes)
                if event.status == 410 or event.status == 0:
                    # What cannot be read may hide a change; only a new list makes it good.
                    raise Expired
                raise ApiError(event.status, event.reason, event.message)
            else:
                assert isinstance(event, Bookmark)
            self._version = event.resource_version or self._version
        return changes

    def _events(self, lines: Iterable[bytes]) -> Iterator[Event[R]]:
        decode = self._kind.decoder.event
        for line in lines:
            found = decode(line)
            if isinstance(found, list):
                yield from found
            else:
                yield found


class Lines:
    """Lines from chunks split anywhere. A line longer than `longest` bytes raises ValueError."""

    def __init__(self, longest: int = 64 * 1024 * 1024) -> None:
        self._parts: list[bytes] = []
        self._held = 0
        self._longest = longest

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Iterate over the lines this chunk completes, without their ends; empty ones are left out."""
        first, newline, rest = chunk.partition(b"\n")
        self._parts.append(first)
        self._held += len(first)
        if not newline:
            if self._held > self._longest:
                raise ValueError(f"a line of more than {self._longest} bytes")
            return iter(())
        whole = b"".join(self._parts)
        *lines, tail = rest.split(b"\n")
        self._parts = [tail]
        self._held = len(tail)
        return (line for line in (whole, *lines) if line)


class _Status(msgspec.Struct):
    message: str = ""
    reason: str = ""
    code: int = 0
    details: Any = None


def status_error(answer: Answer) -> ApiError | None:
    """Return what a server's refusal says, None for an answer that is none."""
    if 200 <= answer.status < 300:
        return None
    try:
        status = msgspec.json.decode(answer.body, type=_Status)
    except msgspec.MsgspecError:
        text = answer.body[:200].decode(errors="replace").strip()
        return ApiError(answer.status, "", printable(text) or f"HTTP status {answer.status}")
    message = status.message or status.reason or f"HTTP status {answer.status}"
    return ApiError(answer.status, status.reason, printable(message), _causes(status.details))


def _causes(details: Any) -> tuple[Cause, ...]:
    found = details.get("causes") if isinstance(details, dict) else None
    return tuple(
        Cause(*(printable(str(one.get(part) or "")) for part in Cause._fields))
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    )
