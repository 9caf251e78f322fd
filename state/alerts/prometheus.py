"""Alerts as one Prometheus tells them, or what speaks like it."""

import logging

from state.alerts.fingerprint import Labels
from state.alerts.order import RankOf, severity_of
from state.alerts.origin import Origin
from state.alerts.reading import FromPrometheus, alert_of_prometheus, judge_rules, rules_of
from state.clock import SYSTEM, Clock
from state.metrics.client import PrometheusClient
from state.metrics.model import MetricsError, as_source
from state.threads import gently

EXTERNAL_FOR = 300.0
"""Seconds that a Prometheus' external labels are believed."""
_log = logging.getLogger(__name__)


class PrometheusAlerts:
    """Prometheus' own view: pending alerts, values, rules. Blocks."""

    def __init__(
        self,
        client: PrometheusClient,
        clock: Clock = SYSTEM,
        rank: RankOf = severity_of,
        origin: Origin = Origin(),
    ) -> None:
        self.origin = origin
        self._client = client
        self._clock = clock
        self._rank = rank
        self._external: Labels = ()
        self._external_until = float("-inf")

    def fetch(self) -> FromPrometheus:
        """Return what it says; rules it does not tell are a note. Raises Denied, Absent or MetricsError."""
        origin = self.origin
        try:
            external = self._external_labels() if origin.told_apart else ()
            alerts = tuple(
                origin.told(alert_of_prometheus(one, self._rank), external) for one in gently(self._client.alerts())
            )
            missing = self._client.missing()
            now = self._clock.wall()
            try:
                groups = self._client.alerting_groups()
            except MetricsError as error:
                return FromPrometheus(now, alerts, notes=(f"rules: {error}", *missing), name=origin.name)
        except MetricsError as error:
            raise as_source(error) from None
        evaluating, notes = judge_rules(groups, now)
        notes = (*dict.fromkeys((*missing, *self._client.missing())), *notes)
        return FromPrometheus(now, alerts, rules_of(groups, origin.name), evaluating, notes, origin.name)

    def _external_labels(self) -> Labels:
        """What it adds to alerts on their way to Alertmanager, as far as it tells."""
        now = self._clock.elapsed()
        if now >= self._external_until:
            self._external_until = now + EXTERNAL_FOR
            try:
                self._external = self._client.external_labels()
            except MetricsError as error:
                # Mimir, Thanos and VictoriaMetrics have no configuration to show.
                _log.info("external labels: %s", error)
        return self._external
