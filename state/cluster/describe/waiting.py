"""What the deletion of an object waits for: its finalizers, and whose turn each of them is."""

from collections.abc import Callable

from state.cluster.describe.around import Around
from state.cluster.describe.parts import Json, at, entries, number, since, table, texts, word
from state.cluster.describe.sheet import Sheet
from state.cluster.describe.storage import users_of
from state.cluster.errors import ClusterError
from state.cluster.kinds.kind import Resource

_MOST = 5
_KNOWN = {
    "foregroundDeletion": "what it owns is deleted first",
    "orphan": "the garbage collector lets go of what it owns",
    "batch.kubernetes.io/job-tracking": "the job controller counts it",
    "service.kubernetes.io/load-balancer-cleanup": "the cloud takes its load balancer away",
    "customresourcecleanup.apiextensions.k8s.io": "all objects of its kind are deleted first",
    "resources-finalizer.argocd.argoproj.io": "Argo CD deletes what it deployed",
    "finalizers.fluxcd.io": "Flux deletes what it applied",
    "external-provisioner.volume.kubernetes.io/finalizer": "the storage driver deletes the volume",
    "kubernetes.io/pv-controller": "the volume controller deletes the volume",
}


def waits(sheet: Sheet, around: Around, resource: Resource, found: Json) -> None:
    """Put what an object that is being deleted waits for; nothing for any other."""
    metadata = table(found, "metadata")
    if not metadata.get("deletionTimestamp"):
        return
    finalizers = texts(metadata, "finalizers") + texts(found, "spec", "finalizers")
    sheet.put(0, f"Deletion:\twaits for {since(metadata['deletionTimestamp'], around.now)}\n")
    if resource.kind == "Pod" and not resource.group and not finalizers:
        node, grace = word(at(found, "spec", "nodeName")), number(metadata, "deletionGracePeriodSeconds")
        sheet.line(1, "kubelet:", f"{node or 'no node'} ends its containers, within {grace}s, and reports it")
    for one in finalizers:
        sheet.line(1, f"{one}:", _why(around, resource, found, one))
    if not finalizers and resource.kind != "Pod":
        sheet.line(1, "no finalizers:", "it goes with the server's next look at it")


def _why(around: Around, resource: Resource, found: Json, finalizer: str) -> str:
    name, namespace = word(at(found, "metadata", "name")), word(at(found, "metadata", "namespace"))
    special: dict[str, Callable[[], str]] = {
        "kubernetes.io/pvc-protection": lambda: _users(around, namespace, name),
        "kubernetes.io/pv-protection": lambda: _claim(found),
        "kubernetes": lambda: _content(found),
    }
    if finalizer in special:
        return special[finalizer]()
    return _KNOWN.get(finalizer) or f"whoever runs {finalizer.partition('/')[0]} takes it away when it is done"


def _users(around: Around, namespace: str, name: str) -> str:
    try:
        pods = around.permitted(f"/api/v1/namespaces/{namespace}/pods")
    except ClusterError:
        pods = None
    if pods is None:
        return "no pod may use it any more; which do cannot be read"
    running = [one for one in pods if word(at(one, "status", "phase")) not in ("Succeeded", "Failed")]
    users = users_of(name, running)
    if not users:
        return "no running pod uses it any more; it goes soon"
    more = f" and {len(users) - _MOST} more" if len(users) > _MOST else ""
    return f"used by pod {', '.join(users[:_MOST])}{more}"


def _claim(found: Json) -> str:
    claim = table(found, "spec", "claimRef")
    if not claim:
        return "it is bound to no claim; it goes soon"
    return f"bound to claim {word(claim.get('namespace'))}/{word(claim.get('name'))}"


def _content(found: Json) -> str:
    """What a namespace says is left in it."""
    said = [
        word(one.get("message"))
        for one in entries(found, "status", "conditions")
        if word(one.get("status")) == "True" and one.get("message")
    ]
    return "; ".join(said) or "all that is in it is deleted first"
