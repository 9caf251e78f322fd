"""Which silences there are, and what is odd about each: it holds nothing, ends soon, what it held is back. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from state.alerts.matching import BadMatcher, held_by
from state.alerts.model import Alert, AlertPicture, AlertState, Matcher, Silence

ENDS_SOON = 3600.0
"""Seconds before its end at which a silence is said to end soon."""
BACK = 24 * 3600.0
"""Seconds after its end in which what a silence held is said to have come back."""
AFTER = 3600.0
"""Seconds after a silence's end in which an alert that begins is called the same that it held."""
_MOST = 50
"""Of how many ended silences it is asked, the last to end first: thousands of alerts are held against each."""
_REPEATED_GROUP = re.compile(r"\)[*+?{]")
_REPEATS = re.compile(r"[*+]|\{\d*,\d*\}")
_MOST_REPEATS = 2
MATCHES_NOTHING, SOON, NOT_YET, CAME_BACK = "matches nothing", "ends soon", "not yet", "came back"


@dataclass(frozen=True, slots=True)
class Kept:
    """A silence of the inventory: how many alerts it holds now, and what there is to say of it.

    Of one that has ended and whose alerts came back, `holds` is how many did.
    """

    silence: Silence
    holds: int
    remarks: tuple[str, ...]


def inventory(picture: AlertPicture, now: float, ended: Sequence[Silence] = ()) -> tuple[Kept, ...]:
    """Return all silences that have not ended, the next to end first, with what is odd about each.

    Before them those of `ended` stand whose alerts came back, the last to end first.
    """
    held: dict[str, int] = {}
    for alert in picture.alerts:
        for silence in alert.silences:
            held[silence.id] = held.get(silence.id, 0) + 1
    found = []
    for silence in picture.silences:
        holds, remarks = held.get(silence.id, 0), []
        if silence.state == "pending":
            remarks.append(NOT_YET)
        elif not holds:
            remarks.append(MATCHES_NOTHING)
        if silence.ends - now < ENDS_SOON and silence.state == "active":
            remarks.append(SOON)
        found.append(Kept(silence, holds, tuple(remarks)))
    back: dict[str, Kept] = {}
    for silence in came_back(ended, picture.alerts, now).values():
        one = back.get(silence.id)
        back[silence.id] = Kept(silence, one.holds + 1 if one is not None else 1, (CAME_BACK,))
    return (
        *sorted(back.values(), key=lambda kept: (-kept.silence.ends, kept.silence.id)),
        *sorted(found, key=lambda kept: (kept.silence.ends, kept.silence.id)),
    )


def came_back(ended: Iterable[Silence], alerts: Iterable[Alert], now: float) -> Mapping[str, Silence]:
    """Return the last silence of each alert, by fingerprint, that is active again right after its silence ended.

    Right after is: it went on through the end, or began within an hour of it.
    """
    by_name: dict[str, list[Alert]] = defaultdict(list)
    everything: list[Alert] = []
    for alert in alerts:
        if alert.state is AlertState.ACTIVE:
            by_name[alert.name].append(alert)
            everything.append(alert)
    found: dict[str, Silence] = {}
    recent = [one for one in ended if now - BACK < one.ends <= now and one.ends > one.starts]
    seen: set[frozenset[Matcher]] = set()
    for silence in sorted(recent, key=lambda one: -one.ends)[:_MOST]:
        matchers = frozenset(silence.matchers)
        if matchers in seen or not all(map(_tame, matchers)):
            continue
        seen.add(matchers)
        names = [m.value for m in silence.matchers if m.name == "alertname" and m.equal and not m.regex]
        candidates = by_name.get(names[0], ()) if names else everything
        soon = [
            one
            for one in candidates
            if one.fingerprint not in found and one.source == silence.source and one.since <= silence.ends + AFTER
        ]
        try:
            held = held_by(silence.matchers, soon)
        except BadMatcher:
            continue
        for alert in held:
            found[alert.fingerprint] = silence
    return found


def _tame(matcher: Matcher) -> bool:
    """Whether a pattern surely comes to an end soon: one that backtracks without end would hold the whole program."""
    if not matcher.regex:
        return True
    return not _REPEATED_GROUP.search(matcher.value) and len(_REPEATS.findall(matcher.value)) <= _MOST_REPEATS


def remembering(picture: AlertPicture, now: float) -> AlertPicture:
    """Return the picture in which each alert that came back knows the silence that held it."""
    back = came_back(picture.ended, picture.alerts, now)
    if not back:
        return picture
    alerts = (replace(one, was=back[one.fingerprint]) if one.fingerprint in back else one for one in picture.alerts)
    return replace(picture, alerts=tuple(alerts))
