"""One kind of one cluster as it is read: its rows, where they come from, and who wants them."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic

from state.cluster.driver import Source
from state.cluster.kinds.kind import Decoder, Kind, R
from state.cluster.transport import Query
from state.freshness import Freshness, Health, worst
from state.mirror import Inbox, Mirror

ReadAs = tuple[str, Query, Decoder[Any]]
"""What a feed is known by: the path and query that are read, and what is kept of them, for rows with a user's own
values are other rows."""


def read_as(kind: Kind[Any]) -> ReadAs:
    """Return what a kind's feed is known by."""
    return kind.reads.path(), kind.query, kind.decoder


class Feed(Generic[R]):
    """One kind of one cluster: its mirror and the sources that fill it. Belongs to the loop."""

    def __init__(self, kind: Kind[R], cluster: str) -> None:
        self.kind = kind
        self.cluster = cluster
        self.mirror: Mirror[R] = Mirror()
        self.inbox: Inbox[R] = Inbox()
        self.sources: list[Source] = []
        self.leases = 0
        self.aside = False
        """Whether it is read for the cockpit's own sake, so that nobody looks at it."""
        self.idle_since: float | None = None

    @property
    def complete(self) -> bool:
        """Whether every source that may be read has been listed whole."""
        readable = [s for s in self.sources if s.freshness.health is not Health.DENIED]
        return bool(readable) and all(s.complete for s in readable) and not self.inbox

    @property
    def freshness(self) -> Freshness:
        """What to say of all its sources together; a partial denial is live, with the rest named in `reason`."""
        said = [source.freshness for source in self.sources]
        if not said:
            return Freshness(Health.OFF, 0.0)
        denied = [s.namespace for s in self.sources if s.freshness.health is Health.DENIED]
        rest = [one for one in said if one.health is not Health.DENIED]
        if not rest:
            return worst(said)
        summary = worst(rest)
        if denied and summary.health is Health.LIVE:
            names = ", ".join(denied[:3]) + ("…" if len(denied) > 3 else "")
            reason = f"{len(denied)} of {len(said)} namespaces denied: {names}"
            return Freshness(Health.LIVE, summary.since, summary.answered, reason)
        return summary


class Lease(Generic[R]):
    """A reader's right to a live mirror; the watch ends half a minute after the last lease."""

    def __init__(self, feed: Feed[R], end: Callable[[], None]) -> None:
        self.feed = feed
        self._end: Callable[[], None] | None = end

    @property
    def mirror(self) -> Mirror[R]:
        return self.feed.mirror

    def release(self) -> None:
        """Give it back; more than once is harmless."""
        end, self._end = self._end, None
        if end is not None:
            end()

    def __enter__(self) -> "Lease[R]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
