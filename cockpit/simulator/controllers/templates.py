"""From pod template to pod: the hash that names a revision, and what a controller adds."""

import json
from hashlib import blake2b
from typing import Any

from cockpit.simulator.kinds import PODS, new_object
from cockpit.simulator.store import Object

HASH_LABEL = "pod-template-hash"
ROLLOUT_HASH_LABEL = "rollouts-pod-template-hash"
"""What Argo's rollouts tell their replica sets by."""
_HASH_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_TOLERATED_SECONDS = 300


def short_hash(value: object, length: int = 10) -> str:
    """Return a name part that stands for a value, in the letters Kubernetes uses for them."""
    digest = int.from_bytes(blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=16).digest(), "big")
    letters = []
    for _ in range(length):
        digest, index = divmod(digest, len(_HASH_LETTERS))
        letters.append(_HASH_LETTERS[index])
    return "".join(letters)


def with_hash(template: Object, hash_: str, label: str = HASH_LABEL) -> Object:
    """Return the template with the label that ties its pods to their replica set."""
    metadata = template.get("metadata") or {}
    return {**template, "metadata": {**metadata, "labels": {**metadata.get("labels", {}), label: hash_}}}


def same_template(one: Object, other: Object) -> bool:
    """Return whether two templates make the same pods, the hash label left aside."""
    return one["spec"] == other["spec"] and _plain_metadata(one) == _plain_metadata(other)


def _plain_metadata(template: Object) -> Object:
    metadata = template.get("metadata") or {}
    labels = {
        key: value for key, value in metadata.get("labels", {}).items() if key not in (HASH_LABEL, ROLLOUT_HASH_LABEL)
    }
    return {"labels": labels, "annotations": metadata.get("annotations") or {}}


def pod_from(template: Object, owner: Object, name: str, **metadata: Any) -> Object:
    """Return a pod made from a template for its controller. It shares the template's parts."""
    described = template.get("metadata") or {}
    spec = template["spec"]
    account = spec.get("serviceAccountName", "default")
    pod = new_object(
        PODS,
        name,
        owner["metadata"]["namespace"],
        labels=described.get("labels"),
        annotations=described.get("annotations"),
        owner=owner,
        spec={
            **spec,
            "serviceAccountName": account,
            "serviceAccount": account,
            "tolerations": [*spec.get("tolerations", ()), *_DEFAULT_TOLERATIONS],
            "priority": 0,
            "enableServiceLinks": True,
            "preemptionPolicy": "PreemptLowerPriority",
        },
        status={"phase": "Pending", "qosClass": quality_of_service(spec)},
    )
    pod["metadata"].update(metadata)
    return pod


def quality_of_service(spec: Object) -> str:
    """Return the pod's QoS class from its containers' requests and limits."""
    asked = [container.get("resources", {}) for container in spec.get("containers", ())]
    if not any(one.get("requests") or one.get("limits") for one in asked):
        return "BestEffort"
    for one in asked:
        limits = one.get("limits", {})
        if set(limits) < {"cpu", "memory"} or one.get("requests", limits) != limits:
            return "Burstable"
    return "Guaranteed"


_DEFAULT_TOLERATIONS: list[Object] = [
    {
        "key": f"node.kubernetes.io/{condition}",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": _TOLERATED_SECONDS,
    }
    for condition in ("not-ready", "unreachable")
]
