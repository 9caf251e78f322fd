"""The API's Status answers: what a client is told when a request fails, and when a deletion succeeds."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cockpit.simulator.store import Object


class Cause(NamedTuple):
    """One thing that is wrong: a machine-readable reason, words, and the field they are about."""

    reason: str
    message: str
    field: str = ""

    def as_json(self) -> Object:
        """Return the cause as the API writes it."""
        cause = {"reason": self.reason, "message": self.message}
        return {**cause, "field": self.field} if self.field else cause


class ApiError(Exception):
    """A request that fails; carries the Status the client is sent."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        details: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.headers = dict(headers or {})
        self.status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": dict(metadata or {}),
            "status": "Failure",
            "message": message,
            **({"reason": reason} if reason else {}),
            **({"details": dict(details)} if details is not None else {}),
            "code": code,
        }


class Named(NamedTuple):
    """What a message is about: `deployments.apps "web"`. `kind` is the plural, or the kind where the API says so."""

    group: str
    kind: str
    name: str = ""

    def __str__(self) -> str:
        qualified = f"{self.kind}.{self.group}" if self.group else self.kind
        return f'{qualified} "{self.name}"'

    def details(self, **more: Any) -> Object:
        """Return the `details` of a Status about this."""
        about = {"name": self.name, "group": self.group, "kind": self.kind}
        return {**{key: value for key, value in about.items() if value}, **more}


def bad_request(message: str) -> ApiError:
    """The request makes no sense."""
    return ApiError(400, "BadRequest", message)


def unauthorized() -> ApiError:
    """The credentials are wrong."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def not_found(about: Named) -> ApiError:
    """There is no such object."""
    return ApiError(404, "NotFound", f"{about} not found", details=about.details())


def no_such_resource() -> ApiError:
    """The server serves nothing of this name."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", details={})


def method_not_allowed() -> ApiError:
    """The server serves this, but not by this verb."""
    message = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", message, details={})


def not_acceptable(offered: Sequence[str]) -> ApiError:
    """The client takes none of the representations there are."""
    message = f"406: Not Acceptable\n\nAvailable representations: {', '.join(offered)}"
    return ApiError(406, "NotAcceptable", message, details={})


def already_exists(about: Named) -> ApiError:
    """An object of this name is there."""
    return ApiError(409, "AlreadyExists", f"{about} already exists", details=about.details())


def conflict(about: Named, why: str) -> ApiError:
    """The object is not what the client thinks it is."""
    message = f"Operation cannot be fulfilled on {about}: {why}"
    return ApiError(409, "Conflict", message, details=about.details())


def modified(about: Named) -> ApiError:
    """The object was changed since the client read it."""
    return conflict(
        about, "the object has been modified; please apply your changes to the latest version and try again"
    )


def gone(message: str, *, continue_token: str = "") -> ApiError:
    """The asked revision is too old; a list may go on with another token."""
    return ApiError(410, "Expired", message, metadata={"continue": continue_token} if continue_token else None)


def unsupported_media_type(message: str, *, details: Mapping[str, Any] | None = None) -> ApiError:
    """The body is in a format the server does not read here."""
    return ApiError(415, "UnsupportedMediaType", message, details=details)


def invalid(about: Named, causes: Sequence[Cause]) -> ApiError:
    """The object breaks the rules of its kind. `about.kind` is the kind, not the plural."""
    wrong = [f"{cause.field}: {cause.message}" for cause in causes]
    message = f"{about} is invalid: {wrong[0] if len(wrong) == 1 else '[' + ', '.join(wrong) + ']'}"
    details = about.details(causes=[cause.as_json() for cause in causes])
    return ApiError(422, "Invalid", message, details=details)


def unprocessable_patch() -> ApiError:
    """A JSON patch that does not fit the object."""
    return ApiError(422, "Invalid", "the server rejected our request due to an error in our request", details={})


def too_many_requests(message: str, causes: Sequence[Cause] = (), *, retry_after: int = 0) -> ApiError:
    """Not now. With `retry_after` (seconds) the client is told when."""
    details: Object = {"causes": [cause.as_json() for cause in causes]} if causes else {}
    if retry_after:
        details["retryAfterSeconds"] = retry_after
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return ApiError(429, "TooManyRequests", message, details=details, headers=headers)


def revision_too_large(asked: int, current: int) -> ApiError:
    """The client knows a revision this server has not reached."""
    cause = Cause("ResourceVersionTooLarge", "Too large resource version")
    return ApiError(
        504,
        "Timeout",
        f"Timeout: Too large resource version: {asked}, current: {current}",
        details={"causes": [cause.as_json()], "retryAfterSeconds": 1},
        headers={"Retry-After": "1"},
    )


def success(*, details: Mapping[str, Any] | None = None, code: int | None = None) -> Object:
    """Return the Status of something done that leaves no object to show."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        **({"details": dict(details)} if details is not None else {}),
        **({"code": code} if code is not None else {}),
    }
