"""One alert told by several Alertmanagers, made one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from state.alerts.fingerprint import Labels, identity
from state.alerts.model import Alert, AlertState, Silence


def merge(members: Sequence[Sequence[Alert]]) -> tuple[Alert, ...]:
    """Return the alerts of several members, each once: what any of them knows of it is united.

    Two are one when their labels are, apart from those that name a replica of the sender.
    """
    found: dict[Labels, Alert] = {}
    for alerts in members:
        for alert in alerts:
            key = identity(alert.labels)
            other = found.get(key)
            found[key] = alert if other is None else _union(other, alert)
    return tuple(found.values())


def merge_silences(members: Sequence[Sequence[Silence]]) -> tuple[Silence, ...]:
    """Return the silences of several members, each once; of two states of one the last change holds, else the end."""
    found: dict[str, Silence] = {}
    for silences in members:
        for silence in silences:
            other = found.get(silence.id)
            if other is None or (silence.updated, silence.ends) > (other.updated, other.ends):
                found[silence.id] = silence
    return tuple(found.values())


def settled(alerts: Iterable[Alert], silences: Iterable[Silence]) -> tuple[Alert, ...]:
    """Return alerts with their silences as the last word on these has them: a member may not have heard of it yet."""
    by_id = {silence.id: silence for silence in silences}
    return tuple(_settle(alert, by_id) if alert.silences else alert for alert in alerts)


def _settle(alert: Alert, by_id: Mapping[str, Silence]) -> Alert:
    now = tuple(by_id.get(silence.id, silence) for silence in alert.silences)
    holding = tuple(silence for silence in now if silence.state != "expired")
    if holding == alert.silences:
        return alert
    if holding:
        state = AlertState.ACKED if any(silence.is_ack for silence in holding) else AlertState.SILENCED
    elif alert.inhibited_by:
        state = AlertState.INHIBITED
    else:
        state = AlertState.MUTED if alert.muted_by else AlertState.ACTIVE
    return replace(alert, silences=holding, state=state)


def _union(one: Alert, other: Alert) -> Alert:
    silences = tuple({silence.id: silence for silence in (*one.silences, *other.silences)}.values())
    inhibited = tuple(dict.fromkeys((*one.inhibited_by, *other.inhibited_by)))
    states = {one.state, other.state}
    state = next(
        (
            s
            for s in (AlertState.ACKED, AlertState.SILENCED, AlertState.INHIBITED, AlertState.MUTED, AlertState.ACTIVE)
            if s in states
        ),
        AlertState.UNPROCESSED,
    )
    newest = max(one, other, key=lambda alert: alert.updated or 0.0)
    return replace(
        newest,
        fingerprint=one.fingerprint,
        state=state,
        since=min(one.since, other.since),
        silences=silences,
        inhibited_by=inhibited,
        muted_by=tuple(dict.fromkeys((*one.muted_by, *other.muted_by))),
        receivers=tuple(dict.fromkeys((*one.receivers, *other.receivers))),
    )
