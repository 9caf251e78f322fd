"""Which app an alert is about. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from state.alerts.fingerprint import Labels
from state.alerts.model import Alert
from state.alerts.workload import NAMESPACE, subject_of
from state.apps.signals import AppKey, Owners
from state.ref import GroupKind, Ref


class AlertOwners:
    """Finds the app of an alert by its labels alone, among the workloads of one cluster.

    What is asked of it by `subject_of` is answered from workloads: pods are not looked up, for an alert's pod may be
    gone, and the look of its name leads to its workload.
    """

    def __init__(self, cluster: str, workloads: Mapping[Ref, AppKey], owners: Owners) -> None:
        self._cluster = cluster
        self._workloads = workloads
        self._owners = owners
        self._of_app: dict[AppKey, Ref] = {}
        for ref, app in workloads.items():
            self._of_app.setdefault(app, ref)

    @property
    def among(self) -> tuple[object, object]:
        """What its answers depend on beside the alert: equal for as long as they stay the same."""
        return self._workloads, self._owners.places

    def app_of(self, alert: Alert) -> AppKey | None:
        """Return the app that an alert is about, None when it is about none or about several."""
        subject = subject_of(alert, self)
        if subject is None:
            return None
        if subject.ref.group_kind == NAMESPACE:
            return self._owners.alone_in(subject.ref.name)
        return self._workloads.get(subject.ref)

    # --- what an alert's labels are looked up in ---

    def find(self, kind: GroupKind, namespace: str, name: str) -> Ref | None:
        """Return the workload or namespace when it has to do with an app."""
        ref = Ref(self._cluster, kind, namespace, name)
        if kind == NAMESPACE:
            return ref if self._owners.alone_in(name) is not None else None
        return ref if ref in self._workloads else None

    def owner(self, ref: Ref) -> Ref | None:
        """Return nothing: what is found controls itself."""
        return None

    def pods_with_claim(self, namespace: str, claim: str) -> Iterable[Ref]:
        """Return nothing: which pods mount a claim is not kept."""
        return ()

    def pods_of_service(self, namespace: str, service: str) -> Iterable[Ref]:
        """Return a workload of the app whose service it is."""
        app = self._owners.named(namespace, service)
        return (self._of_app[app],) if app in self._of_app else ()

    def node_at(self, address: str) -> Ref | None:
        """Return nothing: nodes are no app's."""
        return None


class AlertApps:
    """Whose alerts are, remembered while the same workloads and services are there: a storm tells most of them again
    and again. Belongs to the loop."""

    def __init__(self) -> None:
        self._among: object = None
        self._known: dict[tuple[Labels, str], AppKey | None] = {}

    def by_app(self, alerts: Iterable[Alert], owners: AlertOwners) -> dict[AppKey, tuple[Alert, ...]]:
        """Return the alerts of each app in the order in which they come."""
        known = self._known if owners.among == self._among else {}
        self._among = owners.among
        now: dict[tuple[Labels, str], AppKey | None] = {}
        found: dict[AppKey, list[Alert]] = defaultdict(list)
        for alert in alerts:
            key = alert.labels, alert.elsewhere
            now[key] = app = known[key] if key in known else owners.app_of(alert)
            if app is not None:
                found[app].append(alert)
        self._known = now
        return {app: tuple(listed) for app, listed in found.items()}
