"""The Alertmanager clusters of a context: each alert and silence is written to where it came from."""

from collections.abc import Iterable, Iterator, Sequence

from state.alerts.model import Alert, Silence
from state.alerts.source import Alertmanagers


class Clusters:
    """The clusters by their names; a context has one or more. Immutable."""

    def __init__(self, each: Sequence[Alertmanagers]) -> None:
        """Raises ValueError when there is none."""
        if not each:
            raise ValueError("no Alertmanager is given")
        self._each = tuple(each)

    def __iter__(self) -> Iterator[Alertmanagers]:
        return iter(self._each)

    @property
    def through(self) -> str:
        """What the first cluster is reached through, in a word; empty where it is its own address."""
        return self._each[0].through

    def now(self) -> float:
        """Return the time of the cluster that is the furthest: what is due there is due."""
        return max(cluster.now() for cluster in self._each)

    def of(self, one: Alert | Silence) -> Alertmanagers:
        """Return the cluster that an alert or silence is in; what none has told of is the first one's."""
        return next((cluster for cluster in self._each if cluster.origin.name == one.source), self._each[0])

    def holding(self, alerts: Iterable[Alert]) -> tuple[Alertmanagers, ...]:
        """Return the clusters that some alerts are in, each once; all of them where no alert is in any."""
        found = dict.fromkeys(self.of(alert) for alert in alerts if alert.updated is not None)
        return tuple(found) or self._each
