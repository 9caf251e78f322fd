"""Creating and replacing objects."""

import uuid
from collections.abc import Callable

from aiohttp import web

from cockpit.simulator.api.admission import admit
from cockpit.simulator.api.bodies import cannot_handle, read_new
from cockpit.simulator.api.defaults import set_defaults
from cockpit.simulator.api.encoding import decode, encode
from cockpit.simulator.api.managed_fields import Manager, updated
from cockpit.simulator.api.reading import existing, form_of, show
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.server import Call
from cockpit.simulator.api.validation import check
from cockpit.simulator.clock import timestamp
from cockpit.simulator.status import (
    ApiError,
    Cause,
    Named,
    already_exists,
    bad_request,
    conflict,
    invalid,
    method_not_allowed,
    modified,
    not_found,
)
from cockpit.simulator.store import Collection, Object, Stored

_NAMESPACES = Collection("", "namespaces")
_NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_KEPT_METADATA = (
    "uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName",
    "selfLink",
)  # fmt: skip


async def create(call: Call) -> web.StreamResponse:
    """Store a new object and show it."""
    if call.address.name:
        raise method_not_allowed()
    body = await read_new(call)
    form_of(call)
    return show(call, store_new(call, body, writer_of(call, "Update")), status=201)


def store_new(call: Call, body: Object, writer: Manager) -> Stored:
    """Store a new object, or with dryRun only say what it would be. Raises ApiError."""
    resource, store = call.resource, call.server.store
    metadata = body["metadata"]
    if metadata.get("resourceVersion"):
        raise ApiError(500, "", "resourceVersion should not be set on objects to be created")
    namespace = _namespace_for(call, metadata)
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = _generated_name(call, namespace, metadata["generateName"])
    if namespace:
        _check_namespace(call, namespace, metadata.get("name", ""))
    for field in ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"):
        metadata.pop(field, None)
    metadata["uid"] = str(uuid.uuid4())
    metadata["creationTimestamp"] = timestamp(call.server.now())
    metadata.pop("generation", None)
    if resource.generation != "none":
        metadata["generation"] = 1

    def complete(obj: Object) -> Object:
        set_defaults(resource, obj)
        check(resource, obj, None)
        admit(store, resource, obj)
        return obj

    obj = updated(None, understood(resource, lambda: complete(body)), writer)
    name = metadata["name"]
    if store.get(resource.collection, namespace, name) is not None:
        raise already_exists(resource.named(name))
    return Stored(obj, 0) if call.dry else store.create(resource.collection, obj)


def understood(resource: Resource, work: Callable[[], Object]) -> Object:
    """Return what `work` makes of a client's tree; one whose fields have the wrong types is refused (400)."""
    try:
        return work()
    except (TypeError, AttributeError, KeyError, ValueError, IndexError) as error:
        why = f"a field has a wrong type or is missing: {error}"
        raise cannot_handle(resource.kind, resource.group_version, why) from None


def _namespace_for(call: Call, metadata: Object) -> str:
    if not call.resource.namespaced:
        metadata.pop("namespace", None)
        return ""
    asked, given = call.address.namespace, metadata.get("namespace", "")
    if not asked:
        raise bad_request("an empty namespace may not be set during creation")
    if given and given != asked:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    metadata["namespace"] = asked
    return asked


def _generated_name(call: Call, namespace: str, prefix: str) -> str:
    store, collection = call.server.store, call.resource.collection
    while True:
        number = uuid.uuid4().int
        letters = "".join(_NAME_LETTERS[number // 27**place % 27] for place in range(5))
        if store.get(collection, namespace, prefix + letters) is None:
            return prefix + letters


def _check_namespace(call: Call, namespace: str, name: str) -> None:
    found = call.server.store.get(_NAMESPACES, "", namespace)
    if found is None:
        raise not_found(Named("", "namespaces", namespace))
    if "deletionTimestamp" in found.object["metadata"]:
        about = call.resource.named(name)
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        cause = Cause("NamespaceTerminating", f"namespace {namespace} is being terminated", "metadata.namespace")
        details = about.details(causes=[cause.as_json()])
        raise ApiError(403, "Forbidden", f"{about} is forbidden: {why}", details=details)


async def update(call: Call) -> web.StreamResponse:
    """Replace an object, or its status, by what the client sends."""
    body = await read_new(call)
    form_of(call)
    name = body["metadata"].get("name") or call.address.name
    if name != call.address.name:
        raise bad_request(f"the name of the object ({name}) does not match the name on the URL ({call.address.name})")
    old = existing(call)
    if call.resource.definition is not None and not body["metadata"].get("resourceVersion"):
        cause = Cause(
            "FieldValueInvalid", "Invalid value: 0: must be specified for an update", "metadata.resourceVersion"
        )
        raise invalid(call.resource.kind_named(name), [cause])
    return show(call, replace_by(call, old, body, writer_of(call, "Update")))


async def finalize(call: Call) -> web.StreamResponse:
    """Set the finalizers of a namespace's content; one that waited only for them goes."""
    body = await read_new(call)
    old = existing(call)
    finalizers = (body.get("spec") or {}).get("finalizers") or []
    new = {**old.object, "spec": {**(old.object.get("spec") or {}), "finalizers": finalizers}}
    return show(call, keep(call, old, new))


def replace_by(call: Call, old: Stored, wanted: Object, writer: Manager) -> Stored:
    """Store a new version of an object, or with dryRun only say what it would be.

    Raises ApiError: 409 when the client has read another version, 422 when the result is not allowed.
    """
    resource = call.resource
    before = old.object
    about = resource.named(before["metadata"]["name"])
    given = wanted["metadata"]
    uid = given.get("uid")
    if uid and uid != before["metadata"]["uid"]:
        key = f"/registry/{resource.plural}/{_path(before)}"
        raise conflict(
            about,
            f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition "
            f"failed: UID in precondition: {uid}, UID in object meta: {before['metadata']['uid']}",
        )
    revision = given.get("resourceVersion")
    if revision and revision != before["metadata"]["resourceVersion"]:
        raise modified(about)
    new = understood(resource, lambda: _complete(call, before, fresh(wanted)))
    # An applier's fields are worked out where it is applied.
    new = updated(before, new, writer) if writer.operation == "Update" else new
    return keep(call, old, new)


def keep(call: Call, old: Stored, new: Object) -> Stored:
    """Store a finished new version; one that waited only for its last finalizer goes."""
    store, resource = call.server.store, call.resource
    if call.dry:
        return Stored(new, old.revision)
    metadata = new["metadata"]
    waited = "deletionTimestamp" in metadata and not metadata.get("finalizers")
    if waited and not metadata.get("deletionGracePeriodSeconds") and not (new.get("spec") or {}).get("finalizers"):
        store.remove(resource.collection, metadata.get("namespace", ""), metadata["name"])
        return Stored(new, old.revision)
    return store.replace(resource.collection, new)


def _complete(call: Call, before: Object, new: Object) -> Object:
    """Return a new version with all that a client cannot change taken from the old one."""
    resource = call.resource
    old_metadata = before["metadata"]
    full = before
    if call.address.subresource == "status":
        new = {**before, **({"status": new["status"]} if "status" in new else {}), "metadata": {**old_metadata}}
    elif resource.has_status:
        new.pop("status", None)
        if "status" in before:
            new["status"] = before["status"]
    metadata = new["metadata"]
    for field in _KEPT_METADATA:
        metadata.pop(field, None)
        if field in old_metadata:
            metadata[field] = old_metadata[field]
    metadata["name"] = old_metadata["name"]
    metadata["resourceVersion"] = old_metadata["resourceVersion"]
    if "namespace" in old_metadata:
        metadata["namespace"] = old_metadata["namespace"]
    new["kind"], new["apiVersion"] = before.get("kind", resource.kind), before.get("apiVersion", resource.group_version)
    if call.address.subresource != "status":
        if (resource.group, resource.plural) == ("", "services"):
            _keep_addresses(before, new)
        full = fresh(before)
        set_defaults(resource, full)
        set_defaults(resource, new)
    if resource.generation != "none" and _new_generation(resource, full, new):
        metadata["generation"] = old_metadata.get("generation", 0) + 1
    check(resource, new, full)
    return _as_it_stood(before, full, new)


def _as_it_stood(before: Object, full: Object, new: Object) -> Object:
    """Return the new tree with everything unchanged just as it stood, without the defaults it may have lacked.

    A world's objects may leave defaults out; filling in a template's would look like a new template.
    """
    if before is full:
        return new
    kept: Object = {}
    for key, value in new.items():
        if key not in full:
            kept[key] = value
        elif value == full[key]:
            if key in before:
                kept[key] = before[key]
        elif isinstance(value, dict) and isinstance(full[key], dict):
            kept[key] = _as_it_stood(before.get(key) or {}, full[key], value)
        else:
            kept[key] = value
    return kept


def _keep_addresses(before: Object, new: Object) -> None:
    for field in ("clusterIP", "clusterIPs"):
        if not new["spec"].get(field) and before["spec"].get(field):
            new["spec"][field] = before["spec"][field]


def _new_generation(resource: Resource, before: Object, new: Object) -> bool:
    match resource.generation:
        case "spec":
            return bool(before.get("spec") != new.get("spec"))
        case "spec and annotations":
            annotations = [one["metadata"].get("annotations") or {} for one in (before, new)]
            return before.get("spec") != new.get("spec") or annotations[0] != annotations[1]
        case "all but status":
            kept = ("metadata", "status")
            old, now = ({key: value for key, value in one.items() if key not in kept} for one in (before, new))
            return old != now
        case _:
            return False


def _path(obj: Object) -> str:
    metadata = obj["metadata"]
    return "/".join(filter(None, (metadata.get("namespace", ""), metadata["name"])))


def fresh(obj: Object) -> Object:
    """Return a copy of a tree that shares nothing with it."""
    copy: Object = decode(encode(obj))
    return copy


def writer_of(call: Call, operation: str) -> Manager:
    """Return who writes, by what the client calls itself."""
    agent = call.request.headers.get("User-Agent", "").partition("/")[0]
    return Manager(
        call.query.get("fieldManager") or agent or "unknown",
        operation,
        frozenset(),
        call.resource.group_version,
        timestamp(call.server.now()),
        call.address.subresource,
    )
