"""Asking for one thing and reading the answer, for whatever is not a list or a watch."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from state.cluster.errors import ApiError, Unreachable
from state.cluster.reflector import status_error
from state.cluster.transport import Query, Request, Transport

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
"""For built-in kinds only: lists of named things are merged by name."""
APPLY_PATCH = "application/apply-patch+yaml"
"""Server-side apply; JSON is YAML."""
DRY_RUN: Query = (("dryRun", "All"),)

Json = dict[str, Any]


def get(transport: Transport, path: str, query: Query = ()) -> Json:
    """Return one object or list. Raises ApiError, Unreachable or SignInFailed."""
    return send(transport, Request(path, query))


def patch(transport: Transport, path: str, body: Any, content_type: str, query: Query = ()) -> Json:
    """Patch an object and return it. Raises as `get`."""
    return send(transport, Request(path, query, "PATCH", _encode(body), content_type))


def delete(transport: Transport, path: str, options: Mapping[str, Any]) -> Json:
    """Delete an object with DeleteOptions, a dry run among them; return it or a Status. Raises as `get`."""
    body = {"kind": "DeleteOptions", "apiVersion": "v1", **options}
    return send(transport, Request(path, (), "DELETE", _encode(body)))


def put(transport: Transport, path: str, body: Any, query: Query = ()) -> Json:
    """Replace an object and return it. Raises as `get`."""
    return send(transport, Request(path, query, "PUT", _encode(body)))


def post(transport: Transport, path: str, body: Any, query: Query = ()) -> Json:
    """Create an object or a review and return it. Raises as `get`."""
    return send(transport, Request(path, query, "POST", _encode(body)))


def send(transport: Transport, request: Request) -> Json:
    """Return the answer's object. Raises ApiError for a refusal, Unreachable for no answer or one that is no object."""
    answer = transport.call(request)
    error = status_error(answer)
    if error is not None:
        raise error
    try:
        found = msgspec.json.decode(answer.body)
    except msgspec.MsgspecError as broken:
        raise Unreachable(f"the answer to {request.method} {request.path} is not JSON") from broken
    if not isinstance(found, dict):
        raise ApiError(answer.status, "", f"the answer to {request.method} {request.path} is not an object")
    return found


def _encode(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
