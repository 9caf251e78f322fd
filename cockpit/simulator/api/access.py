"""Questions about rights and about oneself."""

from aiohttp import web

from cockpit.simulator.api.bodies import read_object
from cockpit.simulator.api.sending import answer
from cockpit.simulator.api.server import Call
from cockpit.simulator.clock import timestamp
from cockpit.simulator.status import Cause, bad_request, invalid
from cockpit.simulator.store import Object
from cockpit.simulator.users import Action, User


async def review(call: Call) -> web.StreamResponse:
    """Answer a review; nothing is kept of it."""
    resource = call.resource
    asked = await read_object(call, resource.kind, resource.group_version)
    spec = asked.get("spec") or {}
    if not isinstance(spec, dict):
        raise bad_request("spec is no object")
    head: Object = {"kind": resource.kind, "apiVersion": resource.group_version, "metadata": {}}
    match resource.kind:
        case "SelfSubjectReview":
            head["metadata"] = {"creationTimestamp": timestamp(call.server.now())}
            return answer({**head, "status": {"userInfo": _about(call.user)}}, status=201)
        case "SelfSubjectRulesReview":
            return answer({**head, "spec": {}, "status": _rules(call, spec)}, status=201)
        case "SubjectAccessReview":
            user = call.server.users.named(str(spec.get("user", "")))
            return answer({**head, "spec": spec, "status": _decided(call, user, spec)}, status=201)
        case _:
            return answer({**head, "spec": spec, "status": _decided(call, call.user, spec)}, status=201)


def _about(user: User) -> Object:
    return {"username": user.name, "uid": user.name, "groups": list(user.groups)}


def _decided(call: Call, user: User, spec: Object) -> Object:
    resource, address = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) == (address is None):
        message = "Invalid value: exactly one of nonResourceAttributes or resourceAttributes must be specified"
        raise invalid(call.resource.kind_named(), [Cause("FieldValueInvalid", message, "spec.resourceAttributes")])
    if address is not None:
        action = Action(str(address.get("verb", "")), path=str(address.get("path", "")))
    else:
        parts = ("verb", "group", "resource", "subresource", "namespace", "name")
        action = Action(*(str((resource or {}).get(part, "")) for part in parts))
    allowed, reason = call.server.rights.may(user, action)
    return {"allowed": allowed, **({"reason": reason} if reason else {})}


def _rules(call: Call, spec: Object) -> Object:
    namespace = spec.get("namespace")
    if not namespace:
        raise bad_request("no namespace on request")
    rules = call.server.rights.rules_in(call.user, str(namespace))
    return {
        "resourceRules": [rule for rule in rules if "nonResourceURLs" not in rule],
        "nonResourceRules": [rule for rule in rules if "nonResourceURLs" in rule],
        "incomplete": False,
    }
