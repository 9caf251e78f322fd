"""What the list of apps says of each beside what is live: error budget left, and the last known readiness."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from state.apps.budget import PERIOD, remaining_of
from state.apps.charts import traffic_of
from state.apps.model import App
from state.apps.readiness.trend import trend
from state.journal.journal import Journal
from state.metrics.model import MetricsClient, MetricsError
from state.metrics.pulse import Pulse

MOST = 20
"""So many product apps are asked about; a platform for more of them has other ways to look at budgets."""


class Glance(NamedTuple):
    """Budget left (a share, below 0 when overspent) and readiness (percent); None where it is not known."""

    budget: float | None = None
    readiness: float | None = None


def glances(
    apps: Sequence[App], pulse: Pulse | None, client: MetricsClient | None, journal: Journal
) -> Mapping[str, Glance]:
    """Return a glance at each product app by its key. Blocks; raises JournalError, or MetricsError for no answer."""
    product = [app for app in apps if not app.platform][:MOST]
    found = {}
    for app in product:
        observed = trend(journal, app.key)
        found[app.key] = Glance(_budget(app, pulse, client), observed[-1].percent if observed else None)
    return found


def _budget(app: App, pulse: Pulse | None, client: MetricsClient | None) -> float | None:
    traffic = traffic_of(app, pulse)
    if traffic is None or client is None:
        return None
    try:
        samples = client.query(traffic.error_ratio(PERIOD).promql).samples
    except MetricsError as error:
        if error.kind in ("timeout", "bad_query"):
            return None
        raise
    return remaining_of(samples[0].value, app.objective) if samples else None
