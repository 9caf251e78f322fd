"""An object told in full, in the shape of `kubectl describe`; a secret's values never, only their sizes."""

import logging
from typing import Any

from state.cluster import requests
from state.cluster.describe import nodes, others, pods, workloads
from state.cluster.describe.event_list import event_lines, events
from state.cluster.describe.parts import Json, at, selector, word
from state.cluster.describe.sheet import Sheet
from state.cluster.errors import ApiError, ClusterError
from state.cluster.fetch import hidden
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Query, Transport
from state.printable import printable_lines

_PAGE = 500
_log = logging.getLogger(__name__)


def describe(transport: Transport, resource: Resource, namespace: str, name: str, now: float) -> str:
    """Return the description of an object, several lines safe to show; `now` is seconds since the epoch.

    What belongs to it (pods, replica sets, endpoints, events) is read too; what may not be read is left out.
    Raises ClusterError when the object itself cannot be had.
    """
    found = _clean(hidden(requests.get(transport, resource.path(namespace, name))))
    sheet = Sheet()
    try:
        _put(sheet, transport, resource, found, now)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
        # An object of a shape no server sends is told all the same.
        _log.info("%s %s has an odd shape", resource.kind, name, exc_info=True)
        sheet = Sheet()
        others.anything(sheet, found)
    if resource.kind not in ("Secret", "Namespace"):
        events(sheet, _events(transport, resource, found), now)
    return str(sheet).rstrip("\n") + "\n"


def told_events(transport: Transport, resource: Resource, namespace: str, name: str, now: float) -> str:
    """Return the events of one object, the newest first, a line each, safe to show; also of one that has gone.

    Raises ClusterError when they may not be read.
    """
    found: Json = {"metadata": {"name": name, "namespace": namespace}}
    try:
        found = requests.get(transport, resource.path(namespace, name))
    except ApiError as error:
        if error.status not in (403, 404):
            raise
    gathered = _events(transport, resource, found, strict=True) or []
    if not gathered:
        return "no events of it are kept; the server forgets them after about an hour\n"
    sheet = Sheet()
    event_lines(sheet, gathered, now)
    return str(sheet)


def _put(sheet: Sheet, transport: Transport, resource: Resource, found: Json, now: float) -> None:
    kind = str(resource.group_kind)
    namespace = word(at(found, "metadata", "namespace"))
    if kind == "Pod":
        pods.pod(sheet, found, now)
    elif kind == "Deployment.apps":
        owned = _selected(transport, f"/apis/apps/v1/namespaces/{namespace}/replicasets", found)
        workloads.deployment(sheet, found, owned)
    elif kind in _OF_PODS:
        _OF_PODS[kind](sheet, found, _selected(transport, f"/api/v1/namespaces/{namespace}/pods", found))
    elif kind == "Job.batch":
        workloads.job(sheet, found)
    elif kind == "CronJob.batch":
        workloads.cron_job(sheet, found)
    elif kind == "Node":
        name = word(at(found, "metadata", "name"))
        running = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
        nodes.node(
            sheet,
            found,
            _permitted(transport, "/api/v1/pods", (("fieldSelector", running),)),
            _lease(transport, name),
            now,
        )
    elif kind == "Service":
        own = (("labelSelector", f"kubernetes.io/service-name={word(at(found, 'metadata', 'name'))}"),)
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        others.service(sheet, found, _permitted(transport, path, own) or [])
    elif kind == "Namespace":
        inside = f"/api/v1/namespaces/{word(at(found, 'metadata', 'name'))}"
        quotas, limits = (_permitted(transport, f"{inside}/{plural}") for plural in ("resourcequotas", "limitranges"))
        others.namespace(sheet, found, quotas, limits)
    elif kind == "Secret":
        others.secret(sheet, found)
    elif kind == "ConfigMap":
        others.config_map(sheet, found)
    else:
        others.anything(sheet, found)


_OF_PODS = {
    "ReplicaSet.apps": workloads.replica_set,
    "StatefulSet.apps": workloads.stateful_set,
    "DaemonSet.apps": workloads.daemon_set,
}


def _selected(transport: Transport, path: str, found: Json) -> list[Json]:
    chosen = selector(at(found, "spec", "selector"))
    return (_permitted(transport, path, (("labelSelector", chosen),)) or []) if chosen else []


def _permitted(transport: Transport, path: str, query: Query = ()) -> list[Json] | None:
    """All objects of a list, None when this user may not read it."""
    try:
        return _listed(transport, path, query)
    except ApiError as error:
        if error.status in (403, 404):
            return None
        raise


def _listed(transport: Transport, path: str, query: Query = ()) -> list[Json]:
    found: list[Json] = []
    token = ""
    while True:
        answer = requests.get(
            transport, path, (("limit", str(_PAGE)), *query, *((("continue", token),) if token else ()))
        )
        found += [_clean(one) for one in answer.get("items") or () if isinstance(one, dict)]
        token = word(at(answer, "metadata", "continue"))
        if not token:
            return found


def _events(transport: Transport, resource: Resource, found: Json, *, strict: bool = False) -> list[Json] | None:
    """Return the events of an object, None when they cannot be read; with `strict` that raises ClusterError."""
    metadata = found.get("metadata")
    name, namespace, uid = (word(at(metadata, key)) for key in ("name", "namespace", "uid"))
    path = f"/api/v1/namespaces/{namespace}/events" if namespace else "/api/v1/events"
    chosen = f"involvedObject.kind={resource.kind},involvedObject.name={name},involvedObject.namespace={namespace}"
    # A kubelet gives its node's name for its uid.
    uids = (uid, name) if resource.kind == "Node" else (uid,)
    gathered: list[Json] = []
    for one in uids:
        query = (("fieldSelector", f"{chosen},involvedObject.uid={one}" if one else chosen),)
        try:
            more = _listed(transport, path, query) if strict else _permitted(transport, path, query)
        except ClusterError:
            if strict:
                raise
            return None
        if more is None:
            return None
        gathered += more
    return gathered


def _lease(transport: Transport, name: str) -> Json | str:
    try:
        return requests.get(transport, f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}")
    except ApiError as error:
        return error.message


def _clean(found: Any) -> Any:
    """The same with every text safe to show and without tabs, which would end cells."""
    if isinstance(found, str):
        return printable_lines(found).replace("\t", "    ")
    if isinstance(found, dict):
        return {_clean(key).replace("\n", " "): _clean(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_clean(one) for one in found]
    return found
