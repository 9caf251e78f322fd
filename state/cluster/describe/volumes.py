"""A pod's volumes and where they come from."""

from collections.abc import Callable, Sequence

from state.cluster.describe.parts import NONE, UNSET, Json, annotations, at, entries, labels, table, word
from state.cluster.describe.sheet import Sheet


def volumes(sheet: Sheet, found: Sequence[Json], indent: str = "") -> None:
    """Put volumes and where they come from."""
    if not found:
        sheet.put(0, f"{indent}Volumes:\t{NONE}\n")
        return
    sheet.put(0, f"{indent}Volumes:\n")
    for volume in found:
        sheet.put(1, f"{' ' if indent else ''}{word(volume.get('name'))}:\n")
        kind = next((key for key in volume if key != "name" and isinstance(volume[key], dict)), "")
        if kind in _SOURCES:
            _SOURCES[kind](sheet, volume[kind])
        else:
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
    sheet.line(2, "ReadOnly:", word(found.get("readOnly") is True))
    labels(sheet, "    VolumeAttributes", found.get("volumeAttributes"))


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
    "csi": _csi,
    "projected": _projected,
    "downwardAPI": _downward,
    "ephemeral": _ephemeral,
}
