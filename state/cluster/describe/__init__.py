"""An object told in full, in the shape of `kubectl describe`; a secret's values never, only their sizes."""

import logging
from collections.abc import Callable

from state.cluster import requests
from state.cluster.describe import (
    limits,
    network,
    nodes,
    others,
    pods,
    rights,
    scaling,
    storage,
    workloads,
)
from state.cluster.describe.around import Around
from state.cluster.describe.clean import clean
from state.cluster.describe.event_list import event_lines, events
from state.cluster.describe.parts import Json, at, word
from state.cluster.describe.sheet import Sheet
from state.cluster.describe.waiting import waits
from state.cluster.errors import ApiError, ClusterError
from state.cluster.fetch import hidden
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Transport

_log = logging.getLogger(__name__)
_WITHOUT_EVENTS = frozenset(
    ("Secret", "Namespace", "ResourceQuota", "LimitRange", "NetworkPolicy", "Role", "ClusterRole", "RoleBinding",
     "ClusterRoleBinding")
)  # fmt: skip
"""The kinds of which kubectl tells no events."""


def describe(transport: Transport, resource: Resource, namespace: str, name: str, now: float) -> str:
    """Return the description of an object, several lines safe to show; `now` is seconds since the epoch.

    What belongs to it (pods, replica sets, endpoints, events) is read too; what may not be read is left out.
    Of an object that is being deleted it says what that waits for. Raises ClusterError when the object itself
    cannot be had.
    """
    found = clean(hidden(requests.get(transport, resource.path(namespace, name))))
    around = Around(transport, now)
    sheet = Sheet()
    try:
        _put(sheet, around, resource, found)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
        # An object of a shape no server sends is told all the same.
        _log.info("%s %s has an odd shape", resource.kind, name, exc_info=True)
        sheet = Sheet()
        others.anything(sheet, found)
    waits(sheet, around, resource, found)
    if resource.kind not in _WITHOUT_EVENTS:
        events(sheet, _events(around, resource, found), now)
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
    gathered = _events(Around(transport, now), resource, found, strict=True)
    if not gathered:
        return "no events of it are kept; the server forgets them after about an hour\n"
    sheet = Sheet()
    event_lines(sheet, gathered, now)
    return str(sheet)


def _put(sheet: Sheet, around: Around, resource: Resource, found: Json) -> None:
    kind = str(resource.group_kind)
    if kind in _ALONE:
        _ALONE[kind](sheet, found)
    elif kind in _WITH_OTHERS:
        _WITH_OTHERS[kind](sheet, around, found)
    else:
        others.anything(sheet, found)


_ALONE: dict[str, Callable[[Sheet, Json], None]] = {
    "Job.batch": workloads.job,
    "CronJob.batch": workloads.cron_job,
    "Secret": others.secret,
    "ConfigMap": others.config_map,
    "ResourceQuota": limits.quota,
    "LimitRange": limits.limit_range,
    "ServiceAccount": rights.service_account,
    "Role.rbac.authorization.k8s.io": rights.role,
    "ClusterRole.rbac.authorization.k8s.io": rights.role,
    "RoleBinding.rbac.authorization.k8s.io": rights.binding,
    "ClusterRoleBinding.rbac.authorization.k8s.io": rights.binding,
    "PriorityClass.scheduling.k8s.io": rights.priority_class,
    "EndpointSlice.discovery.k8s.io": network.endpoint_slice,
    "IngressClass.networking.k8s.io": network.ingress_class,
    "NetworkPolicy.networking.k8s.io": network.network_policy,
    "StorageClass.storage.k8s.io": storage.storage_class,
    "HorizontalPodAutoscaler.autoscaling": scaling.autoscaler,
    "PodDisruptionBudget.policy": scaling.budget,
}
"""The kinds that are told from the object alone."""


def _pod(sheet: Sheet, around: Around, found: Json) -> None:
    pods.pod(sheet, found, around.now)


def _deployment(sheet: Sheet, around: Around, found: Json) -> None:
    owned = around.selected(f"/apis/apps/v1/namespaces/{_namespace(found)}/replicasets", found)
    workloads.deployment(sheet, found, owned)


def _of_pods(put: Callable[[Sheet, Json, list[Json]], None]) -> Callable[[Sheet, Around, Json], None]:
    return lambda sheet, around, found: put(
        sheet, found, around.selected(f"/api/v1/namespaces/{_namespace(found)}/pods", found)
    )


def _node(sheet: Sheet, around: Around, found: Json) -> None:
    name = _name(found)
    running = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
    there = around.permitted("/api/v1/pods", (("fieldSelector", running),))
    lease = around.one(f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}")
    nodes.node(sheet, found, there, lease, around.now)


def _service(sheet: Sheet, around: Around, found: Json) -> None:
    others.service(sheet, found, around.slices(_namespace(found), _name(found)) or [])


def _kube_namespace(sheet: Sheet, around: Around, found: Json) -> None:
    inside = f"/api/v1/namespaces/{_name(found)}"
    quotas, ranges = (around.permitted(f"{inside}/{plural}") for plural in ("resourcequotas", "limitranges"))
    others.namespace(sheet, found, quotas, ranges)


def _ingress(sheet: Sheet, around: Around, found: Json) -> None:
    namespace = _namespace(found)
    network.ingress(sheet, found, lambda backend: around.backend(namespace, backend))


def _volume(sheet: Sheet, around: Around, found: Json) -> None:
    storage.volume(sheet, found, around.now)


def _claim(sheet: Sheet, around: Around, found: Json) -> None:
    there = around.permitted(f"/api/v1/namespaces/{_namespace(found)}/pods") or []
    storage.claim(sheet, found, storage.users_of(_name(found), there), around.now)


_WITH_OTHERS: dict[str, Callable[[Sheet, Around, Json], None]] = {
    "Pod": _pod,
    "Deployment.apps": _deployment,
    "ReplicaSet.apps": _of_pods(workloads.replica_set),
    "StatefulSet.apps": _of_pods(workloads.stateful_set),
    "DaemonSet.apps": _of_pods(workloads.daemon_set),
    "Node": _node,
    "Service": _service,
    "Namespace": _kube_namespace,
    "Ingress.networking.k8s.io": _ingress,
    "PersistentVolume": _volume,
    "PersistentVolumeClaim": _claim,
}
"""The kinds that are told with what belongs to them, or with the moment."""


def _events(around: Around, resource: Resource, found: Json, *, strict: bool = False) -> list[Json] | None:
    """Return the events of an object, None when they cannot be read; with `strict` that raises ClusterError."""
    name, namespace, uid = _name(found), _namespace(found), word(at(found, "metadata", "uid"))
    path = f"/api/v1/namespaces/{namespace}/events" if namespace else "/api/v1/events"
    chosen = f"involvedObject.kind={resource.kind},involvedObject.name={name},involvedObject.namespace={namespace}"
    # A kubelet gives its node's name for its uid.
    uids = (uid, name) if resource.kind == "Node" else (uid,)
    gathered: list[Json] = []
    for one in uids:
        query = (("fieldSelector", f"{chosen},involvedObject.uid={one}" if one else chosen),)
        try:
            more = around.listed(path, query) if strict else around.permitted(path, query)
        except ClusterError:
            if strict:
                raise
            return None
        if more is None:
            return None
        gathered += more
    return gathered


def _name(found: Json) -> str:
    return word(at(found, "metadata", "name"))


def _namespace(found: Json) -> str:
    return word(at(found, "metadata", "namespace"))
