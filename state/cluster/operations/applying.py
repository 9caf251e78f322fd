"""Server-side apply: what is wanted of an object, and whose fields that would take."""

from typing import NamedTuple

from state.cluster import requests
from state.cluster.connect import USER_AGENT
from state.cluster.errors import ApiError
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.printable import printable

FIELD_MANAGER = USER_AGENT
"""The name under which managed fields know what is written from here."""
STRICT: Query = (("fieldValidation", "Strict"),)
"""A field that the server does not know is refused instead of dropped."""
_CONFLICT = "FieldManagerConflict"
_SET_BY_SERVER = ("managedFields", "generation", "creationTimestamp", "selfLink")


class Conflict(NamedTuple):
    """Somebody who manages fields that an apply would take, by the name in managed fields."""

    manager: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.manager} manages {', '.join(self.fields)}"


def apply(transport: Transport, path: str, wanted: Json, *, force: bool = False, query: Query = ()) -> Json:
    """Apply what is wanted and return the object; `force` takes the fields of others. Raises ApiError, Unreachable.

    A 409 has causes that `conflicts` reads. What only the server sets is left out of what is sent; a uid and a
    resource version are conditions.
    """
    metadata = {key: value for key, value in wanted["metadata"].items() if key not in _SET_BY_SERVER}
    body = {**{key: value for key, value in wanted.items() if key != "status"}, "metadata": metadata}
    forced = (("force", "true"),) if force else ()
    asked = (("fieldManager", FIELD_MANAGER), *forced, *STRICT, *query)
    return requests.patch(transport, path, body, requests.APPLY_PATCH, asked)


def conflicts(error: ApiError) -> tuple[Conflict, ...]:
    """Return the managers that an apply was refused for, with their fields; empty for any other refusal."""
    found: dict[str, list[str]] = {}
    for cause in error.causes:
        if cause.reason == _CONFLICT:
            # 'conflict with "kubectl" using apps/v1'
            name = cause.message.partition('"')[2].rpartition('"')[0] or cause.message
            found.setdefault(printable(name), []).append(cause.field.lstrip("."))
    return tuple(Conflict(manager, tuple(fields)) for manager, fields in found.items())
