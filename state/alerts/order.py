"""Alerts in the order in which somebody should look at them."""

from collections.abc import Iterable

from state.alerts.model import Alert, AlertState, Severity

_STATES = {
    state: place
    for place, state in enumerate(
        (
            AlertState.ACTIVE,
            AlertState.UNPROCESSED,
            AlertState.PENDING,
            AlertState.ACKED,
            AlertState.SILENCED,
            AlertState.MUTED,
            AlertState.INHIBITED,
        )
    )
}
_SEVERITIES = {severity: place for place, severity in enumerate(Severity)}
_WORDS = {
    **dict.fromkeys(("critical", "page", "fatal", "emergency", "disaster", "p1", "sev1"), Severity.CRITICAL),
    **dict.fromkeys(("warning", "warn", "major", "ticket", "p2", "sev2"), Severity.WARNING),
    **dict.fromkeys(("info", "informational", "notice", "none", "minor", "p3", "sev3"), Severity.INFO),
}


def severity_of(word: str) -> Severity:
    """Return the severity a label's value means; a word nobody knows is OTHER."""
    return _WORDS.get(word.strip().lower(), Severity.OTHER)


def attention(alert: Alert) -> tuple[int, int, float, str, str]:
    """Return a key that sorts what needs somebody first: by state, by severity, the newest first."""
    return _STATES[alert.state], _SEVERITIES[alert.severity], -alert.since, alert.name, alert.fingerprint


def worst_first(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return the alerts, those that need somebody first."""
    return tuple(sorted(alerts, key=attention))
