"""One whole object, fetched when somebody opens it, with its secrets replaced by their sizes."""

import base64
import binascii
from typing import Any

from state.cluster import requests
from state.cluster.kinds.kind import Resource
from state.cluster.requests import Json
from state.cluster.transport import Transport
from state.printable import printable_lines

_PLAIN = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:yaml")
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def fetch(transport: Transport, resource: Resource, namespace: str, name: str) -> Json:
    """Return an object as `hidden` leaves it. Raises ApiError, Unreachable or SignInFailed."""
    return hidden(requests.get(transport, resource.path(namespace, name)))


def hidden(found: Json) -> Json:
    """Return a copy without managed fields, and with sizes in place of what must not be seen.

    That is a Secret's values (`12 bytes`), and in every object the annotation that repeats what was applied.
    """
    secret = found.get("kind") == "Secret" and "/" not in str(found.get("apiVersion", ""))
    shown = {**found}
    metadata = shown.get("metadata")
    if isinstance(metadata, dict):
        metadata = {key: value for key, value in metadata.items() if key != "managedFields"}
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict) and LAST_APPLIED in annotations:
            metadata["annotations"] = {**annotations, LAST_APPLIED: _size(str(annotations[LAST_APPLIED]).encode())}
        shown["metadata"] = metadata
    if secret:
        for key in ("data", "stringData"):
            if key in shown:
                shown[key] = _sizes(shown[key], encoded=key == "data")
    return shown


def yaml_text(shown: Json) -> str:
    """Return an object as YAML in the form of `kubectl get -o yaml`, safe to show on several lines."""
    import yaml

    text: str = yaml.dump(shown, Dumper=_dumper(), default_flow_style=False, allow_unicode=True, sort_keys=True)
    return printable_lines(text)


def _sizes(values: Any, encoded: bool) -> Any:
    if not isinstance(values, dict):
        return None
    return {key: _size(_decoded(value) if encoded else str(value).encode()) for key, value in values.items()}


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        return str(value).encode()


def _size(value: bytes) -> str:
    return f"{len(value)} bytes"


def _dumper() -> Any:
    import yaml

    class Dumper(yaml.CSafeDumper):
        """Several lines as a block; what reads as no text without quotes in double ones."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = None
        if "\n" in value:
            style = "|"
        elif not value or value in "yYnN" or dumper.resolve(yaml.ScalarNode, value, (True, False)) not in _PLAIN:
            style = '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
