"""What became of a card's alert since the card was made: does it fire, how long has it been absent. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from state.alerts.card import ABSENT_DAYS, CardSource, read_source
from state.apps.model import App
from state.board.model import Card
from state.journal.entry import Entry
from state.journal.lives import AlertLife, gaps
from state.ref import Ref

DAY = 86400.0
KNOWN = 30 * DAY
"""Seconds back that the lives tell of."""
About = Callable[[AlertLife, str], bool]
"""Whether a life is about an app, or whatever else a card names as its place."""


@dataclass(frozen=True, slots=True)
class AlertSince:
    """What was seen of an alert since a card was made of it. Times are seconds since the epoch."""

    source: CardSource
    firing: float | None
    """Since when it fires, None when it does not."""
    again: int
    """How often it began after the card was made."""
    last: float
    """When it was last there; while nobody has seen it, when the card was made."""
    absent: float
    """Seconds for which it has been absent, at most those that are known."""
    watched: float
    """The share of those in which somebody watched."""

    @property
    def mended(self) -> bool:
        """Whether it has been absent for as long as the card's evidence asks, watched for nearly all of it."""
        return self.firing is None and self.absent >= ABSENT_DAYS * DAY and self.watched >= 0.9


def alert_since(
    card: Card, lives: Iterable[AlertLife], beats: Sequence[Entry], context: str, about: About, now: float
) -> AlertSince | None:
    """Return what was seen of the alert that a card was made of, None for a card of none or of another context."""
    source = read_source(card.source)
    if source is None or (source.context and source.context != context):
        return None
    made = card.created.timestamp() if card.created is not None else now - KNOWN
    same = [life for life in lives if life.name == source.name and about(life, source.where)]
    going_on = [life.start for life in same if life.ended is None]
    ends = [life.ended for life in same if life.ended is not None and life.ended >= made]
    last = max([made, *ends])
    absent = 0.0 if going_on else min(now - last, KNOWN)
    missed = sum(end - start for start, end in gaps(beats, now - absent, now)) if absent > 0 else 0.0
    return AlertSince(
        source,
        min(going_on, default=None),
        sum(life.start > made for life in same),
        now if going_on else last,
        absent,
        1 - missed / absent if absent > 0 else 1.0,
    )


def about_apps(apps: Sequence[App]) -> About:
    """Return how a life is told to be about an app: by the namespace and the object that it was at."""

    def about(life: AlertLife, where: str) -> bool:
        namespace, _, thing = life.where.partition("/")
        app = next((one for one in apps if one.name == where), None)
        if app is None:
            return where in (life.where, namespace)
        if namespace not in (app.namespaces or (app.namespace,)):
            return False
        others = [ref for one in apps if one is not app for ref in one.workloads if ref.namespace == namespace]
        return _among(thing, app.workloads) or not _among(thing, others)

    return about


def _among(thing: str, workloads: Iterable[Ref]) -> bool:
    """Whether a thing's name is that of a workload or of one of its pods."""
    return any(thing == ref.name or thing.startswith(f"{ref.name}-") for ref in workloads)
