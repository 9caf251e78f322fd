"""Persistent volumes, claims and storage classes, in the shape of `kubectl describe`."""

from collections.abc import Sequence

from state.cluster.describe.amounts import Amount
from state.cluster.describe.parts import (
    NONE,
    UNSET,
    Json,
    annotations,
    at,
    described_by,
    entries,
    head,
    labels,
    moment,
    pairs,
    since,
    table,
    texts,
    word,
)
from state.cluster.describe.sheet import Sheet
from state.cluster.describe.volumes import persistent_source

_SHORT = {
    "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP",
}  # fmt: skip
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def volume(sheet: Sheet, found: Json, now: float) -> None:
    """Put a persistent volume."""
    spec = table(found, "spec")
    head(sheet, found, namespaced=False)
    described_by(sheet, found)
    sheet.line(0, "Finalizers:", word(texts(found, "metadata", "finalizers")))
    sheet.line(0, "StorageClass:", word(spec.get("storageClassName")))
    sheet.line(0, "Status:", _status(found, now))
    claim = table(spec, "claimRef")
    sheet.line(0, "Claim:", f"{word(claim.get('namespace'))}/{word(claim.get('name'))}" if claim else "")
    sheet.line(0, "Reclaim Policy:", word(spec.get("persistentVolumeReclaimPolicy")))
    sheet.line(0, "Access Modes:", modes(texts(spec, "accessModes")))
    if spec.get("volumeMode"):
        sheet.line(0, "VolumeMode:", word(spec["volumeMode"]))
    sheet.line(0, "Capacity:", Amount.of(at(spec, "capacity", "storage")))
    _affinity(sheet, found)
    sheet.line(0, "Message:", word(at(found, "status", "message")))
    sheet.put(0, "Source:\n")
    persistent_source(sheet, spec)


def claim(sheet: Sheet, found: Json, users: Sequence[str], now: float) -> None:
    """Put a claim; `users` are the names of the pods that mount it."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found)
    sheet.line(0, "StorageClass:", word(spec.get("storageClassName")))
    sheet.line(0, "Status:", _status(found, now))
    sheet.line(0, "Volume:", word(spec.get("volumeName")))
    labels(sheet, "Labels", at(found, "metadata", "labels"))
    annotations(sheet, "Annotations", at(found, "metadata", "annotations"))
    sheet.line(0, "Finalizers:", word(texts(found, "metadata", "finalizers")))
    bound = bool(spec.get("volumeName"))
    sheet.line(0, "Capacity:", Amount.of(at(status, "capacity", "storage")) if bound else "")
    sheet.line(0, "Access Modes:", modes(texts(status, "accessModes")) if bound else "")
    if spec.get("volumeMode"):
        sheet.line(0, "VolumeMode:", word(spec["volumeMode"]))
    source = table(spec, "dataSource")
    if source:
        sheet.put(0, "DataSource:\n")
        for title, key in (("APIGroup:", "apiGroup"), ("Kind:", "kind"), ("Name:", "name")):
            if key != "apiGroup" or source.get(key) is not None:
                sheet.line(1, title, word(source.get(key)))
    for index, name in enumerate(users or (NONE,)):
        sheet.put(0, f"Used By:\t{name}\n" if index == 0 else f"\t{name}\n")
    conditions = entries(status, "conditions")
    if conditions:
        sheet.put(0, "Conditions:\n")
        sheet.line(1, "Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message")
        sheet.line(1, "----", "------", "-----------------", "------------------", "------", "-------")
    for one in conditions:
        cells = [word(one.get("type")), word(one.get("status")), moment(one.get("lastProbeTime"))]
        cells += [moment(one.get("lastTransitionTime")), word(one.get("reason"))]
        sheet.line(1, *(f"{cell} " for cell in cells), word(one.get("message")))


def users_of(name: str, pods: Sequence[Json]) -> list[str]:
    """Return the names of the pods that mount a claim of their namespace, in their order."""
    found = []
    for pod in pods:
        own = word(at(pod, "metadata", "name"))
        claims = [
            f"{own}-{word(one.get('name'))}"
            if isinstance(one.get("ephemeral"), dict)
            else word(at(one, "persistentVolumeClaim", "claimName"))
            for one in entries(pod, "spec", "volumes")
        ]
        if name in claims:
            found.append(own)
    return found


def storage_class(sheet: Sheet, found: Json) -> None:
    """Put a storage class."""
    notes = table(found, "metadata", "annotations")
    head(sheet, found, namespaced=False)
    sheet.line(0, "IsDefaultClass:", "Yes" if any(notes.get(key) == "true" for key in _DEFAULT) else "No")
    sheet.line(0, "Annotations:", pairs(notes))
    sheet.line(0, "Provisioner:", word(found.get("provisioner")))
    sheet.line(0, "Parameters:", pairs(table(found, "parameters")))
    expands = found.get("allowVolumeExpansion")
    sheet.line(0, "AllowVolumeExpansion:", UNSET if expands is None else word(expands).capitalize())
    options = texts(found, "mountOptions")
    sheet.put(0, "MountOptions:\n" if options else f"MountOptions:\t{NONE}\n")
    for one in options:
        sheet.put(1, f"{one}\n")
    for title, key in (("ReclaimPolicy:", "reclaimPolicy"), ("VolumeBindingMode:", "volumeBindingMode")):
        if found.get(key) is not None:
            sheet.line(0, title, word(found[key]))
    topologies = entries(found, "allowedTopologies")
    if topologies:
        sheet.line(0, "AllowedTopologies:", "")
    for index, term in enumerate(topologies):
        wanted = [
            f"{word(one.get('key'))} in [{', '.join(texts(one, 'values'))}]"
            for one in entries(term, "matchLabelExpressions")
        ]
        _term(sheet, index, wanted)


def modes(found: Sequence[str]) -> str:
    """Return access modes in short, each once, in the usual order."""
    return ",".join(short for mode, short in _SHORT.items() if mode in found)


def _status(found: Json, now: float) -> str:
    deleted = at(found, "metadata", "deletionTimestamp")
    return f"Terminating (lasts {since(deleted, now)})" if deleted else word(at(found, "status", "phase"))


def _affinity(sheet: Sheet, found: Json) -> None:
    required = at(found, "spec", "nodeAffinity", "required")
    if not isinstance(required, dict):
        sheet.line(0, "Node Affinity:", NONE)
        return
    terms = entries(required, "nodeSelectorTerms")
    sheet.line(0, "Node Affinity:", "")
    sheet.line(1, "Required Terms:", "" if terms else NONE)
    for index, term in enumerate(terms):
        wanted = []
        for one in entries(term, "matchExpressions"):
            values = texts(one, "values")
            told = f"{word(one.get('key'))} {word(one.get('operator')).lower()}"
            wanted.append(f"{told} [{', '.join(values)}]" if values else told)
        _term(sheet, index, wanted, level=2)


def _term(sheet: Sheet, index: int, wanted: Sequence[str], level: int = 1) -> None:
    for row, told in enumerate(wanted or (NONE,)):
        sheet.put(level, f"Term {index}:\t{told}\n" if row == 0 else f"\t{told}\n")
