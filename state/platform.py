"""What is read of one context: its cluster, and the servers that watch over it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from state.alerts.chronicle import AlertChronicle
from state.alerts.clusters import Clusters
from state.alerts.keeper import AckKeeper
from state.alerts.source import LiveAlerts
from state.apps.elsewhere import Elsewhere, read_rollouts
from state.clock import SYSTEM, Clock
from state.cluster.kinds.pods import POD
from state.cluster.live import Cluster
from state.cluster.vitals import Vitals
from state.contexts import Context
from state.freshness import Freshness, Health
from state.metrics.client import PrometheusClient
from state.metrics.pulse import Pulse
from state.platform_view import PlatformView
from state.polled import Polled


class Pumped(Protocol):
    """A source that leaves what arrives until the loop takes it over."""

    def pump(self) -> bool:
        """Take over what arrived; return whether anything changed."""
        ...


@dataclass(slots=True)
class Platform:
    """One context's sources. Belongs to the loop, once it has begun. Its cluster is pumped with the contexts."""

    context: Context
    view: PlatformView
    pulse: Polled[Pulse] | None
    alerts: LiveAlerts | None
    alertmanagers: Clusters | None
    keeper: AckKeeper | None = None
    vitals: Vitals = field(default_factory=Vitals)
    clock: Clock = SYSTEM
    prometheuses: tuple[PrometheusClient, ...] = ()
    chronicle: AlertChronicle | None = None
    elsewhere: Elsewhere | None = None
    """The other contexts that are watched for apps that span them."""

    @property
    def metrics(self) -> PrometheusClient | None:
        """The Prometheus whose numbers are shown."""
        return next(iter(self.prometheuses), None)

    @property
    def measured(self) -> bool:
        """Whether there is a Prometheus: one is named, or one is found or still looked for."""
        return self.pulse is not None and self.pulse.freshness.health is not Health.OFF

    @property
    def cluster(self) -> Cluster:
        return self.context.cluster

    def begin(self) -> None:
        """Start to read."""
        self.view.begin()
        if self.pulse is not None:
            self.pulse.start()
        if self.alerts is not None:
            self.alerts.start()
        if self.chronicle is not None:
            self.chronicle.start()

    def end(self) -> None:
        """Read no more; nothing is waited for."""
        self.leave()
        if self.alerts is not None:
            self.alerts.stop()
        if self.chronicle is not None:
            self.chronicle.stop()
        if self.elsewhere is not None:
            self.elsewhere.end()
        if self.keeper is not None:
            self.keeper.stop()

    def leave(self) -> None:
        """Read no more but the alerts, for whom acks are kept."""
        self.view.end()
        if self.pulse is not None:
            self.pulse.stop()

    def pump(self) -> bool:
        """Take the servers beside the cluster forward by what has arrived; return whether anything changed."""
        before = self.alerts.revision if self.alerts is not None else 0
        sources: Sequence[Pumped | None] = (self.pulse, self.alerts, self.keeper, self.elsewhere)
        changed = [source.pump() for source in sources if source is not None]
        if self.chronicle is not None and (self.alerts is None or self.alerts.revision == before):
            # Thousands of alerts are shown in one round and written down in the next.
            changed.append(self.chronicle.pump())
        changed.append(read_rollouts(self.context, self.view))
        pods = self.view.feed(POD.resource.group_kind)
        if pods.complete:
            changed.append(self.vitals.sample(pods.mirror, self.clock.wall(), self.clock.elapsed()))
        return any(changed)

    def wake(self) -> None:
        """Ask every source at once."""
        self.cluster.probe_now()
        if self.pulse is not None:
            self.pulse.ask()
        if self.alerts is not None:
            self.alerts.ask()

    def sources(self) -> list[tuple[str, Freshness]]:
        """Return the name and freshness of each source, for the top line."""
        found = [("k8s", self.cluster.freshness)]
        if self.pulse is not None:
            through = self.metrics.way.through if self.metrics is not None else ""
            found.append((f"prom via {through}" if through else "prom", whole(self.pulse)))
        if self.alerts is not None:
            through = self.alertmanagers.through if self.alertmanagers is not None else ""
            found.append((f"alertmanager via {through}" if through else "alertmanager", self.alerts.alertmanager))
        return [(name, freshness) for name, freshness in found if freshness.health is not Health.OFF]


def whole(pulse: Polled[Pulse]) -> Freshness:
    """Return the freshness of a pulse; live with a reason where stores behind Prometheus did not answer."""
    value, freshness = pulse.value, pulse.freshness
    if freshness.health is not Health.LIVE or value is None or not value.partial:
        return freshness
    return replace(freshness, reason=next(iter(value.warnings), "some stores did not answer"))
