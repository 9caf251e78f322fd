"""From an alert to the object it is about. Pure, given a few look-ups in what the cluster holds."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from state.alerts.labels import NODE_EXPORTER, exporter_of, subject_labels
from state.alerts.model import Alert
from state.ref import GroupKind, Ref

NODE = GroupKind("", "Node")
NAMESPACE = GroupKind("", "Namespace")
POD = GroupKind("", "Pod")
JOB = GroupKind("batch", "Job")
WORKLOADS = (
    ("deployment", GroupKind("apps", "Deployment")),
    ("statefulset", GroupKind("apps", "StatefulSet")),
    ("daemonset", GroupKind("apps", "DaemonSet")),
    ("cronjob", GroupKind("batch", "CronJob")),
)
"""Labels that name a workload outright, with its kind."""

# payments-api-7d4f9c5b6d-x7k2p of a deployment, node-agent-x7k2p of a daemon set, db-0 of a stateful set.
_NAMES = (
    re.compile(r"(?P<workload>.+)-[a-z0-9]{5,10}-[a-z0-9]{5}"),
    re.compile(r"(?P<workload>.+)-[a-z0-9]{5}"),
    re.compile(r"(?P<workload>.+)-\d+"),
)


class ClusterLookup(Protocol):
    """What has to be known of a cluster. Each answers None or nothing when there is no such object."""

    def find(self, kind: GroupKind, namespace: str, name: str) -> Ref | None:
        """Return the object when it exists."""
        ...

    def owner(self, ref: Ref) -> Ref | None:
        """Return the topmost controller of a pod or a job; the object itself when nothing controls it."""
        ...

    def pods_with_claim(self, namespace: str, claim: str) -> Iterable[Ref]:
        """Return the pods that mount a persistent volume claim."""
        ...

    def pods_of_service(self, namespace: str, service: str) -> Iterable[Ref]:
        """Return the pods that a service selects."""
        ...

    def node_at(self, address: str) -> Ref | None:
        """Return the node with this name or internal address."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is about. `by` is the label that said so; a `guess` went by the look of a name."""

    ref: Ref
    by: str
    guess: bool = False


def subject_of(alert: Alert, cluster: ClusterLookup) -> Subject | None:
    """Return what the alert is about, None when its labels lead nowhere.

    The first that leads somewhere: a label that names a workload, the pod and its controllers, the job, the claim
    and the pods that mount it, the service and its pods, the node, the namespace. An alert of another context leads
    nowhere, whatever has the same name here.
    """
    if alert.elsewhere:
        return None
    labels = dict(alert.labels)
    given = subject_labels(labels)
    steps: tuple[_Step, ...] = (_node,) if exporter_of(labels) == NODE_EXPORTER else _STEPS
    return next((found for step in steps if (found := step(given, cluster)) is not None), None)


def why_nowhere(alert: Alert) -> str:
    """Return why nothing can be done to an object for an alert that leads to none, in a sentence."""
    return alert.elsewhere or "its labels lead to no object that is read here"


def _named(labels: Mapping[str, str], cluster: ClusterLookup) -> Subject | None:
    namespace = labels.get("namespace", "")
    for label, kind in WORKLOADS:
        if name := labels.get(label):
            found = cluster.find(kind, namespace, name)
            if found:
                return Subject(found, label)
    name, typ = labels.get("workload", ""), labels.get("workload_type", "")
    for label, kind in WORKLOADS:
        if name and typ in ("", label) and (found := cluster.find(kind, namespace, name)):
            return Subject(found, "workload")
    return None


def _pod(labels: Mapping[str, str], cluster: ClusterLookup) -> Subject | None:
    namespace, name = labels.get("namespace", ""), labels.get("pod", "")
    if not name:
        return None
    pod = cluster.find(POD, namespace, name)
    if pod is not None:
        return Subject(cluster.owner(pod) or pod, "pod")
    for workload in _of_pod_name(name):
        for _, kind in WORKLOADS[:3]:
            if found := cluster.find(kind, namespace, workload):
                return Subject(found, "pod", guess=True)
    return None


def _job(labels: Mapping[str, str], cluster: ClusterLookup) -> Subject | None:
    if name := labels.get("job_name"):
        job = cluster.find(JOB, labels.get("namespace", ""), name)
        if job is not None:
            return Subject(cluster.owner(job) or job, "job_name")
    return None


def _claim(labels: Mapping[str, str], cluster: ClusterLookup) -> Subject | None:
    if claim := labels.get("persistentvolumeclaim"):
        return _of_pods(cluster.pods_with_claim(labels.get("namespace", ""), claim), cluster, "persistentvolumeclaim")
    return None


def _service(labels: Mapping[str, str], cluster: ClusterLookup) -> Subject | None:
    for label in ("service", "endpoint"):
        if name := labels.get(label):
            found = _of_pods(cluster.pods_of_service(labels.get("namespace", ""), name), cluster, label)
            if found is not None:
                return found
    return None


def _node(labels: Mapping[str, str], cluster: ClusterLookup) -> Subject | None:
    for label in ("node", "nodename", "instance"):
        if address := labels.get(label):
            found = cluster.node_at(address) or cluster.node_at(_host(address))
            if found is not None:
                return Subject(found, label)
    return None


def _namespace(labels: Mapping[str, str], cluster: ClusterLookup) -> Subject | None:
    if name := labels.get("namespace"):
        found = cluster.find(NAMESPACE, "", name)
        if found is not None:
            return Subject(found, "namespace")
    return None


def _of_pods(pods: Iterable[Ref], cluster: ClusterLookup, by: str) -> Subject | None:
    """Return what most of the pods belong to."""
    owners: dict[Ref, int] = {}
    for pod in pods:
        owner = cluster.owner(pod) or pod
        owners[owner] = owners.get(owner, 0) + 1
    return Subject(max(owners, key=lambda ref: (owners[ref], str(ref))), by) if owners else None


def _of_pod_name(name: str) -> Iterator[str]:
    for shape in _NAMES:
        if match := shape.fullmatch(name):
            yield match["workload"]


def _host(address: str) -> str:
    """Return the host of `host:port` or `[v6]:port`."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, sep, port = address.rpartition(":")
    return host if sep and port.isdigit() and ":" not in host else address


_Step = Callable[[Mapping[str, str], ClusterLookup], Subject | None]
_STEPS: tuple[_Step, ...] = (_named, _pod, _job, _claim, _service, _node, _namespace)
