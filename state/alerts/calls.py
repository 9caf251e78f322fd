"""Which alerts somebody is called for: critical ones that have just begun and that nobody has. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from state.alerts.model import Alert, AlertPicture, AlertState, Severity
from state.printable import printable, shorten

AGAIN = 15 * 60.0
"""Seconds in which an alert that comes and goes is called for once."""
APART = 30.0
"""Seconds between two calls; what begins meanwhile is told together."""
_SHOWN = 3
_LONGEST = 200

_Like = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Called:
    """What was called for so far. Times are seconds on a clock that never goes back.

    `active` are the fingerprints of what was active, None before the first look; `last` is when an alert of a name and
    namespace was called for; `waiting` are those that will be told with the next call.
    """

    active: frozenset[str] | None = None
    last: Mapping[_Like, float] = field(default_factory=dict)
    waiting: tuple[Alert, ...] = ()
    called: float = float("-inf")


def look(before: Called, picture: AlertPicture, now: float) -> tuple[Called, tuple[Alert, ...]]:
    """Return what is to be remembered, and the alerts to call somebody for now.

    What was there at the first look is nothing new. An alert that was acknowledged or silenced and is active again is.
    """
    wanted = {alert.fingerprint: alert for alert in picture.alerts if calls_for_somebody(alert)}
    active = frozenset(wanted)
    if before.active is None:
        return Called(active), ()
    waiting = {one.fingerprint: wanted[one.fingerprint] for one in before.waiting if one.fingerprint in wanted}
    last = {like: when for like, when in before.last.items() if now - when < AGAIN}
    waiting |= {key: one for key, one in wanted.items() if key not in before.active and _like(one) not in last}
    if not waiting or now - before.called < APART:
        return Called(active, last, tuple(waiting.values()), before.called), ()
    last |= {_like(alert): now for alert in waiting.values()}
    return Called(active, last, (), now), tuple(waiting.values())


def calls_for_somebody(alert: Alert) -> bool:
    """Return whether an alert is critical and nobody has it: neither acknowledged, silenced, muted nor inhibited."""
    return alert.severity is Severity.CRITICAL and alert.state is AlertState.ACTIVE and not alert.of_monitoring


def words(alerts: Sequence[Alert]) -> str:
    """Return one printable line for some alerts, however many they are."""
    if len(alerts) == 1:
        said = f"{alerts[0].name} {alerts[0].where}".strip()
        summary = alerts[0].annotation("summary")
        return shorten(printable(f"{said}: {summary}" if summary else said), _LONGEST)
    names = list(dict.fromkeys(f"{one.name} {one.namespace}".strip() for one in alerts))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return shorten(printable(f"{len(alerts)} critical alerts: {', '.join(names[:_SHOWN])}{more}"), _LONGEST)


def _like(alert: Alert) -> _Like:
    return alert.name, alert.namespace
