"""Server-side apply: a client says what it wants of an object, the server says whose fields that would take."""

from dataclasses import replace

from cockpit.simulator.api.managed_fields import (
    Manager,
    fields,
    managers_of,
    owned_by_others,
    shown,
    with_managers,
    without,
)
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.patching import merge_patch, strategic_patch
from cockpit.simulator.status import ApiError, Cause
from cockpit.simulator.store import Object


def applied(resource: Resource, live: Object, wanted: Object, writer: Manager, *, force: bool) -> Object:
    """Return the live object with what is wanted of it, and without what the writer wanted before but no longer does.

    Raises ApiError (409) when a field belongs to somebody else and `force` is not set.
    """
    asked = fields(wanted)
    there = fields(live)
    managers = managers_of(live)
    mine = next((one.paths for one in managers if one.identity == writer.identity), frozenset())
    disputed = {
        path: sorted({one.name for one in managers if one.identity != writer.identity and path in one.paths})
        for path, value in asked.items()
        if path in there and there[path] != value
    }
    conflicts = {path: owners for path, owners in disputed.items() if owners}
    if conflicts and not force:
        raise _conflict({shown(path): owners for path, owners in conflicts.items()})
    change = {key: value for key, value in wanted.items() if key not in ("apiVersion", "kind")}
    merged: Object = merge_patch(live, change) if resource.definition is not None else strategic_patch(live, change)
    for path in mine - frozenset(asked) - owned_by_others(managers, writer):
        merged = without(merged, path)
    others = [
        replace(one, paths=one.paths - frozenset(conflicts)) for one in managers if one.identity != writer.identity
    ]
    return with_managers(merged, [*others, replace(writer, paths=frozenset(asked))])


def _conflict(conflicts: dict[str, list[str]]) -> ApiError:
    pairs = sorted((owner, field) for field, owners in conflicts.items() for owner in owners)
    count = len(pairs)
    if count == 1:
        owner, field = pairs[0]
        told = f'conflict with "{owner}": {field}'
    else:
        owners = dict.fromkeys(owner for owner, _ in pairs)
        told = "conflicts " + " and ".join(
            f'with "{owner}":\n' + "\n".join(f"- {field}" for name, field in pairs if name == owner) for owner in owners
        )
    causes = [Cause("FieldManagerConflict", f'conflict with "{owner}"', field).as_json() for owner, field in pairs]
    message = f"Apply failed with {count} conflict{'s' if count > 1 else ''}: {told}"
    return ApiError(409, "Conflict", message, details={"causes": causes})
