"""What becomes of alerts from one look to the next: which began, were taken, ended, were lost sight of. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from state.alerts.join import SILENT_AFTER
from state.alerts.model import Alert, AlertPicture, AlertState, Silence
from state.journal.entry import Entry
from state.journal.lives import ENDINGS

SETTLING = 5 * 60.0
"""Seconds after an Alertmanager's start in which it may not have heard of all alerts again."""


NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of an alert that has begun and not ended."""

    name: str
    start: float
    acked: bool = False
    silenced: bool = False
    unseen: bool = False
    """Whether it was taken over from the journal and has not been seen since."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the alerts adds to the journal, and the lives that go on, by fingerprint."""

    entries: tuple[Entry, ...]
    lives: Mapping[str, Life]


def observe(
    lives: Mapping[str, Life],
    picture: AlertPicture,
    source: str,
    now: float,
    *,
    live: bool,
    refreshed: Mapping[str, float] = NOTHING,
    unheard: Callable[[str], bool] = lambda fingerprint: False,
) -> Seen:
    """Return what is new. `live` says whether Alertmanager has just answered; `refreshed` is when a Prometheus had
    last sent each alert, by fingerprint and Alertmanager's clock, as of the look before.

    An alert that is not there any more has ended only when its sender speaks; else it was lost sight of. One that
    Prometheus still calls firing goes on, and so does one whose cluster is `unheard` while another answers.
    """
    entries: list[Entry] = []
    after: dict[str, Life] = {}
    firing = [a for a in picture.alerts if a.state is not AlertState.PENDING and not a.of_monitoring]
    for alert in firing:
        if alert.updated is None:
            # Known to Prometheus alone: it has not reached anybody.
            continue
        before = lives.get(alert.fingerprint)
        if before is not None and before.start == alert.since and not alert.silences and not before.unseen:
            # Most of thousands go on as they were.
            after[alert.fingerprint] = before
            continue
        if before is not None and before.start != alert.since:
            silent = alert.since - refreshed.get(alert.fingerprint, alert.since) > SILENT_AFTER
            word = "lost" if silent else "resolved"
            entries.append(_ended(source, alert.fingerprint, before, word, min(now, alert.since)))
            before = None
        if before is None:
            entries.append(_began(source, alert))
        acked, silenced = _covered(alert, before, source, entries)
        after[alert.fingerprint] = Life(alert.name, alert.since, acked, silenced)
    gone = {key: life for key, life in lives.items() if key not in after}
    if not gone:
        return Seen(tuple(entries), after)
    told = {alert.name for alert in firing if alert.updated is None}
    sure = live and picture.sender_silent is None and picture.rules_evaluating is not False
    at = now + picture.ahead
    for key, life in gone.items():
        if not live or life.name in told or unheard(key):
            after[key] = life
            continue
        restarted = picture.restarted is not None and life.start < picture.restarted > at - SETTLING
        # Whoever sends that an alert is over has sent until then; what nobody has refreshed only ran out.
        ran_out = at - refreshed.get(key, at) > SILENT_AFTER
        word = "unseen" if life.unseen else "resolved" if sure and not restarted and not ran_out else "lost"
        entries.append(_ended(source, key, life, word, now))
    return Seen(tuple(entries), after)


def refreshed_at(picture: AlertPicture) -> Mapping[str, float]:
    """Return when a Prometheus last sent each alert, by fingerprint."""
    return {one.fingerprint: one.updated for one in picture.alerts if one.updated is not None and one.generator_url}


def open_lives(entries: Iterable[Entry]) -> dict[str, Life]:
    """Return the lives that a journal's entries leave open, by fingerprint."""
    began: dict[tuple[str, float], Entry] = {}
    more: dict[tuple[str, float], set[str]] = {}
    for entry in entries:
        key = (entry.fingerprint, entry.start)
        if entry.event == "firing":
            began[key] = entry
        more.setdefault(key, set()).add(entry.event)
    found: dict[str, Life] = {}
    for key, entry in sorted(began.items(), key=lambda pair: pair[0][1]):
        events = more[key]
        if not events & ENDINGS:
            life = Life(entry.subject, entry.start, "acked" in events, "silenced" in events, unseen=True)
            found[entry.fingerprint] = life
    return found


def _covered(alert: Alert, before: Life | None, source: str, entries: list[Entry]) -> tuple[bool, bool]:
    """Write down the first ack and the first silence of a life; return which of the two it has had."""
    acked = before is not None and before.acked
    silenced = before is not None and before.silenced
    ack = alert.ack
    if ack is not None and not acked:
        entries.append(_taken(source, alert, ack, "acked"))
    other = next((silence for silence in alert.silences if not silence.is_ack), None)
    if other is not None and not silenced:
        entries.append(_taken(source, alert, other, "silenced"))
    return acked or ack is not None, silenced or other is not None


def _began(source: str, alert: Alert) -> Entry:
    details = {
        "severity": alert.severity.value,
        "where": alert.where,
        "namespace": alert.namespace,
        "summary": alert.annotation("summary"),
    }
    kept = {name: text for name, text in details.items() if text}
    return Entry(source, alert.fingerprint, alert.since, "firing", alert.since, subject=alert.name, details=kept)


def _taken(source: str, alert: Alert, silence: Silence, event: str) -> Entry:
    return Entry(
        source,
        alert.fingerprint,
        alert.since,
        event,
        max(silence.starts, alert.since),
        who=silence.created_by,
        subject=alert.name,
        outcome=silence.comment,
        details={"silence": silence.id},
    )


def _ended(source: str, fingerprint: str, life: Life, event: str, at: float) -> Entry:
    return Entry(source, fingerprint, life.start, event, at, subject=life.name)
