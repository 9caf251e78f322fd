"""A container's log, followed on a thread into a ring, over restarts and broken connections."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any

from state import threads
from state.age import short_age
from state.clock import SYSTEM, Clock
from state.cluster.errors import ApiError, ClusterError
from state.cluster.log_lines import Continuation, LineCutter, Stamped, stamped
from state.cluster.log_ring import LogRing
from state.cluster.reflector import status_error
from state.cluster.transport import Answer, Request, Stream, Transport
from state.freshness import Freshness, Health
from state.printable import printable
from state.rfc3339 import timestamp

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
TAIL = 1000
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 10.0
_LONGEST_REFUSAL = 64 * 1024
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LogSource:
    """Which log, and how much of it."""

    namespace: str
    pod: str
    container: str
    previous: bool = False
    """The log of the container's instance before this one, which has an end."""
    follow: bool = True
    tail: int | None = TAIL
    """Lines from the end to begin with; None: all."""
    since: float | None = None
    """Seconds back from now to begin with; None: no limit."""

    def request(self, after: float | None = None) -> Request:
        """Return the request; `after` (seconds since the epoch) goes on from there instead of tail and since."""
        query: list[tuple[str, str]] = [("container", self.container), ("timestamps", "true")]
        if self.previous:
            query.append(("previous", "true"))
        elif self.follow:
            query.append(("follow", "true"))
        if after is not None:
            query.append(("sinceTime", timestamp(float(int(after)))))
        else:
            if self.tail is not None:
                query.append(("tailLines", str(self.tail)))
            if self.since is not None:
                query.append(("sinceSeconds", str(max(1, ceil(self.since)))))
        path = f"/api/v1/namespaces/{self.namespace}/pods/{self.pod}/log"
        follows = self.follow and not self.previous
        return Request(path, tuple(query), accept="*/*", read_timeout=None if follows else 30.0)


@dataclass(frozen=True, slots=True)
class Containers:
    """The containers of a pod and which one's log is meant."""

    names: tuple[str, ...]
    """In the pod's order: containers, then init containers, then ephemeral ones."""
    chosen: str
    """The one its annotation names, or the only one; empty: ask."""


def containers_of(pod: dict[str, Any]) -> Containers:
    """Return a pod's containers and the one to begin with."""
    spec = pod.get("spec") or {}
    kinds = [
        [printable(str(one.get("name", ""))) for one in spec.get(key) or () if isinstance(one, dict)]
        for key in ("containers", "initContainers", "ephemeralContainers")
    ]
    names = tuple(name for kind in kinds for name in kind)
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    wanted = annotations.get(DEFAULT_CONTAINER, "")
    if wanted in names:
        return Containers(names, wanted)
    return Containers(names, kinds[0][0] if len(kinds[0]) == 1 else "")


class LogFollower:
    """Keeps a ring filled with a container's log.

    Follows a restarted container on; a broken connection is mended, with a mark in the ring and without a line
    twice. Ends by itself when the pod is gone, when reading is denied, and at the end of a log that has one.
    """

    def __init__(
        self,
        transport: Callable[[], Transport],
        source: LogSource,
        ring: LogRing | None = None,
        clock: Clock = SYSTEM,
    ) -> None:
        """`transport` is called on the follower's thread; it may block and raise ClusterError."""
        self.source = source
        self.ring = ring if ring is not None else LogRing()
        self.freshness = Freshness(Health.CONNECTING, clock.wall())
        self.ended = False
        """Whether no more lines will come."""
        self._transport = transport
        self._clock = clock
        self._seen = Continuation()
        self._stream: Stream | None = None
        self._wake = threading.Event()
        self._stopped = False
        self._heard: float | None = None

    def start(self) -> None:
        """Begin to read."""
        threads.start(f"log of {self.source.pod}", self.run)

    def stop(self) -> None:
        """End it from any thread; nothing is waited for."""
        self._stopped = True
        self._wake.set()
        stream = self._stream
        if stream is not None:
            stream.shutdown()

    def run(self) -> None:
        """Read until the log ends or somebody stops it; for the thread that `start` begins."""
        pause, broken_at = FIRST_PAUSE, None
        try:
            while not self._stopped:
                before = self.ring.end
                try:
                    self._read(broken_at)
                    broken_at = None
                    if not self.source.follow or self.source.previous:
                        return
                    # The container ended, and may come back.
                    self._says(Health.LIVE, "the container's log ended")
                except ApiError as error:
                    if not self._worth_waiting(error):
                        return
                except ClusterError as error:
                    broken_at = broken_at or self._clock.elapsed()
                    self._says(Health.FAILED if self._heard is None else Health.STALE, str(error))
                pause = FIRST_PAUSE if self.ring.end > before else min(LONGEST_PAUSE, pause * 2)
                self._wake.wait(pause)
                self._wake.clear()
        finally:
            self.ended = True

    def _read(self, broken_at: float | None) -> None:
        transport = self._transport()
        after = self._seen.last
        if after is None and self.ring.end:
            # The server writes no moments: some lines may come twice, none is left out.
            after = self._heard
        stream = transport.open(self.source.request(after))
        self._stream = stream
        if self._stopped:
            stream.shutdown()
        try:
            if stream.status != 200:
                self._refuse(stream)
            if broken_at is not None and self.ring.end:
                for_how_long = short_age(self._clock.elapsed() - broken_at)
                self.ring.put([(f"connection lost for {for_how_long}, going on", None)], mark=True)
            self._seen.reopened()
            if self.freshness.health is not Health.LIVE:
                self._says(Health.LIVE)
            cutter = LineCutter()
            while chunk := stream.read():
                self._heard = self._clock.wall()
                if self.freshness.reason:
                    self._says(Health.LIVE)
                self._put(cutter.feed(chunk))
            self._put(cutter.end())
        finally:
            self._stream = None
            stream.shutdown()

    def _refuse(self, stream: Stream) -> None:
        body = b""
        while len(body) < _LONGEST_REFUSAL and (chunk := stream.read()):
            body += chunk
        raise status_error(Answer(stream.status, body)) or ApiError(stream.status, "", f"status {stream.status}")

    def _put(self, lines: Iterable[str]) -> None:
        fresh: Iterable[Stamped] = self._seen.new(map(stamped, lines))
        self.ring.put([(line.text, line.moment) for line in fresh])

    def _worth_waiting(self, error: ApiError) -> bool:
        """Whether to ask again: a container that is about to start, a server that is busy."""
        if error.denied:
            self._says(Health.DENIED, error.message)
            return False
        self._says(Health.FAILED if self._heard is None else Health.STALE, error.message)
        if error.status == 404 or self.source.previous:
            return False
        return error.status >= 500 or error.status == 429 or "waiting to start" in error.message

    def _says(self, health: Health, reason: str = "") -> None:
        before = self.freshness
        since = before.since if before.health is health else self._clock.wall()
        if health is Health.LIVE and not reason:
            self._heard = self._clock.wall()
        self.freshness = Freshness(health, since, self._heard, printable(reason))
