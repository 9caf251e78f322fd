"""Judging objects with what others say of them: a pod of a workload that rolls out is young before it is at fault."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from state.cluster.kinds.daemon_sets import DaemonSetRow
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.kind import Fault, Row
from state.cluster.kinds.pod_faults import YOUNG, pod_fault
from state.cluster.kinds.pod_row import PodRow
from state.cluster.kinds.rollouts import RolloutRow
from state.cluster.kinds.stateful_sets import StatefulSetRow
from state.mirror import Mirror

_HASHES = {"pod-template-hash": "Deployment", "rollouts-pod-template-hash": "Rollout"}
_KINDS: dict[type[Row], str] = {
    DeploymentRow: "Deployment",
    RolloutRow: "Rollout",
    StatefulSetRow: "StatefulSet",
    DaemonSetRow: "DaemonSet",
}


class Workload(NamedTuple):
    """What runs a pod: the top of its owners, as far as names tell."""

    kind: str
    namespace: str
    name: str


def workload_of(pod: PodRow) -> Workload | None:
    """Return what runs a pod, None when nothing does.

    A deployment or rollout names its replica sets after itself and the template's hash, which their pods carry as a
    label; so the replica set need not be asked.
    """
    owner = pod.owner
    if owner is None:
        return None
    if owner.kind == "ReplicaSet":
        label, template = next((pair for pair in pod.labels if pair[0] in _HASHES), ("", ""))
        name = owner.name.removesuffix(f"-{template}")
        if template and name != owner.name:
            return Workload(_HASHES[label], pod.namespace, name)
    return Workload(owner.kind, pod.namespace, owner.name)


def moving(rows: Iterable[Row]) -> frozenset[Workload]:
    """Return the workloads among these rows that roll out right now."""
    return frozenset(
        Workload(_KINDS[type(row)], row.namespace, row.name)
        for row in rows
        if isinstance(row, DeploymentRow | StatefulSetRow | DaemonSetRow) and row.moving
    )


class PodJudge:
    """Says what is wrong with a pod, knowing which workloads roll out. Belongs to the loop, as mirrors do."""

    def __init__(self, workloads: Sequence[Mirror[Any]]) -> None:
        """`workloads` are the mirrors of what rolls out, those that there are; more may come later."""
        self._workloads = workloads
        self._revisions: list[int] = []
        self._moving: frozenset[Workload] = frozenset()

    def __call__(self, row: Row, now: float) -> Fault | None:
        """Return what is wrong with a pod at a wall-clock moment, None when nothing is."""
        if not isinstance(row, PodRow):
            return None
        fault = pod_fault(row, now)
        if fault is None or now - row.created >= YOUNG:
            return fault
        return pod_fault(row, now, moving=workload_of(row) in self._moving_now())

    def _moving_now(self) -> frozenset[Workload]:
        revisions = [mirror.revision for mirror in self._workloads]
        if revisions != self._revisions:
            self._revisions = revisions
            self._moving = frozenset().union(*(moving(mirror) for mirror in self._workloads))
        return self._moving
