"""What the page of an app shows, and where it has it from."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from textual.screen import Screen

from state.alerts.model import Alert
from state.apps.charts import Charts
from state.apps.model import App
from state.apps.readiness.model import Report, Result
from state.apps.readiness.trend import Observed
from state.apps.releases import History, Release
from state.board.model import Board
from state.clock import SYSTEM, Clock
from state.journal.entry import Entry
from state.metrics.span import Span


class Checked(NamedTuple):
    """An app's readiness now, and on earlier days, oldest first."""

    report: Report
    before: tuple[Observed, ...] = ()


@dataclass(frozen=True, slots=True)
class AppParts:
    """The sources of one app's page. `report`, `charts`, `releases` and `entries` block and raise sentences."""

    find: Callable[[], App | None]
    """The app as it is now, None when it is gone."""
    alerts: Callable[[], Sequence[Alert]]
    board: Callable[[], Board | None]
    report: Callable[[App], Checked]
    charts: Callable[[App, Span], Charts] | None
    """None where no Prometheus is configured."""
    releases: Callable[[App], History]
    entries: Callable[[App], Sequence[Entry]]
    roll_back: Callable[[Screen[Any], Release], Awaitable[None]]
    """Ask and roll a workload back to a revision."""
    write_card: Callable[[Screen[Any], App, Result | None], Awaitable[None]]
    """Ask for a card about the app, or about what a check found of it, and put it on the board."""
    clock: Clock = SYSTEM
