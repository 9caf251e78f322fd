"""Who asks: by bearer token, or by an address of one's own.

kubectl and other clients built on client-go send no credentials over plain HTTP. So every user also has an address,
`/as/<user>`, below which the whole API lies. It is no secret and needs none: it answers to this machine only, and
not to pages in a browser.
"""

from aiohttp import web

from cockpit.simulator.api.local import is_local
from cockpit.simulator.api.request import Address
from cockpit.simulator.api.server import Server
from cockpit.simulator.status import ApiError, unauthorized
from cockpit.simulator.users import ANONYMOUS, Action, User, Users

PREFIX = "/as/"


def without_name(request: web.Request) -> tuple[web.Request, str]:
    """Return the request as it would read at the server's root, and the user its address names."""
    if not request.path.startswith(PREFIX):
        return request, ""
    name, _, rest = request.rel_url.raw_path.removeprefix(PREFIX).partition("/")
    query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
    return request.clone(rel_url=f"/{rest}{query}"), name


def signed_in(server: Server, request: web.Request, named: str) -> User:
    """Return who asks, or whom somebody who may do so acts as. Raises ApiError (401, 403)."""
    user = _signed_in(server.users, request, named)
    if user is None:
        raise unauthorized()
    name, groups = request.headers.get("Impersonate-User", ""), request.headers.getall("Impersonate-Group", [])
    if not name:
        return user
    action = Action("impersonate", "", "users", name=name)
    if not server.rights.may(user, action).allowed:
        raise forbidden(user, action, Address("", "v1", "users", name=name))
    return server.users.impersonated(name, groups)


def _signed_in(users: Users, request: web.Request, named: str) -> User | None:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        return users.with_token(token.strip()) if scheme.lower() == "bearer" else None
    if not named:
        return ANONYMOUS
    from_a_page = "Origin" in request.headers or "Sec-Fetch-Site" in request.headers
    return users.get(named) if is_local(request) and not from_a_page else None


def forbidden(user: User, action: Action, address: Address | None) -> ApiError:
    """Return the refusal of something a user may not do; without an address of an object, of a path."""
    refusal = action.refusal(user.name)
    if address is None:
        return ApiError(403, "Forbidden", f"forbidden: {refusal}", details={})
    qualified = f"{address.plural}.{address.group}" if address.group else address.plural
    about = f'{qualified} "{address.name}"' if address.name else qualified
    details = {"name": address.name, "group": address.group, "kind": address.plural}
    return ApiError(
        403,
        "Forbidden",
        f"{about} is forbidden: {refusal}",
        details={key: value for key, value in details.items() if value},
        headers={"X-Content-Type-Options": "nosniff"},
    )
