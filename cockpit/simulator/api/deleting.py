"""Deleting: with grace, preconditions, finalizers and propagation."""

from aiohttp import web

from cockpit.simulator.api.bodies import read_options
from cockpit.simulator.api.encoding import Encoder
from cockpit.simulator.api.reading import encoder_of, existing, form_of, page_of, show
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.sending import answer, send
from cockpit.simulator.api.server import Call
from cockpit.simulator.clock import timestamp
from cockpit.simulator.status import Cause, Named, conflict, invalid, success
from cockpit.simulator.store import Object, Stored

_OPTIONS = Named("meta.k8s.io", "DeleteOptions")
_POLICIES = ("Foreground", "Background", "Orphan")
_FOREGROUND, _ORPHAN = "foregroundDeletion", "orphan"


async def delete(call: Call) -> web.StreamResponse:
    """Delete an object."""
    options = await read_options(call)
    form_of(call)
    check_options(options)
    old = existing(call)
    left = remove(call, old, options)
    if left is not None:
        return show(call, left)
    if call.resource.shows_deleted:
        return show(call, old)
    metadata = old.object["metadata"]
    return answer(success(details=call.resource.named(metadata["name"]).details(uid=metadata["uid"])))


async def delete_collection(call: Call) -> web.StreamResponse:
    """Delete all objects that a list would show."""
    options = await read_options(call)
    encoder: Encoder = encoder_of(call)
    check_options(options)
    page = page_of(call)
    shown = [remove(call, stored, options) or stored for stored in page.items]
    return await send(call.request, encoder.many(shown, page.metadata), call.fault)


def check_options(options: Object) -> None:
    """See that what a client asks of a deletion makes sense. Raises ApiError (422)."""
    policy = options.get("propagationPolicy")
    if policy is not None and policy not in _POLICIES:
        supported = ", ".join(f'"{one}"' for one in (*_POLICIES, "nil"))
        message = f'Unsupported value: "{policy}": supported values: {supported}'
        raise invalid(_OPTIONS, [Cause("FieldValueNotSupported", message, "propagationPolicy")])
    dry = options.get("dryRun") or []
    if dry not in ([], ["All"]):
        shown = ",".join(f'"{one}"' for one in dry)
        message = f'Unsupported value: [{shown}]: supported values: "All"'
        raise invalid(_OPTIONS, [Cause("FieldValueNotSupported", message, "dryRun")])


def remove(call: Call, old: Stored, options: Object) -> Stored | None:
    """Delete an object: return what is left of it for now, None when it is gone.

    Raises ApiError (409) when it is not the object the client means.
    """
    resource, store = call.resource, call.server.store
    obj = old.object
    metadata = obj["metadata"]
    _check_preconditions(resource, obj, options.get("preconditions") or {})
    grace = _grace(resource, obj, options)
    finalizers = _finalizers(resource, metadata, options)
    dry = call.dry or options.get("dryRun") == ["All"]
    if not grace and not finalizers and not _waits_for_content(resource, obj):
        if not dry:
            store.remove(resource.collection, metadata.get("namespace", ""), metadata["name"])
        return None
    if "deletionTimestamp" in metadata:
        sooner = grace < metadata.get("deletionGracePeriodSeconds", 0)
        if not sooner and finalizers == (metadata.get("finalizers") or []):
            return old
    new = _marked(resource, obj, grace, finalizers, call.server.now())
    return Stored(new, old.revision) if dry else store.replace(resource.collection, new)


def _check_preconditions(resource: Resource, obj: Object, preconditions: Object) -> None:
    metadata = obj["metadata"]
    about = resource.kind_named(metadata["name"])
    uid, revision = preconditions.get("uid"), preconditions.get("resourceVersion")
    if uid and uid != metadata["uid"]:
        raise conflict(
            about,
            f"the UID in the precondition ({uid}) does not match the UID in record ({metadata['uid']}). "
            "The object might have been deleted and then recreated",
        )
    if revision and revision != metadata["resourceVersion"]:
        raise conflict(
            about,
            f"the ResourceVersion in the precondition ({revision}) does not match the ResourceVersion in record "
            f"({metadata['resourceVersion']}). The object might have been modified",
        )


def _grace(resource: Resource, obj: Object, options: Object) -> int:
    """Return the seconds an object is given to end: pods that a node runs only."""
    if (resource.group, resource.plural) != ("", "pods"):
        return 0
    if not obj["spec"].get("nodeName") or obj.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        return 0
    asked = options.get("gracePeriodSeconds")
    seconds = int(obj["spec"].get("terminationGracePeriodSeconds", 30) if asked is None else asked)
    return seconds if seconds >= 0 else 1


def _finalizers(resource: Resource, metadata: Object, options: Object) -> list[str]:
    finalizers = list(metadata.get("finalizers") or ())
    policy = options.get("propagationPolicy")
    if options.get("orphanDependents") or (policy is None and resource.orphans and not finalizers):
        policy = "Orphan"
    if policy is None:
        return finalizers
    kept = [one for one in finalizers if one not in (_FOREGROUND, _ORPHAN)]
    added = {"Foreground": [_FOREGROUND], "Orphan": [_ORPHAN]}.get(policy, [])
    return [*kept, *added]


def _waits_for_content(resource: Resource, obj: Object) -> bool:
    return resource.plural == "namespaces" and bool((obj.get("spec") or {}).get("finalizers"))


def _marked(resource: Resource, obj: Object, grace: int, finalizers: list[str], now: float) -> Object:
    metadata = {key: value for key, value in obj["metadata"].items() if key != "finalizers"}
    if finalizers:
        metadata["finalizers"] = finalizers
    if metadata.get("generation") and "deletionTimestamp" not in metadata:
        metadata["generation"] += 1
    metadata["deletionTimestamp"] = timestamp(now + grace)
    metadata["deletionGracePeriodSeconds"] = grace
    marked = {**obj, "metadata": metadata}
    if resource.plural == "namespaces":
        marked["status"] = {**(obj.get("status") or {}), "phase": "Terminating"}
    return marked
