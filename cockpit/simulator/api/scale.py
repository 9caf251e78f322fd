"""The `scale` subresource: how many replicas are wanted, whatever the kind."""

from typing import Any

from aiohttp import web

from cockpit.simulator.api.bodies import read_object
from cockpit.simulator.api.patches import check_media_type, patched
from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.sending import answer
from cockpit.simulator.api.server import Call
from cockpit.simulator.api.validation import negative
from cockpit.simulator.api.writing import replace_by, writer_of
from cockpit.simulator.selectors import field_at, format_label_selector, format_labels
from cockpit.simulator.status import Named, bad_request, invalid
from cockpit.simulator.store import Object

_KIND, _VERSION = "Scale", "autoscaling/v1"


async def get_scale(call: Call) -> web.StreamResponse:
    """Answer with an object's scale."""
    return answer(scale_of(call.resource, existing(call).object))


async def change_scale(call: Call) -> web.StreamResponse:
    """Replace or patch an object's scale."""
    if call.verb == "patch":
        check_media_type(call)
        body = await call.request.read()
        old = existing(call)
        wanted = patched(call, body, scale_of(call.resource, old.object))
    else:
        wanted = await read_object(call, _KIND, _VERSION)
        old = existing(call)
    name = call.address.name
    given_name = wanted["metadata"].get("name", name)
    if given_name != name:
        raise bad_request(f"the name of the object ({given_name}) does not match the name on the URL ({name})")
    replicas = (wanted.get("spec") or {}).get("replicas", 0)
    causes = list(negative(replicas, "spec.replicas"))
    if causes:
        raise invalid(Named("autoscaling", _KIND, name), causes)
    path, _, _ = _paths(call.resource)
    given = {key: value for key in ("uid", "resourceVersion") if (value := wanted["metadata"].get(key))}
    metadata = {**old.object["metadata"], **given} if given else _without_revision(old.object["metadata"])
    new = {**_with(old.object, path, replicas), "metadata": metadata}
    changed = replace_by(call, old, new, writer_of(call, "Update"))
    return answer(scale_of(call.resource, changed.object))


def scale_of(resource: Resource, obj: Object) -> Object:
    """Return the scale of an object."""
    replicas, current, selector = _paths(resource)
    metadata = obj["metadata"]
    shown = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    status: Object = {"replicas": int(field_at(current)(obj) or 0)}
    if text := selector(obj) if callable(selector) else field_at(selector)(obj):
        status["selector"] = text
    return {
        "kind": _KIND,
        "apiVersion": _VERSION,
        "metadata": {key: metadata[key] for key in shown if key in metadata},
        "spec": {"replicas": int(field_at(replicas)(obj) or 0)},
        "status": status,
    }


def _paths(resource: Resource) -> tuple[str, str, Any]:
    """Return where the wanted and the current count stand, and what gives the selector."""
    if resource.definition is None:
        return "spec.replicas", "status.replicas", _selector
    versions = resource.definition.get("versions") or ()
    version = next(one for one in versions if one["name"] == resource.version)
    parts = version["subresources"]["scale"]
    return (
        parts.get("specReplicasPath", ".spec.replicas").lstrip("."),
        parts.get("statusReplicasPath", ".status.replicas").lstrip("."),
        parts.get("labelSelectorPath", "").lstrip("."),
    )


def _selector(obj: Object) -> str:
    selector = obj["spec"].get("selector") or {}
    is_map = "matchLabels" not in selector and "matchExpressions" not in selector
    text = format_labels(selector) if is_map else format_label_selector(selector)
    return "" if text == "<none>" else text


def _with(obj: Object, path: str, value: int) -> Object:
    step, _, rest = path.partition(".")
    return {**obj, step: _with(obj.get(step) or {}, rest, value) if rest else value}


def _without_revision(metadata: Object) -> Object:
    return {key: value for key, value in metadata.items() if key != "resourceVersion"}
