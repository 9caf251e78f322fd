"""Alerts, live: asked of every Alertmanager and every Prometheus, each by itself, and joined."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from state.alerts.asking import ask
from state.alerts.client import Alertmanager
from state.alerts.dead_man import DeadMan, Watched
from state.alerts.errors import AlertmanagerError
from state.alerts.joined import Joined
from state.alerts.members import Members
from state.alerts.merge import merge, merge_silences, settled
from state.alerts.model import AlertPicture
from state.alerts.order import RankOf, severity_of, worst_first
from state.alerts.origin import Origin
from state.alerts.prometheus import PrometheusAlerts
from state.alerts.reading import FromAlertmanager, FromPrometheus
from state.clock import SYSTEM, Clock
from state.freshness import Freshness, Health, together
from state.polled import Absent, Denied, Polled

T = TypeVar("T")
EVERY = 10.0


class Alertmanagers:
    """The members of one Alertmanager cluster. Blocks."""

    def __init__(
        self,
        members: Sequence[Alertmanager],
        clock: Clock = SYSTEM,
        rank: RankOf = severity_of,
        origin: Origin = Origin(),
    ) -> None:
        """`rank` says what the words of severity mean. Raises ValueError when there is no member."""
        self.origin = origin
        self._members = Members(members, clock)
        self._rank = rank

    @property
    def there(self) -> str:
        """What a title adds to say which of several clusters is meant: ` in eu`."""
        return f" in {self.origin.name}" if self.origin.name else ""

    def fetch(self) -> FromAlertmanager:
        """Return what those say that answer. Raises Denied, Absent or AlertmanagerError when none does."""
        answers, errors = self._members.every_answer(lambda member: ask(member, self._rank))
        if not answers:
            raise _worst(errors)
        silences = merge_silences([(*answer.silences, *answer.ended) for answer in answers])
        alerts = settled(merge([answer.alerts for answer in answers]), silences)
        return FromAlertmanager(
            max(answer.at for answer in answers),
            tuple(map(self.origin.alert, alerts)),
            tuple(self.origin.silence(one) for one in silences if one.state != "expired"),
            (*dict.fromkeys(note for answer in answers for note in answer.notes), *map(str, errors)),
            max((answer.restarted for answer in answers if answer.restarted is not None), default=None),
            self.origin.name,
            tuple(self.origin.silence(one) for one in silences if one.state == "expired"),
            self.permitted(),
            answers[0].ahead,
        )

    def now(self) -> float:
        """Return the time of the member that is asked first, as of its last reply."""
        return self._members.best.now()

    @property
    def members(self) -> tuple[Alertmanager, ...]:
        """The members, in the order in which they are asked."""
        return tuple(self._members)

    @property
    def through(self) -> str:
        """What it is reached through, in a word; empty where it is its own address."""
        return self._members.best.way.through

    def permitted(self) -> str:
        """Return why this user may change no silence here, empty when nothing is known against it. Blocks."""
        try:
            return self._members.best.why_not_write()
        except AlertmanagerError:
            # A server that does not answer says so when something is to be written.
            return ""

    def with_live(self, ask: Callable[[Alertmanager], T]) -> tuple[Alertmanager, T]:
        """Ask the members in turn, the last good one first, until one answers; return it and its answer.

        For reading only. A later write goes to the member returned: what it knows may not have reached the
        others yet. Raises AlertmanagerError when none answers.
        """
        return self._members.first_answer(ask)

    def lost(self, member: Alertmanager, error: AlertmanagerError) -> None:
        """Note that a member did not answer to what was written, so that the others are asked before it."""
        self._members.failed(member, error)


class LiveAlerts:
    """Both kept up to date, each with its own freshness; `picture` joins the newest of both. Belongs to the loop."""

    def __init__(
        self,
        alertmanagers: Sequence[Alertmanagers],
        prometheuses: Sequence[PrometheusAlerts],
        every: float = EVERY,
        clock: Clock = SYSTEM,
    ) -> None:
        """`alertmanagers` are clusters of them."""
        self.picture = AlertPicture()
        self.revision = 0
        self._clusters = tuple(alertmanagers)
        self._joined = Joined(len(alertmanagers), len(prometheuses))
        self._alertmanagers = [
            Polled("alertmanager", self._joined.of_alertmanager(place, one.fetch), every, clock)
            for place, one in enumerate(alertmanagers)
        ]
        self._prometheuses = [
            Polled("prometheus alerts", self._joined.of_prometheus(place, one.fetch), every, clock)
            for place, one in enumerate(prometheuses)
        ]
        self._named = [*(one.origin.name for one in alertmanagers), *(one.origin.name for one in prometheuses)]
        self._dead_man = DeadMan()

    @property
    def alertmanager(self) -> Freshness:
        """The freshness of Alertmanager's part: of several clusters that of the one that is worst."""
        return together([(c.origin.name, _whole(p)) for c, p in zip(self._clusters, self._alertmanagers, strict=True)])

    @property
    def prometheus(self) -> Freshness:
        """The freshness of Prometheus' part: of several servers that of the one that is worst."""
        names = self._named[len(self._clusters) :]
        return together([(name, p.freshness) for name, p in zip(names, self._prometheuses, strict=True)])

    def freshness_of(self, source: str) -> Freshness:
        """Return the freshness of the Alertmanager cluster of a name; of all where there is none of it."""
        for cluster, polled in zip(self._clusters, self._alertmanagers, strict=True):
            if cluster.origin.name == source:
                return _whole(polled)
        return self.alertmanager

    @property
    def some_answer(self) -> bool:
        """Whether any Alertmanager cluster has just answered."""
        return any(polled.freshness.health is Health.LIVE for polled in self._alertmanagers)

    def unheard(self, fingerprint: str) -> bool:
        """Return whether the cluster that an alert is in, as its fingerprint says, has not just answered."""
        of = fingerprint.rpartition("/")[0]
        for cluster, polled in zip(self._clusters, self._alertmanagers, strict=True):
            if of == (cluster.origin.name if cluster.origin.apart else ""):
                return polled.freshness.health is not Health.LIVE
        return False

    def why_not_write(self, source: str) -> str:
        """Return why this user may change no silence in the Alertmanager cluster of a name, as was last heard."""
        for cluster, polled in zip(self._clusters, self._alertmanagers, strict=True):
            if cluster.origin.name == source:
                return polled.value.read_only if polled.value is not None else ""
        return ""

    def start(self) -> None:
        """Begin to ask."""
        for source in self._sources():
            source.start()

    def ask(self) -> None:
        """Ask again now, for after a change or a sleep."""
        for source in self._sources():
            source.ask()

    def stop(self) -> None:
        """Ask no more."""
        for source in self._sources():
            source.stop()

    def pump(self) -> bool:
        """Take over what has arrived; return whether anything did."""
        arrived = [source.pump() for source in self._sources()]
        if not any(arrived):
            return False
        told = [polled.value for polled in self._prometheuses]
        picture = self._joined.picture([polled.value for polled in self._alertmanagers], told)
        watched = [
            Watched(
                one.origin.name, one.origin.watchdog, polled.value if polled.freshness.health is Health.LIVE else None
            )
            for one, polled in zip(self._clusters, self._alertmanagers, strict=True)
        ]
        missing = self._dead_man.missing(watched, [said for said in told if said is not None])
        if missing:
            picture = replace(picture, alerts=worst_first([*missing, *picture.alerts]))
        unheard = self._unheard()
        self.picture = replace(picture, notes=(*unheard, *picture.notes)) if unheard else picture
        self.revision += 1
        return True

    def _unheard(self) -> tuple[str, ...]:
        """Say which of several servers does not answer; of a single one its freshness says so."""
        said = zip(self._named, self._sources(), strict=True)
        return tuple(
            f"{name}: {polled.freshness.reason}"
            for name, polled in said
            if name
            and polled.freshness.reason
            and polled.freshness.health in (Health.STALE, Health.FAILED, Health.DENIED)
        )

    def _sources(self) -> Iterable["Polled[FromAlertmanager] | Polled[FromPrometheus]"]:
        return [*self._alertmanagers, *self._prometheuses]


def _whole(polled: "Polled[FromAlertmanager]") -> Freshness:
    """Return a cluster's freshness; live with a reason where one of its members does not answer."""
    freshness = polled.freshness
    if freshness.health is not Health.LIVE or polled.value is None or not polled.value.notes:
        return freshness
    return replace(freshness, reason=polled.value.notes[0])


def _worst(errors: Sequence[AlertmanagerError]) -> Exception:
    if all(error.kind == "auth" for error in errors):
        return Denied(str(errors[0]))
    if all(error.kind == "absent" for error in errors):
        return Absent(str(errors[0]))
    return errors[0]
