"""Silences, with the rules of Alertmanager for what an edit keeps and what it makes anew."""

import uuid
from dataclasses import dataclass, replace
from random import Random

from cockpit.simulator.matchers import matches_all
from cockpit.simulator.promql.ast import Matcher

_RETENTION_MILLISECONDS = 120 * 3_600_000


class Unknown(Exception):
    """There is no silence of this id."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence; times are milliseconds since the epoch."""

    id: str
    matchers: tuple[Matcher, ...]
    starts: int
    ends: int
    updated: int
    created_by: str
    comment: str

    def state(self, now: int) -> str:
        """pending, active or expired."""
        if now < self.starts:
            return "pending"
        return "expired" if now >= self.ends else "active"

    def covers(self, labels: dict[str, str], now: int) -> bool:
        """Return whether an alert with these labels is silenced."""
        return self.state(now) == "active" and matches_all(self.matchers, labels)


class Silences:
    """All silences; expired ones are kept for five days."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._silences: dict[str, Silence] = {}

    def all(self) -> list[Silence]:
        """Return the silences, the first made first."""
        return list(self._silences.values())

    def get(self, silence_id: str) -> Silence:
        """Return a silence. Raises Unknown."""
        try:
            return self._silences[silence_id]
        except KeyError:
            raise Unknown(silence_id) from None

    def covering(self, labels: dict[str, str], now: int) -> list[str]:
        """Return the ids of the silences that cover an alert."""
        return sorted(one.id for one in self._silences.values() if one.covers(labels, now))

    def put(self, wanted: Silence, now: int) -> str:
        """Make or change a silence and return its id, which is a new one when it could not be changed in place.

        In place: equal matchers, and for an active silence a start in the same second and an end to come, for a
        pending one a start to come. Otherwise the old one expires. Raises Unknown when it names one that is not there.
        """
        if wanted.id:
            old = self.get(wanted.id)
            if _can_change(old, wanted, now):
                # The start is kept to the millisecond, though only its second is compared.
                self._silences[old.id] = replace(wanted, updated=now)
                return old.id
            if old.state(now) != "expired":
                self.expire(old.id, now)
        new_id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        self._silences[new_id] = replace(wanted, id=new_id, starts=max(wanted.starts, now), updated=now)
        return new_id

    def adopt(self, silence: Silence) -> None:
        """Take over a silence that was made before the world opened."""
        new_id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        self._silences[new_id] = replace(silence, id=new_id)

    def expire(self, silence_id: str, now: int) -> None:
        """End a silence; one that ended stays as it is. Raises Unknown."""
        old = self.get(silence_id)
        match old.state(now):
            case "active":
                self._silences[old.id] = replace(old, ends=now, updated=now)
            case "pending":
                self._silences[old.id] = replace(old, starts=now, ends=now, updated=now)

    def forget(self, now: int) -> None:
        """Drop what ended long ago."""
        for silence in self.all():
            if silence.ends + _RETENTION_MILLISECONDS < now:
                del self._silences[silence.id]


def _can_change(old: Silence, new: Silence, now: int) -> bool:
    if old.matchers != new.matchers:
        return False
    match old.state(now):
        case "active":
            return new.starts // 1000 == old.starts // 1000 and new.ends >= now
        case "pending":
            return new.starts >= now
    return False
