"""An app: the workloads that belong together, and how they do."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from state.ref import Ref


class AppHealth(Enum):
    """How an app does, in order of how bad it is."""

    WELL = "well"
    MOVING = "rolling out"
    UNKNOWN = "unknown"
    """Nothing bad is known, and a source that would know does not answer."""
    DEGRADED = "degraded"
    FAILING = "failing"
    """It serves, and breaks what its users were promised."""
    DOWN = "down"


class Belonging(NamedTuple):
    """Whose an app is. Empty where nothing says so."""

    team: str = ""
    owner: str = ""
    """A person, or how to reach the team."""
    repository: str = ""
    on_call: str = ""
    dashboard: str = ""


NOBODYS = Belonging()


@dataclass(frozen=True, slots=True)
class Signals:
    """An app's golden signals; None where nothing measured it.

    `errors` is a ratio 0..1, `p95` seconds, `rate` requests a second. `error_history` and `rate_history` are
    oldest first, evenly spaced, None where nothing was measured.
    """

    rate: float | None = None
    errors: float | None = None
    p95: float | None = None
    error_history: tuple[float | None, ...] = ()
    rate_history: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A service of an app that metrics know: how it is called there, and in which way it is measured."""

    service: str
    dialect: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One workload of an app. `ready` and `wanted` are pods; a cron job wants none."""

    ref: Ref
    uid: str
    version: str
    ready: int
    wanted: int
    health: AppHealth
    reason: str
    released: float | None = None
    """When its newest revision began, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class App:
    """One app, of one cluster or of several."""

    name: str
    cluster: str
    """The cluster that is shown; the alerts and signals are from there."""
    namespace: str
    """Its namespace; of one that is in several, the first."""
    platform: bool
    """A platform service rather than a product app."""
    parts: tuple[Part, ...]
    """Its workloads, the worst first."""
    version: str
    ready: int
    wanted: int
    health: AppHealth
    reason: str
    released: float | None
    """When its newest revision began, in seconds since the epoch."""
    namespaces: tuple[str, ...] = ()
    production: bool = False
    belonging: Belonging = NOBODYS
    objective: float = 0.999
    """The share of requests that must not fail."""
    signals: Signals = Signals()
    measured: tuple[Measured, ...] = ()
    """The services behind its signals."""
    spans: bool = False
    """Whether it is one app in all namespaces and watched contexts, rather than of its namespace alone."""
    alerts: tuple[str, ...] = ()
    """The fingerprints of the alerts that are about it, worst first."""

    @property
    def key(self) -> str:
        """What tells it from all other apps, and stays while workloads come and go elsewhere."""
        return f"{self.cluster}/{'' if self.spans else self.namespace}/{self.name}"

    @property
    def workloads(self) -> tuple[Ref, ...]:
        """Its workloads' names, the worst first."""
        return tuple(part.ref for part in self.parts)

    @property
    def clusters(self) -> tuple[str, ...]:
        """The clusters that its workloads are in, the shown one first."""
        return tuple(sorted({ref.cluster for ref in self.workloads}, key=lambda name: (name != self.cluster, name)))

    @property
    def here(self) -> "App":
        """What of it is in the cluster that is shown: what that cluster and its Prometheus can be asked about."""
        if self.clusters == (self.cluster,):
            return self
        parts = tuple(part for part in self.parts if part.ref.cluster == self.cluster)
        return replace(self, parts=parts, namespaces=tuple(sorted({part.ref.namespace for part in parts})))

    @property
    def team(self) -> str:
        """The team it belongs to, empty when nothing says so."""
        return self.belonging.team
