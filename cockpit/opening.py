"""The composition root: from settings and a target to a session, and the screens with their parts.

Everything heavy is imported here or below, after the first frame, on a thread.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.screen import Screen

from cockpit.kept import doubts
from cockpit.status import place_parts, status
from screens.alerts import AlertsScreen
from screens.apps import AppsScreen
from screens.board import BoardScreen
from screens.cluster import ClusterScreen
from screens.deeds import Deeds
from screens.doing import Doing
from screens.frame import Status
from screens.overview import OverviewParts, OverviewScreen
from screens.panes.cluster import ClusterParts
from state.alerts.client import Alertmanager
from state.alerts.keeper import AckKeeper
from state.alerts.source import Alertmanagers, LiveAlerts, PrometheusAlerts
from state.apps.grouping import Grouping
from state.apps.model import App
from state.apps.picture import AppRows, picture
from state.apps.readings import Readings
from state.board.desk import Desk
from state.board.store import open_file
from state.cluster.connect import connect
from state.cluster.credentials import SignIns
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.jobs import JOB
from state.cluster.kinds.kind import Kind, R
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.services import SERVICE
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.live import Cluster
from state.cluster.probe import probe
from state.cluster.target import Target
from state.derived import Derived
from state.journal.journal import Journal
from state.metrics.client import PrometheusClient
from state.metrics.pulse import PulseSource
from state.mirror import Mirror
from state.perform import perform
from state.planning.scope import Scope, scope
from state.platform_view import PlatformView
from state.polled import Polled
from state.ref import Ref
from state.session import Session
from state.settings import Settings

PULSE_EVERY = 10.0
NARROW, ROOMY = 100, 140
"""Columns below which the top line names no scope that is everything, and below which it is short."""
APPS_EVERY = 0.5
_POD, _NODE = POD.resource.group_kind, NODE.resource.group_kind
HELD: tuple[Kind[Any], ...] = (
    POD, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET, JOB, CRON_JOB, SERVICE, NODE, NAMESPACE_KIND,
)  # fmt: skip
"""The kinds that the overview, the apps and the alerts need live all the time."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with what the app shows of it."""

    session: Session
    deeds: Deeds
    screens: Mapping[str, Callable[[], Screen[Any]]]
    status: Callable[[int], Status]
    """The top line for a screen of so many columns."""
    namespaces: Callable[[], list[str]]
    """The namespaces that are known, for completion."""
    doubts: tuple[str, ...] = ()
    """Sentences on what will not be kept."""


def board_file(settings: Settings, data: Path) -> Path:
    """Return where the board is: as it was said, else in the data folder."""
    return settings.board or data / "board.json"


def open_session(settings: Settings, target: Target, data: Path, environ: Mapping[str, str]) -> Session:
    """Return the session; nothing of it has begun. `data` is the folder of board and journal."""
    sign_ins = SignIns(environ)
    own = (target.namespace,) if target.namespace else ()
    cluster = Cluster(
        target.context,
        lambda: connect(target, sign_ins, environ),
        probe,
        settings.namespaces or own,
        own or ("default",),
    )
    prometheus = PrometheusClient(settings.prometheus) if settings.prometheus else None
    alertmanagers = Alertmanagers([Alertmanager(settings.alertmanager)]) if settings.alertmanager else None
    pulse = Polled("prometheus", PulseSource(prometheus).fetch, PULSE_EVERY) if prometheus else None
    alerts = LiveAlerts(alertmanagers, PrometheusAlerts(prometheus) if prometheus else None)
    board = board_file(settings, data)
    journal = Journal(data / "journal.db")
    keeper = None
    if alertmanagers is not None and not settings.read_only:
        keeper = AckKeeper(
            alerts, alertmanagers, lambda one: perform(one, journal, read_only=False, who=settings.who), settings.who
        )
    return Session(
        cluster,
        PlatformView(cluster, HELD),
        pulse,
        alerts if alertmanagers or prometheus else None,
        alertmanagers,
        Desk(lambda: open_file(board), settings.who),
        journal,
        keeper,
    )


def open_cockpit(
    settings: Settings,
    target: Target,
    data: Path,
    environ: Mapping[str, str],
    show_object: Callable[[Ref], Awaitable[None]],
) -> Opened:
    """Return everything the app needs. Nothing of the session has begun."""
    session = open_session(settings, target, data, environ)
    view = session.view
    doing = Doing(session.journal, settings.who, settings.read_only, lambda context: settings.protected)
    deeds = Deeds(view, doing, session.alertmanagers, session.alerts, show_object)
    readings = Readings(session.cluster.name, Grouping(settings.apps.label, settings.apps.namespaces))
    apps = Derived(
        lambda: apps_of(session, readings), lambda: (view.revisions, session.pulse_revision), every=APPS_EVERY
    )
    current = Derived(lambda: _scope(session.desk), lambda: session.desk.revision, every=0.0)

    def overview() -> Screen[Any]:
        worst = view.worst
        cluster = ClusterParts(view.feed(_NODE), view.feed(_POD), worst, session.pulse)
        parts = OverviewParts(cluster, session.alerts, apps.value, lambda: view.freshness, session.desk)
        return OverviewScreen(parts)

    def top_line(width: int) -> Status:
        scope = "" if width < NARROW and not session.cluster.namespaces else session.cluster.scope
        left = place_parts(target.context, scope, protected=settings.protected, read_only=settings.read_only)
        found = current.value()
        floor = found.floor.percent or 0.0 if found else 0.0
        return status(session, left, floor, found.share if found else None, session.clock.wall(), narrow=width < ROOMY)

    def namespaces() -> list[str]:
        listed = [row.name for row in view.feed(NAMESPACE_KIND.resource.group_kind).mirror]
        return sorted(listed or session.cluster.namespaces)

    screens: dict[str, Callable[[], Screen[Any]]] = {
        "overview": overview,
        "cluster": lambda: ClusterScreen(session.cluster),
        "apps": lambda: AppsScreen(apps.value, lambda: view.freshness),
        "alerts": lambda: AlertsScreen(session.alerts),
        "board": lambda: BoardScreen(session.desk),
    }
    return Opened(session, deeds, screens, top_line, namespaces, doubts(board_file(settings, data), data))


def apps_of(session: Session, readings: Readings) -> tuple[App, ...]:
    """Return the apps as the sources have them now. Of the pods only the faulty ones can change a verdict."""
    view, now = session.view, session.clock.wall()
    view.worst.update(now)

    def rows(kind: Kind[R]) -> Mirror[R]:
        return view.feed(kind.resource.group_kind).mirror

    pods = rows(POD)
    found = AppRows(
        rows(DEPLOYMENT),
        rows(STATEFUL_SET),
        rows(DAEMON_SET),
        rows(REPLICA_SET),
        [(pod, one.fault) for one in view.worst.faulty if one.kind is POD and (pod := pods.get(one.uid)) is not None],
        rows(SERVICE),
        rows(NAMESPACE_KIND),
    )
    pulse = session.pulse.value if session.pulse is not None else None
    return picture(found, now, readings, pulse.services if pulse is not None else ())


def _scope(desk: Desk) -> Scope | None:
    return scope(desk.board) if desk.board is not None and desk.board.cards else None
