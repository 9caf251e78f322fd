"""What the platform's screens have in common: the kinds they all read, what is worst, and look-ups across kinds."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from state.cluster.faults import PodJudge
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Kind, Row
from state.cluster.kinds.pods import POD, PodRow
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.live import Cluster, Feed, Lease
from state.freshness import Freshness, Health, worst
from state.mirror import Mirror
from state.ref import GroupKind, Ref
from state.worst import Judge, Worst

_ROLLING = {kind.resource.group_kind for kind in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET)}


class PlatformView:
    """One cluster's kinds, held live for as long as the cockpit runs. Belongs to the loop."""

    def __init__(self, cluster: Cluster, kinds: Sequence[Kind[Any]]) -> None:
        self.cluster = cluster
        self._kinds = kinds
        self._leases: dict[GroupKind, Lease[Any]] = {}
        self._rolling: list[Mirror[Any]] = []
        self.worst = Worst(())

    def begin(self) -> None:
        """Start reading."""
        for kind in self._kinds:
            self._leases[kind.resource.group_kind] = self.cluster.lease(kind)
        self._rolling += [lease.mirror for key, lease in self._leases.items() if key in _ROLLING]
        judges: dict[GroupKind, Judge] = {POD.resource.group_kind: PodJudge(self._rolling)}
        self.worst = Worst(
            [(lease.feed, judges.get(key, lease.feed.kind.fault)) for key, lease in self._leases.items()]
        )

    def hold(self, kind: Kind[Any]) -> None:
        """Read a kind more from now on; one that is held already stays. Only what runs pods belongs here."""
        if self.holds(kind):
            return
        lease = self._leases[kind.resource.group_kind] = self.cluster.lease(kind)
        self._kinds = (*self._kinds, kind)
        self._rolling.append(lease.mirror)
        self.worst.add(lease.feed, kind.fault)

    def holds(self, kind: Kind[Any]) -> bool:
        """Return whether a kind is read."""
        return kind.resource.group_kind in self._leases

    def end(self) -> None:
        """Hold the kinds no longer; the rows that are there stay readable."""
        for lease in self._leases.values():
            lease.release()

    @property
    def kinds(self) -> Sequence[Kind[Any]]:
        """The kinds that are held."""
        return self._kinds

    def feed(self, kind: GroupKind) -> Feed[Any]:
        """Return a kind's feed. Raises KeyError for a kind that is not among them."""
        return self._leases[kind].feed

    @property
    def freshness(self) -> Freshness:
        """The worst freshness of the kinds that may be read at all."""
        said = [lease.feed.freshness for lease in self._leases.values()]
        allowed = [one for one in said if one.health is not Health.DENIED]
        return worst(allowed or said)

    @property
    def revisions(self) -> tuple[int, ...]:
        """What differs when a row of any of these kinds did."""
        return tuple(lease.mirror.revision for lease in self._leases.values())

    def row(self, ref: Ref) -> Row | None:
        """Return the row of an object, None when it is not there, its kind is not read, or it is another cluster's."""
        lease = self._leases.get(ref.group_kind)
        if lease is None or ref.cluster != self.cluster.name:
            return None
        return next((r for r in lease.mirror if r.name == ref.name and r.namespace == ref.namespace), None)

    def kind(self, kind: GroupKind) -> Kind[Any] | None:
        """Return the kind's value, None when it is not read."""
        return next((one for one in self._kinds if one.resource.group_kind == kind), None)

    def pods_of(self, ref: Ref) -> list[Ref]:
        """Return the pods that a workload controls, at whatever depth, not ready ones first; a pod is its own."""
        if ref.group_kind == POD.resource.group_kind:
            return [ref]
        return [POD.ref(ref.cluster, pod) for pod in self.pod_rows_of(ref)]

    def pod_rows_of(self, ref: Ref) -> list[PodRow]:
        """Return the pods that a workload controls, at whatever depth, not ready ones first and then the newest."""
        pods: Lease[PodRow] = self._leases[POD.resource.group_kind]
        found = []
        for pod in pods.mirror:
            if pod.namespace != ref.namespace and ref.namespace:
                continue
            if any(owner == ref for owner in self._owners(pods.feed.kind.ref(ref.cluster, pod), pod)):
                found.append(pod)
        found.sort(key=lambda pod: (pod.ready >= pod.total, -pod.created))
        return found

    # --- what an alert's labels are looked up in ---

    def find(self, kind: GroupKind, namespace: str, name: str) -> Ref | None:
        """Return the object when it exists."""
        ref = Ref(self.cluster.name, kind, namespace, name)
        return ref if self.row(ref) is not None else None

    def owner(self, ref: Ref) -> Ref | None:
        """Return the topmost controller of a pod or a job; the object itself when nothing controls it."""
        row = self.row(ref)
        if row is None:
            return None
        return [ref, *self._owners(ref, row)][-1]

    def pods_with_claim(self, namespace: str, claim: str) -> Iterable[Ref]:
        """Return nothing: which pods mount a claim is not kept."""
        return ()

    def pods_of_service(self, namespace: str, service: str) -> Iterable[Ref]:
        """Return the pods that a service selects."""
        services = self._leases.get(GroupKind("", "Service"))
        if services is None:
            return []
        found = next((s for s in services.mirror if s.name == service and s.namespace == namespace), None)
        selector = set(getattr(found, "selector", ()) or ())
        if not selector:
            return []
        pods = self._leases[GroupKind("", "Pod")]
        return [
            pods.feed.kind.ref(self.cluster.name, pod)
            for pod in pods.mirror
            if pod.namespace == namespace and selector <= set(pod.labels)
        ]

    def node_at(self, address: str) -> Ref | None:
        """Return the node with this name or internal address."""
        nodes = self._leases.get(GroupKind("", "Node"))
        if nodes is None:
            return None
        for node in nodes.mirror:
            if address in (node.name, getattr(node, "internal_ip", "")):
                return nodes.feed.kind.ref(self.cluster.name, node)
        return None

    def _owners(self, ref: Ref, row: Row) -> Iterator[Ref]:
        """The controllers of an object, the nearest first."""
        for _ in range(4):
            owner = row.owner
            if owner is None:
                return
            above = next((lease for lease in self._leases.values() if _is(lease, owner.kind)), None)
            if above is None:
                return
            found = above.mirror.get(owner.uid)
            if found is None:
                return
            yield above.feed.kind.ref(ref.cluster, found)
            row = found


def _is(lease: Lease[Any], kind: str) -> bool:
    return lease.feed.kind.resource.kind == kind
