"""Who manages an object, and whether they will undo what somebody changes by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NamedTuple

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.kind import Resource
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.printable import printable

FieldPath = tuple[str, ...]
"""The way to a field: `("spec", "replicas")`; `()` is the whole object, for a deletion."""
REPLICAS: FieldPath = ("spec", "replicas")
WHOLE: FieldPath = ()

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
"""The annotation of a pod template that a restart changes."""

_ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
_ARGO_INSTANCE = "argocd.argoproj.io/instance"
_FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io"
_FLUX_HELM = "helm.toolkit.fluxcd.io"
_HELM_RELEASE = "meta.helm.sh/release-name"
_HELM_NAMESPACE = "meta.helm.sh/release-namespace"
_BUILT_IN = ("", "apps", "batch", "policy", "autoscaling")


class Heals(Enum):
    """When a manager sets back what differs from what it was asked for."""

    SOON = "by itself"
    LATER = "later"
    UNKNOWN = "perhaps"


@dataclass(frozen=True, slots=True)
class Manager:
    """Something that manages an object. `writers` are the names it writes under in managed fields."""

    name: str
    """In words: `Argo CD (application payments)`."""
    heals: Heals = Heals.UNKNOWN
    when: str = ""
    """When it does, in words: `every 10m`, `with the next upgrade or rollback`."""
    writers: tuple[str, ...] = ()
    fields: tuple[FieldPath, ...] = ()
    """The only fields that it sets, where that is known without managed fields."""
    owner: bool = False
    """It is the object's controller: it makes the object anew when somebody deletes it."""
    asked_at: tuple[str, Query] = ("", ())
    """Where the server tells more of it: a request path and its query."""


class Management(NamedTuple):
    """What a preview says of the managers: quiet lines of those that leave the change alone, warnings of the others."""

    lines: tuple[tuple[Cell, ...], ...]
    warnings: tuple[str, ...]


def managers_of(found: Json) -> tuple[Manager, ...]:
    """Return who manages an object, by its annotations, labels and controller; nothing is asked."""
    metadata = found.get("metadata", {})
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    return (*_argo(labels, annotations), *_flux(labels), *_helm(labels, annotations), *_owner(found))


def sentence(manager: Manager, found: Json, touched: tuple[FieldPath, ...]) -> tuple[str, bool]:
    """Return in one sentence whether a manager undoes a change, and whether that is a warning."""
    manages = f"{manager.name} manages it and"
    if not any(path in manager.fields if manager.fields else sets(found, manager.writers, path) for path in touched):
        return f"{manages} leaves this alone", False
    match manager.heals:
        case Heals.SOON:
            return f"{manages} will undo this by itself{f', {manager.when}' if manager.when else ''}", True
        case Heals.LATER:
            return f"{manages} will undo this {manager.when}", True
        case _:
            return f"{manages} may undo this", True


def sets(found: Json, writers: tuple[str, ...], path: FieldPath) -> bool:
    """Return whether one of these writers set a field or a part of it, or the whole of what the field lies in.

    Where managed fields say nothing of the writers, they are taken to set all but what nobody writes into a manifest.
    """
    entries = [
        one.get("fieldsV1") or {}
        for one in found.get("metadata", {}).get("managedFields") or ()
        if any(str(one.get("manager", "")).startswith(writer) for writer in writers)
    ]
    return any(_has(entry, path) for entry in entries) if entries else path[-1:] != (RESTARTED_AT,)


def _has(fields: Any, path: FieldPath) -> bool:
    for index, name in enumerate(path):
        if not isinstance(fields, Mapping):
            return False
        if not fields and index:
            return True
        if f"f:{name}" not in fields:
            return False
        fields = fields[f"f:{name}"]
    return True


def management(transport: Transport, resource: Resource, found: Json, touched: tuple[FieldPath, ...]) -> Management:
    """Return what the managers of an object make of a change of these fields. Asks the server; raises Unreachable."""
    # That its owner makes a deleted object anew is said with the deletion.
    managers = [one for one in managers_of(found) if not (one.owner and WHOLE in touched)]
    known = [_asked(transport, manager) for manager in managers]
    said = [sentence(manager, found, touched) for manager in known]
    if REPLICAS in touched:
        said += [(text, True) for text in _autoscalers(transport, resource, found)]
    return Management(
        tuple((Cell("note   ", Tone.QUIET), Cell(text, Tone.QUIET)) for text, undone in said if not undone),
        tuple(text for text, undone in said if undone),
    )


# --- the tools ---


def _argo(labels: Mapping[str, str], annotations: Mapping[str, str]) -> tuple[Manager, ...]:
    name = annotations.get(_ARGO_TRACKING, "").partition(":")[0] or labels.get(_ARGO_INSTANCE, "")
    if not name:
        return ()
    # Applications outside Argo CD's own namespace are called namespace_name.
    namespace, _, plain = name.rpartition("_")
    where = f"/apis/argoproj.io/v1alpha1{f'/namespaces/{namespace}' if namespace else ''}/applications"
    query = (("fieldSelector", f"metadata.name={plain}"),)
    return (Manager(f"Argo CD (application {printable(plain)})", writers=("argocd",), asked_at=(where, query)),)


def _flux(labels: Mapping[str, str]) -> tuple[Manager, ...]:
    found = []
    for group, version, kind, plural, writer in (
        (_FLUX_KUSTOMIZE, "v1", "kustomization", "kustomizations", "kustomize-controller"),
        (_FLUX_HELM, "v2", "Helm release", "helmreleases", "helm-controller"),
    ):
        name, namespace = labels.get(f"{group}/name", ""), labels.get(f"{group}/namespace", "")
        if name and namespace:
            where = f"/apis/{group}/{version}/namespaces/{namespace}/{plural}/{name}"
            words = f"Flux ({kind} {printable(namespace)}/{printable(name)})"
            found.append(Manager(words, writers=(writer,), asked_at=(where, ())))
    return tuple(found)


def _helm(labels: Mapping[str, str], annotations: Mapping[str, str]) -> tuple[Manager, ...]:
    release = annotations.get(_HELM_RELEASE, "")
    if not release or labels.get(f"{_FLUX_HELM}/name"):
        return ()
    name = "/".join(filter(None, (annotations.get(_HELM_NAMESPACE, ""), release)))
    return (Manager(f"Helm (release {printable(name)})", Heals.LATER, "with the next upgrade or rollback", ("helm",)),)


def _owner(found: Json) -> tuple[Manager, ...]:
    owner = next((o for o in found.get("metadata", {}).get("ownerReferences") or () if o.get("controller")), None)
    if owner is None:
        return ()
    kind, group = str(owner.get("kind", "")), str(owner.get("apiVersion", "")).rpartition("/")[0]
    name = printable(f"{kind} {owner.get('name', '')}")
    if kind == "Deployment" and found.get("kind", "ReplicaSet") == "ReplicaSet":
        return (Manager(name, Heals.LATER, "at once", fields=(REPLICAS,), owner=True),)
    # What other controllers of Kubernetes itself keep, they make and delete, but never edit.
    return () if group in _BUILT_IN else (Manager(name, owner=True),)


def _autoscalers(transport: Transport, resource: Resource, found: Json) -> list[str]:
    metadata = found["metadata"]
    where = f"/apis/autoscaling/v2/namespaces/{metadata.get('namespace', '')}/horizontalpodautoscalers"
    try:
        items = requests.get(transport, where).get("items") or ()
    except ApiError as error:
        return ["whether an autoscaler sets its replicas could not be read"] if error.denied else []
    said = []
    for item in items:
        spec = item.get("spec") or {}
        target = spec.get("scaleTargetRef") or {}
        group = str(target.get("apiVersion", "")).rpartition("/")[0]
        if (group, target.get("kind"), target.get("name")) == (resource.group, resource.kind, metadata.get("name")):
            least, most = spec.get("minReplicas", 1), spec.get("maxReplicas", "")
            name = printable(str(item.get("metadata", {}).get("name", "")))
            said.append(f"the autoscaler {name} keeps {least} to {most} replicas and will set their number again")
    return said


# --- what the server knows of them ---


def _asked(transport: Transport, manager: Manager) -> Manager:
    path, query = manager.asked_at
    if not path:
        return manager
    try:
        found = requests.get(transport, path, query)
    except ApiError:
        return manager
    if "items" in found:
        items: list[Json] = found["items"] or []
        return _argo_heals(manager, items[0].get("spec") or {}) if len(items) == 1 else manager
    spec = found.get("spec") or {}
    if spec.get("suspend"):
        return replace(manager, heals=Heals.LATER, when="when it is resumed (it is suspended now)")
    if found.get("kind") == "HelmRelease" and (spec.get("driftDetection") or {}).get("mode") != "enabled":
        return replace(manager, heals=Heals.LATER, when="when the release changes")
    every = printable(str(spec.get("interval", "")))
    return replace(manager, heals=Heals.SOON, when=f"every {every}" if every else "")


def _argo_heals(manager: Manager, spec: Mapping[str, Any]) -> Manager:
    automated = (spec.get("syncPolicy") or {}).get("automated")
    if automated is None or automated.get("enabled") is False:
        return replace(manager, heals=Heals.LATER, when="when somebody syncs it")
    if automated.get("selfHeal"):
        return replace(manager, heals=Heals.SOON)
    return replace(manager, heals=Heals.LATER, when="with its next sync")
