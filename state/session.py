"""What one cockpit has open, and how it all is taken forward together. Only the composition root sees it whole."""

from dataclasses import dataclass, field

from state.alerts.clusters import Clusters
from state.alerts.keeper import AckKeeper, LeftAcks
from state.alerts.source import LiveAlerts
from state.author import Author
from state.board.desk import Desk
from state.clock import SYSTEM, Clock
from state.cluster.forwards import Forwards
from state.cluster.live import Cluster
from state.contexts import Contexts
from state.freshness import Freshness
from state.journal.journal import Journal
from state.looked_at import Memory
from state.metrics.pulse import Pulse
from state.platform import Platform
from state.platform_view import PlatformView
from state.polled import Polled


@dataclass(slots=True)
class Session:
    """All sources, the board and the journal. Belongs to the loop, once it has begun.

    `platform` is the context that the cockpit as a whole is about; the board and the journal stay when it changes.
    """

    contexts: Contexts
    platform: Platform
    desk: Desk
    journal: Journal
    memory: Memory
    author: Author
    clock: Clock = SYSTEM
    forwards: Forwards = field(default_factory=Forwards)
    """The port-forwards that are open; they stay when the platform changes, and end with the program."""
    left_acks: LeftAcks = field(default_factory=LeftAcks)
    """The acks of the contexts that the cockpit was about before."""

    # --- of the platform ---

    @property
    def cluster(self) -> Cluster:
        return self.platform.cluster

    @property
    def view(self) -> PlatformView:
        return self.platform.view

    @property
    def pulse(self) -> Polled[Pulse] | None:
        return self.platform.pulse

    @property
    def alerts(self) -> LiveAlerts | None:
        return self.platform.alerts

    @property
    def alertmanagers(self) -> Clusters | None:
        return self.platform.alertmanagers

    @property
    def keeper(self) -> AckKeeper | None:
        return self.platform.keeper

    def keepers(self) -> list[tuple[str, AckKeeper]]:
        """Return who keeps one's acks: here, which has no name, then in the contexts that were left."""
        here = self.platform.keeper
        return [*([("", here)] if here is not None else []), *self.left_acks]

    def sources(self) -> list[tuple[str, Freshness]]:
        """Return the name and freshness of each source, for the top line."""
        return self.platform.sources()

    # --- all together ---

    def begin(self) -> None:
        """Start the sources."""
        self.platform.begin()
        self.contexts.begin()
        self.desk.start()
        self.journal.start()

    def settle(self, platform: Platform) -> None:
        """Let the cockpit be about another platform, which has begun; the one before ends, but for acks to keep."""
        before, self.platform = self.platform, platform
        self.contexts.settle(platform.context)
        self.left_acks.end(platform.context.name)
        if self.left_acks.take(before.context.name, before.keeper):
            before.leave()
        else:
            before.end()

    def pump(self) -> bool:
        """Take everything forward by what has arrived; return whether anything changed. A few milliseconds."""
        self.memory.pump()
        changed = [source.pump() for source in (self.contexts, self.platform, self.desk, self.left_acks)]
        return any(changed)

    def wake(self) -> None:
        """Ask every source at once: after a stop and continue, or when the user wants to know."""
        self.platform.wake()
        self.left_acks.wake()
        for context in self.contexts:
            context.cluster.probe_now()

    def close(self) -> None:
        """End the sources; nothing is waited for."""
        self.forwards.close()
        self.left_acks.close()
        self.platform.end()
        self.contexts.close()

    def drain(self, seconds: float) -> str:
        """Wait on a thread until board and journal are durable; return what is not, in words, after `seconds`."""
        end = self.clock.elapsed() + seconds
        left = []
        for name, part in (("the board", self.desk), ("the journal", self.journal)):
            if not part.drain(max(0.0, end - self.clock.elapsed())):
                left.append(f"{part.unsaved} of {name}{f' ({part.error})' if part.error else ''}")
        self.memory.save()
        return ", ".join(left)
