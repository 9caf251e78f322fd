"""Where enter leads from an object, and which rows are shown there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from state.cluster.kinds.kind import Kind, Row
from state.cluster.kinds.services import ServiceRow
from state.cluster.kinds.workload_row import WorkloadRow
from state.label_selector import SelectorError, parse_selector
from state.ref import GroupKind, Ref
from state.within import InNamespace, OnNode, Owned, Selected, Within

PODS, JOBS = "pods", "jobs"


@dataclass(frozen=True, slots=True)
class Inside:
    """Where enter leads: a kind, or the word that names one, and which of its rows."""

    kind: Kind[Any] | str
    within: Within | None


def inside(kind: Kind[Any], row: Row, cluster: str) -> Inside | None:
    """Return what is inside of an object, None where there is nothing to go into.

    Pods of a deployment and a service are those that their selectors pick, of other workloads those that they
    control; a definition leads to all objects of its kind, a release of Helm to all its revisions.
    """
    if row.unreadable:
        return None
    found = _INSIDE.get(kind.resource.group_kind)
    if found is None or (found is _revisions and kind.order is not None):
        # In the list of a release's revisions one is at the end.
        return None
    return found(kind.ref(cluster, row), row)


def _containers(ref: Ref, row: Any) -> Inside:
    from state.cluster.kinds.containers import of_pod

    return Inside(of_pod(row.namespace, row.name), Within(ref, InNamespace(row.namespace)))


def _owned_pods(ref: Ref, row: Any) -> Inside:
    return Inside(PODS, Within(ref, Owned(row.uid)))


def _owned_jobs(ref: Ref, row: Any) -> Inside:
    return Inside(JOBS, Within(ref, Owned(row.uid)))


def _picked_pods(ref: Ref, row: Any) -> Inside | None:
    assert isinstance(row, WorkloadRow)
    try:
        selector = parse_selector(row.selector)
    except SelectorError:
        return None
    return Inside(PODS, Within(ref, Selected(row.namespace, selector)))


def _service_pods(ref: Ref, row: Any) -> Inside | None:
    assert isinstance(row, ServiceRow)
    if not row.selector:
        return None
    selector = parse_selector(",".join(f"{key}={value}" for key, value in row.selector))
    return Inside(PODS, Within(ref, Selected(row.namespace, selector)))


def _node_pods(ref: Ref, row: Any) -> Inside:
    return Inside(PODS, Within(ref, OnNode(row.name)))


def _namespace_pods(ref: Ref, row: Any) -> Inside:
    return Inside(PODS, Within(ref, InNamespace(row.name)))


def _objects(ref: Ref, row: Any) -> Inside:
    return Inside(row.name, None)


def _revisions(ref: Ref, row: Any) -> Inside:
    from state.cluster.kinds.helm_releases import history

    return Inside(history(row.name), Within(ref, InNamespace(row.namespace)))


_INSIDE: dict[GroupKind, Callable[[Ref, Any], Inside | None]] = {
    GroupKind("", "Pod"): _containers,
    GroupKind("apps", "Deployment"): _picked_pods,
    GroupKind("apps", "ReplicaSet"): _owned_pods,
    GroupKind("apps", "StatefulSet"): _owned_pods,
    GroupKind("apps", "DaemonSet"): _owned_pods,
    GroupKind("batch", "Job"): _owned_pods,
    GroupKind("batch", "CronJob"): _owned_jobs,
    GroupKind("", "Service"): _service_pods,
    GroupKind("", "Node"): _node_pods,
    GroupKind("", "Namespace"): _namespace_pods,
    GroupKind("apiextensions.k8s.io", "CustomResourceDefinition"): _objects,
    GroupKind("helm.sh", "Release"): _revisions,
}
