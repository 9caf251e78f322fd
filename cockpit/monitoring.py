"""The servers that watch over a context, made from its settings; nothing of them has begun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from state.alerts.client import Alertmanager
from state.alerts.clusters import Clusters
from state.alerts.order import ranks
from state.alerts.origin import Origin
from state.alerts.prometheus import PrometheusAlerts
from state.alerts.source import Alertmanagers, LiveAlerts
from state.belonging import Belonging
from state.cluster.found_way import FoundWay, Services
from state.cluster.service_way import ServiceWay
from state.cluster.target import ContextInfo
from state.cluster.transport import Transport
from state.endpoint import Endpoint
from state.metrics.client import PrometheusClient
from state.settings import Settings
from state.way import Direct, Way


@dataclass(frozen=True, slots=True)
class Monitoring:
    """The servers of one context."""

    prometheuses: tuple[PrometheusClient, ...]
    alertmanagers: Clusters | None
    """None where there is none."""
    alerts: LiveAlerts | None
    """What all of them together say; None where there is nobody to ask."""

    @property
    def metrics(self) -> PrometheusClient | None:
        """The Prometheus whose numbers are shown."""
        return next(iter(self.prometheuses), None)


def monitoring_of(
    settings: Settings, belonging: Belonging, transport: Callable[[], Transport] | None = None
) -> Monitoring:
    """Return the servers that settings name, or that are looked for in the cluster.

    `belonging` says which alerts are about the context; `transport` leads to its cluster, None where no cluster is
    to be asked.
    """
    rank = ranks(settings.alerts.severities)

    def origin(kind: str, name: str, index: int, watchdog: str = "") -> Origin:
        return Origin(name, index > 0, kind not in settings.shared, watchdog, belonging)

    def way(endpoint: Endpoint) -> Way:
        if endpoint.service is None or transport is None:
            return Direct(endpoint)
        return ServiceWay(endpoint, transport)

    clients = [PrometheusClient(way(endpoint)) for endpoint in settings.prometheuses]
    clusters = [
        Alertmanagers(
            [Alertmanager(way(member)) for member in endpoint.each],
            rank=rank,
            origin=origin("alertmanager", endpoint.name, index, endpoint.watchdog),
        )
        for index, endpoint in enumerate(settings.alertmanagers)
    ]
    if settings.discover and transport is not None:
        services = Services(transport, settings.namespaces)
        if not clients:
            clients = [PrometheusClient(FoundWay("prometheus", services))]
        if not clusters:
            found = Alertmanager(FoundWay("alertmanager", services))
            clusters = [Alertmanagers([found], rank=rank, origin=origin("alertmanager", "", 0))]
    told = [
        PrometheusAlerts(client, rank=rank, origin=origin("prometheus", client.way.name, index))
        for index, client in enumerate(clients)
    ]
    alerts = LiveAlerts(clusters, told) if clusters or told else None
    return Monitoring(tuple(clients), Clusters(clusters) if clusters else None, alerts)


def belonging_of(name: str, settings: Settings, known: Sequence[ContextInfo]) -> Belonging:
    """Return how alerts are tied to a context among those that the kubeconfig knows."""
    server = next((context.server for context in known if context.name == name), "")
    twins = frozenset(context.name for context in known if server and context.server == server)
    return Belonging(name, settings.labels, twins, alone=all(context.name in twins for context in known))
