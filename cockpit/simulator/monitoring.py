"""A Prometheus and an Alertmanager over one simulated cluster."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

from cockpit.simulator.alerting import Alerting
from cockpit.simulator.alertmanager import Alertmanager, HeldAlert
from cockpit.simulator.clock import WorldClock
from cockpit.simulator.matchers import matcher_of
from cockpit.simulator.metrics.exposition import Exposition
from cockpit.simulator.metrics.family import Families
from cockpit.simulator.metrics.targets import Target
from cockpit.simulator.ports import Platform
from cockpit.simulator.promql.values import Settings
from cockpit.simulator.rules import groups
from cockpit.simulator.series import Scrapes
from cockpit.simulator.silences import Silence
from cockpit.simulator.store import Store

SCRAPED_EVERY_SECONDS = 5.0
HISTORY_SECONDS = 3 * 86400
"""How far the made history reaches back from the world's opening."""
HISTORY_STEP_SECONDS = 60
_REPLAYED_SECONDS = 86400
_REPLAY_STEP_SECONDS = 1800
_RESENT_EVERY_SECONDS = 60.0
_ACKED_BEFORE_OPENING_SECONDS = 26 * 60.0
_ACKED_FOR_SECONDS = 12 * 3600.0
_ACKED = "shop.example"
"""The certificate whose expiry somebody is already on."""
EXTERNAL_URL = "http://prometheus.monitoring.svc:9090"

_log = logging.getLogger(__name__)


class Monitoring:
    """Scrapes, rules and alerts of a cluster; nothing here blocks.

    Metrics are not stored: each scrape notes what changed in the store, and a query computes the series it asks for
    from those notes and from the platform's functions of time.
    """

    def __init__(
        self, store: Store, platform: Platform, clock: WorldClock, seed: int, history: int = HISTORY_SECONDS
    ) -> None:
        """`history` is for how many seconds before its opening the world has been measured."""
        opened = int(platform.opened * 1000)
        self.interval = max(100, round(clock.takes(SCRAPED_EVERY_SECONDS) * 1000))
        """Milliseconds from scrape to scrape."""
        self.scrapes = Scrapes(opened, history * 1000, HISTORY_STEP_SECONDS * 1000)
        self.settings = Settings(evaluation_interval=self.interval)
        self._clock = clock
        self._exposition = Exposition(store, platform, self.scrapes, self.interval, seed)
        self.database = Families(self._exposition.families())
        self.alerting = Alerting(groups(clock), self.database, self.scrapes, self.settings)
        self.database.add(self.alerting.families())
        self.alertmanager = Alertmanager(clock, seed)
        self._begun = False

    @property
    def scraped_at(self) -> int:
        """The moment of the last scrape in milliseconds since the epoch."""
        return self.scrapes.times[-1]

    def now(self) -> int:
        """Return the time in milliseconds since the epoch."""
        return int(self._clock.now() * 1000)

    def targets(self) -> Iterator[Target]:
        """Iterate over what is scraped."""
        return self._exposition.targets.active()

    async def run(self) -> None:
        """Scrape, evaluate and send until cancelled."""
        while True:
            try:
                for _ in self._cycle(self._clock.now()):
                    await asyncio.sleep(0)
            except Exception:
                # What cannot be measured once must not blind the monitoring for good.
                _log.exception("a scrape of the simulated world failed")
            await asyncio.sleep(self.interval / 1000)

    def tick(self, now: float) -> None:
        """Scrape, evaluate the rules and tell Alertmanager once, at a moment in seconds since the epoch."""
        for _ in self._cycle(now):
            pass

    def _cycle(self, now: float) -> Iterator[None]:
        """Do so in slices, so that requests are answered meanwhile."""
        index = self.scrapes.add(int(now * 1000))
        yield from self._exposition.scrape(index)
        first, self._begun = not self._begun, True
        if first:
            # So that an alert whose cause lies in the made history has been active since then.
            opened = self.scrapes.opened
            yield from self.alerting.replay(
                range(opened - _REPLAYED_SECONDS * 1000, opened, _REPLAY_STEP_SECONDS * 1000)
            )
        yield from self.alerting.evaluate(index)
        self._send()
        if first:
            self._acknowledge()
        self.alertmanager.forget()

    def _send(self) -> None:
        moment = self.scraped_at
        resend = max(self.interval, int(self._clock.takes(_RESENT_EVERY_SECONDS) * 1000))
        for notice in self.alerting.due(moment, resend, 4 * resend, EXTERNAL_URL):
            self.alertmanager.receive(
                HeldAlert(notice.labels, notice.annotations, notice.starts, notice.ends, moment, notice.generator_url)
            )

    def _acknowledge(self) -> None:
        for alert in self.alertmanager.firing():
            labels = alert.labels
            if labels["alertname"] != "CertificateExpiry" or labels["name"].replace("-", ".") != _ACKED:
                continue
            starts = max(alert.starts, self.scrapes.opened - int(_ACKED_BEFORE_OPENING_SECONDS * 1000))
            matchers = tuple(
                matcher_of(name, labels[name], regex=False, equal=True) for name in ("alertname", "name", "namespace")
            )
            silence = Silence("", matchers, starts, 0, starts, "ana", "ACK! ordered the new certificate")
            self.alertmanager.silences.adopt(replace(silence, ends=starts + int(_ACKED_FOR_SECONDS * 1000)))
