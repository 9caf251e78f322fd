"""Alerts in the order in which somebody should look at them."""

from collections.abc import Callable, Iterable, Mapping

from state.alerts.model import Alert, AlertState, Severity

STATES = (
    AlertState.ACTIVE,
    AlertState.UNPROCESSED,
    AlertState.PENDING,
    AlertState.ACKED,
    AlertState.SILENCED,
    AlertState.MUTED,
    AlertState.INHIBITED,
)
"""Those first that need somebody."""
_STATES = {state: place for place, state in enumerate(STATES)}
# A word that nobody has ranked may mean the worst: it stands where it is seen.
RANKED = (Severity.CRITICAL, Severity.OTHER, Severity.WARNING, Severity.INFO)
"""The worst first."""
_SEVERITIES = {severity: place for place, severity in enumerate(RANKED)}
_WORDS = {
    **dict.fromkeys(("critical", "page", "fatal", "emergency", "disaster", "p1", "sev1"), Severity.CRITICAL),
    **dict.fromkeys(("warning", "warn", "major", "ticket", "p2", "sev2"), Severity.WARNING),
    **dict.fromkeys(("info", "informational", "notice", "none", "minor", "p3", "sev3"), Severity.INFO),
}


RankOf = Callable[[str], Severity]
"""Gives the severity that a label's value means."""


def severity_of(word: str) -> Severity:
    """Return the severity a label's value means; a word nobody knows is OTHER."""
    return _WORDS.get(word.strip().lower(), Severity.OTHER)


def ranks(said: Mapping[str, str]) -> RankOf:
    """Return what words mean where a configuration ranks some: `{"urgent": "critical"}`. Its word holds first."""
    own = {word.strip().lower(): Severity(rank) for word, rank in said.items()}
    return lambda word: own.get(word.strip().lower()) or severity_of(word)


def rank_order(severity: Severity) -> int:
    """Return a severity's place, the worst first; what nobody has ranked comes right after what is critical."""
    return _SEVERITIES[severity]


def attention(alert: Alert) -> tuple[bool, int, int, float, str, str]:
    """Return a key that sorts what needs somebody first: by state, by severity, the newest first.

    What says nothing but that monitoring runs needs nobody and comes last.
    """
    state, severity = _STATES[alert.state], _SEVERITIES[alert.severity]
    return alert.of_monitoring, state, severity, -alert.since, alert.name, alert.fingerprint


def worst_first(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return the alerts, those that need somebody first."""
    return tuple(sorted(alerts, key=attention))
