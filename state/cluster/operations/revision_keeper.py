"""Rolling back what is shown: which workload keeps its revisions, and to which of them."""

from collections.abc import Callable
from typing import NamedTuple

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.replica_sets import REPLICA_SET
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.operations.revisions import number_of
from state.cluster.operations.rollback import RollBack
from state.cluster.requests import Json
from state.cluster.transport import Transport
from state.operation import Refused
from state.ref import GroupKind, Ref

_KEEPERS = {kind.resource.group_kind: kind.resource for kind in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, ROLLOUT)}
_BETWEEN = REPLICA_SET.resource
CONTROLLER_REVISION = GroupKind("apps", "ControllerRevision")
"""What stateful and daemon sets keep their revisions in."""


class _Kept(NamedTuple):
    resource: Resource
    ref: Ref
    uid: str
    revision: int | None = None
    """The one that was pointed at, None for whichever was before."""


def roll_back_of(transport: Callable[[], Transport], resource: Resource, ref: Ref, uid: str) -> RollBack:
    """Return the rollback of what keeps the revisions of an object, tied to what is there now. Blocks.

    A workload goes back to the revision before, a pod takes its workload there, a replica set takes its deployment or
    rollout to its own revision, or where that is the current one to the one before. Raises Refused
    where nothing keeps revisions or there is none to go back to, ClusterError on no answer.
    """
    kept = _keeper(transport(), resource, ref, uid)
    operation = RollBack(transport, kept.resource, kept.ref, kept.uid, to_revision=kept.revision)
    return operation.planned()


def _keeper(transport: Transport, resource: Resource, ref: Ref, uid: str) -> _Kept:
    if resource.group_kind in _KEEPERS:
        return _Kept(resource, ref, uid)
    found = _read(transport, resource, ref)
    if found["metadata"].get("uid") != uid:
        raise Refused(f"{ref.path} is another object by now: the one you saw is gone")
    revision = _number(found) if resource.group_kind == _BETWEEN.group_kind else None
    if resource.group_kind == CONTROLLER_REVISION:
        revision = int(found.get("revision", 0))
    owner = _owner(ref, found)
    if owner.ref.group_kind == _BETWEEN.group_kind:
        owner = _owner(ref, _read(transport, _BETWEEN, owner.ref))
    keeper = _KEEPERS.get(owner.ref.group_kind)
    if keeper is None:
        raise Refused(f"{ref.path} belongs to nothing that keeps revisions: there is nothing to roll back")
    if resource.group_kind == _BETWEEN.group_kind and _number(_read(transport, keeper, owner.ref)) == revision:
        revision = None
    return _Kept(keeper, owner.ref, owner.uid, revision)


def _read(transport: Transport, resource: Resource, ref: Ref) -> Json:
    try:
        return requests.get(transport, resource.path(ref.namespace, ref.name))
    except ApiError as error:
        if error.status == 404:
            raise Refused(f"{resource.kind} {ref.path} is gone") from error
        raise


class _Owner(NamedTuple):
    ref: Ref
    uid: str


def _owner(ref: Ref, found: Json) -> _Owner:
    """Return what controls an object that was read; without a name where nothing does."""
    owners = found["metadata"].get("ownerReferences") or ()
    owner: Json = next((owner for owner in owners if owner.get("controller")), {})
    group, slash, _ = str(owner.get("apiVersion", "")).partition("/")
    group_kind = GroupKind(group if slash else "", str(owner.get("kind", "")))
    return _Owner(Ref(ref.cluster, group_kind, ref.namespace, str(owner.get("name", ""))), str(owner.get("uid", "")))


def _number(found: Json) -> int | None:
    text = number_of(found["metadata"])
    return int(text) if text.isdecimal() else None
