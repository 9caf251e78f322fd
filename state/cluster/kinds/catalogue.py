"""The kinds that are read into rows of their own, found by the names that kubectl knows."""

from functools import cache
from typing import Any

from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.events import EVENT
from state.cluster.kinds.jobs import JOB
from state.cluster.kinds.kind import Kind, Resource
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.services import SERVICE
from state.cluster.kinds.stateful_sets import STATEFUL_SET

COMMON: tuple[Kind[Any], ...] = (
    POD,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    DAEMON_SET,
    JOB,
    CRON_JOB,
    SERVICE,
    NODE,
    NAMESPACE_KIND,
    EVENT,
)
"""Those that every screen needs."""


@cache
def kinds() -> tuple[Kind[Any], ...]:
    """Return all kinds. The first call imports those that no screen needs before somebody asks for them."""
    from state.cluster.kinds.others import OTHERS

    return COMMON + OTHERS


def find(word: str) -> Kind[Any] | None:
    """Return the kind of a name such as `pods`, `Pod`, `po` or `deployments.apps`, None for no known one."""
    name = word.casefold()
    return _names(COMMON).get(name) or _names(kinds()).get(name)


def written(resource: Resource) -> Kind[Any] | None:
    """Return the kind that is written for a resource in this version, None when none is."""
    return _written().get((resource.group, resource.version, resource.plural))


@cache
def _written() -> dict[tuple[str, str, str], Kind[Any]]:
    own = [kind for kind in kinds() if kind.source is None]
    return {(kind.resource.group, kind.resource.version, kind.resource.plural): kind for kind in own}


@cache
def _names(kinds: tuple[Kind[Any], ...]) -> dict[str, Kind[Any]]:
    found: dict[str, Kind[Any]] = {}
    for kind in kinds:
        resource = kind.resource
        names = (resource.plural, resource.singular, resource.kind.casefold())
        qualified = tuple(f"{name}.{resource.group}" for name in names if resource.group)
        for name in (*names, *resource.short_names, *qualified):
            if name:
                found.setdefault(name, kind)
    return found
