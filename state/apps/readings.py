"""What workloads and services say of the app they belong to, and the apps themselves, while they stay the same."""

from typing import NamedTuple

from state.apps.grouping import Grouping, team_of, version_of
from state.apps.health import WorkloadRows
from state.apps.model import App
from state.apps.signals import AppKey
from state.cluster.kinds.kind import Kind, Labels
from state.cluster.kinds.services import ServiceRow
from state.printable import printable
from state.ref import Ref
from state.remembered import Remembered


class Reading(NamedTuple):
    """What a workload says, whoever looks and whenever; all but `app` is printable."""

    app: str
    """The app's name as it is, printable or not: it is what workloads are grouped by."""
    ref: Ref
    version: str
    team: str
    platform: bool


class Readings:
    """Reads rows of one cluster, each once: a row never changes."""

    def __init__(self, cluster: str, grouping: Grouping = Grouping()) -> None:
        self.cluster = cluster
        self.workloads: Remembered[str, Reading] = Remembered()
        self.services: Remembered[str, str] = Remembered()
        self.apps: Remembered[AppKey, App] = Remembered()
        self._grouping = grouping

    def workload(self, kind: Kind[WorkloadRows], row: WorkloadRows, namespace_labels: Labels) -> Reading:
        """Return what a workload says in a namespace with these labels."""
        return self.workloads.value(row.uid, self._read, kind, row, namespace_labels)

    def service(self, row: ServiceRow) -> str:
        """Return the name of the app that a service says it belongs to, empty when it says none."""
        return self.services.value(row.uid, self._named, row)

    def _read(self, kind: Kind[WorkloadRows], row: WorkloadRows, namespace_labels: Labels) -> Reading:
        return Reading(
            self._grouping.app_of(row),
            kind.ref(self.cluster, row),
            printable(version_of(row)),
            printable(team_of(row, namespace_labels)),
            self._grouping.is_platform(row.namespace, row.labels, namespace_labels),
        )

    def _named(self, row: ServiceRow) -> str:
        return self._grouping.named(dict(row.labels), {})
