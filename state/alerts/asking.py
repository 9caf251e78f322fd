"""What one member of an Alertmanager cluster says, asked for as a whole. Blocks."""

import re
from collections.abc import Mapping

from state.alerts.client import Alertmanager
from state.alerts.errors import AlertmanagerError
from state.alerts.order import RankOf
from state.alerts.reading import FromAlertmanager, alert_of
from state.alerts.wire import WireServer
from state.rfc3339 import moment_of
from state.threads import gently

ENDED = 24 * 3600.0
"""Seconds after its end in which a silence is told of: what it held may come back."""
_TIME_INTERVALS = re.compile(r"\b(?:mute|active)_time_intervals\b")


def ask(member: Alertmanager, rank: RankOf) -> FromAlertmanager:
    """Return its alerts, silences and when it began. Raises AlertmanagerError."""
    # Silences last: every silence that an alert names is then among them.
    alerts = member.alerts()
    status = _status(member)
    muted, notes = _muted(member, status.config.original if status is not None else "")
    silences = member.silences()
    by_id = {silence.id: silence for silence in silences}
    now = member.now()
    for one in alerts:
        one.status.muted_by = muted.get(one.fingerprint) or one.status.muted_by
    return FromAlertmanager(
        now,
        tuple(alert_of(one, by_id, rank) for one in gently(alerts)),
        tuple(silence for silence in silences if silence.state != "expired"),
        notes,
        moment_of(status.uptime) if status is not None else None,
        ahead=member.ahead,
        ended=tuple(one for one in silences if one.state == "expired" and one.ends > now - ENDED),
    )


def _status(member: Alertmanager) -> WireServer | None:
    try:
        return member.status()
    except AlertmanagerError:
        # What stands in for Alertmanager may not say.
        return None


def _muted(member: Alertmanager, config: str) -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the time intervals that mute alerts by fingerprint, and what is not known of them.

    The list of alerts does not tell them; the groups do, and are asked for only where a route has such intervals.
    """
    if not _TIME_INTERVALS.search(config):
        return {}, ()
    try:
        return member.muted(), ()
    except AlertmanagerError as error:
        return {}, (f"what time intervals mute is not known: {error}",)
