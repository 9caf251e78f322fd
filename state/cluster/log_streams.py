"""Several logs in one: streams that come and go, brought together by their moments."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType

from state.clock import SYSTEM, Clock
from state.cluster.log_ring import Coming, LogRing
from state.cluster.log_source import LogSource, Look, look_at_container
from state.cluster.logs import LogFollower
from state.cluster.transport import Transport
from state.freshness import Freshness, Health, worst

STREAMS = 20
"""How many logs are followed at once, unless it is said otherwise: each is a connection and a thread."""
GATHERING = 1.0
"""Seconds in which the first lines of all streams are waited for, so that they begin in order."""
_MOST_WAITING = 20_000
_JOINED_AT = float("-inf")


@dataclass(frozen=True, slots=True)
class LogStream:
    """One container's log among several."""

    uid: str
    """The pod's; empty: whatever pod has that name."""
    namespace: str
    pod: str
    container: str
    label: str = ""
    """What tells it from the others, on each line."""
    cluster: str = ""
    """The context it is in."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.cluster, self.uid or f"{self.namespace}/{self.pod}", self.pod, self.container


class Inlet:
    """Where one stream's follower leaves its lines. Writing waits while more lie here than anybody took."""

    def __init__(self, stream: int, waiting: "_Waiting") -> None:
        self._stream = stream
        self._waiting = waiting
        self._lines: list[tuple[float, Coming]] = []
        self._last = _JOINED_AT
        self.lines = 0
        """How many lines came, marks not among them."""

    def put(self, lines: Iterable[tuple[str, float | None]], *, mark: bool = False) -> None:
        """Take lines with their moments, in order; blocks until there is room or the streams are closed."""
        stream, last = self._stream, self._last
        coming: list[tuple[float, Coming]] = []
        for text, moment in lines:
            # A stream keeps its own order, whatever its clock does.
            if moment is not None and moment > last:
                last = moment
            coming.append((last, Coming(text, moment, mark, stream)))
        self._last = last
        if not mark:
            self.lines += len(coming)
        with self._waiting.changed:
            self._waiting.changed.wait_for(lambda: self._waiting.count < _MOST_WAITING or self._waiting.closed)
            self._lines += coming
            self._waiting.count += len(coming)

    def take(self) -> list[tuple[float, Coming]]:
        """Return what has come since the last time; hold the lock."""
        found, self._lines = self._lines, []
        return found


class _Waiting:
    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.count = 0
        self.closed = False


class LogStreams:
    """Follows the logs that are wanted, up to a limit, into one ring. All methods belong to the loop."""

    def __init__(
        self,
        transport: Callable[[], Transport],
        ring: LogRing,
        *,
        elsewhere: Mapping[str, Callable[[], Transport]] = MappingProxyType({}),
        limit: int = STREAMS,
        previous: bool = False,
        tail: int | None = None,
        since: float | None = None,
        clock: Clock = SYSTEM,
        look: Look | None = look_at_container,
    ) -> None:
        """`tail` and `since` say how much of the first streams is read; those that join later are read whole.

        `elsewhere` asks the servers of other contexts, by their names.
        """
        self.ring = ring
        self.known: list[LogStream] = []
        """Every stream there was, by the number that its lines carry."""
        self.refused: tuple[LogStream, ...] = ()
        """Those beyond the limit."""
        self._transport = transport
        self._elsewhere = elsewhere
        self._limit = limit
        self._previous = previous
        self._tail, self._since = tail, since
        self._clock = clock
        self._look = look
        self._waiting = _Waiting()
        self._inlets: list[Inlet] = []
        self._followers: list[LogFollower] = []
        self._numbers: dict[tuple[str, str, str, str], int] = {}
        self._gone: set[int] = set()
        self._first: frozenset[tuple[str, str, str, str]] | None = None
        self._begun = clock.elapsed()
        self._gathered = False

    def want(self, streams: Sequence[LogStream]) -> None:
        """Follow these; what is not among them any more is read to its end, and its lines stay."""
        keys = {stream.key for stream in streams}
        if self._first is None and keys:
            self._first = frozenset(keys)
        for number, stream in enumerate(self.known):
            if stream.key not in keys and number not in self._gone:
                self._gone.add(number)
                self._followers[number].leave()
        waiting = [stream for stream in streams if stream.key not in self._numbers]
        free = max(0, self._limit - self.running)
        for stream in waiting[:free]:
            self._begin(stream)
        self.refused = tuple(waiting[free:])

    def pump(self) -> None:
        """Bring what came to the ring, in the order of its moments."""
        if not self._gathered:
            self._gathered = self._clock.elapsed() - self._begun > GATHERING or all(
                inlet.lines or follower.ended for inlet, follower in zip(self._inlets, self._followers, strict=True)
            )
            if not self._gathered:
                return
        waiting = self._waiting
        if not waiting.count:
            return
        with waiting.changed:
            parts = [part for inlet in self._inlets if (part := inlet.take())]
            waiting.count = 0
            waiting.changed.notify_all()
        if len(parts) == 1:
            self.ring.add([line for _, line in parts[0]])
        else:
            merged = [entry for part in parts for entry in part]
            merged.sort(key=itemgetter(0))
            self.ring.add([line for _, line in merged])

    def stop(self) -> None:
        """End them all; nothing is waited for."""
        with self._waiting.changed:
            self._waiting.closed = True
            self._waiting.changed.notify_all()
        for follower in self._followers:
            follower.stop()

    @property
    def running(self) -> int:
        """How many have not ended."""
        return sum(not follower.ended for follower in self._followers)

    @property
    def ended(self) -> bool:
        """Whether no more lines will come, unless others are wanted."""
        return bool(self._followers) and not self.running and not self._waiting.count

    @property
    def lines(self) -> int:
        """How many lines came, marks not among them."""
        return sum(inlet.lines for inlet in self._inlets)

    @property
    def freshness(self) -> Freshness:
        """How a single stream is; of several the worst that has not ended, live with the rest named in `reason`."""
        if not self._followers:
            return Freshness(Health.CONNECTING, self._clock.wall())
        if len(self._followers) == 1:
            return self._followers[0].freshness
        followers = [one for one in self._followers if not one.ended] or self._followers
        said = [one.freshness for one in followers]
        live = [one for one in said if one.health is Health.LIVE]
        if not live or len(live) == len(said):
            summary = worst(said)
            return Freshness(summary.health, summary.since, summary.answered, "" if live else summary.reason)
        other = worst([one for one in said if one.health is not Health.LIVE])
        reason = f"{len(said) - len(live)} of {len(said)} do not come: {other.reason or other.health.value}"
        return Freshness(Health.LIVE, live[0].since, live[0].answered, reason)

    def _begin(self, stream: LogStream) -> None:
        number = len(self.known)
        joined = self._first is not None and stream.key not in self._first
        source = LogSource(
            stream.namespace,
            stream.pod,
            stream.container,
            previous=self._previous,
            tail=None if joined else self._tail,
            since=None if joined else self._since,
            uid=stream.uid,
        )
        inlet = Inlet(number, self._waiting)
        transport = self._elsewhere.get(stream.cluster, self._transport)
        follower = LogFollower(transport, source, inlet, self._clock, self._look)
        self.known.append(stream)
        self._inlets.append(inlet)
        self._followers.append(follower)
        self._numbers[stream.key] = number
        follower.start()
