"""What one cockpit has open, and how it all is taken forward together. Only the composition root sees it whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from state.alerts.keeper import AckKeeper
from state.alerts.source import Alertmanagers, LiveAlerts
from state.board.desk import Desk
from state.clock import SYSTEM, Clock
from state.cluster.live import Cluster
from state.freshness import Freshness
from state.journal.journal import Journal
from state.metrics.pulse import Pulse
from state.platform_view import PlatformView
from state.polled import Polled


class Pumped(Protocol):
    """A source that leaves what arrives until the loop takes it over."""

    def pump(self) -> bool:
        """Take over what arrived; return whether anything changed."""
        ...


@dataclass(slots=True)
class Session:
    """All sources, the board and the journal. Belongs to the loop, once it has begun."""

    cluster: Cluster
    view: PlatformView
    pulse: Polled[Pulse] | None
    alerts: LiveAlerts | None
    alertmanagers: Alertmanagers | None
    desk: Desk
    journal: Journal
    keeper: AckKeeper | None = None
    clock: Clock = SYSTEM

    def begin(self) -> None:
        """Start the sources."""
        self.view.begin()
        self.desk.start()
        self.journal.start()
        if self.pulse is not None:
            self.pulse.start()
        if self.alerts is not None:
            self.alerts.start()

    def pump(self) -> bool:
        """Take everything forward by what has arrived; return whether anything changed. A few milliseconds."""
        sources: Sequence[Pumped | None] = (self.cluster, self.pulse, self.alerts, self.keeper, self.desk)
        changed = [source.pump() for source in sources if source is not None]
        return any(changed)

    def wake(self) -> None:
        """Ask every source at once: after a stop and continue, or when the user wants to know."""
        self.cluster.probe_now()
        if self.pulse is not None:
            self.pulse.ask()
        if self.alerts is not None:
            self.alerts.ask()

    @property
    def pulse_revision(self) -> int:
        """What differs when the pulse did."""
        return self.pulse.revision if self.pulse is not None else 0

    def sources(self) -> list[tuple[str, Freshness]]:
        """Return the name and freshness of each source, for the top line."""
        found = [("k8s", self.cluster.freshness)]
        if self.pulse is not None:
            found.append(("prom", self.pulse.freshness))
        if self.alerts is not None:
            found.append(("alertmanager", self.alerts.alertmanager))
        return found

    def close(self) -> None:
        """End the sources; nothing is waited for."""
        self.cluster.close()
        if self.pulse is not None:
            self.pulse.stop()
        if self.alerts is not None:
            self.alerts.stop()

    def drain(self, seconds: float) -> str:
        """Wait on a thread until board and journal are durable; return what is not, in words, after `seconds`."""
        end = self.clock.elapsed() + seconds
        left = []
        for name, part in (("the board", self.desk), ("the journal", self.journal)):
            if not part.drain(max(0.0, end - self.clock.elapsed())):
                left.append(f"{part.unsaved} of {name}{f' ({part.error})' if part.error else ''}")
        return ", ".join(left)
