"""What this user is to a cluster, and what it lets them do; the server is asked, nothing is guessed."""

from dataclasses import dataclass
from typing import Any

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.transport import Transport
from state.operation import Permission
from state.printable import printable

_ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server takes the user for, after impersonation."""

    name: str
    groups: tuple[str, ...] = ()


def allowed(transport: Transport, permission: Permission) -> str:
    """Return an empty string when the user may, else the sentence that says why not. Raises ClusterError."""
    wanted = {
        "verb": permission.verb,
        "group": permission.group,
        "resource": permission.resource,
        "subresource": permission.subresource,
        "namespace": permission.namespace,
        "name": permission.name,
    }
    attributes = {key: value for key, value in wanted.items() if value}
    review = requests.post(
        transport,
        _ACCESS,
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        },
    )
    status = review.get("status")
    if not isinstance(status, dict):
        raise ApiError(200, "", "the access review came back without a status")
    if status.get("allowed") is True:
        return ""
    return _denial(permission, status)


def whoami(transport: Transport) -> Identity | None:
    """Return who the server takes the user for, None when it cannot tell (before 1.28). Raises ClusterError."""
    try:
        review = requests.post(transport, _WHO, {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
    except ApiError as error:
        if error.status in (403, 404):
            return None
        raise
    info = (review.get("status") or {}).get("userInfo") or {}
    if not info.get("username"):
        return None
    groups = tuple(printable(str(group)) for group in info.get("groups") or ())
    return Identity(printable(str(info["username"])), groups)


def _denial(permission: Permission, status: dict[str, Any]) -> str:
    where = "" if permission.namespace else " in the whole cluster"
    why = [printable(str(status[key])) for key in ("reason", "evaluationError") if status.get(key)]
    return f"you may not {permission}{where}{': ' + '; '.join(why) if why else ''}"
