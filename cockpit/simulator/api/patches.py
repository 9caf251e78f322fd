"""Changing objects by patches, server-side apply among them."""

import msgspec
import yaml
from aiohttp import web

from cockpit.simulator.api.applying import applied
from cockpit.simulator.api.bodies import cannot_handle, is_strict, media_type, yaml_value
from cockpit.simulator.api.encoding import decode
from cockpit.simulator.api.event_view import core_event, new_event
from cockpit.simulator.api.reading import existing, form_of, show
from cockpit.simulator.api.request import flag
from cockpit.simulator.api.server import Call
from cockpit.simulator.api.strict import strict_words, unknown_fields
from cockpit.simulator.api.writing import replace_by, store_new, writer_of
from cockpit.simulator.patching import PatchError, json_patch, merge_patch, strategic_patch
from cockpit.simulator.status import (
    ApiError,
    Cause,
    Named,
    bad_request,
    invalid,
    unprocessable_patch,
    unsupported_media_type,
)
from cockpit.simulator.store import Object, Stored

JSON_PATCH, MERGE = "application/json-patch+json", "application/merge-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"


async def patch(call: Call) -> web.StreamResponse:
    """Change an object, or its status, by a patch."""
    form_of(call)
    check_media_type(call)
    body = await call.request.read()
    if media_type(call) == APPLY:
        return _apply(call, body)
    old = existing(call)
    writer = writer_of(call, "Update")
    events = call.resource.stored_as is not None
    wanted = patched(call, body, new_event(old.object) if events else old.object)
    if is_strict(call) and (unknown := unknown_fields(call.resource, wanted)):
        words = f"Invalid value: {body.decode(errors='replace')!r}: {strict_words(unknown)}"
        raise invalid(Named("", ""), [Cause("FieldValueInvalid", words, "patch")])
    return show(call, replace_by(call, old, core_event(wanted) if events else wanted, writer))


def check_media_type(call: Call) -> None:
    """See that the body is a patch this kind takes. Raises ApiError (415)."""
    written, custom = media_type(call), call.resource.definition is not None
    if written == STRATEGIC and custom:
        taken = ", ".join((JSON_PATCH, MERGE, APPLY))
        raise unsupported_media_type(
            f"the body of the request was in an unknown format - accepted media types include: {taken}"
        )
    if written not in (JSON_PATCH, MERGE, STRATEGIC, APPLY):
        raise unsupported_media_type("415: Unsupported Media Type", details={})


def patched(call: Call, body: bytes, original: Object) -> Object:
    """Return an object with the patch in a body applied. Raises ApiError (400, 422)."""
    written = media_type(call)
    try:
        change = decode(body)
    except msgspec.DecodeError:
        raise bad_request("invalid JSON patch") from None
    if written == JSON_PATCH:
        if not isinstance(change, list) or not all(isinstance(one, dict) for one in change):
            raise bad_request(
                "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
            )
        try:
            result = json_patch(original, change)
        except PatchError:
            raise unprocessable_patch() from None
    else:
        if not isinstance(change, dict):
            raise bad_request("invalid JSON patch")
        try:
            result = strategic_patch(original, change) if written == STRATEGIC else merge_patch(original, change)
        except PatchError as error:
            raise bad_request(str(error)) from None
    if not isinstance(result, dict) or not isinstance(result.get("metadata"), dict):
        raise cannot_handle(call.resource.kind, call.resource.group_version, "the patch leaves no object")
    return result


def _apply(call: Call, body: bytes) -> web.Response:
    resource = call.resource
    writer = writer_of(call, "Apply")
    if not call.query.get("fieldManager"):
        cause = Cause("FieldValueRequired", "Required value: is required for apply patch", "fieldManager")
        raise invalid(Named("meta.k8s.io", "PatchOptions"), [cause])
    try:
        wanted = yaml_value(body)
    except yaml.YAMLError as error:
        raise bad_request(f"error decoding YAML: {str(error).partition(chr(10))[0]}") from None
    if not isinstance(wanted, dict) or not isinstance(wanted.get("metadata"), dict):
        raise bad_request("error decoding YAML: an object with metadata is wanted")
    if wanted.get("kind") != resource.kind or wanted.get("apiVersion") != resource.group_version:
        raise bad_request(
            f"failed to apply: the object is a {wanted.get('apiVersion')}, Kind={wanted.get('kind')}, "
            f"the address is of {resource.group_version}, Kind={resource.kind}"
        )
    if "managedFields" in wanted["metadata"]:
        raise bad_request("metadata.managedFields must be nil")
    if unknown := unknown_fields(resource, wanted):
        about = f"{call.address.namespace}/{call.address.name}; {resource.group_version}, Kind={resource.kind}"
        words = f"failed to create typed patch object ({about}): .{unknown[0]}: field not declared in schema"
        raise ApiError(500, "", words)
    namespace = call.address.namespace if resource.namespaced else ""
    old = call.server.store.get(resource.collection, namespace, call.address.name)
    if old is None:
        wanted["metadata"].setdefault("name", call.address.name)
        return show(call, store_new(call, wanted, writer), status=201)
    return show(call, _apply_to(call, old, wanted))


def _apply_to(call: Call, old: Stored, wanted: Object) -> Stored:
    writer = writer_of(call, "Apply")
    new = applied(call.resource, old.object, wanted, writer, force=flag(call.query, "force"))
    if _without_times(new) == _without_times(old.object):
        return old
    return replace_by(call, old, new, writer)


def _without_times(obj: Object) -> Object:
    entries = [
        {key: value for key, value in entry.items() if key != "time"}
        for entry in obj["metadata"].get("managedFields") or ()
    ]
    return {**obj, "metadata": {**obj["metadata"], "managedFields": entries}}
