"""Threads that drive reflectors: a watch a thread up to a cap, and beyond it lists in turn."""

import heapq
import logging
import threading
from collections.abc import Callable, Iterable
from functools import partial
from random import Random
from typing import Any

from state import memory, threads
from state.clock import Clock
from state.cluster.errors import ClusterError
from state.cluster.kinds.kind import Kind
from state.cluster.reflector import Call, Read, Reflector, Reply, Steps, Wait, Watch
from state.cluster.transport import Answer, Stream, Transport
from state.freshness import Freshness, Health
from state.mirror import Gone, Inbox

WATCHES = 128
LISTERS = 4
_LISTS_AT_ONCE = 4
_RELIST_SECONDS = 10.0
_RELISTS_A_SECOND = 16
_LONGEST_REFUSAL = 64 * 1024
# Not the shared generator: what threads take from it others would miss.
_jitter = Random()
_log = logging.getLogger(__name__)


class Source:
    """One kind in one namespace, being kept up to date. Its fields are written by its driver's thread."""

    def __init__(
        self, kind: Kind[Any], namespace: str, inbox: Inbox[Any], clock: Clock, known: Iterable[str] = ()
    ) -> None:
        self.kind = kind
        self.namespace = namespace
        self.freshness = Freshness(Health.CONNECTING, clock.wall())
        self.complete = False
        """Whether a whole list has come at least once."""
        self.revision = 0
        self._inbox = inbox
        self._clock = clock
        self._heard: float | None = None
        self._stream: Stream | None = None
        self._wake = threading.Event()
        self._listed = 0
        """Bytes of the pages since the last watch."""
        self.stopped = False
        self.reflector = Reflector(kind, namespace, self, _jitter.random, known)

    # --- what the reflector says ---

    def put(self, changes: Iterable[tuple[str, Any | Gone]]) -> None:
        if not self.stopped:
            self._inbox.put(changes)

    def answered(self) -> None:
        self._heard = self._clock.wall()

    def says(self, health: Health, reason: str = "") -> None:
        if health is Health.STALE and self._heard is None:
            health = Health.FAILED
        if health is Health.LIVE:
            self.complete = True
            self.answered()
        before = self.freshness
        same = before.health is health and before.reason == reason
        if same and before.answered == self._heard:
            return
        since = before.since if before.health is health else self._clock.wall()
        self.freshness = Freshness(health, since, self._heard, reason)
        if not same:
            self.revision += 1
            _log.info("%s in %s: %s %s", self.kind.resource.plural, self.namespace or "all", health.value, reason)

    # --- what its owner says ---

    @property
    def heard(self) -> float | None:
        """When the server was last heard, in seconds since the epoch."""
        return self._heard

    def stop(self) -> None:
        """End it from any thread; nothing is waited for."""
        self.stopped = True
        self._wake.set()
        stream = self._stream
        if stream is not None:
            stream.shutdown()

    def hurry(self) -> None:
        """End a back-off now."""
        self._wake.set()

    def pause(self, seconds: float) -> None:
        """Block its driver until the time is over or somebody has a reason to hope."""
        self._wake.wait(seconds)
        self._wake.clear()

    # --- what drives it ---

    def drive(self, steps: Steps, transport: Transport, lists: threading.Semaphore) -> None:
        """Do the steps until they end or the source is stopped. Raises what the steps raise."""
        reply: Reply = None
        error: ClusterError | None = None
        try:
            while not self.stopped:
                try:
                    step = steps.throw(error) if error is not None else steps.send(reply)
                except StopIteration:
                    return
                reply, error = None, None
                try:
                    if isinstance(step, Wait):
                        self.pause(step.seconds)
                    elif isinstance(step, Call):
                        with lists:
                            reply = transport.call(step.request)
                        self._listed += len(reply.body)
                    elif isinstance(step, Watch):
                        reply = self._open(step, transport)
                    elif isinstance(step, Read):
                        assert self._stream is not None
                        reply = self._stream.read()
                except ClusterError as caught:
                    error = caught
        finally:
            steps.close()
            self._close()
            if self.stopped:
                # The two hold each other, so without this the keys of all rows would wait for the garbage collector.
                self.reflector.forget()

    def _open(self, step: Watch, transport: Transport) -> Reply:
        self._close()
        memory.give_back_after(self._listed)
        self._listed = 0
        stream = transport.open(step.request)
        if stream.status == 200:
            self._stream = stream
            if self.stopped:
                stream.shutdown()
            return None
        body = b""
        while len(body) < _LONGEST_REFUSAL and (chunk := stream.read()):
            body += chunk
        stream.shutdown()
        return Answer(stream.status, body)

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.shutdown()


class Drivers:
    """The threads of one cluster: a watch each for the first sources, lists in turn for those beyond the cap."""

    def __init__(
        self, transport: Callable[[], Transport], clock: Clock, watches: int = WATCHES, listers: int = LISTERS
    ) -> None:
        """`transport` is called on a source's thread; it may block and raise ClusterError."""
        self._transport = transport
        self._clock = clock
        self._watches = watches
        self._listers = listers
        self._lists = threading.Semaphore(_LISTS_AT_ONCE)
        self._lock = threading.Lock()
        self._watched: set[Source] = set()
        self._queued = threading.Condition(self._lock)
        self._due: list[tuple[float, int, Source]] = []
        self._turn = 0
        self._running_listers = 0

    def add(self, source: Source) -> None:
        """Begin to keep a source up to date."""
        with self._lock:
            watched = source.kind.watched and len(self._watched) < self._watches
            if watched:
                self._watched.add(source)
        if watched:
            threads.start(_name(source), partial(self._watch, source))
        else:
            self._enqueue(source, 0.0)

    def stop(self, sources: Iterable[Source]) -> None:
        """End sources; a place that becomes free goes to one that is only listed."""
        for source in sources:
            source.stop()

    def hurry(self) -> None:
        """End every back-off: the server answers again."""
        with self._lock:
            now = self._clock.elapsed()
            self._due = [(min(when, now), turn, source) for when, turn, source in self._due]
            heapq.heapify(self._due)
            self._queued.notify_all()
            watched = list(self._watched)
        for source in watched:
            source.hurry()

    @property
    def watching(self) -> int:
        """How many sources have a watch of their own."""
        return len(self._watched)

    @property
    def listing(self) -> int:
        """How many sources beyond the cap are listed in turn."""
        return len(self._due)

    def _watch(self, source: Source) -> None:
        try:
            while not source.stopped:
                try:
                    transport = self._transport()
                except ClusterError as error:
                    source.says(Health.STALE, str(error))
                    source.pause(2.0)
                    continue
                source.drive(source.reflector.run(), transport, self._lists)
        finally:
            with self._lock:
                self._watched.discard(source)
            self._promote()

    def _promote(self) -> None:
        with self._lock:
            for one in sorted(self._due):
                if len(self._watched) >= self._watches:
                    break
                source = one[2]
                if not source.kind.watched:
                    continue
                self._due.remove(one)
                if not source.stopped:
                    self._watched.add(source)
                    threads.start(_name(source), partial(self._watch, source))
            heapq.heapify(self._due)

    def _enqueue(self, source: Source, delay: float) -> None:
        with self._lock:
            self._turn += 1
            heapq.heappush(self._due, (self._clock.elapsed() + delay, self._turn, source))
            if self._running_listers < self._listers:
                self._running_listers += 1
                threads.start("lister", self._list_in_turn)
            self._queued.notify()

    def _list_in_turn(self) -> None:
        while True:
            with self._lock:
                while self._due and self._due[0][2].stopped:
                    heapq.heappop(self._due)
                if not self._due:
                    self._running_listers -= 1
                    return
                when, _, source = self._due[0]
                now = self._clock.elapsed()
                if when > now:
                    self._queued.wait(min(when - now, 1.0))
                    continue
                heapq.heappop(self._due)
            pause = max(_RELIST_SECONDS, len(self._due) / _RELISTS_A_SECOND) * _jitter.uniform(0.9, 1.1)
            try:
                source.drive(source.reflector.list_once(), self._transport(), self._lists)
            except ClusterError as error:
                denied = getattr(error, "denied", False)
                source.says(Health.DENIED if denied else Health.STALE, str(error))
                pause *= 3
            except ValueError as error:
                source.says(Health.STALE, str(error))
            if not source.stopped:
                self._enqueue(source, pause)


def _name(source: Source) -> str:
    return f"watch {source.kind.resource.plural} {source.namespace or '*'}"
