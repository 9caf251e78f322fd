"""Rollouts of Argo that may not be read or are not read yet, as far as the replica sets they control tell. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from state.cluster.kinds.replica_sets import ReplicaSetRow
from state.cluster.kinds.rollouts import HASH, ROLLOUT, RolloutRow


def rollouts_of(sets: Iterable[ReplicaSetRow]) -> Iterator[RolloutRow]:
    """Iterate over the rollouts that control some of these replica sets.

    The newest set says what it is. While pods of several sets are wanted, a canary or a switch is under way.
    """
    owned: dict[str, list[ReplicaSetRow]] = defaultdict(list)
    for one in sets:
        if one.owner is not None and one.owner.kind == ROLLOUT.resource.kind:
            owned[one.owner.uid].append(one)
    for found in owned.values():
        yield _rollout(found)


def _rollout(sets: list[ReplicaSetRow]) -> RolloutRow:
    newest = max(sets, key=lambda one: (one.revision, one.created, one.name))
    owner = newest.owner
    assert owner is not None
    wanted, ready = sum(one.wanted for one in sets), sum(one.ready for one in sets)
    moving = sum(one.wanted > 0 for one in sets) > 1
    return RolloutRow(
        uid=owner.uid,
        name=owner.name,
        namespace=newest.namespace,
        created=min(one.created for one in sets),
        labels=tuple(pair for pair in newest.labels if pair[0] != HASH),
        images=newest.images,
        annotations=newest.annotations,
        wanted=wanted,
        ready=ready,
        available=ready,
        updated=newest.wanted,
        # More pods than are wanted in the end may be missing only while it moves.
        max_unavailable=wanted if moving else 0,
        progressing="ReplicaSetUpdated" if moving else "NewReplicaSetAvailable",
    )
