"""The lives of alerts, written down as they are seen: when each began, who took it, when it ended."""

import logging
import threading
from collections import deque
from collections.abc import Mapping, Sequence

from state import threads
from state.alerts.begun import BegunReader
from state.alerts.known_lives import KnownLives
from state.alerts.observing import Life, observe, open_lives, refreshed_at
from state.alerts.source import LiveAlerts
from state.alerts.week import NO_WEEK, WEEK, Starts, Week
from state.clock import SYSTEM, Clock
from state.freshness import Health
from state.journal.entry import Entry
from state.journal.journal import Journal
from state.journal.lives import BEAT, WATCHING, AlertLife, alert_source, gaps, watch_source
from state.metrics.model import MetricsClient
from state.polled import Polled

REMEMBERED = 30 * 86400.0
"""Seconds back in which lives that had no end are taken up again at a start."""
HISTORY_EVERY = 3600.0
"""Seconds from one look at what Prometheus remembers to the next; what begins meanwhile is seen from here."""
_MOST = 20_000
_log = logging.getLogger(__name__)


class AlertChronicle:
    """Writes down what becomes of the alerts after each look at them. `pump` belongs to the loop."""

    def __init__(
        self,
        alerts: LiveAlerts,
        journal: Journal,
        context: str,
        clock: Clock = SYSTEM,
        metrics: MetricsClient | None = None,
    ) -> None:
        """`metrics` tells of the time that nobody watched, None where no Prometheus does."""
        self._alerts = alerts
        self._journal = journal
        self._source, self._watch = alert_source(context), watch_source(context)
        self._clock = clock
        self._seen = -1
        self._beat = float("-inf")
        self._lives: Mapping[str, Life] = {}
        self._refreshed: Mapping[str, float] = {}
        self._loaded = threading.Event()
        self._known = KnownLives(_MOST)
        self._week: tuple[int, Week] = (-1, NO_WEEK)
        self._history: Polled[Starts] | None = None
        if metrics is not None:
            self._history = Polled("alert history", BegunReader(metrics, clock).fetch, HISTORY_EVERY, clock)
        self._count = 0
        self._beats: deque[Entry] = deque(maxlen=_MOST)

    @property
    def past(self) -> tuple[AlertLife, ...]:
        """The lives of the last thirty days that are known, the newest first, those that go on among them."""
        return self._known.lives

    @property
    def week(self) -> Week:
        """How often alerts began of late: as it was seen from here, and as Prometheus tells of the time in between."""
        if self._week[0] != self._count:
            now = self._clock.wall()
            told = self._history.value if self._history is not None and self._history.value is not None else {}
            missed = gaps(self._beats, now - WEEK, now) if told else ()
            self._week = self._count, Week(self._known.starts, told, missed)
        return self._week[1]

    @property
    def revision(self) -> int:
        """What differs when `past` or `week` does."""
        return self._count

    @property
    def beats(self) -> Sequence[Entry]:
        """The signs of the last thirty days that somebody watched, the oldest first."""
        return tuple(self._beats)

    def start(self) -> None:
        """Take up the lives that had no end when a cockpit last looked."""
        threads.start("open alerts", self._load)
        if self._history is not None:
            self._history.start()

    def stop(self) -> None:
        """Ask for nothing more."""
        if self._history is not None:
            self._history.stop()

    def pump(self) -> bool:
        """Write down what is new; return False: nothing on the screen differs by it alone."""
        if self._history is not None and self._history.pump() and self._loaded.is_set():
            self._count += 1
        if self._alerts.revision == self._seen or not self._loaded.is_set():
            return False
        self._seen = self._alerts.revision
        alerts, now = self._alerts, self._clock.wall()
        if not alerts.some_answer:
            return False
        picture = alerts.picture
        seen = observe(
            self._lives,
            picture,
            self._source,
            now,
            live=True,
            refreshed=self._refreshed,
            unheard=alerts.unheard,
        )
        self._lives, self._refreshed = seen.lives, refreshed_at(picture)
        for entry in seen.entries:
            self._journal.record(entry)
        if seen.entries:
            self._known.take(seen.entries)
            self._count += len(seen.entries)
        beat = now // BEAT * BEAT
        # While one of several clusters is dead not all is watched.
        if beat != self._beat and alerts.alertmanager.health is Health.LIVE:
            self._beat = beat
            sign = Entry(self._watch, self._watch, beat, WATCHING, beat)
            self._beats.append(sign)
            self._journal.record(sign)
        return False

    def _load(self) -> None:
        try:
            since = self._clock.wall() - REMEMBERED
            entries = self._journal.entries(source=self._source, since=since, limit=_MOST)
            self._lives = open_lives(entries)
            self._known.take(reversed(entries))
            self._beats.extend(reversed(self._journal.entries(source=self._watch, since=since, limit=_MOST)))
            self._count = 1
        except Exception as error:
            _log.warning("open alerts: %s", error)
        finally:
            self._loaded.set()
