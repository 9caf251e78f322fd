"""The page of an app, put together from the sources of its platform."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from textual.screen import Screen

from screens.app.cards import AppCards
from screens.app.parts import AppParts, Checked
from screens.app.screen import AppScreen
from screens.dialogs.choose import Choose, Option
from screens.doing import Doing
from state.apps.charts import Charts, read_charts
from state.apps.concerning import alarms_of, entries_of
from state.apps.glance import Glance, glances
from state.apps.model import App
from state.apps.readiness.assess import assess
from state.apps.readiness.collect import Sources, collect
from state.apps.readiness.trend import record, trend
from state.apps.release_reading import read_releases
from state.apps.releases import History, Release
from state.board.desk import Desk
from state.cell import Cell, Tone
from state.clock import SYSTEM
from state.cluster.operations.rollback import RollBack
from state.cluster.transport import Transport
from state.contexts import Contexts
from state.journal.journal import Journal
from state.metrics.client import PrometheusClient
from state.metrics.shared import SharedMetrics
from state.metrics.span import Span
from state.platform import Platform
from state.printable import printable


@dataclass(frozen=True, slots=True)
class AppPages:
    """Makes the pages of a platform's apps. Its Prometheus is asked each thing once, whichever page wants it."""

    platform: Platform
    contexts: Contexts
    apps: Callable[[], Sequence[App]]
    desk: Desk
    journal: Journal
    doing: Doing
    client: PrometheusClient | None
    shared: SharedMetrics | None

    @classmethod
    def of(
        cls,
        platform: Platform,
        contexts: Contexts,
        apps: Callable[[], Sequence[App]],
        desk: Desk,
        journal: Journal,
        doing: Doing,
    ) -> "AppPages":
        """Return the maker of a platform's pages."""
        client = platform.metrics
        shared = SharedMetrics(client) if client is not None else None
        return cls(platform, contexts, apps, desk, journal, doing, client, shared)

    def page(self, app: App) -> Screen[Any]:
        """Return the page of an app."""
        alerts = self.platform.alerts
        parts = AppParts(
            find=lambda: next((one for one in self.apps() if one.key == app.key), None),
            alerts=lambda: alerts.picture.alerts if alerts is not None else (),
            board=lambda: self.desk.board,
            report=self._report,
            charts=self._charts if self.platform.measured else None,
            releases=self._releases,
            entries=lambda app: entries_of(self.journal, app),
            roll_back=self._roll_back,
            write_card=AppCards(self.desk).want,
        )
        return AppScreen(parts)

    async def open(self, screen: Screen[Any], names: Sequence[str]) -> None:
        """Show the page of one of the apps of these names, asking for which where there are several."""
        wanted = {name.casefold() for name in names}
        found = {app.key: app for app in self.apps() if app.name.casefold() in wanted}
        key: Hashable = next(iter(found), None)
        if key is None:
            words = f"no app called {' or '.join(names)} is in {self.platform.context.name}"
            screen.app.notify(printable(words), severity="warning", markup=False)
            return
        if len(found) > 1:
            options = [
                Option(app.key, Cell(app.name), Cell(", ".join(app.namespaces), Tone.QUIET)) for app in found.values()
            ]
            key = await screen.app.push_screen_wait(Choose("Which app", options))
        if key in found:
            screen.app.push_screen(self.page(found[str(key)]))

    def glance(self, apps: Sequence[App]) -> Mapping[str, Glance]:
        """Return what is not live of the product apps. On a thread."""
        pulse = self.platform.pulse
        return glances(apps, pulse.value if pulse is not None else None, self.shared, self.journal)

    def _report(self, app: App) -> Checked:
        """Check an app, and note its score. On a thread."""
        said = self.platform.context.settings.apps
        sources = Sources(self.platform.cluster.transport, self.client)
        facts = collect(app.here, sources, SYSTEM.wall(), said.about.get(app.name))
        report = assess(facts, said.waivers, date.today())
        record(self.journal, app.key, report)
        return Checked(report, trend(self.journal, app.key))

    def _releases(self, app: App) -> History:
        """Read an app's releases, and when it was alarming. On a thread."""
        return read_releases(app, self._transport)._replace(alarms=alarms_of(self.journal, app))

    def _charts(self, app: App, span: Span) -> Charts:
        """Read an app's signals. On a thread."""
        assert self.shared is not None
        pulse = self.platform.pulse
        return read_charts(app.here, pulse.value if pulse is not None else None, self.shared, span)

    def _transport(self, cluster: str) -> Transport:
        """Return what asks a cluster, the shown one or another one that is watched. On a thread."""
        context = self.contexts.get(cluster)
        return (context.cluster if context is not None else self.platform.cluster).transport()

    async def _roll_back(self, screen: Screen[Any], release: Release) -> None:
        kind = self.platform.view.kind(release.workload.group_kind)
        if kind is None:
            words = f"{release.workload.group_kind.kind} {release.workload.path} is rolled back with its own tool"
            screen.app.notify(printable(words), severity="warning", markup=False)
            return
        operation = RollBack(
            lambda: self._transport(release.workload.cluster),
            kind.resource,
            release.workload,
            release.uid,
            to_revision=release.revision,
        )
        await self.doing.ask_and_do(screen, operation.title, operation.planned)
