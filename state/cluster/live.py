"""One cluster, live: mirrors of the kinds somebody holds a lease on, and what can be said of their freshness."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from state import memory, threads
from state.clock import SYSTEM, Clock
from state.cluster.driver import Drivers, Source
from state.cluster.errors import ClusterError, SignInFailed
from state.cluster.feed import Feed as Feed
from state.cluster.feed import Lease as Lease
from state.cluster.feed import ReadAs, read_as
from state.cluster.kinds.kind import Kind, R
from state.cluster.transport import Transport
from state.cluster.usage import Elsewhere
from state.freshness import Freshness, Health, worst
from state.mirror import Inbox

LINGER = 30.0
PROBE_EVERY = 5.0
PROBE_AGAIN = 1.5
_SLICE = 0.008
_BATCH = 1000
_SLEPT = 15.0
_log = logging.getLogger(__name__)


class Cluster:
    """One context's cluster. All methods belong to the loop; none blocks.

    `connect` makes the signed-in transport on a source's thread, once; `probe` asks whether the server answers
    at all and raises ClusterError when not. `namespaces` limits what is read; empty means all, and then a
    cluster-wide refusal falls back to `fallback`.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Transport],
        probe: Callable[[Transport], None],
        namespaces: Sequence[str] = (),
        fallback: Sequence[str] = ("default",),
        clock: Clock = SYSTEM,
    ) -> None:
        self.name = name
        self.namespaces = tuple(namespaces)
        self.fell_back = False
        """Whether a cluster-wide refusal narrowed `namespaces` to the fallback."""
        self.measured_elsewhere: Elsewhere | None = None
        """What says the usage of pods and nodes where the cluster has no metrics API."""
        self.probed = Freshness(Health.CONNECTING, clock.wall())
        self.signed_out = ""
        """Why the server does not know the user, in a sentence; empty where it does, or where that is not known."""
        self._fallback = tuple(fallback)
        self._clock = clock
        self._probe = probe
        self._connecting = threads.Once(connect)
        self._drivers = Drivers(self._connecting, clock)
        self._feeds: dict[ReadAs, Feed[Any]] = {}
        self._probing = False
        self._probe_due = 0.0
        self._probe_said: tuple[Freshness, str] | None = None
        self._last_pump = (clock.elapsed(), time.monotonic())
        self._closed = False

    # --- reading ---

    def lease(self, kind: Kind[R], *, aside: bool = False) -> Lease[R]:
        """Return a lease on a kind, starting its sources when nobody has one yet.

        What is read `aside` says nothing of how the cluster does, and keeps it open for nobody.
        """
        feed = self.feed(kind)
        if feed is None:
            self._feeds[read_as(kind)] = feed = Feed(kind, self.name)
            feed.aside = aside
            self._begin(feed)
        feed.leases += 1
        feed.idle_since = None
        return Lease(feed, lambda: self._end_lease(feed))

    def feed(self, kind: Kind[R]) -> Feed[R] | None:
        """Return a kind's feed when it is live or lingers, without leasing it."""
        return cast("Feed[R] | None", self._feeds.get(read_as(kind)))

    @property
    def transport(self) -> Callable[[], Transport]:
        """Give the signed-in transport; blocks and raises ClusterError, so call it on a thread."""
        return self._connecting

    @property
    def freshness(self) -> Freshness:
        """What the top line says of this cluster: the probe's word, and a denial when every kind is denied."""
        if self.probed.health is not Health.LIVE:
            return self.probed
        said = [feed.freshness for feed in self._feeds.values() if feed.sources and not feed.aside]
        failed = [one for one in said if one.health in (Health.FAILED, Health.STALE)]
        if failed:
            return worst(failed)
        if said and all(one.health is Health.DENIED for one in said):
            return worst(said)
        return self.probed

    @property
    def scope(self) -> str:
        """What is read, in words: `all namespaces`, or the namespaces' names."""
        if not self.namespaces:
            return "all namespaces"
        shown = ", ".join(self.namespaces[:3])
        more = f" and {len(self.namespaces) - 3} more" if len(self.namespaces) > 3 else ""
        return f"{shown}{more}, the rest is denied" if self.fell_back else f"{shown}{more}"

    @property
    def busy(self) -> bool:
        """Whether somebody reads a kind, or did so a moment ago."""
        return any(not feed.aside for feed in self._feeds.values())

    @property
    def watches(self) -> int:
        """How many watches run now."""
        return self._drivers.watching

    # --- steering ---

    def look_at(self, namespaces: Sequence[str]) -> None:
        """Read these namespaces (empty: all) from now on; rows of others go when the new ones are there."""
        self.namespaces = tuple(namespaces)
        self.fell_back = False
        for feed in self._feeds.values():
            if feed.kind.reads.namespaced:
                self._restart(feed)

    def pump(self) -> bool:
        """Take over what the sources left, for at most a few milliseconds; return whether rows changed."""
        self._notice_sleep()
        self._probe_when_due()
        self._narrow_when_denied()
        deadline = time.perf_counter() + _SLICE
        changed = False
        for feed in list(self._feeds.values()):
            while feed.inbox and time.perf_counter() < deadline:
                changed |= feed.mirror.apply(feed.inbox.take(_BATCH))
        self._end_idle()
        return changed

    def probe_now(self) -> None:
        """Ask at once whether the server answers: after a sleep, or when the user wants to know."""
        self._probe_due = 0.0

    def begin_again(self) -> None:
        """Ask everything at once, with other credentials than before: what was said of the old ones counts no more."""
        if self.signed_out:
            self.probed = Freshness(Health.CONNECTING, self._clock.wall(), self.probed.answered)
            self.signed_out = ""
        self.probe_now()
        self._drivers.hurry()

    def close(self) -> None:
        """End all sources; nothing is waited for."""
        self._closed = True
        for feed in self._feeds.values():
            self._drivers.stop(feed.sources)
        self._feeds.clear()

    # --- inside ---

    def _begin(self, feed: Feed[Any]) -> None:
        scopes: Iterable[str] = self.namespaces or ("",)
        if not feed.kind.reads.namespaced:
            scopes = ("",)
        feed.sources = [
            Source(
                feed.kind,
                scope,
                feed.inbox,
                self._clock,
                [row.uid for row in feed.mirror if scope in ("", row.namespace)],
            )
            for scope in scopes
        ]
        for source in feed.sources:
            self._drivers.add(source)

    def _restart(self, feed: Feed[Any]) -> None:
        self._drivers.stop(feed.sources)
        # A new inbox, so that what the old sources still write falls on deaf ears.
        feed.inbox = Inbox()
        wanted = set(self.namespaces)
        feed.mirror.keep(lambda row: not wanted or row.namespace in wanted)
        self._begin(feed)

    def _end_lease(self, feed: Feed[Any]) -> None:
        feed.leases -= 1
        if feed.leases == 0:
            feed.idle_since = self._clock.elapsed()

    def _end_idle(self) -> None:
        now = self._clock.elapsed()
        over = [
            (key, feed)
            for key, feed in self._feeds.items()
            if feed.leases == 0 and feed.idle_since is not None and now - feed.idle_since > LINGER
        ]
        for key, feed in over:
            self._drivers.stop(feed.sources)
            del self._feeds[key]
        if over:
            threads.start(f"tidy {self.name}", self._tidy)

    def _tidy(self) -> None:
        """On a thread: let go of what only the feeds that ended needed."""
        try:
            self._connecting().close()
        except ClusterError:
            pass  # then there are no connections
        memory.give_back()

    def _narrow_when_denied(self) -> None:
        """Who may list nothing in all namespaces is shown what may be read; one kind denied is that kind's alone."""
        if self.namespaces or not self._fallback:
            return
        namespaced = [feed for feed in self._feeds.values() if feed.kind.reads.namespaced]
        if namespaced and all(feed.freshness.health is Health.DENIED for feed in namespaced):
            _log.info("%s: reading all namespaces is denied, falling back to %s", self.name, self._fallback)
            self.look_at(self._fallback)
            self.fell_back = True

    def _notice_sleep(self) -> None:
        """A laptop that slept has connections that are dead without knowing it."""
        now, awake = self._clock.elapsed(), time.monotonic()
        before, awake_before = self._last_pump
        self._last_pump = (now, awake)
        if (now - before) - (awake - awake_before) > _SLEPT:
            self.probe_now()

    def _probe_when_due(self) -> None:
        said, self._probe_said = self._probe_said, None
        if said is not None:
            self._probing = False
            found, self.signed_out = said
            came_back = found.health is Health.LIVE and self.probed.health is not Health.LIVE
            self.probed = found
            if came_back:
                self._drivers.hurry()
        if self._closed or self._probing or self._clock.elapsed() < self._probe_due:
            return
        self._probing = True
        pause = PROBE_EVERY if self.probed.health is Health.LIVE else PROBE_AGAIN
        self._probe_due = self._clock.elapsed() + pause
        threads.start(f"probe {self.name}", self._ask)

    def _ask(self) -> None:
        """On a thread: find out whether the server answers. Leaves the result for the loop."""
        before = self.probed
        now = self._clock.wall
        try:
            self._probe(self._connecting())
        except ClusterError as error:
            health = Health.FAILED if before.answered is None else Health.STALE
            since = before.since if before.health is health else now()
            signed_out = str(error) if isinstance(error, SignInFailed) else ""
            self._probe_said = Freshness(health, since, before.answered, str(error)), signed_out
        except Exception as error:
            _log.exception("the probe of %s failed", self.name)
            self._probe_said = Freshness(Health.FAILED, now(), before.answered, type(error).__name__), ""
        else:
            since = before.since if before.health is Health.LIVE else now()
            self._probe_said = Freshness(Health.LIVE, since, now()), ""
