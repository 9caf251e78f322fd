"""An app's releases, read from its cluster. Blocks; for a thread."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from state.apps.model import App
from state.apps.releases import History, Json, Release, of_deployment, of_revisions
from state.apps.tool_reading import read_tools
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.transport import Query, Transport
from state.ref import Ref
from state.rfc3339 import moment_of

_BY_REPLICA_SETS = {kind.resource.group_kind for kind in (DEPLOYMENT, ROLLOUT)}
_KINDS = {kind.resource.group_kind: kind.resource for kind in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, ROLLOUT)}
_GREW = re.compile(r"Scaled up replica set (\S+?)(?: from \d+)? to \d+")


def read_releases(app: App, transport: Callable[[str], Transport]) -> History:
    """Return the releases of all workloads of an app and of the tools that deliver them.

    `transport` asks a cluster by its name. They are newest first; those of unknown time come by their revision. A
    workload that went meanwhile has none.
    Raises ClusterError when a workload cannot be read.
    """
    found: list[Release] = []
    unread: list[str] = []
    for cluster in app.clusters:
        via = transport(cluster)
        refs = [ref for ref in app.workloads if ref.cluster == cluster]
        own, wholes = _of_workloads(via, refs)
        told = read_tools(via, cluster, wholes)
        found += [*own, *told.releases]
        unread += told.unread
    return History(tuple(sorted(found, key=_newest_first)), tuple(unread))


def _of_workloads(via: Transport, refs: Sequence[Ref]) -> tuple[list[Release], list[Json]]:
    """Return what workloads of one cluster tell of their releases, and the workloads themselves."""
    found: list[Release] = []
    wholes: list[Json] = []
    for ref in refs:
        if ref.group_kind in _KINDS:
            try:
                whole = requests.get(via, _KINDS[ref.group_kind].path(ref.namespace, ref.name))
                found += _of(via, ref, whole)
            except ApiError as error:
                if error.status != 404:
                    raise
            else:
                wholes.append(whole)
    return found, wholes


def _newest_first(one: Release) -> tuple[float, bool, str, int]:
    # What a tool did comes before what followed from it.
    return -(one.when or 0.0), one.tool is not None, one.workload.name, -one.revision


def _of(transport: Transport, ref: Ref, whole: Json) -> tuple[Release, ...]:
    wanted = ((whole.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    query: Query = (("labelSelector", ",".join(f"{key}={value}" for key, value in wanted.items())),)
    root = f"/apis/apps/v1/namespaces/{ref.namespace}"
    if ref.group_kind not in _BY_REPLICA_SETS:
        return of_revisions(ref, whole, _items(transport, f"{root}/controllerrevisions", query))
    sets = _items(transport, f"{root}/replicasets", query)
    return of_deployment(ref, whole, sets, _begun(transport, ref))


def _begun(transport: Transport, ref: Ref) -> dict[str, list[float]]:
    """Return when events say that the replica sets of a workload began to grow; nothing where none may be read."""
    query: Query = (("fieldSelector", f"involvedObject.kind={ref.group_kind.kind},involvedObject.name={ref.name}"),)
    try:
        events = _items(transport, f"/api/v1/namespaces/{ref.namespace}/events", query)
    except ApiError:
        return {}
    found: dict[str, list[float]] = defaultdict(list)
    for event in events:
        grew = _GREW.match(str(event.get("message", "")))
        when = moment_of(str(event.get("firstTimestamp") or event.get("eventTime") or ""))
        if grew and when is not None:
            found[grew[1]].append(when)
    return {name: sorted(moments) for name, moments in found.items()}


def _items(transport: Transport, path: str, query: Query) -> list[Json]:
    return [one for one in requests.get(transport, path, query).get("items") or () if isinstance(one, dict)]
