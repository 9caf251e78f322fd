"""What workloads and services say of the app they belong to, and the apps themselves, while they stay the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import perf_counter
from typing import Any, NamedTuple

from state.apps.alerting import AlertApps
from state.apps.belonging import belonging_of
from state.apps.grouping import Grouping, version_of
from state.apps.model import App, Belonging
from state.apps.settings import About, Apps
from state.apps.signals import AppKey
from state.cluster.kinds.kind import Kind, Labels
from state.cluster.kinds.services import ServiceRow
from state.cluster.kinds.workload_row import WorkloadRow
from state.printable import printable
from state.ref import Ref
from state.remembered import Remembered


class Reading(NamedTuple):
    """What a workload says, whoever looks and whenever; all but `key` is printable."""

    key: AppKey | None
    """Its app, by the name as it is, printable or not; None for a workload that belongs to no app."""
    ref: Ref
    version: str
    belonging: Belonging
    platform: bool
    production: bool


class Readings:
    """Reads rows of one cluster, each once: a row never changes."""

    def __init__(self, cluster: str, grouping: Grouping = Grouping(), said: Apps = Apps()) -> None:
        """`said` is what the configuration knows of apps beside the grouping."""
        self.cluster = cluster
        self.workloads: Remembered[str, Reading] = Remembered()
        self.services: Remembered[str, str] = Remembered()
        self.apps: Remembered[AppKey, App] = Remembered()
        self.alerts = AlertApps()
        self.turns = 0
        """Grows whenever there was more to read than there was time for."""
        self._seconds = inf
        self._left = False
        self._grouping = grouping
        self._said = said

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Read for at most so many seconds: thousands of workloads that come at once take a few turns."""
        self._seconds, self._left = seconds, False
        yield
        self._seconds = inf
        self.turns += self._left

    def workload(self, kind: Kind[Any], row: WorkloadRow, namespace_labels: Labels) -> Reading | None:
        """Return what a workload says in a namespace with these labels.

        Without time for it in this turn that is what it said before, None when it is read for the first time.
        """
        if self._seconds <= 0:
            self._left = True
            return self.workloads.known(row.uid)
        began = perf_counter()
        reading = self.workloads.value(row.uid, self._read, kind, row, namespace_labels)
        self._seconds -= perf_counter() - began
        return reading

    def service(self, row: ServiceRow) -> AppKey:
        """Return the app that a service says it belongs to; its name is empty when it says none."""
        name = self.services.value(row.uid, self._named, row)
        return self._key(row.namespace, name)

    def about(self, app: str) -> About | None:
        """Return what the configuration knows of an app, None when it knows nothing."""
        return self._said.about.get(app)

    def objective(self, app: str) -> float:
        """Return the share of an app's requests that must not fail, 0..1."""
        about = self.about(app)
        percent = about.objective if about is not None and about.objective is not None else self._said.objective
        return percent / 100

    def _key(self, namespace: str, app: str) -> AppKey:
        return ("", app) if self._grouping.spans(app) else (namespace, app)

    def _read(self, kind: Kind[Any], row: WorkloadRow, namespace_labels: Labels) -> Reading:
        grouping = self._grouping
        rule = grouping.rule(row)
        platform = grouping.is_platform(row.namespace, row.labels, namespace_labels)
        return Reading(
            None if rule is not None and rule.ignore else self._key(row.namespace, grouping.app_of(row)),
            kind.ref(self.cluster, row),
            printable(version_of(row)),
            Belonging(*map(printable, belonging_of(row, namespace_labels))),
            platform if rule is None or rule.tier is None else rule.tier == "platform",
            grouping.is_production(row.namespace, row.labels, namespace_labels),
        )

    def _named(self, row: ServiceRow) -> str:
        return self._grouping.named(dict(row.labels), {})
