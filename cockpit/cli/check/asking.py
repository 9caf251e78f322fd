"""Who is asked about apps: settings, a signed-in way to the cluster, and Prometheus."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cockpit.monitoring import Monitoring, monitoring_of
from state.apps.grouping import Grouping
from state.apps.listing import list_apps
from state.apps.model import App
from state.apps.readiness.assess import assess, wrong_waivers
from state.apps.readiness.collect import Sources, collect
from state.apps.readiness.model import Report
from state.apps.readings import Readings
from state.belonging import Belonging
from state.cluster.connect import connect
from state.cluster.credentials import SignIns
from state.cluster.errors import ClusterError, ConfigError
from state.cluster.found_way import FoundWay
from state.cluster.kubeconfig import find_target
from state.cluster.transport import Transport
from state.config import InvalidConfig, config_path, load_config
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError
from state.metrics.pulse import PulseSource, ServiceSignals
from state.polled import Denied
from state.reply import NoAnswer
from state.settings import Flags, Settings, resolve


class NotReadable(Exception):
    """The cluster could not be asked; the text says why."""


@dataclass(slots=True)
class Asking:
    """One context, to be asked. Every method blocks."""

    settings: Settings
    context: str
    namespaces: tuple[str, ...]
    transport: Transport
    metrics: PrometheusClient | None
    doubts: tuple[str, ...] = ()
    """What of the configuration will have no effect."""

    @classmethod
    def of(
        cls,
        context: str | None,
        kubeconfig: Path | None,
        namespaces: tuple[str, ...],
        prometheus: str | None,
        environ: Mapping[str, str],
    ) -> "Asking":
        """Return whom the command line, the environment and the file mean. Raises InvalidConfig."""
        config = load_config(config_path(environ), must_exist="COCKPIT_CONFIG" in environ)
        flags = Flags(context, namespaces, True, prometheus)
        settings = resolve(flags, environ, config)
        try:
            target = find_target(settings.context, kubeconfig, environ)
            settings = resolve(flags, environ, config, target.context)
            transport = connect(target, SignIns(environ), environ)
        except ConfigError as error:
            raise InvalidConfig(str(error)) from error
        client = _prometheus(monitoring_of(settings, Belonging(target.context), lambda: transport))
        own = settings.namespaces or ((target.namespace,) if target.namespace else ())
        doubts = tuple(wrong_waivers(settings.apps.waivers))
        return cls(settings, target.context, own, transport, client, doubts)

    def apps(self, now: float) -> tuple[App, ...]:
        """Return the apps there are. Raises NotReadable."""
        said = self.settings.apps
        readings = Readings(self.context, Grouping.of(said, self.context), said)
        try:
            return list_apps(self.transport, self.namespaces, readings, now, self._measured())
        except ClusterError as error:
            raise NotReadable(str(error)) from error

    def report(self, app: App, now: float, today: date) -> Report:
        """Return an app's report. Raises NotReadable."""
        said = self.settings.apps
        sources = Sources(lambda: self.transport, self.metrics)
        try:
            facts = collect(app, sources, now, said.about.get(app.name))
        except ClusterError as error:
            raise NotReadable(str(error)) from error
        return assess(facts, said.waivers, today)

    def _measured(self) -> tuple[ServiceSignals, ...]:
        """What services answer; what Prometheus does not tell is told of the checks that need it."""
        if self.metrics is None:
            return ()
        try:
            return PulseSource(self.metrics).fetch().services
        except (MetricsError, Denied):
            return ()


def _prometheus(monitoring: Monitoring) -> PrometheusClient | None:
    """Return the Prometheus that is named or found, None where there is none."""
    client = monitoring.metrics
    if client is not None and isinstance(client.way, FoundWay):
        try:
            client.way.found()
        except NoAnswer:
            # Nobody asked for it by name.
            return None
    return client
