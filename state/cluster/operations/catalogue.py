"""What can be done to which kind: for keys that are dimmed, menus and help. Nothing is asked here."""

from collections.abc import Callable
from typing import NamedTuple

from state.cluster.kinds.kind import Resource
from state.cluster.operations.revisions import keeps_revisions
from state.cluster.operations.workloads import template_path
from state.operation import Permission


class Offer(NamedTuple):
    """An operation that suits some kinds. `words` say what it does to an object, in the imperative."""

    id: str
    words: str
    suits: Callable[[Resource], bool]
    verb: str
    subresource: str = ""
    dangerous: bool = False
    """It ends something that runs, or takes something away."""

    def permission(self, resource: Resource, namespace: str = "", name: str = "") -> Permission:
        """Return what has to be allowed, for one object or, without a name, for all of a namespace."""
        if self.id == "trigger":
            return Permission(self.verb, "batch", "jobs", namespace)
        return Permission(self.verb, resource.group, resource.plural, namespace, name, self.subresource)


_ROLLING = ("Deployment", "StatefulSet", "DaemonSet")
_SCALED = {
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "ReplicaSet"),
    ("", "ReplicationController"),
}


def _any(resource: Resource) -> bool:
    return True


def _apps(*kinds: str) -> Callable[[Resource], bool]:
    return lambda resource: resource.group == "apps" and resource.kind in kinds


def _batch(*kinds: str) -> Callable[[Resource], bool]:
    return lambda resource: resource.group == "batch" and resource.kind in kinds


def _node(resource: Resource) -> bool:
    return (resource.group, resource.kind) == ("", "Node")


def scalable(resource: Resource) -> bool:
    """Return whether a kind has a scale: a built-in one, or one of which the server said so."""
    return resource.scales or (resource.group, resource.kind) in _SCALED


OFFERS: tuple[Offer, ...] = (
    Offer("scale", "set how many replicas it has", scalable, "patch", "scale"),
    Offer("restart", "make all its pods anew, in the order of a rollout", _apps(*_ROLLING), "patch"),
    Offer("roll-back", "go back to another revision", keeps_revisions, "patch"),
    Offer("pause", "let changes of its template wait", _apps("Deployment"), "patch"),
    Offer("resume", "let its rollout go on", _apps("Deployment"), "patch"),
    Offer("set-image", "set the images of its containers", lambda one: template_path(one) is not None, "patch"),
    Offer("trigger", "run it now", _batch("CronJob"), "create"),
    Offer("suspend", "suspend it", _batch("CronJob", "Job"), "patch"),
    Offer("unsuspend", "let it go on", _batch("CronJob", "Job"), "patch"),
    Offer("cordon", "let no new pods onto it", _node, "patch"),
    Offer("uncordon", "let new pods onto it again", _node, "patch"),
    Offer("drain", "evict its pods", _node, "patch", dangerous=True),
    Offer("label", "add, change and remove labels", _any, "patch"),
    Offer("annotate", "add, change and remove annotations", _any, "patch"),
    Offer("edit", "change it in an editor", _any, "update"),
    Offer("delete", "delete it", _any, "delete", dangerous=True),
)
"""All operations on objects, those of workloads first."""


def offers_of(resource: Resource) -> tuple[Offer, ...]:
    """Return what can be done to objects of a kind."""
    return tuple(offer for offer in OFFERS if offer.suits(resource))
