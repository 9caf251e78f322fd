"""What a Secret holds: sizes for whoever looks at it, one value for whoever asks for its key.

The values themselves are kept out of every repr, so no log and no message repeats them by accident.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from state.cluster import requests
from state.cluster.errors import ClusterError
from state.cluster.kinds.kind import Resource
from state.cluster.requests import Json
from state.cluster.transport import Transport
from state.printable import printable, printable_lines

SECRETS = Resource("", "v1", "secrets", "Secret")
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_APPLIED = ("last-applied-configuration", "last-applied", "last-handled-configuration", "rio.cattle.io/applied")
"""The ends of annotations in which appliers keep a copy of the whole object."""
_TELLING = 8
"""Characters from which on an annotation that repeats a value is no coincidence."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A key of a secret and the bytes that it holds; neither `size` nor `key` is a secret."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Value:
    """What one key of a secret holds."""

    key: str
    size: int
    """Bytes."""
    digest: str
    """SHA-256, in hexadecimal digits."""
    text: str | None = field(repr=False)
    """Several lines safe to show; None when the bytes are no UTF-8 text."""


def is_secret(found: Json) -> bool:
    """Return whether an object is a core Secret."""
    return found.get("kind") == "Secret" and "/" not in str(found.get("apiVersion", ""))


def holdings(transport: Transport, namespace: str, name: str) -> tuple[Holding, ...]:
    """Return the keys of a secret, sorted, with the sizes of their values. Raises ClusterError."""
    data = requests.get(transport, SECRETS.path(namespace, name)).get("data")
    held = data if isinstance(data, dict) else {}
    return tuple(Holding(key, len(_decoded(held[key]))) for key in sorted(held))


def reveal(transport: Transport, namespace: str, name: str, key: str) -> Value:
    """Return what one key of a secret holds. Raises ClusterError, also when it has no such key."""
    data = requests.get(transport, SECRETS.path(namespace, name)).get("data")
    if not isinstance(data, dict) or key not in data:
        raise ClusterError(f"secret {printable(name)} has no key {printable(key)}")
    value = _decoded(data[key])
    return Value(key, len(value), hashlib.sha256(value).hexdigest(), _text(value))


def concealed(found: Json) -> Json:
    """Return a copy with sizes (`12 bytes`) in place of what must not be seen.

    That is the values of a Secret with every annotation that repeats one, and in any object the annotations in
    which appliers keep a copy of it.
    """
    shown = {**found}
    values: tuple[str, ...] = ()
    if is_secret(found):
        values = tuple(_readings(found))
        for key in ("data", "stringData"):
            if key in shown:
                shown[key] = _sizes(shown[key], encoded=key == "data")
    metadata = shown.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if isinstance(metadata, dict) and isinstance(annotations, dict):
        told = {key: _annotation(key, value, values) for key, value in annotations.items()}
        shown["metadata"] = {**metadata, "annotations": told}
    return shown


def _annotation(key: str, value: Any, values: tuple[str, ...]) -> Any:
    text = str(value)
    if str(key).endswith(_APPLIED) or any(one in text for one in values):
        return _size(text.encode(errors="replace"))
    return value


def _readings(found: Json) -> Iterator[str]:
    """Give the values of a secret in the forms in which an annotation may repeat them."""
    for key in ("data", "stringData"):
        held = found.get(key)
        for value in held.values() if isinstance(held, dict) else ():
            for one in (str(value), _decoded(value).decode(errors="replace")):
                if len(one.strip()) >= _TELLING:
                    yield one.strip()


def _sizes(values: Any, encoded: bool) -> Any:
    if not isinstance(values, dict):
        return None
    return {
        key: _size(_decoded(value) if encoded else str(value).encode(errors="replace")) for key, value in values.items()
    }


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        return str(value).encode(errors="replace")


def _size(value: bytes) -> str:
    return f"{len(value)} bytes"


def _text(value: bytes) -> str | None:
    # A NUL stands in no text.
    if b"\0" in value:
        return None
    try:
        return printable_lines(value.decode())
    except UnicodeDecodeError:
        return None
