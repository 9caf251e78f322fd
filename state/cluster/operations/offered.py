"""What a key can do to objects of which kinds, and what the user has to be allowed for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from state.cluster.kinds.kind import Resource
from state.cluster.operations.catalogue import OFFERS as CATALOGUE
from state.operation import Permission
from state.ref import GroupKind, Ref

POD, CONTAINER, NODE = GroupKind("", "Pod"), GroupKind("", "Container"), GroupKind("", "Node")
_SERVICE = GroupKind("", "Service")
_REVISION = GroupKind("apps", "ControllerRevision")
_PODS = "pods"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a key does."""

    suits: Callable[[Resource], bool]
    permission: Callable[[Resource, Ref], Permission]
    """What the user has to be allowed for one object."""
    several: bool = True
    """Whether it can be done to all that is marked."""
    changes: bool = True
    """Whether it changes anything, so that a read-only cockpit does not do it."""


def offered(verb: str, resource: Resource) -> bool:
    """Return whether something can be done to objects of a resource; what is not listed here can."""
    offer = OFFERS.get(verb)
    return offer is None or offer.suits(resource)


def _listed(id: str, *, several: bool = True) -> Offer:
    """Return what the catalogue of operations has, for objects that a server has."""
    found = next(one for one in CATALOGUE if one.id == id)
    return Offer(
        lambda resource: bool(resource.version) and resource.group_kind != CONTAINER and found.suits(resource),
        lambda resource, ref: found.permission(resource, ref.namespace, ref.name),
        several,
    )


def _of_pods(verb: str, subresource: str, *kinds: GroupKind, several: bool = False, changes: bool = True) -> Offer:
    return Offer(
        lambda resource: resource.group_kind in kinds,
        lambda resource, ref: Permission(verb, "", _PODS, ref.namespace, "", subresource),
        several=several,
        changes=changes,
    )


_ROLLOUT = GroupKind("argoproj.io", "Rollout")


def _kept_of(resource: Resource) -> str:
    """Return the plural of what most likely keeps the revisions of an object."""
    return "statefulsets" if resource.group_kind == _REVISION else "deployments"


_APPS = tuple(GroupKind("apps", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"))
_BATCH = (GroupKind("batch", "Job"), GroupKind("batch", "CronJob"))
_DELETE = _listed("delete")
_LOGS = _of_pods("get", "log", POD, CONTAINER, _SERVICE, *_APPS, _ROLLOUT, *_BATCH, several=True, changes=False)
_ROLL_BACK = _listed("roll-back", several=False)

OFFERS: Mapping[str, Offer] = {
    "scale": _listed("scale"),
    "restart": _listed("restart"),
    "set_image": _listed("set-image", several=False),
    "pause": _listed("pause"),
    "trigger": _listed("trigger"),
    "suspend": _listed("suspend"),
    "cordon": _listed("cordon"),
    "uncordon": _listed("uncordon"),
    "drain": _listed("drain"),
    "label": _listed("label"),
    "annotate": _listed("annotate"),
    "edit": _listed("edit", several=False),
    "delete": _DELETE,
    "delete_as": _DELETE,
    "kill": Offer(lambda resource: resource.group_kind == POD, _DELETE.permission),
    # Of a pod or a replica set what controls it is rolled back; what has to be allowed there is found out then.
    "roll_back": Offer(
        lambda resource: _ROLL_BACK.suits(resource) or resource.group_kind in (POD, _APPS[3], _REVISION),
        lambda resource, ref: (
            _ROLL_BACK.permission(resource, ref)
            if _ROLL_BACK.suits(resource)
            else Permission("patch", "apps", _kept_of(resource), ref.namespace)
        ),
        several=False,
    ),
    "logs": _LOGS,
    "previous_logs": _LOGS,
    "shell": _of_pods("create", "exec", POD, CONTAINER),
    "attach": _of_pods("create", "attach", POD, CONTAINER),
    "forward": _of_pods("create", "portforward", POD, CONTAINER, _SERVICE, *_APPS, changes=False),
    "copy_files": _of_pods("create", "exec", POD, CONTAINER),
}
"""By the verb that a key asks for."""
