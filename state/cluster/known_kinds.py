"""The kinds of one cluster by the words that kubectl understands, kept up to date while it is open."""

from collections.abc import Sequence
from typing import Any

from state import threads
from state.clock import SYSTEM, Clock
from state.cluster.definitions import DEFINITION_NAMES
from state.cluster.discovery import EVERY, Discovery
from state.cluster.kinds.catalogue import find, kinds, written
from state.cluster.kinds.kind import Kind, Resource, Row
from state.cluster.live import Cluster, Lease
from state.cluster.resources import Resources
from state.polled import Polled

ANSWER_SECONDS = 20.0
SETTLING = (0.0, 0.5, 2.0)
"""Seconds after a change of a definition in which to ask what is served: a server takes a moment to serve its kind."""
_NOTHING = Resources()


class Several(Exception):
    """A word that stands for several kinds at once. Its text names them."""


class KnownKinds:
    """What a cluster serves, as of a few seconds ago. Belongs to the loop."""

    def __init__(self, cluster: Cluster, clock: Clock = SYSTEM) -> None:
        self._cluster = cluster
        self._clock = clock
        self._discovery = Discovery(cluster.transport)
        self._polled = Polled(f"kinds {cluster.name}", self._discovery.read, EVERY)
        self._began = False
        self._definitions: Lease[Row] | None = None
        self._seen: int | None = None
        self._due: list[float] = []

    def begin(self) -> None:
        """Start to ask, once."""
        if not self._began:
            self._began = True
            self._polled.start()
            self._definitions = self._cluster.lease(DEFINITION_NAMES, aside=True)

    def ask(self) -> None:
        """Ask again now, for after something came or went."""
        self._polled.ask()

    def end(self) -> None:
        """Ask no more."""
        self._polled.stop()
        if self._definitions is not None:
            self._definitions.release()

    def pump(self) -> bool:
        """Take over what arrived; return whether other kinds are served now."""
        before = self.resources
        self._ask_when_due()
        self._polled.pump()
        return self.resources is not before

    def _ask_when_due(self) -> None:
        """Ask again soon after a definition came, changed or went; where they may not be read, time alone asks."""
        lease, now = self._definitions, self._clock.elapsed()
        if lease is not None and lease.feed.complete and lease.mirror.revision != self._seen:
            # What the first list has, the first answer has too.
            if self._seen is not None:
                self._due = [now + pause for pause in SETTLING]
            self._seen = lease.mirror.revision
        while self._due and self._due[0] <= now:
            self._due.pop(0)
            self._polled.ask()

    @property
    def resources(self) -> Resources:
        """All that is served; nothing before the first answer."""
        return self._polled.value or _NOTHING

    def find(self, word: str) -> Kind[Any] | Resource | None:
        """Return the kind of a name, or the resource whose kind has to be asked for, None for none that is served.

        Before the first answer the kinds that need none are found. Raises Several for a category.
        """
        served = self.resources.find(word)
        if len(served) > 1:
            names = ", ".join(one.resource.plural for one in served[:6])
            raise Several(f"{word!r} stands for several kinds: {names}{' …' if len(served) > 6 else ''}; name one")
        if not served:
            return self._unnamed(find(word))
        resource = served[0].resource
        versions = (resource, *(one.resource for one in self.resources.versions(resource.group, resource.plural)))
        return next((kind for one in versions if (kind := written(one)) is not None), resource)

    def _unnamed(self, known: Kind[Any] | None) -> Kind[Any] | None:
        """Return a kind whose name no server knows, when it can be shown all the same: one that is read from others,
        one that k9s calls so, or any before the first answer."""
        if known is None or known.source is not None or not self.resources:
            return known
        resource = known.resource
        return known if self.resources.versions(resource.group, resource.plural) else None

    async def kind(self, found: Kind[Any] | Resource) -> Kind[Any]:
        """Return what `find` found as a kind, asking the server for its columns where they are not known.

        Raises ApiError, Unreachable or SignInFailed, and TimeoutError.
        """
        if isinstance(found, Kind):
            return found
        namespace = next(iter(self._cluster.namespaces), "")
        return await threads.call(
            f"columns of {found.plural}", lambda: self._discovery.kind_for(found, namespace), timeout=ANSWER_SECONDS
        )

    def listed(self) -> Sequence[Resource]:
        """Return all resources that can be shown."""
        served = [one.resource for one in self.resources.served if one.listed and one.preferred]
        own = [kind.resource for kind in kinds() if kind.source is not None or not served]
        return [*served, *own]

    def words(self) -> tuple[str, ...]:
        """Return the names of all that can be shown, for completion; those that everybody needs first."""
        served = self.resources.words()
        known = [kind.resource.plural for kind in kinds()]
        if not served:
            return tuple(known)
        own = [kind.resource.plural for kind in kinds() if kind.source is not None]
        offered = set(served)
        first = [name for name in known if name in offered]
        return tuple(dict.fromkeys((*first, *own, *served)))
