"""Keeps the acks of one's own up while the cockpit runs, those of the contexts one has left too."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from state import threads
from state.alerts.ack import LONGEST
from state.alerts.clusters import Clusters
from state.alerts.model import Silence
from state.alerts.source import LiveAlerts
from state.alerts.upkeep import (
    ELSEWHERE_BEFORE,
    RENEW_BEFORE,
    ExtendAck,
    Watched,
    duties,
    end,
    lapsing,
    own_acks,
)
from state.clock import SYSTEM, Clock
from state.journal.journal import Journal
from state.leading import Lead
from state.operation import Operation, Outcome, Refused
from state.perform import SOURCE

AGAIN = 20.0
"""Seconds before what failed is tried again."""
LAST_CALL = 40.0
"""Seconds before its end at which a cockpit that does not lead extends an ack."""
REFUSED = 120.0
"""The same for what was refused."""
_JITTER = 60
_UNSEEN = Watched(0.0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How acks are kept: in whose name, for how long at most, and by which of several cockpits."""

    who: Callable[[], str]
    """Gives the name on one's own acks, empty while it is not known."""
    do: Callable[[Operation], Outcome]
    """Performs an operation, journalled. Called on a thread of its own; may raise."""
    lead: Lead
    journal: Journal
    longest: float = LONGEST


class AckKeeper:
    """Extends and ends acks after each look at the alerts. `pump` and what gives values belong to the loop."""

    def __init__(self, alerts: LiveAlerts, alertmanagers: Clusters, keeping: Keeping, clock: Clock = SYSTEM) -> None:
        self.alerts = alerts
        self._alertmanagers = alertmanagers
        self._keeping = keeping
        self._clock = clock
        self._watched: Mapping[str, Watched] = {}
        self._seen = -1
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._due: dict[str, float] = {}
        """When an ack may be tried again, by the elapsed clock."""
        self._written: dict[str, float] = {}
        """The end that was written here, by the silence's id."""
        self._made: dict[str, bool] = {}
        """Whether an ack was made on this machine."""

    @property
    def idle(self) -> bool:
        """Whether there is no ack of one's own to keep, as Alertmanager was last heard."""
        now = self._alertmanagers.now()
        return all(one.ends <= now for one in own_acks(self.alerts.picture, self._keeping.who()))

    def lapsing(self) -> tuple[Silence, ...]:
        """Return the acks that end when this cockpit does, the next to end first, as they were last heard of.

        Those that somebody else extends are not among them.
        """
        found = lapsing(self.alerts.picture, self._keeping.who(), self._alertmanagers.now(), self._keeping.longest)
        return tuple(one for one in found if not (seen := self._watched.get(one.id)) or not seen.others)

    def leads(self) -> bool:
        """Return whether this cockpit keeps them, not another one on its data folder. Blocks as the disk does."""
        return self._keeping.lead.held()

    def extended(self, silence: Silence, lasting: float) -> ExtendAck:
        """Return the operation that lets an ack last so many seconds from now, without anybody who keeps it."""
        return ExtendAck(self._alertmanagers.of(silence), silence, lasting, self._keeping.longest)

    def extend(self, silence: Silence, lasting: float) -> Outcome:
        """Do that now. Blocks; raises what the operation raises."""
        return self._keeping.do(self.extended(silence, lasting))

    def pump(self) -> bool:
        """Do what is due; return False: nothing on the screen differs by it alone."""
        who = self._keeping.who()
        if self.alerts.revision == self._seen or not who:
            return False
        self._seen = self.alerts.revision
        now, longest = self._alertmanagers.now(), self._keeping.longest
        found = duties(self.alerts.picture, who, now, self._watched, self._written, longest)
        self._watched = found.watched
        for silence in found.extend:
            operation = ExtendAck(self._alertmanagers.of(silence), silence, longest=longest)
            self._begin(silence, operation, lambda silence=silence: self._its_time(silence))  # type: ignore[misc]
        for silence in found.end:
            self._begin(silence, end(self._alertmanagers.of(silence), silence), lambda: True)
        return False

    def stop(self) -> None:
        """Keep nothing any more; another cockpit may."""
        threads.start("acks given up", self._keeping.lead.give_up)

    def _begin(self, silence: Silence, operation: Operation, its_time: Callable[[], bool]) -> None:
        with self._lock:
            if silence.id in self._busy or self._clock.elapsed() < self._due.get(silence.id, float("-inf")):
                return
            self._busy.add(silence.id)

        def work() -> None:
            try:
                if its_time() and (self._keeping.lead.held() or self._last_call(silence)):
                    self._do(silence, operation)
            finally:
                with self._lock:
                    self._busy.discard(silence.id)

        threads.start(f"ack {silence.id}", work)

    def _do(self, silence: Silence, operation: Operation) -> None:
        self._due[silence.id] = self._clock.elapsed() + AGAIN
        try:
            outcome = self._keeping.do(operation)
        except Refused as error:
            # What is not permitted, or is over, is so again a moment later.
            self._due[silence.id] = self._clock.elapsed() + REFUSED
            _log.info("%s: %s", operation.title, error)
            return
        except Exception as error:
            _log.info("%s: %s", operation.title, error)
            return
        if until := outcome.details.get("until"):
            self._written[silence.id] = float(until)
        self.alerts.ask()

    def _its_time(self, silence: Silence) -> bool:
        """Whether it is this machine's turn: where an ack was made it is extended first. On a thread."""
        left = silence.ends - self._alertmanagers.of(silence).now()
        return left <= RENEW_BEFORE if self._made_here(silence) else left <= ELSEWHERE_BEFORE - own_jitter()

    def _last_call(self, silence: Silence) -> bool:
        """Whether an ack would end if its keeper did no more: whoever leads may be stopped, or hang."""
        left = silence.ends - self._alertmanagers.of(silence).now()
        return left <= LAST_CALL and self._watched.get(silence.id, _UNSEEN).idle is None

    def _made_here(self, silence: Silence) -> bool:
        known = self._made.get(silence.id)
        if known is None:
            try:
                told = self._keeping.journal.entries(source=SOURCE, since=silence.starts - 60)
            except Exception as error:
                _log.info("acks made here: %s", error)
                return True
            known = any(e.operation == "ack" and e.details.get("silence") == silence.id for e in told)
            self._made[silence.id] = known
        return known


class LeftAcks:
    """The acks of contexts that the cockpit is not about any more: they are kept until none is left there."""

    def __init__(self) -> None:
        self._keepers: dict[str, AckKeeper] = {}

    def __iter__(self) -> Iterator[tuple[str, AckKeeper]]:
        return iter(tuple(self._keepers.items()))

    @property
    def contexts(self) -> tuple[str, ...]:
        """The contexts where acks are kept."""
        return tuple(self._keepers)

    def take(self, context: str, keeper: AckKeeper | None) -> bool:
        """Go on with a context's keeper where it has anything to keep; return whether it does."""
        if keeper is None or keeper.idle:
            return False
        self._keepers[context] = keeper
        return True

    def pump(self) -> bool:
        """Take all forward; return False: nothing on the screen differs by it."""
        for context, keeper in tuple(self._keepers.items()):
            keeper.alerts.pump()
            keeper.pump()
            if keeper.idle:
                self.end(context)
        return False

    def wake(self) -> None:
        """Ask every Alertmanager at once."""
        for keeper in self._keepers.values():
            keeper.alerts.ask()

    def end(self, context: str) -> None:
        """Keep no acks of a context any more: the cockpit is about it again."""
        keeper = self._keepers.pop(context, None)
        if keeper is not None:
            keeper.alerts.stop()
            keeper.stop()

    def close(self) -> None:
        """End all; nothing is waited for."""
        for context in self.contexts:
            self.end(context)


def own_jitter() -> float:
    """Return seconds, the same on one machine always, by which machines of one user differ."""
    return float(sum(socket.gethostname().encode()) % _JITTER)
