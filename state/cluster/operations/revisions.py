"""What a workload was before: its revisions, from replica sets or controller revisions."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from state.cluster import requests
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.selectors import LabelSelector, selector_text
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.printable import printable

REVISION = "deployment.kubernetes.io/revision"
ROLLOUT_REVISION = "rollout.argoproj.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"
KEPT_BY = {
    "Deployment": "replicasets",
    "StatefulSet": "controllerrevisions",
    "DaemonSet": "controllerrevisions",
    "Rollout": "replicasets",
}
"""The kinds that keep revisions, and in what they keep them."""
_HASHES = ("pod-template-hash", "rollouts-pod-template-hash")


def keeps_revisions(resource: Resource) -> bool:
    """Return whether objects of a kind can be set back to what they were."""
    group = "argoproj.io" if resource.kind == "Rollout" else "apps"
    return resource.kind in KEPT_BY and resource.group == group


class Revision(NamedTuple):
    """One revision of a workload. `template` can be set as it is: it has no hash of a template among its labels."""

    number: int
    created: str
    images: tuple[str, ...]
    cause: str
    template: dict[str, Any]


class History(NamedTuple):
    """A workload's revisions, newest first; `now` is the one that it is at, None when that one is not kept."""

    now: Revision | None
    revisions: tuple[Revision, ...]

    @property
    def others(self) -> tuple[Revision, ...]:
        """All but the current one, newest first."""
        return tuple(one for one in self.revisions if self.now is None or one.number != self.now.number)


def revisions_of(transport: Transport, resource: Resource, workload: Json) -> History:
    """Return the history of a workload that was read. Raises ClusterError."""
    namespace = workload["metadata"].get("namespace", "")
    selector = _selector(workload)
    query: Query = (("labelSelector", selector_text(selector)),) if selector is not None else ()
    kept = requests.get(transport, f"/apis/apps/v1/namespaces/{namespace}/{KEPT_BY[resource.kind]}", query)
    return history(workload, kept)


def history(workload: Json, kept: Json) -> History:
    """Return a workload's history from a list of replica sets or controller revisions of its namespace."""
    metadata, status = workload["metadata"], workload.get("status") or {}
    found: list[tuple[str, Revision]] = []
    for item in kept.get("items") or ():
        owners = item.get("metadata", {}).get("ownerReferences") or ()
        if any(o.get("uid") == metadata["uid"] and o.get("controller") for o in owners):
            revision = _of_replica_set(item) if "spec" in item else _of_controller_revision(item)
            if revision is not None:
                found.append((item["metadata"].get("name", ""), revision))
    found.sort(key=lambda one: -one[1].number)
    revisions = tuple(revision for _, revision in found)
    number = number_of(metadata)
    if number:
        return History(next((one for one in revisions if str(one.number) == number), None), revisions)
    name = status.get("updateRevision")
    now = next((one for at, one in found if at == name), None) if name else None
    return History(now or next(iter(revisions), None), revisions)


def _of_replica_set(item: Json) -> Revision | None:
    number = number_of(item["metadata"])
    if not number.isdecimal():
        return None
    template = (item.get("spec") or {}).get("template") or {}
    labels = {k: v for k, v in (template.get("metadata", {}).get("labels") or {}).items() if k not in _HASHES}
    return _revision(int(number), item, {**template, "metadata": {**template.get("metadata", {}), "labels": labels}})


def number_of(metadata: Json) -> str:
    """Return the revision that a deployment, a rollout or one of their replica sets carries; empty for none."""
    annotations = metadata.get("annotations") or {}
    return str(annotations.get(REVISION) or annotations.get(ROLLOUT_REVISION) or "")


def _of_controller_revision(item: Json) -> Revision | None:
    template = ((item.get("data") or {}).get("spec") or {}).get("template")
    number = item.get("revision")
    if not isinstance(template, dict) or not isinstance(number, int):
        return None
    return _revision(number, item, {key: value for key, value in template.items() if key != "$patch"})


def _revision(number: int, item: Json, template: dict[str, Any]) -> Revision:
    metadata = item["metadata"]
    images = tuple(printable(str(c.get("image", ""))) for c in (template.get("spec") or {}).get("containers") or ())
    cause = printable(str((metadata.get("annotations") or {}).get(CHANGE_CAUSE, "")))
    return Revision(number, metadata.get("creationTimestamp", ""), images, cause, template)


def _selector(workload: Mapping[str, Any]) -> LabelSelector | None:
    found = (workload.get("spec") or {}).get("selector")
    return msgspec.convert(found, LabelSelector) if found else None
