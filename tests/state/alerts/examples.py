"""Alerts to look at."""

from dataclasses import replace

from state.alerts.model import Alert, AlertState, Severity

NOW = 1_800_000_000.0


def alert(name: str, fingerprint: str = "", severity: str = "critical", state: str = "active", **labels: str) -> Alert:
    """An alert of a name, by default of a fingerprint that is its name, that has been there for a minute."""
    pairs = {"alertname": name, "severity": severity, **labels}
    rank = Severity(severity) if severity in {one.value for one in Severity} else Severity.OTHER
    made = Alert(
        fingerprint or name, name, rank, AlertState(state), tuple(sorted(pairs.items())), (), NOW - 60, updated=NOW
    )
    return replace(made, annotations=(("summary", f"{name} broke"),))
