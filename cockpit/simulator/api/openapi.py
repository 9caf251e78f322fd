"""The OpenAPI documents: which options verbs take, and which fields kinds have as far as this server knows them.

Custom kinds have the schemas of their definitions. Of built-in ones the names are known that strict validation knows;
of all others only what every object has. No types and no descriptions are made up.
"""

from typing import Any

from cockpit.simulator.api.catalogue import Catalogue
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.strict import METADATA, Fields, fields_of
from cockpit.simulator.store import Object


def _path(resource: Resource) -> str:
    return f"apis/{resource.group_version}" if resource.group else f"api/{resource.version}"


def index(catalogue: Catalogue) -> Object:
    """Return the addresses of the OpenAPI v3 documents."""
    paths = dict.fromkeys(map(_path, catalogue))
    return {"paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}?hash=0"} for path in paths}}


_LISTS = ("containers", "initContainers")
"""The fields of which the parts are known for each item of a list."""
_QUERY = [
    {"name": name, "in": "query", "schema": {"type": "string"}}
    for name in ("dryRun", "fieldManager", "fieldValidation")
]


def document(catalogue: Catalogue, path: str) -> Object | None:
    """Return the OpenAPI v3 document of a version of a group: the options its verbs take, and its kinds' fields."""
    found = [resource for resource in catalogue if _path(resource) == path]
    if not found:
        return None
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "1.37"},
        "paths": {f"/{path}/{_object_path(one)}": _operations(one) for one in found},
        "components": {"schemas": {_name(one): _schema(one) for one in found}},
    }


def document_v2(catalogue: Catalogue) -> Object:
    """Return the OpenAPI v2 document, as far as it goes: no schemas."""
    paths = {f"/{_path(one)}/{_object_path(one)}": _operations(one) for one in catalogue}
    return {"swagger": "2.0", "info": {"title": "Kubernetes", "version": "1.37"}, "paths": paths, "definitions": {}}


V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
V2_ASKED_AS = (V2_PROTOBUF, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")
"""The media type of an OpenAPI v2 message, and its old name, which is no well-formed one."""


def document_v2_protobuf() -> bytes:
    """Return an OpenAPI v2 document without kinds as a message `openapi.v2.Document`: fields swagger, info, paths.

    kubectl reads it before it sends a list of objects; of kinds that are not in it, it checks nothing itself.
    """

    def part(number: int, content: bytes) -> bytes:
        return bytes((number << 3 | 2, len(content))) + content

    info = part(1, b"Kubernetes") + part(2, b"1.37")
    return part(1, b"2.0") + part(2, info) + part(8, b"")


def _object_path(resource: Resource) -> str:
    return (
        f"namespaces/{{namespace}}/{resource.plural}/{{name}}" if resource.namespaced else f"{resource.plural}/{{name}}"
    )


def _operations(resource: Resource) -> Object:
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    verbs = {"get": "get", "update": "put", "patch": "patch", "delete": "delete"}
    return {
        method: {
            "parameters": _QUERY,
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-group-version-kind": kind,
            "x-kubernetes-action": verb if verb != "update" else "put",
        }
        for verb, method in verbs.items()
        if verb in resource.verbs
    }


def _name(resource: Resource) -> str:
    return f"{resource.group or 'core'}.{resource.version}.{resource.kind}"


def _schema(resource: Resource) -> Object:
    """Return the schema of a kind, as `kubectl explain` reads it."""
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    return {**_written(resource), "x-kubernetes-group-version-kind": [kind]}


def _written(resource: Resource) -> Object:
    every: Object = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": _object(METADATA),
    }
    if resource.definition is not None:
        versions = resource.definition.get("versions") or ()
        found: Any = next((one for one in versions if one["name"] == resource.version), {})
        schema: Object = (found.get("schema") or {}).get("openAPIV3Schema") or {"type": "object"}
        return {**schema, "properties": {**every, **(schema.get("properties") or {})}}
    known = fields_of(resource)
    properties = {name: _field(name, inner) for name, inner in known.items()} if known is not None else {}
    return {"type": "object", "properties": {**properties, **every}}


def _object(fields: Fields) -> Object:
    return {"type": "object", "properties": {name: _field(name, inner) for name, inner in fields.items()}}


def _field(name: str, fields: Fields | None) -> Object:
    if fields is None:
        # Whatever it is: not even its type is said.
        return {"x-kubernetes-preserve-unknown-fields": True}
    return {"type": "array", "items": _object(fields)} if name in _LISTS else _object(fields)
