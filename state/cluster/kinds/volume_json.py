"""The part of volumes' JSON that claims and volumes have in common, and how kubectl shows it."""

from collections.abc import Iterable

import msgspec

from state.cluster.kinds.metadata import Metadata, Shape

UNSET = "<unset>"
_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


class Storage(msgspec.Struct, gc=False):
    """Quantities of the resources that volumes have."""

    storage: str = "0"


class VolumeAnnotations(msgspec.Struct, gc=False):
    storage_class: str | None = msgspec.field(default=None, name="volume.beta.kubernetes.io/storage-class")


class VolumeMetadata(Metadata):
    annotations: VolumeAnnotations | None = None


class Volume(Shape):
    metadata: VolumeMetadata = msgspec.field(default_factory=VolumeMetadata)


def modes_text(modes: Iterable[str] | None) -> str:
    """Return access modes in their short forms, in kubectl's order."""
    given = set(modes or ())
    return ",".join(short for mode, short in _MODES.items() if mode in given)


def storage_class(metadata: VolumeMetadata, name: str | None) -> str:
    """Return the storage class, which an annotation of old says before the field does."""
    annotations = metadata.annotations
    if annotations is not None and annotations.storage_class is not None:
        return annotations.storage_class
    return name or ""
