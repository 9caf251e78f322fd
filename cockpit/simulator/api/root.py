"""Addresses that name no object: discovery, health, version, OpenAPI."""

from aiohttp import web

from cockpit.simulator.api import discovery, openapi
from cockpit.simulator.api.representation import clauses
from cockpit.simulator.api.sending import answer
from cockpit.simulator.api.server import Server
from cockpit.simulator.status import method_not_allowed, no_such_resource
from cockpit.simulator.store import Object

_HEALTH = ("healthz", "livez", "readyz")


async def root(server: Server, request: web.Request) -> web.StreamResponse:
    """Answer a request whose address names no kind of object. Raises ApiError (404, 405)."""
    parts = [part for part in request.path.split("/") if part]
    if request.method not in ("GET", "HEAD"):
        raise method_not_allowed()
    match parts:
        case []:
            return answer({"paths": _paths(server)})
        case ["version"]:
            return answer(discovery.VERSION)
        case [name, *_] if name in _HEALTH:
            text = discovery.health(request.path, verbose="verbose" in request.query)
            return _text(text) if text is not None else no_page()
        case ["api"] | ["apis"]:
            return _groups(server, request, core=parts == ["api"])
        case ["api", version]:
            return _found(discovery.resource_list(server.catalogue, "", version))
        case ["apis", name]:
            found = discovery.group(server.catalogue, name)
            return answer(found) if found is not None else no_page()
        case ["apis", name, version]:
            return _found(discovery.resource_list(server.catalogue, name, version))
        case ["openapi", "v2"]:
            return _openapi_v2(server, request)
        case ["openapi", "v3"]:
            return answer(openapi.index(server.catalogue))
        case ["openapi", "v3", *rest]:
            return _found(openapi.document(server.catalogue, "/".join(rest)))
        case _:
            return no_page()


def _groups(server: Server, request: web.Request, *, core: bool) -> web.Response:
    if not discovery.wants_aggregated(request.headers.get("Accept", "")):
        return answer(discovery.api_versions(request.host) if core else discovery.group_list(server.catalogue))
    data = discovery.aggregated(server.catalogue, core=core)
    tag = discovery.entity_tag(data)
    headers = {"Cache-Control": "public", "ETag": tag, "Vary": "Accept"}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    found = answer(data, headers=headers)
    found.headers["Content-Type"] = discovery.AGGREGATED
    return found


def _openapi_v2(server: Server, request: web.Request) -> web.Response:
    wanted = {clause.media_type for clause in clauses(request.headers.get("Accept", ""))}
    if not wanted.intersection(openapi.V2_ASKED_AS):
        return answer(openapi.document_v2(server.catalogue))
    found = web.Response(body=openapi.document_v2_protobuf())
    found.headers["Content-Type"] = openapi.V2_PROTOBUF
    return found


def _paths(server: Server) -> list[str]:
    versions = {f"/apis/{one.group_version}" if one.group else "/api/v1" for one in server.catalogue}
    groups = {f"/apis/{one.group}" for one in server.catalogue if one.group}
    fixed = {"/api", "/apis", "/openapi/v2", "/openapi/v3", "/version", *(f"/{name}" for name in _HEALTH)}
    return sorted(versions | groups | fixed)


def _found(data: Object | None) -> web.Response:
    if data is None:
        raise no_such_resource()
    return answer(data)


def _text(text: str, status: int = 200) -> web.Response:
    headers = {"Cache-Control": "no-cache, private", "X-Content-Type-Options": "nosniff"}
    return web.Response(text=text, status=status, headers=headers)


def no_page() -> web.Response:
    """Return the answer for an address that nothing is at."""
    return _text("404 page not found\n", 404)
