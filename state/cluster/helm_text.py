"""A release of Helm as text to read: how it stands, the values that were set, the manifest. For a thread: all block.

A release is no object of the API: it lies packed in a secret, with whatever its values and its manifest hold. What is
secret there is covered as it would be in an object of its own.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from state.cluster import requests
from state.cluster.errors import ClusterError
from state.cluster.fetch import hidden, yaml_text
from state.cluster.kinds.helm_releases import release_json
from state.cluster.requests import Json
from state.cluster.secrets import SECRETS
from state.cluster.transport import Transport
from state.printable import printable, printable_lines
from state.redact import redact

LARGEST = 4 * 2**20
"""Characters of a manifest that are read at most."""
_TELLING = re.compile(
    r"(?i)passw|passphrase|secret|token|credential|api[-_]?key|access[-_]?key|private[-_]?key|\bpwd\b"
)
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class HelmText:
    """Reads one revision of a release. `transport` may block and raise ClusterError, as the methods do."""

    transport: Callable[[], Transport]
    namespace: str
    name: str
    uid: str
    """That of the secret which holds the revision."""

    @property
    def title(self) -> str:
        """The release in words."""
        return f"Release {self.namespace}/{self.name}"

    @property
    def sheets(self) -> Mapping[str, Callable[[], str]]:
        """The ways to read it, by name."""
        return {"describe": self.description, "yaml": self.manifest, "values": self.values}

    def description(self) -> str:
        """Return how the release stands, what it made and its notes, as `helm status` tells them."""
        release = self._release()
        info, metadata = _map(release.get("info")), _map(_map(release.get("chart")).get("metadata"))
        told = {
            "Name": self.name,
            "Namespace": self.namespace,
            "Status": info.get("status"),
            "Revision": release.get("version"),
            "Chart": "-".join(filter(None, (str(metadata.get("name", "")), str(metadata.get("version", ""))))),
            "App version": metadata.get("appVersion"),
            "First deployed": info.get("first_deployed"),
            "Last deployed": info.get("last_deployed"),
            "Description": info.get("description"),
        }
        width = max(map(len, told)) + 2
        lines = [f"{label + ':':<{width}}{printable(str(value))}" for label, value in told.items() if value]
        made = [_called(one) for one in _documents(str(release.get("manifest", "")))]
        lines += ["Resources:", *(f"  {one}" for one in made)] if made else []
        notes = redact(printable_lines(str(info.get("notes") or ""))).strip()
        lines += ["Notes:", *(f"  {line}".rstrip() for line in notes.splitlines())] if notes else []
        return "\n".join(lines)

    def values(self) -> str:
        """Return the values that were set, as YAML; what is named like a secret is covered."""
        found = _map(self._release().get("config"))
        if not found:
            return "# nothing is set: the chart's own values hold"
        return yaml_text(covered(found))

    def manifest(self) -> str:
        """Return what the release made, as YAML; of a secret's values the sizes."""
        shown = [yaml_text(hidden(one)) for one in _documents(str(self._release().get("manifest", "")))]
        return "---\n".join(shown) if shown else "# the release made nothing"

    def _release(self) -> Json:
        query = (("labelSelector", f"owner=helm,name={self.name}"),)
        found = requests.get(self.transport(), SECRETS.path(self.namespace), query)
        items = [one for one in found.get("items") or () if _map(one.get("metadata")).get("uid") == self.uid]
        if not items:
            raise ClusterError(f"this revision of {self.name} is gone")
        packed = release_json(str(_map(items[0].get("data")).get("release", "")))
        try:
            release = msgspec.json.decode(packed) if packed is not None else None
        except (msgspec.MsgspecError, RecursionError):
            release = None
        if not isinstance(release, dict):
            raise ClusterError(f"what the secret of {self.name} holds is no release of Helm")
        return release


def covered(value: Any, depth: int = 0) -> Any:
    """Return values with sizes (`12 bytes`) in place of what is named like a secret; texts lose those they hold."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {
            str(key): _sizes(item) if _TELLING.search(str(key)) else covered(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [covered(item, depth + 1) for item in value]
    return redact(value) if isinstance(value, str) else value


def _sizes(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"{len(text.encode(errors='replace'))} bytes" if text else ""


def _documents(manifest: str) -> Iterator[Json]:
    """Give the objects of a manifest. Raises ClusterError for one that is no YAML."""
    import yaml

    if len(manifest) > LARGEST:
        raise ClusterError("the manifest is too large to be shown here")
    try:
        yield from (one for one in yaml.load_all(manifest, Loader=yaml.CSafeLoader) if isinstance(one, dict))
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ClusterError("the manifest is no YAML that could be shown") from None


def _called(found: Json) -> str:
    metadata = _map(found.get("metadata"))
    path = "/".join(str(metadata[key]) for key in ("namespace", "name") if metadata.get(key))
    return printable(f"{found.get('kind', '?')} {path}")


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
