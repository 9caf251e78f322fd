"""The kinds that are read into rows of their own, found by the names that kubectl knows."""

from typing import Any

from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.events import EVENT
from state.cluster.kinds.jobs import JOB
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.namespaces import NAMESPACE_KIND
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.services import SERVICE
from state.cluster.kinds.stateful_sets import STATEFUL_SET

KINDS: tuple[Kind[Any], ...] = (
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


def find(word: str, kinds: tuple[Kind[Any], ...] = KINDS) -> Kind[Any] | None:
    """Return the kind of a name such as `pods`, `Pod`, `po` or `deployments.apps`, None for no known one."""
    return _by_name(kinds).get(word.casefold())


def _by_name(kinds: tuple[Kind[Any], ...]) -> dict[str, Kind[Any]]:
    found: dict[str, Kind[Any]] = {}
    for kind in kinds:
        resource = kind.resource
        names = (resource.plural, resource.singular, resource.kind.casefold())
        qualified = tuple(f"{name}.{resource.group}" for name in names if resource.group)
        for name in (*names, *resource.short_names, *qualified):
            if name:
                found.setdefault(name, kind)
    return found
