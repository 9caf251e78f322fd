"""Who an app belongs to and where that is written: team, owner, repository, on-call, dashboard. Pure."""

from collections.abc import Iterable, Mapping

from state.apps.model import NOBODYS, Belonging
from state.apps.settings import About
from state.cluster.kinds.kind import Labels
from state.cluster.kinds.workload_row import WorkloadRow

TEAMS = ("cockpit.dev/team", "app.kubernetes.io/team", "team", "owner")
OWNERS = ("cockpit.dev/owner", "a8r.io/owner")
REPOSITORIES = ("cockpit.dev/repository", "a8r.io/repository")
ON_CALL = ("cockpit.dev/on-call", "a8r.io/support")
DASHBOARDS = ("cockpit.dev/dashboard", "a8r.io/performance")


_KEYS = (TEAMS, OWNERS, REPOSITORIES, ON_CALL, DASHBOARDS)


def belonging_of(row: WorkloadRow, namespace_labels: Labels) -> Belonging:
    """Return what a workload's labels and annotations, else the labels of its namespace, say."""
    own, around = dict(row.labels) | dict(row.annotations), dict(namespace_labels)
    return Belonging(*(_said(keys, own) or _said(keys, around) for keys in _KEYS))


def together(parts: Iterable[Belonging], about: About | None = None) -> Belonging:
    """Return what the configuration says of an app, else the first of its workloads that says anything."""
    listed = list(parts)
    said = NOBODYS
    if about is not None:
        said = Belonging(about.team, about.owner, about.repository, about.on_call, about.dashboard)
    return Belonging(*(value or next((one[at] for one in listed if one[at]), "") for at, value in enumerate(said)))


def _said(keys: Iterable[str], given: Mapping[str, str]) -> str:
    return next((given[key] for key in keys if given.get(key)), "")
