"""Who set which field: the `managedFields` of an object, and what server-side apply does with them.

A field is named by its path, as in `fieldsV1`: `f:spec`, `f:containers`, `k:{"name":"web"}`, `f:image`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cockpit.simulator.patching import merge_key
from cockpit.simulator.store import Object

Path = tuple[str, ...]
Paths = frozenset[Path]

_WHOLE = "."
_NOT_OWNED = frozenset(
    {
        "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink",
        "deletionTimestamp", "deletionGracePeriodSeconds",
    }
)  # fmt: skip
_ATOMIC = frozenset({("spec", "selector"), ("spec", "nodeSelector"), ("spec", "podSelector")})
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Manager:
    """One writer of an object and the fields that are its own."""

    name: str
    operation: str
    """`Apply` or `Update`."""
    paths: Paths
    api_version: str = ""
    time: str = ""
    subresource: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells this writer from others."""
        return (self.name, self.operation, self.subresource)

    def as_json(self) -> Object:
        """Return the entry as an object holds it."""
        entry = {
            "manager": self.name,
            "operation": self.operation,
            "apiVersion": self.api_version,
            "time": self.time,
            "fieldsType": "FieldsV1",
            "fieldsV1": _tree(self.paths),
        }
        return {**entry, "subresource": self.subresource} if self.subresource else entry


def managers_of(obj: Object) -> list[Manager]:
    """Return the writers an object remembers."""
    return [
        Manager(
            entry.get("manager", ""),
            entry.get("operation", "Update"),
            frozenset(_paths(entry.get("fieldsV1") or {})),
            entry.get("apiVersion", ""),
            entry.get("time", ""),
            entry.get("subresource", ""),
        )
        for entry in obj["metadata"].get("managedFields") or ()
    ]


def with_managers(obj: Object, managers: Iterable[Manager]) -> Object:
    """Return the object with these writers, those without any field left out."""
    entries = [manager.as_json() for manager in managers if manager.paths]
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    return {**obj, "metadata": {**metadata, "managedFields": entries} if entries else metadata}


def fields(obj: Object) -> dict[Path, Any]:
    """Return the fields of an object that somebody can own, with their values."""
    found: dict[Path, Any] = {}
    for key, value in obj.items():
        if key == "metadata":
            for inner, part in value.items():
                if inner not in _NOT_OWNED:
                    _collect(part, ("f:metadata", f"f:{inner}"), "metadata", inner, found)
        elif key not in ("apiVersion", "kind"):
            _collect(value, (f"f:{key}",), "", key, found)
    return found


def updated(old: Object | None, new: Object, writer: Manager) -> Object:
    """Return the new object with its writers: what changed is the writer's, and no longer anybody else's."""
    before, after = fields(old) if old is not None else {}, fields(new)
    changed = frozenset(path for path, value in after.items() if before.get(path, _MISSING) != value)
    there = frozenset(after)
    managers = managers_of(old) if old is not None else []
    kept = [replace(one, paths=(one.paths & there) - (changed if one.identity != writer.identity else frozenset()))
            for one in managers]  # fmt: skip
    if not changed:
        return with_managers(new, kept)
    return with_managers(new, _entered(kept, writer, changed))


def _entered(managers: Sequence[Manager], writer: Manager, paths: Paths) -> list[Manager]:
    mine = next((one for one in managers if one.identity == writer.identity), None)
    others = [one for one in managers if one.identity != writer.identity]
    return [*others, replace(writer, paths=paths | mine.paths if mine else paths)]


def owned_by_others(managers: Iterable[Manager], writer: Manager) -> Paths:
    """Return the fields that belong to anybody but the writer."""
    return frozenset().union(*(one.paths for one in managers if one.identity != writer.identity))


def without(obj: Any, path: Path) -> Any:
    """Return a tree without the field at a path; a list's item goes by the path of the whole item."""
    step, rest = path[0], path[1:]
    if step.startswith("f:"):
        key = step[2:]
        if not isinstance(obj, dict) or key not in obj:
            return obj
        if not rest:
            return {name: value for name, value in obj.items() if name != key}
        return {**obj, key: without(obj[key], rest)}
    if not isinstance(obj, list):
        return obj
    if step.startswith("v:"):
        gone = json.loads(step[2:])
        return [item for item in obj if item != gone]
    keys = json.loads(step[2:])
    if rest == (_WHOLE,):
        return [item for item in obj if not _has(item, keys)]
    return [without(item, rest) if _has(item, keys) else item for item in obj]


def shown(path: Path) -> str:
    """Return a path as messages name it: `.spec.containers[name="web"].image`."""
    text = ""
    for step in path:
        if step.startswith("f:"):
            text += f".{step[2:]}"
        elif step.startswith("k:"):
            pairs = json.loads(step[2:]).items()
            text += f"[{','.join(f'{key}={json.dumps(value)}' for key, value in pairs)}]"
        elif step.startswith("v:"):
            text += f"[={step[2:]}]"
    return text


def _has(item: Any, keys: Mapping[str, Any]) -> bool:
    return isinstance(item, dict) and all(item.get(key) == value for key, value in keys.items())


def _collect(value: Any, path: Path, parent: str, field: str, found: dict[Path, Any]) -> None:
    if isinstance(value, dict) and value and (parent, field) not in _ATOMIC:
        for key, item in value.items():
            _collect(item, (*path, f"f:{key}"), field, key, found)
        return
    identity = merge_key(parent, field)
    if isinstance(value, list) and identity is not None:
        for item in value:
            if not isinstance(item, dict):
                continue
            keys = {identity: item.get(identity)}
            if field == "ports":
                keys["protocol"] = item.get("protocol", "TCP")
            step = f"k:{json.dumps(keys, separators=(',', ':'))}"
            found[(*path, step, _WHOLE)] = None
            for key, inner in item.items():
                _collect(inner, (*path, step, f"f:{key}"), field, key, found)
        return
    if isinstance(value, list) and (parent, field) == ("metadata", "finalizers"):
        for item in value:
            found[(*path, f"v:{json.dumps(item)}")] = item
        return
    found[path] = value


def _tree(paths: Iterable[Path]) -> Object:
    tree: Object = {}
    for path in sorted(paths):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
    return tree


def _paths(tree: Mapping[str, Any], prefix: Path = ()) -> Iterator[Path]:
    for step, inner in tree.items():
        path = (*prefix, step)
        if inner:
            yield from _paths(inner, path)
        elif step != _WHOLE or prefix[-1].startswith("k:"):
            yield path
