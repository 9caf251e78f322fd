"""What the cockpit shows of one context: its platform, its screens and what keys do there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.screen import Screen

from cockpit.acks import keeper_of
from cockpit.app_page import AppPages
from cockpit.monitoring import monitoring_of
from cockpit.status import place_parts
from screens.alert_deeds import AlertDeeds
from screens.alerts import AlertsScreen
from screens.alerts.table import AlertTableParts
from screens.apps import AppsScreen
from screens.cluster import ClusterScreen
from screens.deeds import Deeds
from screens.dialogs.alert_life import alert_life_lines
from screens.doing import Doing
from screens.operating import Operating
from screens.overview import OverviewParts, OverviewScreen
from screens.panes.cluster import ClusterParts
from screens.signing import Signing
from screens.triage import TriageParts
from state.alerts.card_life import about_apps, alert_since
from state.alerts.chronicle import AlertChronicle
from state.alerts.week import NO_WEEK
from state.apps.elsewhere import Elsewhere
from state.apps.gathering import apps_now
from state.apps.grouping import Grouping
from state.apps.model import App
from state.apps.readings import Readings
from state.apps.target import Target, target_of
from state.author import Author
from state.belonging import Belonging
from state.board.model import Card
from state.cell import Cell
from state.clock import SYSTEM
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.jobs import JOB
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.services import SERVICE
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.log_options import log_options
from state.contexts import Context
from state.derived import Derived
from state.journal.journal import Journal
from state.metrics.pulse import PulseSource
from state.metrics.usage import PrometheusUsage
from state.platform import Platform
from state.platform_view import PlatformView
from state.polled import Polled
from state.ref import Ref
from state.session import Session
from widgets.cell_lines import Line

PULSE_EVERY = 10.0
APPS_EVERY = 0.5
NARROW = 100
"""Columns below which the top line names no scope that is everything."""
_POD, _NODE = POD.resource.group_kind, NODE.resource.group_kind
HELD: tuple[Kind[Any], ...] = (
    POD, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET, JOB, CRON_JOB, SERVICE, NODE, NAMESPACE_KIND,
)  # fmt: skip
"""The kinds that the overview, the apps and the alerts need live all the time."""


@dataclass(frozen=True, slots=True)
class Place:
    """A context as the cockpit shows it."""

    platform: Platform
    deeds: Deeds
    pages: AppPages
    screens: Mapping[str, Callable[[], Screen[Any]]]
    """Those that are about the context."""
    where: Callable[[int, str], tuple[tuple[Cell, ...], ...]]
    """The left side of the top line for so many columns; the text names the context that one is on the way to."""
    namespaces: Callable[[], list[str]]
    """The namespaces that are known, for completion."""
    alert_life: Callable[[Card], Sequence[Line]]
    """What became of the alert that a card was made of."""


def platform_of(context: Context, journal: Journal, author: Author, belonging: Belonging) -> Platform:
    """Return a context's sources; nothing of them has begun.

    `author` says whose acks are kept, `belonging` which alerts are about the context.
    """
    settings = context.settings
    monitoring = monitoring_of(settings, belonging, context.cluster.transport)
    prometheus, alertmanagers, alerts = monitoring.metrics, monitoring.alertmanagers, monitoring.alerts
    pulse = Polled("prometheus", PulseSource(prometheus).fetch, PULSE_EVERY) if prometheus else None
    context.cluster.measured_elsewhere = PrometheusUsage(prometheus) if prometheus else None
    return Platform(
        context,
        PlatformView(context.cluster, HELD),
        pulse,
        alerts,
        alertmanagers,
        keeper_of(context, monitoring, journal, author),
        prometheuses=monitoring.prometheuses,
        chronicle=(
            AlertChronicle(alerts, journal, context.name, metrics=prometheus) if alerts and alertmanagers else None
        ),
    )


def place_of(platform: Platform, session: Session, show_object: Callable[[Ref], Awaitable[None]]) -> Place:
    """Return how a platform is shown. `show_object` goes to an object's place."""
    view, context = platform.view, platform.context
    settings, cluster = context.settings, context.cluster

    def apps_read() -> tuple[App, ...]:
        return apps.value()

    triage = TriageParts(
        view,
        platform.alerts,
        platform.metrics,
        session.journal,
        apps_read,
        lambda: session.desk.board,
        prometheuses={client.way.name: client for client in platform.prometheuses},
        week=lambda: platform.chronicle.week if platform.chronicle is not None else NO_WEEK,
    )
    doing = Doing(session.journal, settings.who, session.contexts.read_only, session.contexts.protected, context.name)
    alert_deeds = AlertDeeds(
        triage, doing, platform.alertmanagers, session.desk, Signing(session.author, settings.person), settings.alerts
    )
    operating = Operating(session.contexts, doing, session.forwards, settings.shell)
    deeds = Deeds(view, doing, alert_deeds, show_object, operating, log_options(settings.logs))
    readings = Readings(cluster.name, Grouping.of(settings.apps, context.name), settings.apps)
    pulse, alerts, desk = platform.pulse, platform.alerts, session.desk
    elsewhere = platform.elsewhere = Elsewhere(session.contexts, context.name, settings.apps)
    apps = Derived(
        lambda: apps_now(view, pulse, alerts, readings, SYSTEM.wall(), elsewhere.neighbours),
        lambda: (
            *(view.revisions, view.freshness.health, pulse and pulse.revision, alerts and alerts.revision),
            elsewhere.state,
            readings.turns,
        ),
        every=APPS_EVERY,
    )

    pages = AppPages.of(platform, session.contexts, apps.value, desk, session.journal, doing)

    def target() -> Target | None:
        return target_of(desk.board)

    def overview() -> Screen[Any]:
        parts = ClusterParts(view.feed(_NODE), view.feed(_POD), view.worst, pulse)
        return OverviewScreen(OverviewParts(parts, alerts, apps.value, lambda: view.freshness, desk, pages.page))

    def where(width: int, coming: str) -> tuple[tuple[Cell, ...], ...]:
        scope = "" if width < NARROW and not cluster.namespaces else cluster.scope
        return place_parts(
            context.name, scope, protected=settings.protected, read_only=settings.read_only, coming=coming
        )

    def namespaces() -> list[str]:
        listed = [row.name for row in view.feed(NAMESPACE_KIND.resource.group_kind).mirror]
        return sorted(listed or cluster.namespaces)

    def alert_life(card: Card) -> Sequence[Line]:
        chronicle, now = platform.chronicle, SYSTEM.wall()
        if chronicle is None:
            return ()
        about = about_apps(apps.value())
        since = alert_since(card, chronicle.past, chronicle.beats, context.name, about, now)
        return alert_life_lines(since, now)

    screens: dict[str, Callable[[], Screen[Any]]] = {
        "overview": overview,
        "cluster": lambda: ClusterScreen(session.contexts, session.memory),
        "apps": lambda: AppsScreen(
            apps.value, lambda: view.freshness, target=target, page=pages.page, glance=pages.glance
        ),
        "alerts": lambda: AlertsScreen(
            AlertTableParts(platform.alerts, platform.chronicle, apps.value),
            session.memory.alerts_of(context.name),
            partial(session.memory.keep_alerts, context.name),
        ),
    }
    return Place(platform, deeds, pages, screens, where, namespaces, alert_life)
