"""What an alert is about, as the live cluster has it: object, owners, pods, releases, app, and its other alerts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from state.alerts.model import Alert, AlertPicture, AlertState
from state.alerts.workload import NAMESPACE, NODE, Subject, subject_of, why_nowhere
from state.apps.grouping import version_of
from state.apps.model import App
from state.cluster.kinds.kind import Row
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.replica_sets import ReplicaSetRow
from state.platform_view import PlatformView
from state.ref import GroupKind, Ref

_REPLICA_SET = GroupKind("apps", "ReplicaSet")
_DEPLOYMENT = GroupKind("apps", "Deployment")
MOST_PODS = 50


@dataclass(frozen=True, slots=True)
class Release:
    """One revision of a deployment, and when its pods' template was first used."""

    revision: int
    version: str
    created: float


@dataclass(frozen=True, slots=True)
class About:
    """What is known of what an alert is about; all empty when its labels lead nowhere."""

    subject: Subject | None = None
    row: Row | None = None
    pods: tuple[tuple[Ref, PodRow], ...] = ()
    """Its pods, the one that the alert names first, then those that are not ready."""
    releases: tuple[Release, ...] = ()
    """Of a deployment the newest first; the first is the one that is rolled out."""
    app: App | None = None
    nowhere: str = ""
    """Why there is no object, in a sentence."""

    @property
    def ref(self) -> Ref | None:
        """The object."""
        return self.subject.ref if self.subject is not None else None

    @property
    def has_pods(self) -> bool:
        """Whether it is a pod or something that runs pods."""
        return self.ref is not None and self.ref.group_kind not in (NODE, NAMESPACE)

    @property
    def objects(self) -> tuple[Ref, ...]:
        """The objects whose events tell of it, the most important first."""
        if self.ref is None:
            return ()
        return tuple(dict.fromkeys((self.ref, *(ref for ref, _ in self.pods[:3]))))


def about(alert: Alert, view: PlatformView, apps: Sequence[App]) -> About:
    """Return what an alert is about now."""
    subject = subject_of(alert, view)
    if subject is None:
        return About(app=_app(alert, None, apps), nowhere=why_nowhere(alert))
    ref = subject.ref
    app = _app(alert, ref, apps)
    row = view.row(ref)
    if ref.group_kind in (NODE, NAMESPACE):
        return About(subject, row, app=app)
    pods = [(pod, found) for pod in view.pods_of(ref)[:MOST_PODS] if isinstance(found := view.row(pod), PodRow)]
    named = alert.label("exported_pod") or alert.label("pod")
    pods.sort(key=lambda pair: pair[0].name != named)
    return About(subject, row, tuple(pods), _releases(ref, row, view), app)


def seen_again(alert: Alert, alerts: Iterable[Alert]) -> Alert | None:
    """Return an alert as it is now, None when it is not among them.

    Of one that Prometheus alone knew, Alertmanager's has further labels, and so another fingerprint.
    """
    found = tuple(alerts)
    same = next((one for one in found if one.fingerprint == alert.fingerprint), None)
    if same is not None or alert.updated is not None:
        return same
    own = set(alert.labels)
    return next((one for one in found if one.name == alert.name and own <= set(one.labels)), None)


def related(alert: Alert, picture: AlertPicture, found: About) -> tuple[Alert, ...]:
    """Return the other alerts of the same app, or of the same namespace where no app is known; worst first."""
    own = set(found.app.alerts) if found.app is not None else None
    namespace = alert.namespace
    others = [a for a in picture.alerts if a.fingerprint != alert.fingerprint and not a.of_monitoring]
    if own is not None:
        return tuple(a for a in others if a.fingerprint in own)
    return tuple(a for a in others if namespace and a.namespace == namespace)


def inhibitors(alert: Alert, picture: AlertPicture) -> tuple[Alert, ...]:
    """Return the alerts that keep this one from being notified."""
    wanted = set(alert.inhibited_by) if alert.state is AlertState.INHIBITED else set()
    return tuple(a for a in picture.alerts if a.fingerprint in wanted)


def _app(alert: Alert, ref: Ref | None, apps: Iterable[App]) -> App | None:
    named = next((app for app in apps if alert.fingerprint in app.alerts), None)
    if named is not None or ref is None:
        return named
    return next((app for app in apps if ref in app.workloads), None)


def _releases(ref: Ref, row: Row | None, view: PlatformView) -> tuple[Release, ...]:
    if ref.group_kind != _DEPLOYMENT or row is None:
        return ()
    found = [
        Release(one.revision, version_of(one), one.created)
        for one in view.feed(_REPLICA_SET).mirror
        if isinstance(one, ReplicaSetRow) and one.owner is not None and one.owner.uid == row.uid and one.revision
    ]
    return tuple(sorted(found, key=lambda one: -one.revision))
