"""A source that is asked again and again, for servers that offer no watch."""

import logging
import threading
from collections.abc import Callable
from random import Random
from typing import Generic, TypeVar

from state import threads
from state.clock import SYSTEM, Clock
from state.freshness import Freshness, Health

T = TypeVar("T")
# Not the shared generator: what threads take from it others would miss.
_jitter = Random()
_log = logging.getLogger(__name__)


class Denied(Exception):
    """The source's server refuses this user. The text is one printable sentence."""


class Absent(Exception):
    """There is no such server: none is configured and none is found. The text is one printable sentence."""


_HEALTHS = {Denied: Health.DENIED, Absent: Health.OFF}


class Polled(Generic[T]):
    """The newest answer of a blocking `fetch`, its freshness and a revision.

    `fetch` runs on one daemon thread, `every` seconds after its last answer (with jitter), later after failures.
    What it raises becomes the freshness; the last good value stays. `value`, `freshness` and `revision`
    change only in `pump`, which the loop calls.
    """

    def __init__(self, name: str, fetch: Callable[[], T], every: float, clock: Clock = SYSTEM) -> None:
        self.name = name
        self.value: T | None = None
        self.freshness = Freshness(Health.CONNECTING, clock.wall())
        self.revision = 0
        self._fetch = fetch
        self._every = every
        self._clock = clock
        self._lock = threading.Lock()
        self._arrived: tuple[T | None, Exception | None, float] | None = None
        self._wake = threading.Event()
        self._stopped = False

    def start(self) -> None:
        """Begin to ask."""
        threads.start(self.name, self._run)

    def ask(self) -> None:
        """Ask again now, for after a change or a sleep."""
        self._wake.set()

    def stop(self) -> None:
        """Ask no more; an answer under way is dropped."""
        self._stopped = True
        self._wake.set()

    def pump(self) -> bool:
        """Take over what has arrived; return whether anything did."""
        with self._lock:
            arrived, self._arrived = self._arrived, None
        if arrived is None or self._stopped:
            return False
        value, error, when = arrived
        if error is None:
            self.value = value
            self.freshness = Freshness(Health.LIVE, self._since(Health.LIVE), when)
        else:
            health = _HEALTHS.get(type(error), Health.FAILED)
            if health is Health.FAILED and self.freshness.answered is not None:
                health = Health.STALE
            self.freshness = Freshness(health, self._since(health), self.freshness.answered, str(error))
        self.revision += 1
        return True

    def _since(self, health: Health) -> float:
        return self.freshness.since if self.freshness.health is health else self._clock.wall()

    def _run(self) -> None:
        failures = 0
        while not self._stopped:
            value: T | None = None
            error: Exception | None = None
            try:
                value = self._fetch()
                failures = 0
            except Exception as caught:
                error = caught
                failures += 1
                _log.info("%s: %s", self.name, caught)
            with self._lock:
                self._arrived = (value, error, self._clock.wall())
            self._wake.wait(min(30.0, self._every * 2 ** min(failures, 3)) * _jitter.uniform(0.9, 1.1))
            self._wake.clear()
