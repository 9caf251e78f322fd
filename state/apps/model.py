"""An app: the workloads that belong together, and how they do."""

from dataclasses import dataclass
from enum import Enum

from state.ref import Ref


class AppHealth(Enum):
    """How an app does, in order of how bad it is."""

    WELL = "well"
    MOVING = "rolling out"
    DEGRADED = "degraded"
    DOWN = "down"


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
class App:
    """One app of one cluster."""

    name: str
    cluster: str
    namespace: str
    platform: bool
    """A platform service rather than a product app."""
    workloads: tuple[Ref, ...]
    version: str
    ready: int
    wanted: int
    health: AppHealth
    reason: str
    released: float | None
    """When its newest revision began, in seconds since the epoch."""
    team: str = ""
    signals: Signals = Signals()
