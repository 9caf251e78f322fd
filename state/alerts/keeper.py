"""Keeps the acks of one's own up while the cockpit runs."""

import logging
import threading
from collections.abc import Callable, Mapping

from state import threads
from state.alerts.source import Alertmanagers, LiveAlerts
from state.alerts.upkeep import ExtendAck, duties, end
from state.clock import SYSTEM, Clock
from state.operation import Operation, Outcome

_log = logging.getLogger(__name__)


class AckKeeper:
    """Extends and ends acks after each look at the alerts. `pump` belongs to the loop."""

    def __init__(
        self,
        alerts: LiveAlerts,
        alertmanagers: Alertmanagers,
        do: Callable[[Operation], Outcome],
        who: str,
        clock: Clock = SYSTEM,
    ) -> None:
        """`do` performs an operation, journalled; it is called on a thread of its own and may raise."""
        self._alerts = alerts
        self._alertmanagers = alertmanagers
        self._do = do
        self._who = who
        self._clock = clock
        self._idle: Mapping[str, float] = {}
        self._seen = -1
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    def pump(self) -> bool:
        """Do what is due; return False: nothing on the screen differs by it alone."""
        if self._alerts.revision == self._seen:
            return False
        self._seen = self._alerts.revision
        found = duties(self._alerts.picture, self._who, self._clock.wall(), self._idle)
        self._idle = found.idle
        for silence in found.extend:
            self._begin(silence.id, ExtendAck(self._alertmanagers, silence))
        for silence in found.end:
            self._begin(silence.id, end(self._alertmanagers, silence))
        return False

    def _begin(self, id: str, operation: Operation) -> None:
        with self._lock:
            if id in self._busy:
                return
            self._busy.add(id)

        def work() -> None:
            try:
                self._do(operation)
            except Exception as error:
                _log.info("%s: %s", operation.title, error)
            finally:
                with self._lock:
                    self._busy.discard(id)
                self._alerts.ask()

        threads.start(f"ack {id}", work)
