"""The dead man's switch: an alert that always fires and is missing is an alert itself. Belongs to the loop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from state.alerts.fingerprint import Labels, fingerprint, identity
from state.alerts.join import SILENT_AFTER, WATCHDOG
from state.alerts.model import Alert, AlertState, Severity
from state.alerts.reading import FromAlertmanager, FromPrometheus
from state.printable import printable

MISSING = "WatchdogMissing"
"""The name of the alert that says so."""
_OWN_WORDS = "it is about alerting itself: look at Prometheus, its rules, and how it reaches Alertmanager"


@dataclass(slots=True)
class _Kept:
    """What was seen of one cluster's watchdogs."""

    known: frozenset[Labels] = frozenset()
    missing_since: float | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """One Alertmanager cluster as it is now: what it says, and which alert it must have by the configuration.

    `said` is None while it does not answer: then nothing is known of its alerts, and that is said elsewhere.
    """

    name: str
    watchdog: str
    said: FromAlertmanager | None


@dataclass(slots=True)
class DeadMan:
    """Remembers which watchdogs each Alertmanager cluster had, and says which are missing."""

    _kept: dict[str, _Kept] = field(default_factory=dict)

    def missing(self, clusters: Sequence[Watched], told: Iterable[FromPrometheus]) -> tuple[Alert, ...]:
        """Return an alert for each cluster whose watchdog is missing for longer than a sender may be silent.

        One is missed where the configuration wants it, where it was seen before, and where none arrives anywhere
        although a Prometheus fires it.
        """
        rules = list(told)
        nowhere = not any(_present(one.said, one.watchdog) for one in clusters)
        found = []
        for one in clusters:
            if one.said is None:
                continue
            fires = _fires_since(rules, one.watchdog or WATCHDOG) if nowhere else None
            since = self._since(one, one.said, fires)
            if since is not None and one.said.at - since >= SILENT_AFTER:
                found.append(_alert(one.name, one.watchdog or WATCHDOG, since))
        return tuple(found)

    def _since(self, one: Watched, said: FromAlertmanager, fires: float | None) -> float | None:
        """Return since when a watchdog is missing, None when none is."""
        kept = self._kept.setdefault(one.name, _Kept())
        present = _present(said, one.watchdog)
        if present and len(present) >= len(kept.known):
            kept.known, kept.missing_since = present, None
            return None
        if not (one.watchdog or kept.known or fires is not None):
            return None
        if kept.missing_since is None:
            kept.missing_since = fires if fires is not None and not kept.known else said.at
        # An Alertmanager that has just begun is told anew within a minute or two.
        return max(kept.missing_since, said.restarted or 0.0)


def _present(said: FromAlertmanager | None, watchdog: str) -> frozenset[Labels]:
    wanted = watchdog or WATCHDOG
    return frozenset(identity(alert.labels) for alert in (said.alerts if said else ()) if alert.name == wanted)


def _fires_since(told: Iterable[FromPrometheus], name: str) -> float | None:
    fired = (a.since for said in told for a in said.alerts if a.name == name and a.state is AlertState.ACTIVE)
    return min(fired, default=None)


def _alert(cluster: str, watchdog: str, since: float) -> Alert:
    labels = {"alertname": MISSING, "severity": "critical", **({"alertmanager": cluster} if cluster else {})}
    where = f" {cluster}" if cluster else ""
    summary = printable(f"{watchdog} does not reach Alertmanager{where}: other alerts may not reach it either")
    return Alert(
        fingerprint(labels.items()),
        MISSING,
        Severity.CRITICAL,
        AlertState.ACTIVE,
        tuple(sorted(labels.items())),
        (("summary", summary),),
        since,
        elsewhere=_OWN_WORDS,
    )
