"""What a log screen reads: the logs of one pod or of many, which containers, how much; pods come and go."""

from collections.abc import Callable, Mapping, Sequence

from screens.log_pods import ManyPods, OnePod
from state.cell import STREAMS, Tone
from state.clock import Clock
from state.cluster.containers import ContainerState
from state.cluster.log_options import LogOptions
from state.cluster.log_part import HEAD, NEWEST
from state.cluster.log_pods import PodSet, Which
from state.cluster.log_ring import LogHead, LogRing
from state.cluster.log_streams import LogStreams
from state.cluster.transport import Transport
from state.freshness import Freshness, Health
from state.ref import Ref

NARROWEST_LABEL, WIDEST_LABEL = 12, 30


class LogFeed:
    """The logs that are read, into one ring. Belongs to the loop."""

    def __init__(
        self,
        transport: Callable[[], Transport],
        pods: Ref | Sequence[PodSet],
        options: LogOptions,
        clock: Clock,
        previous: bool,
    ) -> None:
        """`transport` is called on threads; it may block and raise ClusterError."""
        self.pods: OnePod | ManyPods = (
            OnePod(transport, pods, clock) if isinstance(pods, Ref) else ManyPods(transport, pods, clock)
        )
        self.which: Which | str = ""
        """Whose logs of each pod; empty until that is known."""
        self.previous = previous
        """Whether the run before the current one is read."""
        self.part = NEWEST
        """Which part is read."""
        self.ring = LogRing()
        self.names: Mapping[str, Tone] = {}
        """What tells the streams apart, with their tones."""
        self._transport = transport
        self._options = options
        self._clock = clock
        self._streams: LogStreams | None = None

    def open(self) -> None:
        """Read the chosen logs from their beginning into a new ring."""
        self.stop()
        self.ring = LogHead(HEAD) if self.part.oldest else LogRing()
        self.names = {}
        self._streams = LogStreams(
            self._transport,
            self.ring,
            elsewhere=self.pods.elsewhere if isinstance(self.pods, ManyPods) else {},
            limit=self._options.streams,
            previous=self.previous,
            tail=self.part.tail(several=self.pods.several),
            since=self.part.seconds,
            clock=self._clock,
        )
        self.want()
        if isinstance(self.pods, OnePod):
            self.pods.look_soon()

    def stop(self) -> None:
        """Read no more; nothing is waited for."""
        if self._streams is not None:
            self._streams.stop()

    def want(self) -> None:
        """Follow the logs of the pods that there are now."""
        streams = self._streams
        if streams is None:
            return
        before = len(streams.known)
        streams.want(self.pods.streams(self.which))
        if len(streams.known) != before:
            pods = {key: at for at, key in enumerate(dict.fromkeys(one.key[:3] for one in streams.known))}
            # A pod's containers share its tone; of a single pod each has its own.
            tones = [pods[one.key[:3]] if len(pods) > 1 else at for at, one in enumerate(streams.known)]
            self.names = {
                one.label: STREAMS[tone % len(STREAMS)] for one, tone in zip(streams.known, tones, strict=True)
            }

    def pump(self) -> None:
        """Take over what came."""
        streams = self._streams
        if streams is None:
            return
        if streams.refused and streams.running < self._options.streams:
            self.want()
        streams.pump()
        if self.more:
            streams.stop()

    @property
    def opened(self) -> bool:
        return self._streams is not None

    @property
    def look_is_due(self) -> bool:
        """Whether the one pod is to be looked at, because its log does not tell how it is."""
        streams, pods = self._streams, self.pods
        if streams is None or not isinstance(pods, OnePod) or not pods.look_is_due:
            return False
        said = streams.freshness
        return streams.lines == 0 or streams.ended or said.health is not Health.LIVE or bool(said.reason)

    # --- what there is to say of it ---

    def label(self, stream: int) -> str:
        """Return what tells a stream from the others."""
        streams = self._streams
        return streams.known[stream].label if streams is not None and stream < len(streams.known) else ""

    def label_width(self, room: int) -> int:
        """Return how wide the column of the streams' names is in `room` columns; 0 when there is but one stream."""
        if len(self.names) < 2:
            return 0
        return min(max(map(len, self.names)), WIDEST_LABEL, max(NARROWEST_LABEL, room // 4))

    @property
    def freshness(self) -> Freshness:
        if self._streams is not None:
            if isinstance(self.pods, ManyPods) and not self._streams.known:
                # No pod is there whose log could come late.
                return Freshness(Health.LIVE, self._clock.wall(), self._clock.wall())
            return self._streams.freshness
        return self.pods.freshness if isinstance(self.pods, OnePod) else Freshness(Health.CONNECTING, 0.0)

    @property
    def state(self) -> ContainerState:
        """How the one container is, when there is but one."""
        pods, which = self.pods, self.which
        return pods.state_of(which) if isinstance(pods, OnePod) and isinstance(which, str) else ContainerState()

    @property
    def ended(self) -> bool:
        """Whether no more lines will come."""
        return self._streams is not None and self._streams.ended

    @property
    def gone(self) -> bool:
        """Whether the one pod is gone."""
        return isinstance(self.pods, OnePod) and self.pods.gone

    @property
    def refused(self) -> int:
        """How many logs are not followed because there are too many."""
        return len(self._streams.refused) if self._streams is not None else 0

    @property
    def more(self) -> bool:
        """Whether there is more of the log than is kept from its beginning."""
        return isinstance(self.ring, LogHead) and self.ring.full

    @property
    def whose(self) -> str:
        """Whose log it is in words, empty while that is not known."""
        pods, streams = self.pods, self._streams
        if streams is None:
            return ""
        which = self.which if isinstance(self.which, str) else ""
        if isinstance(pods, OnePod):
            return which or "all containers"
        count = f"{pods.count} pod{'s' if pods.count != 1 else ''}"
        if pods.contexts > 1:
            count += f" of {pods.contexts} contexts"
        if which:
            return f"{which} of {count}"
        return f"{streams.running} logs of {count}" if streams.running > pods.count else count

    @property
    def part_words(self) -> str:
        """Which part is read, in words."""
        return self.part.words(several=self.pods.several)
