"""What can be done to objects of which kinds, and what the user has to be allowed for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from state.cluster.kinds.kind import Resource
from state.operation import Permission
from state.ref import GroupKind, Ref

POD, CONTAINER, NODE = GroupKind("", "Pod"), GroupKind("", "Container"), GroupKind("", "Node")
DEPLOYMENT, STATEFUL_SET = GroupKind("apps", "Deployment"), GroupKind("apps", "StatefulSet")
DAEMON_SET, REPLICA_SET = GroupKind("apps", "DaemonSet"), GroupKind("apps", "ReplicaSet")
JOB, CRON_JOB = GroupKind("batch", "Job"), GroupKind("batch", "CronJob")
ROLLING = frozenset({DEPLOYMENT, STATEFUL_SET, DAEMON_SET})
_RUN_PODS = ROLLING | {REPLICA_SET, JOB, POD}
_PODS = "pods"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be done. `kinds` are those it can be done to, None for all that a server has."""

    kinds: frozenset[GroupKind] | None
    verb: str
    subresource: str = ""
    resource: tuple[str, str] | None = None
    """The group and plural that the permission is about, where it is not the object's own."""
    several: bool = True
    """Whether it can be done to all that is marked."""
    changes: bool = True
    """Whether it changes anything, so that a read-only cockpit does not do it."""

    def fits(self, resource: Resource) -> bool:
        """Return whether it can be done to objects of a resource."""
        if self.kinds is None:
            return bool(resource.version) and resource.group_kind != CONTAINER
        return resource.group_kind in self.kinds

    def permission(self, resource: Resource, ref: Ref) -> Permission:
        """Return what the user has to be allowed for one object."""
        if self.resource is not None:
            group, plural = self.resource
            return Permission(self.verb, group, plural, ref.namespace, "", self.subresource)
        return Permission(self.verb, resource.group, resource.plural, ref.namespace, ref.name, self.subresource)


OFFERS: Mapping[str, Offer] = {
    "scale": Offer(frozenset({DEPLOYMENT, STATEFUL_SET, REPLICA_SET}), "patch", "scale"),
    "restart": Offer(ROLLING, "patch"),
    "roll_back": Offer(ROLLING | {REPLICA_SET, POD}, "patch", resource=("apps", "deployments"), several=False),
    "set_image": Offer(ROLLING, "patch", several=False),
    "pause": Offer(frozenset({DEPLOYMENT}), "patch"),
    "trigger": Offer(frozenset({CRON_JOB}), "create", resource=("batch", "jobs")),
    "suspend": Offer(frozenset({CRON_JOB, JOB}), "patch"),
    "cordon": Offer(frozenset({NODE}), "patch"),
    "uncordon": Offer(frozenset({NODE}), "patch"),
    "drain": Offer(frozenset({NODE}), "create", "eviction", ("", _PODS)),
    "delete": Offer(None, "delete"),
    "delete_as": Offer(None, "delete"),
    "kill": Offer(frozenset({POD}), "delete"),
    "label": Offer(None, "patch"),
    "annotate": Offer(None, "patch"),
    "edit": Offer(None, "patch", several=False),
    "logs": Offer(_RUN_PODS | {CONTAINER}, "get", "log", ("", _PODS), several=False, changes=False),
    "previous_logs": Offer(_RUN_PODS | {CONTAINER}, "get", "log", ("", _PODS), several=False, changes=False),
    "shell": Offer(frozenset({POD, CONTAINER}), "create", "exec", ("", _PODS), several=False),
    "attach": Offer(frozenset({POD, CONTAINER}), "create", "attach", ("", _PODS), several=False),
    "forward": Offer(
        frozenset({POD, CONTAINER, GroupKind("", "Service")}),
        "create",
        "portforward",
        ("", _PODS),
        several=False,
        changes=False,
    ),
}
"""By the verb that a key asks for."""


def offered(verb: str, resource: Resource) -> bool:
    """Return whether something can be done to objects of a resource; what is not listed here can."""
    offer = OFFERS.get(verb)
    return offer is None or offer.fits(resource)
