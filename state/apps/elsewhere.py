"""The other contexts that apps span, watched beside the one that is shown. Belongs to the loop."""

import asyncio
import logging
from collections.abc import Hashable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from state.apps.gathering import rows_of, unheard
from state.apps.grouping import Grouping
from state.apps.picture import Neighbour
from state.apps.readings import Readings
from state.apps.settings import Apps
from state.apps.workloads import AppRows
from state.clock import SYSTEM, Clock
from state.cluster.errors import ClusterError
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.pods import POD
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.config import InvalidConfig
from state.contexts import Context, Contexts
from state.platform_view import PlatformView
from state.printable import printable

KINDS = (POD, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET, CRON_JOB, NAMESPACE_KIND)
AGAIN = 60.0
"""Seconds after which a context that could not be opened is tried again."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watched:
    """One other context. `wrong` says why it is not open, `tried` when that was found, on the clock of `elapsed`."""

    readings: Readings
    context: Context | None = None
    view: PlatformView | None = None
    opening: asyncio.Task[None] | None = None
    wrong: str = ""
    tried: float | None = None


class Elsewhere:
    """Reads the contexts that the configuration names, and tells the workloads they have of apps that span contexts."""

    def __init__(self, contexts: Contexts, home: str, said: Apps, clock: Clock = SYSTEM) -> None:
        """`home` is the context that is shown; nothing is opened before the first `pump`."""
        self._contexts = contexts
        self._clock = clock
        others = [name for name in contexts.known.names if name != home]
        meant = [name for name in others if any(fnmatchcase(name, glob) for glob in said.contexts)]
        self._watched = {name: _Watched(Readings(name, Grouping.of(said, name), said)) for name in meant}
        self._unknown = tuple(
            f"no context is called {printable(glob)}"
            for glob in said.contexts
            if not any(fnmatchcase(name, glob) for name in (*others, home))
        )
        self._ended = False

    def pump(self) -> bool:
        """Open what is not open yet; return whether anything changed."""
        changed = False
        for name, one in self._watched.items():
            if one.view is None and one.opening is None and self._due(one):
                one.opening = asyncio.get_running_loop().create_task(self._open(name, one))
            if one.view is not None and one.context is not None:
                changed |= read_rollouts(one.context, one.view)
        return changed

    def neighbours(self, now: float) -> tuple[Neighbour, ...]:
        """Return what all of them have at a wall-clock moment; one that is silent says so."""
        found = [Neighbour(self._rows(name, one, now), one.readings) for name, one in self._watched.items()]
        if self._unknown:
            found.append(Neighbour(AppRows(missing=self._unknown), Readings("")))
        return tuple(found)

    @property
    def state(self) -> Hashable:
        """What differs when one of them does."""
        return tuple(
            (one.view.revisions, one.view.freshness.health) if one.view is not None else one.wrong
            for one in self._watched.values()
        )

    def end(self) -> None:
        """Read no more; nothing is waited for."""
        self._ended = True
        for one in self._watched.values():
            if one.opening is not None:
                one.opening.cancel()
            if one.view is not None:
                one.view.end()

    def _rows(self, name: str, one: _Watched, now: float) -> AppRows:
        called = f"the cluster {printable(name)}"
        if one.view is None:
            return AppRows(missing=(f"{called}: {one.wrong}" if one.wrong else f"{called} is not open yet",))
        return rows_of(one.view, now, tuple(unheard(one.view.freshness, called)))

    def _due(self, one: _Watched) -> bool:
        return not self._ended and (one.tried is None or self._clock.elapsed() - one.tried >= AGAIN)

    async def _open(self, name: str, one: _Watched) -> None:
        try:
            context = await self._contexts.open(name)
        except (ClusterError, InvalidConfig, TimeoutError) as error:
            one.wrong = printable(str(error)) or "it cannot be opened"
            _log.info("%s: not watched for apps: %s", name, one.wrong)
        else:
            one.wrong = ""
            one.context, one.view = context, PlatformView(context.cluster, KINDS)
            one.view.begin()
        finally:
            one.opening, one.tried = None, self._clock.elapsed()


def read_rollouts(context: Context, view: PlatformView) -> bool:
    """Read the rollouts of Argo where the cluster has them; return whether that began now."""
    resource = ROLLOUT.resource
    if view.holds(ROLLOUT):
        return False
    served = context.kinds.resources.versions(resource.group, resource.plural)
    if not any(one.resource.version == resource.version for one in served):
        return False
    view.hold(ROLLOUT)
    return True
