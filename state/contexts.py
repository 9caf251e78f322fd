"""The contexts of a cockpit: which there are, and the clusters of those that somebody looks at."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from state import threads
from state.clock import SYSTEM, Clock
from state.cluster.errors import ClusterError
from state.cluster.known_kinds import KnownKinds
from state.cluster.kubeconfig import load
from state.cluster.live import Cluster
from state.cluster.rights import Rights
from state.cluster.target import ContextInfo
from state.settings import Settings

LINGER = 30.0
"""Seconds that a cluster nobody reads from stays open."""
_log = logging.getLogger(__name__)
_Stamp = tuple[tuple[int, int, int] | None, ...]


class KnownContexts:
    """The contexts that kubeconfig files name now. A session never changes by them; they are what may be chosen."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.found: tuple[ContextInfo, ...] = ()
        """In the files' order, as they were last read."""
        self.problem = ""
        """Why they could not be read again, in a sentence; what was found before stays."""
        self._paths = tuple(paths)
        self._stamp: _Stamp | None = None
        self._asking = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names alone."""
        return tuple(context.name for context in self.found)

    def ask(self) -> None:
        """Look at the files again on a thread, when they are not being looked at."""
        if not self._asking:
            self._asking = True
            threads.start("contexts", self._ask)

    def read(self) -> None:
        """Look at the files again; they are read where they differ. Blocks."""
        stamp = tuple(_stamp(path) for path in self._paths)
        if stamp == self._stamp:
            return
        try:
            self.found = load(self._paths).contexts()
        except ClusterError as error:
            self.problem = str(error)
        else:
            self.problem = ""
        self._stamp = stamp

    def _ask(self) -> None:
        try:
            self.read()
        finally:
            self._asking = False


@dataclass(frozen=True, slots=True)
class Context:
    """One context that is open: what holds in it, and its cluster."""

    settings: Settings
    cluster: Cluster
    kinds: KnownKinds
    rights: Rights
    sign_in: Callable[[], None] | None = None
    """Lets the user sign in with the terminal; blocks, raises ClusterError. None where nothing can be done there."""

    @classmethod
    def of(cls, settings: Settings, cluster: Cluster, sign_in: Callable[[], None] | None = None) -> "Context":
        """Return the context of a cluster; nothing is asked of its server yet."""
        return cls(settings, cluster, KnownKinds(cluster), Rights(cluster.transport), sign_in)

    @property
    def name(self) -> str:
        return self.cluster.name


class Contexts:
    """The open contexts. One is home: it stays open; others close half a minute after their last reader.

    All methods belong to the loop; `open` is the only one that waits.
    """

    def __init__(
        self, home: Context, make: Callable[[str], Context], known: KnownContexts, clock: Clock = SYSTEM
    ) -> None:
        """`make` reads a context's settings and makes its cluster; it blocks, and raises ClusterError or
        InvalidConfig."""
        self.known = known
        self._home = home
        self._make = make
        self._clock = clock
        self._open = {home.name: home}
        self._idle_since: dict[str, float] = {}

    @property
    def home(self) -> Context:
        """The context that the cockpit as a whole is about."""
        return self._home

    def __iter__(self) -> Iterator[Context]:
        return iter(tuple(self._open.values()))

    def get(self, name: str) -> Context | None:
        """Return a context when it is open."""
        return self._open.get(name)

    def protected(self, name: str) -> bool:
        """Return whether what destroys asks for a typed name there. One that is not open counts as protected."""
        found = self._open.get(name)
        return found is None or found.settings.protected

    def read_only(self, name: str) -> bool:
        """Return whether nothing may be changed there. In one that is not open nothing may."""
        found = self._open.get(name)
        return found is None or found.settings.read_only

    async def open(self, name: str) -> Context:
        """Return a context, opening it when it is not. Nothing is asked of its server before somebody reads.

        Raises ClusterError or InvalidConfig when there is no such context or it cannot be used.
        """
        found = self._open.get(name)
        if found is None:
            made = await threads.call(f"context {name}", lambda: self._make(name))
            # Somebody else may have opened it while this was waiting.
            found = self._open.setdefault(name, made)
            found.kinds.begin()
        self._idle_since.pop(name, None)
        return found

    def settle(self, context: Context) -> None:
        """Make an open context home."""
        self._home = context
        self._idle_since.pop(context.name, None)

    def pump(self) -> bool:
        """Take all clusters forward; return whether rows of any changed."""
        changed = False
        for context in self:
            changed |= context.cluster.pump()
            changed |= context.kinds.pump()
        self._end_idle()
        return changed

    def close(self) -> None:
        """End everything; nothing is waited for."""
        for context in self:
            _close(context)

    def begin(self) -> None:
        """Start to ask home which kinds it has."""
        self._home.kinds.begin()

    def _end_idle(self) -> None:
        now = self._clock.elapsed()
        for context in self:
            name = context.name
            if context is self._home or context.cluster.busy:
                self._idle_since.pop(name, None)
            elif now - self._idle_since.setdefault(name, now) > LINGER:
                _close(context)
                del self._open[name], self._idle_since[name]


def _close(context: Context) -> None:
    context.kinds.end()
    context.cluster.close()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
