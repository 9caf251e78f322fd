"""A pod's volumes and where they come from."""

from collections.abc import Callable, Sequence

from state.cluster.describe.parts import (
    NONE,
    UNSET,
    Json,
    annotations,
    at,
    entries,
    labels,
    number,
    table,
    texts,
    word,
)
from state.cluster.describe.sheet import Sheet

_BESIDE = ("capacity", "claimRef", "nodeAffinity")
"""What a persistent volume's spec says besides its source."""


def volumes(sheet: Sheet, found: Sequence[Json], indent: str = "") -> None:
    """Put volumes and where they come from."""
    if not found:
        sheet.put(0, f"{indent}Volumes:\t{NONE}\n")
        return
    sheet.put(0, f"{indent}Volumes:\n")
    for volume in found:
        sheet.put(1, f"{' ' if indent else ''}{word(volume.get('name'))}:\n")
        _put(sheet, volume, next((key for key in volume if key != "name" and isinstance(volume[key], dict)), ""))


def persistent_source(sheet: Sheet, spec: Json) -> None:
    """Put where a persistent volume comes from."""
    kinds = (key for key in spec if key not in _BESIDE and isinstance(spec[key], dict))
    _put(sheet, spec, next(kinds, ""))


def _put(sheet: Sheet, volume: Json, kind: str) -> None:
    if kind in _SOURCES:
        _SOURCES[kind](sheet, volume[kind])
        return
    sheet.line(2, "Type:", kind or "<unknown>")
    for key in sorted(table(volume, kind)):
        sheet.line(2, f"{key[:1].upper()}{key[1:]}:", word(volume[kind][key]))


def _source(kind: str, *fields: tuple[str, Callable[[Json], str]]) -> Callable[[Sheet, Json], None]:
    def put(sheet: Sheet, found: Json) -> None:
        sheet.line(2, "Type:", kind)
        for title, value in fields:
            sheet.line(2, f"{title}:", value(found))

    return put


def _of(key: str, default: str = "") -> Callable[[Json], str]:
    return lambda found: word(found.get(key)) or default


def _flag(key: str) -> Callable[[Json], str]:
    return lambda found: word(found.get(key) is True)


def _projected(sheet: Sheet, found: Json) -> None:
    sheet.line(2, "Type:", "Projected (a volume that contains injected data from multiple sources)")
    for one in entries(found, "sources"):
        for key, title in (("secret", "SecretName"), ("configMap", "ConfigMapName")):
            if isinstance(one.get(key), dict):
                sheet.line(2, f"{title}:", word(one[key].get("name")))
                sheet.line(2, "Optional:", word(one[key].get("optional") is True))
        if isinstance(one.get("downwardAPI"), dict):
            sheet.line(2, "DownwardAPI:", "true")
        if isinstance(one.get("serviceAccountToken"), dict):
            sheet.line(2, "TokenExpirationSeconds:", word(one["serviceAccountToken"].get("expirationSeconds")))


def _downward(sheet: Sheet, found: Json) -> None:
    sheet.line(2, "Type:", "DownwardAPI (a volume populated by information about the pod)")
    sheet.line(2, "Items:")
    for one in entries(found, "items"):
        source = word(at(one, "fieldRef", "fieldPath")) or word(at(one, "resourceFieldRef", "resource"))
        sheet.line(3, f"{source} -> {word(one.get('path'))}")


def _ephemeral(sheet: Sheet, found: Json) -> None:
    spec = table(found, "volumeClaimTemplate", "spec")
    kind = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"
    sheet.line(2, "Type:", kind)
    sheet.line(2, "StorageClass:", word(spec.get("storageClassName")))
    sheet.line(2, "Volume:", word(spec.get("volumeName")))
    metadata = table(found, "volumeClaimTemplate", "metadata")
    labels(sheet, "    Labels", metadata.get("labels"))
    annotations(sheet, "    Annotations", metadata.get("annotations"))
    sheet.line(2, "Capacity:", "")
    sheet.line(2, "Access Modes:", "")
    if spec.get("volumeMode"):
        sheet.line(2, "VolumeMode:", word(spec["volumeMode"]))


def _csi(sheet: Sheet, found: Json) -> None:
    sheet.line(2, "Type:", "CSI (a Container Storage Interface (CSI) volume source)")
    sheet.line(2, "Driver:", word(found.get("driver")))
    sheet.line(2, "FSType:", word(found.get("fsType")))
    if "volumeHandle" in found:
        sheet.line(2, "VolumeHandle:", word(found["volumeHandle"]))
    sheet.line(2, "ReadOnly:", word(found.get("readOnly") is True))
    attributes = table(found, "volumeAttributes")
    lines = [f"    {key}={word(attributes[key])}" for key in sorted(attributes)] or [NONE]
    for index, line in enumerate(lines):
        sheet.put(2, f"VolumeAttributes:\t{line}\n" if index == 0 else f"\t{line}\n")


def _iscsi(sheet: Sheet, found: Json) -> None:
    kind = "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)"
    sheet.line(2, "Type:", kind)
    sheet.line(2, "TargetPortal:", word(found.get("targetPortal")))
    sheet.line(2, "IQN:", word(found.get("iqn")))
    sheet.line(2, "Lun:", number(found, "lun"))
    sheet.line(2, "ISCSIInterface", word(found.get("iscsiInterface")))
    sheet.line(2, "FSType:", word(found.get("fsType")))
    sheet.line(2, "ReadOnly:", word(found.get("readOnly") is True))
    sheet.line(2, "Portals:", word(texts(found, "portals")))
    sheet.line(2, "DiscoveryCHAPAuth:", word(found.get("chapAuthDiscovery") is True))
    sheet.line(2, "SessionCHAPAuth:", word(found.get("chapAuthSession") is True))
    secret = table(found, "secretRef")
    sheet.line(2, "SecretRef:", word(secret) if secret else "nil")
    sheet.line(2, "InitiatorName:", word(found.get("initiatorName")) or NONE)


_SOURCES: dict[str, Callable[[Sheet, Json], None]] = {
    "hostPath": _source("HostPath (bare host directory volume)", ("Path", _of("path")), ("HostPathType", _of("type"))),
    "emptyDir": _source(
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        ("Medium", _of("medium")),
        ("SizeLimit", _of("sizeLimit", UNSET)),
    ),
    "secret": _source(
        "Secret (a volume populated by a Secret)", ("SecretName", _of("secretName")), ("Optional", _flag("optional"))
    ),
    "configMap": _source(
        "ConfigMap (a volume populated by a ConfigMap)", ("Name", _of("name")), ("Optional", _flag("optional"))
    ),
    "persistentVolumeClaim": _source(
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        ("ClaimName", _of("claimName")),
        ("ReadOnly", _flag("readOnly")),
    ),
    "nfs": _source(
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        ("Server", _of("server")),
        ("Path", _of("path")),
        ("ReadOnly", _flag("readOnly")),
    ),
    "image": _source(
        "Image (a container image or OCI artifact)", ("Reference", _of("reference")), ("PullPolicy", _of("pullPolicy"))
    ),
    "local": _source("LocalVolume (a persistent volume backed by local storage on a node)", ("Path", _of("path"))),
    "iscsi": _iscsi,
    "csi": _csi,
    "projected": _projected,
    "downwardAPI": _downward,
    "ephemeral": _ephemeral,
}
