"""The three patch formats of the API: JSON merge patch (RFC 7386), JSON patch (RFC 6902), strategic merge patch.

Functions take trees they do not touch and give new ones, which may share parts with the old.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Tree = dict[str, Any]

_BY_NAME = ("containers", "initContainers", "ephemeralContainers", "volumes", "imagePullSecrets", "schedulingGates")
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")

_MERGE_KEYS: Mapping[tuple[str, str], str] = {
    **{("spec", field): "name" for field in (*_BY_NAME, "resourceClaims")},
    **{(parent, "ports"): "containerPort" for parent in _CONTAINERS},
    **{(parent, "env"): "name" for parent in _CONTAINERS},
    **{(parent, "volumeMounts"): "mountPath" for parent in _CONTAINERS},
    **{(parent, "volumeDevices"): "devicePath" for parent in _CONTAINERS},
    ("spec", "hostAliases"): "ip",
    ("spec", "topologySpreadConstraints"): "topologyKey",
    ("spec", "ports"): "port",
    ("status", "conditions"): "type",
    ("status", "addresses"): "type",
    ("status", "podIPs"): "ip",
    ("status", "hostIPs"): "ip",
    ("metadata", "ownerReferences"): "uid",
    ("", "secrets"): "name",
}
"""`(parent field, list field)` → the key by which the list's items are told apart, as the API's types declare it."""

_MERGED_SETS = frozenset({("metadata", "finalizers"), ("spec", "podCIDRs")})
_ORDER, _DELETE_FROM = "$setElementOrder/", "$deleteFromPrimitiveList/"


class PatchError(Exception):
    """The patch does not fit the object."""


def merge_key(parent: str, field: str) -> str | None:
    """Return the field that identifies the items of a list, None when the list is replaced as a whole."""
    return _MERGE_KEYS.get((parent, field))


def merge_patch(original: Any, patch: Any) -> Any:
    """Return the original with a JSON merge patch applied."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(original) if isinstance(original, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def json_patch(original: Any, operations: Sequence[Mapping[str, Any]]) -> Any:
    """Return the original with the operations applied in order. Raises PatchError."""
    document = original
    for operation in operations:
        try:
            document = _apply(document, operation)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise PatchError(f"{operation.get('op')} {operation.get('path')}: {error}") from error
    return document


def _apply(document: Any, operation: Mapping[str, Any]) -> Any:
    path = _pointer(operation["path"])
    match operation["op"]:
        case "add":
            return _set(document, path, operation.get("value"), insert=True)
        case "replace":
            _read(document, path)
            return _set(document, path, operation.get("value"), insert=False)
        case "remove":
            return _remove(document, path)
        case "test":
            if _read(document, path) != operation.get("value"):
                raise PatchError(f"testing value {operation['path']} failed")
            return document
        case "move":
            source = _pointer(operation["from"])
            return _set(_remove(document, source), path, _read(document, source), insert=True)
        case "copy":
            return _set(document, path, _read(document, _pointer(operation["from"])), insert=True)
        case other:
            raise PatchError(f"unexpected kind: {other}")


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise ValueError(f"{text!r} is not a JSON pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


def _read(document: Any, path: list[str]) -> Any:
    for step in path:
        document = document[_index(document, step)] if isinstance(document, list) else document[step]
    return document


def _index(items: list[Any], step: str, *, end: bool = False) -> int:
    if end and step == "-":
        return len(items)
    index = int(step)
    if not 0 <= index < len(items) + (1 if end else 0):
        raise IndexError(f"index {step} out of bounds")
    return index


def _set(document: Any, path: list[str], value: Any, *, insert: bool) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(document, list):
        items = list(document)
        if rest or not insert:
            index = _index(items, step)
            items[index] = _set(items[index], rest, value, insert=insert)
        else:
            items.insert(_index(items, step, end=True), value)
        return items
    if not isinstance(document, dict):
        raise KeyError(step)
    return {**document, step: _set(document[step], rest, value, insert=insert) if rest else value}


def _remove(document: Any, path: list[str]) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(document, list):
        items = list(document)
        index = _index(items, step)
        if rest:
            items[index] = _remove(items[index], rest)
        else:
            del items[index]
        return items
    changed = dict(document)
    if rest:
        changed[step] = _remove(document[step], rest)
    else:
        del changed[step]
    return changed


def strategic_patch(original: Tree, patch: Tree, parent: str = "") -> Tree:
    """Return the original with a strategic merge patch applied: lists with a merge key are merged item by item.

    Understands `$patch: delete|replace|merge`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`.
    `parent` is the field the tree stands in, empty for a whole object. Raises PatchError.
    """
    match patch.get("$patch"):
        case "replace":
            replacement: Tree = _clean(patch)
            return replacement
        case "delete":
            return {}
        case None | "merge":
            pass
        case other:
            raise PatchError(f"unknown patch type {other!r}")
    merged = dict(original)
    if (kept := patch.get("$retainKeys")) is not None:
        merged = {key: value for key, value in merged.items() if key in kept}
    for key, value in patch.items():
        if key.startswith(_DELETE_FROM):
            field = key.removeprefix(_DELETE_FROM)
            merged[field] = [item for item in merged.get(field) or [] if item not in value]
        elif key.startswith("$"):
            continue
        elif value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = strategic_patch(merged[key], value, key)
        elif isinstance(value, list) and isinstance(merged.get(key), list):
            merged[key] = _merge_lists(merged[key], value, parent, key)
        elif not (isinstance(value, dict) and value.get("$patch") == "delete"):
            merged[key] = _clean(value)
    for key, order in patch.items():
        if key.startswith(_ORDER) and isinstance(merged.get(field := key.removeprefix(_ORDER)), list):
            identity = _MERGE_KEYS.get((parent, field))
            merged[field] = _in_order(merged[field], order, original.get(field) or [], identity)
    return merged


def _merge_lists(original: list[Any], patch: list[Any], parent: str, field: str) -> list[Any]:
    identity = _MERGE_KEYS.get((parent, field))
    if identity is None:
        if (parent, field) not in _MERGED_SETS:
            return [_clean(item) for item in patch if not _is_directive(item)]
        both = list(dict.fromkeys([*original, *patch]))
        return _in_order(both, patch, original, None)
    merged, wanted, replaced = list(original), [], False
    for item in patch:
        if not isinstance(item, dict):
            raise PatchError(f"the items of {field} are objects")
        directive = item.get("$patch")
        if directive == "replace":
            replaced = True
        elif identity not in item:
            raise PatchError(f"map: {item} does not contain declared merge key: {identity}")
        elif directive == "delete":
            merged = [one for one in merged if one.get(identity) != item[identity]]
        else:
            wanted.append(item)
    if replaced:
        return [_clean(item) for item in wanted]
    for item in wanted:
        at = next((index for index, one in enumerate(merged) if one.get(identity) == item[identity]), None)
        if at is None:
            merged.append(_clean(item))
        else:
            merged[at] = strategic_patch(merged[at], item, field)
    return _in_order(merged, wanted, original, identity)


def _is_directive(item: Any) -> bool:
    return isinstance(item, dict) and "$patch" in item


def _in_order(merged: list[Any], wanted: list[Any], before: list[Any], identity: str | None) -> list[Any]:
    """Put what the patch names in the patch's order, and what only the server has where it stood relative to that."""

    def name(item: Any) -> Any:
        return item.get(identity) if identity is not None and isinstance(item, dict) else item

    patch_order = {name(item): index for index, item in enumerate(wanted)}
    server_order = {name(item): index for index, item in enumerate(before)}
    named = sorted((item for item in merged if name(item) in patch_order), key=lambda item: patch_order[name(item)])
    others = sorted(
        (item for item in merged if name(item) not in patch_order),
        key=lambda item: server_order.get(name(item), len(server_order)),
    )
    ordered: list[Any] = []
    while named and others:
        left, right = server_order.get(name(others[0])), server_order.get(name(named[0]))
        first = left is not None and right is not None and left < right
        ordered.append(others.pop(0) if first else named.pop(0))
    return [*ordered, *named, *others]


def _clean(value: Any) -> Any:
    """Return a value as it is stored when nothing stood there before: without directives and without nulls."""
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items() if not key.startswith("$") and item is not None}
    if isinstance(value, list):
        return [_clean(item) for item in value if not (_is_directive(item) and item["$patch"] == "delete")]
    return value
