"""What clients send: objects, options and patches, read from the body of a request."""

from typing import Any

import msgspec
import yaml

from cockpit.simulator.api.encoding import decode
from cockpit.simulator.api.event_view import core_event
from cockpit.simulator.api.protobuf import MEDIA_TYPE as PROTOBUF
from cockpit.simulator.api.protobuf import ProtobufError, read_protobuf
from cockpit.simulator.api.server import Call
from cockpit.simulator.api.strict import strict_words, unknown_fields
from cockpit.simulator.status import bad_request, unsupported_media_type
from cockpit.simulator.store import Object

_JSON, _YAML = "application/json", "application/yaml"
_READ = (_JSON, _YAML, PROTOBUF)


class _Loader(yaml.SafeLoader):
    """YAML as the API reads it: a time stays the text it is."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def media_type(call: Call) -> str:
    """Return what the body says it is, without parameters; JSON when it says nothing."""
    return call.request.headers.get("Content-Type", _JSON).partition(";")[0].strip().lower()


async def read_object(call: Call, kind: str, api_version: str) -> Object:
    """Return the object a client sends, with its kind and apiVersion. Raises ApiError (400, 415)."""
    written = media_type(call)
    if written not in _READ:
        raise unsupported_media_type(
            "the body of the request was in an unknown format - accepted media types include: " + ", ".join(_READ)
        )
    body = await call.request.read()
    unrecognised = f"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; "
    try:
        data = _value(written, body)
    except (msgspec.DecodeError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise bad_request(f"{unrecognised}json parse error: {str(error).partition(chr(10))[0]}") from None
    except ProtobufError as error:
        raise bad_request(f"{unrecognised}{error}") from None
    if not isinstance(data, dict):
        raise bad_request(f"{unrecognised}json parse error: an object is wanted")
    return _typed(data, kind, api_version)


def _value(written: str, body: bytes) -> Any:
    match written:
        case "application/yaml":
            return yaml_value(body)
        case "application/vnd.kubernetes.protobuf":
            return read_protobuf(body)
        case _:
            return decode(body)


def yaml_value(body: bytes) -> Any:
    """Return what a YAML document holds. Raises yaml.YAMLError."""
    return yaml.load(body, Loader=_Loader)


def _typed(data: Object, kind: str, api_version: str) -> Object:
    given, version = data.get("kind") or kind, data.get("apiVersion") or api_version
    short = str(version).rpartition("/")[2]
    if version != api_version:
        raise bad_request(
            f'{given} in version "{short}" cannot be handled as a {kind}: '
            f'no kind "{given}" is registered for version "{version}" in scheme "pkg/runtime/scheme.go:111"'
        )
    if given != kind:
        raise bad_request(f'{given} in version "{short}" cannot be handled as a {kind}: unknown conversion')
    metadata = data.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise cannot_handle(kind, api_version, "metadata is no object")
    return {**data, "kind": kind, "apiVersion": api_version, "metadata": metadata}


def cannot_handle(kind: str, api_version: str, why: str) -> Exception:
    """Return the refusal of an object whose fields do not have the types of its kind."""
    short = api_version.rpartition("/")[2]
    return bad_request(f'{kind} in version "{short}" cannot be handled as a {kind}: {why}')


def is_strict(call: Call) -> bool:
    """Return whether the client wants fields refused that its kind does not have."""
    return call.query.get("fieldValidation") == "Strict"


async def read_new(call: Call) -> Object:
    """Return the object of the call's kind that a client sends, in the words it is stored in."""
    resource = call.resource
    obj = await read_object(call, resource.kind, resource.group_version)
    if is_strict(call) and (unknown := unknown_fields(resource, obj)):
        raise cannot_handle(resource.kind, resource.group_version, strict_words(unknown))
    return core_event(obj) if resource.stored_as is not None else obj


async def read_options(call: Call) -> Object:
    """Return the DeleteOptions a client sends, in the body or the address. Raises ApiError (400)."""
    body = await call.request.read()
    try:
        options = _value(media_type(call), body) if body.strip() else {}
    except (msgspec.DecodeError, yaml.YAMLError, ProtobufError) as error:
        raise bad_request(f"couldn't get version/kind; json parse error: {error}") from None
    if not isinstance(options, dict):
        raise bad_request("couldn't get version/kind; json parse error: an object is wanted")
    query = call.query
    if "gracePeriodSeconds" in query:
        options.setdefault("gracePeriodSeconds", int(query["gracePeriodSeconds"] or 0))
    if "propagationPolicy" in query:
        options.setdefault("propagationPolicy", query["propagationPolicy"])
    if "dryRun" in query:
        options.setdefault("dryRun", call.request.query.getall("dryRun"))
    return options
