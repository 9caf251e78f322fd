"""What a key means of what is under the cursor."""

from collections.abc import Sequence

from screens.wanted import ObjectWanted, Target
from state.cluster.kinds.pods import POD
from state.cluster.operations.offered import CONTAINER, OFFERS
from state.ref import Ref

READING = ("describe", "yaml", "events", "xray")
"""What is shown of objects that a server has; of a container it is shown of its pod."""


def wish(verb: str, pointed: Target, marked: Sequence[Target], hidden: Sequence[Target]) -> ObjectWanted:
    """Return what is wanted of the object under the cursor, or of all that is marked where a verb takes several.

    `hidden` are those of the marked that are not in sight.
    """
    offer = OFFERS.get(verb)
    if offer is None or not offer.several or not marked:
        inside = verb in READING and pointed.ref.group_kind == CONTAINER
        return ObjectWanted(verb, pod_of(pointed) if inside else pointed)
    return ObjectWanted(verb, pointed, tuple(marked), frozenset(one.ref for one in hidden))


def pod_of(target: Target) -> Target:
    """Return the pod of a container."""
    ref = target.ref
    pod, _, _ = ref.name.partition("/")
    uid, _, _ = target.uid.partition("/")
    return Target(Ref(ref.cluster, POD.resource.group_kind, ref.namespace, pod), uid, POD)
