"""A container's log, followed on a thread, over restarts, rotations and broken connections."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from state import threads
from state.age import short_age
from state.clock import SYSTEM, Clock
from state.cluster.containers import ContainerState
from state.cluster.errors import ApiError, ClusterError
from state.cluster.log_continuation import Continuation
from state.cluster.log_lines import LineCutter, Stamped, stamped
from state.cluster.log_ring import LogRing
from state.cluster.log_source import LogSource, Look
from state.cluster.log_told import LogTold, Outlet
from state.cluster.reflector import status_error
from state.cluster.transport import Answer, Stream, Transport
from state.freshness import Freshness, Health

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 10.0
_LONGEST_REFUSAL = 64 * 1024


class _PodGone(Exception):
    """The pod is gone; one of its name may be there."""


class LogFollower:
    """Gives an outlet a container's log, each line once.

    Follows a restarted container on; of a run that ended while nobody listened the rest is read too. A broken
    connection, a restart and a place where lines may be missing are marked. Ends by itself when the pod is gone,
    when reading is denied, when the container will not be started again, and at the end of a log that has one.
    """

    def __init__(
        self,
        transport: Callable[[], Transport],
        source: LogSource,
        outlet: Outlet | None = None,
        clock: Clock = SYSTEM,
        look: Look | None = None,
    ) -> None:
        """`transport` is called on the follower's thread; it may block and raise ClusterError.

        `look` tells how the container is when its log ends; without it only the log itself is asked.
        """
        self.source = source
        self.ring = LogRing()
        """What is filled when no outlet was given."""
        self.ended = False
        """Whether no more lines will come."""
        self._transport = transport
        self._clock = clock
        self._look = look
        self._seen = Continuation()
        self._told = LogTold(self.ring if outlet is None else outlet, self._seen, clock)
        self._restarts: int | None = None
        """Of the container, as last seen."""
        self._run_ended = False
        """Whether the run that was read last has ended and was read to its end."""
        self._ran_before: bool | None = None
        """After a break, until the first new line: whether the run before followed on what had been read."""
        self._stream: Stream | None = None
        self._wake = threading.Event()
        self._stopped = self._leaving = False

    @property
    def freshness(self) -> Freshness:
        """How fresh it is, with the reason why it is not fresher."""
        return self._told.freshness

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

    def leave(self) -> None:
        """Read what there still is and then end: the pod is gone."""
        self._leaving = True
        self._wake.set()

    def run(self) -> None:
        """Read until the log ends or somebody stops it; for the thread that `start` begins."""
        pause, broken_at = FIRST_PAUSE, None
        try:
            while not self._stopped:
                before = self._told.lines
                try:
                    transport = self._transport()
                    self._read(transport, broken_at)
                    broken_at = None
                    if not self.source.goes_on or self._is_over(transport):
                        return
                except _PodGone:
                    self._leaving = True
                    return
                except ApiError as error:
                    if not self._worth_waiting(error):
                        return
                except ClusterError as error:
                    if self._leaving:
                        return
                    broken_at = broken_at or self._clock.elapsed()
                    self._told.says_failed(str(error))
                pause = FIRST_PAUSE if self._told.lines > before else min(LONGEST_PAUSE, pause * 2)
                self._wait(pause)
                if self._leaving:
                    return
        finally:
            self._told.put_rest()
            if self._leaving:
                self._told.mark("the pod is gone")
            self.ended = True

    # --- reading ---

    def _read(self, transport: Transport, broken_at: float | None) -> None:
        since = self._seen.since
        after = since
        if after is None and self._told.lines:
            # The server writes no moments: some lines may come twice, none is left out.
            after = self._told.heard
        stream = transport.open(self.source.request(after))
        self._stream = stream
        if self._stopped:
            stream.shutdown()
        try:
            if stream.status != 200:
                raise _refusal(stream)
            if broken_at is not None and self._told.lines:
                self._told.mark(f"connection lost for {short_age(self._clock.elapsed() - broken_at)}, going on")
            # What the run before wrote last is asked for once this run's log is held: so none falls between.
            self._ran_before = self._read_run_before(transport, since) if since is not None else None
            self._seen.reopened()
            if self.freshness.health is not Health.LIVE:
                self._told.says(Health.LIVE)
            cutter = LineCutter()
            try:
                while chunk := stream.read():
                    self._told.heard = self._clock.wall()
                    if self.freshness.reason:
                        self._told.says(Health.LIVE)
                    self._take(transport, self._seen.new(map(stamped, cutter.feed(chunk))))
            finally:
                self._take(transport, self._seen.end())
            if cutter.rest:
                self._told.rest = next(cutter.end())
        finally:
            self._stream = None
            stream.shutdown()

    def _take(self, transport: Transport, fresh: Iterator[Stamped]) -> None:
        """Put new lines; before the first one say what lies between it and what came before."""
        if self._ran_before is not None:
            held: list[Stamped] = []
            for line in fresh:
                held.append(line)
                if line.moment is not None:
                    if not self._seen.matched:
                        self._cross(transport, line)
                    self._ran_before = None
                    break
            self._told.put(held)
        self._told.put(fresh)

    def _read_run_before(self, transport: Transport, since: float) -> bool:
        """Put what the container's run before this one wrote since then and nobody read; whether it followed on."""
        stream = transport.open(replace(self.source, previous=True).request(since))
        before = self._told.lines
        self._seen.reopened()
        try:
            if stream.status != 200:
                return False
            cutter = LineCutter()
            while chunk := stream.read():
                for line in self._seen.new(map(stamped, cutter.feed(chunk))):
                    if self._told.lines == before and not self._seen.matched:
                        self._told.mark_gap()
                    self._told.put([line])
            self._told.put(self._seen.new(map(stamped, cutter.end())))
        finally:
            stream.shutdown()
        return self._seen.matched or self._told.lines > before

    def _cross(self, transport: Transport, line: Stamped) -> None:
        """Say what lies between the lines that came before and a new one that does not follow on them."""
        ran_before = self._ran_before
        state = self._state(transport)
        if state is None and self._look is not None:
            raise _PodGone
        before, count = self._restarts, state.restarts if state is not None else 0
        restarted = bool(ran_before) or (before is not None and count > before)
        # Of a run that was read to its end nothing is missing before the next one.
        if not ran_before and not (self._run_ended and before is not None and count == before + 1):
            if not f"{line.stamp} {line.text}".startswith(self._told.rest):
                self._told.put_rest(known=False)
            self._told.mark_gap(": the log was rotated meanwhile" if before == count and state is not None else "")
        if restarted:
            self._told.mark(f"the container was started again{f', restart {count}' if count else ''}")
        if state is not None:
            self._restarts = count
        self._run_ended = False
        self._seen.begun()

    # --- a run's end ---

    def _is_over(self, transport: Transport) -> bool:
        """Say that the container's log has an end, and wait until there may be more; whether there never will be."""
        if self._leaving or self._stopped:
            return True
        state = self._state(transport)
        if state is not None and state.phase == "running" and self._look is not None:
            # The server learns of an end a moment later than the log.
            self._wait(FIRST_PAUSE)
            state = self._state(transport)
        if self._look is not None and state is None:
            self._leaving = True
            return True
        if state is None:
            self._told.says(Health.LIVE, "the container's log ended")
            return False
        if state.phase == "running":
            # The connection was ended from the other side, or it runs again already.
            return False
        self._told.put_rest()
        ending = f": {state.ending}" if state.ending else ""
        reason = f"the container ended{ending}"
        if self.freshness.reason != reason:
            self._told.mark(reason)
        self._told.says(Health.LIVE, reason)
        self._restarts, self._run_ended = state.restarts, True
        return state.final or self._is_gone_waiting(transport, state.restarts)

    def _is_gone_waiting(self, transport: Transport, restarts: int) -> bool:
        """Wait until the container runs again; whether its pod went instead."""
        pause = FIRST_PAUSE
        while not self._stopped:
            self._wait(pause)
            if self._leaving:
                return True
            state = self._state(transport)
            if state is None:
                self._leaving = True
                return True
            if state.phase == "running" or state.restarts != restarts:
                return False
            if state.final:
                return True
            pause = min(LONGEST_PAUSE, pause * 2)
        return True

    def _state(self, transport: Transport) -> ContainerState | None:
        return self._look(transport, self.source) if self._look is not None else None

    def _worth_waiting(self, error: ApiError) -> bool:
        """Whether to ask again: a container that is about to start, a server that is busy."""
        if error.denied:
            self._told.says(Health.DENIED, error.message)
            return False
        self._told.says_failed(error.message)
        if error.status == 404 or not self.source.goes_on or self._leaving:
            return False
        return error.status >= 500 or error.status == 429 or "waiting to start" in error.message

    def _wait(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()


def _refusal(stream: Stream) -> ApiError:
    body = b""
    while len(body) < _LONGEST_REFUSAL and (chunk := stream.read()):
        body += chunk
    return status_error(Answer(stream.status, body)) or ApiError(stream.status, "", f"status {stream.status}")
