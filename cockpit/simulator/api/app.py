"""The API server as an aiohttp application."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from aiohttp import web

from cockpit.simulator.api.access import review
from cockpit.simulator.api.builtin import REVIEWS, USAGE
from cockpit.simulator.api.catalogue import Catalogue
from cockpit.simulator.api.deleting import delete, delete_collection
from cockpit.simulator.api.eviction import evict
from cockpit.simulator.api.logs import log
from cockpit.simulator.api.patches import patch
from cockpit.simulator.api.port_forward import port_forward
from cockpit.simulator.api.reading import get, list_objects
from cockpit.simulator.api.remote import remote_command
from cockpit.simulator.api.request import Address, parse_address, verb_of
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.api.root import no_page, root
from cockpit.simulator.api.scale import change_scale, get_scale
from cockpit.simulator.api.sending import Hangup, Patience, Stream, answer, reset
from cockpit.simulator.api.server import Call, Server
from cockpit.simulator.api.service_proxy import proxy
from cockpit.simulator.api.signing_in import forbidden, signed_in, without_name
from cockpit.simulator.api.switches import PREFIX, switch
from cockpit.simulator.api.usage import usage
from cockpit.simulator.api.watching import watch
from cockpit.simulator.api.writing import create, finalize, update
from cockpit.simulator.faults import Fault, Faults
from cockpit.simulator.ports import Kubelets
from cockpit.simulator.rbac.rights import Rights
from cockpit.simulator.rbac.roles import see_to_defaults
from cockpit.simulator.status import (
    ApiError,
    gone,
    method_not_allowed,
    no_such_resource,
    too_many_requests,
    unauthorized,
)
from cockpit.simulator.store import Store
from cockpit.simulator.users import Action, Users

Handler = Callable[[Call], Awaitable[web.StreamResponse]]
_log = logging.getLogger(__name__)
_LARGEST_BODY = 3 * 1024 * 1024

_VERBS: dict[str, Handler] = {
    "get": get,
    "list": list_objects,
    "watch": watch,
    "create": create,
    "update": update,
    "patch": patch,
    "delete": delete,
    "deletecollection": delete_collection,
}
_SUBRESOURCES: dict[str, dict[str, Handler]] = {
    "status": {"get": get, "update": update, "patch": patch},
    "scale": {"get": get_scale, "update": change_scale, "patch": change_scale},
    "ephemeralcontainers": {"get": get, "update": update, "patch": patch},
    "finalize": {"update": finalize},
    "log": {"get": log},
    "attach": {"create": remote_command, "get": remote_command},
    "exec": {"create": remote_command, "get": remote_command},
    "portforward": {"create": port_forward, "get": port_forward},
    "eviction": {"create": evict},
    "proxy": dict.fromkeys(("create", "delete", "get", "patch", "update"), proxy),
}


def kubernetes_app(
    store: Store,
    kubelets: Kubelets,
    users: Users,
    faults: Faults,
    backends: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> web.Application:
    """Return the API server of a world. Serve it on loopback only: it speaks plain HTTP.

    `backends` are the URLs of what listens behind services, by namespace and name.
    """
    see_to_defaults(store)
    users.bind(store)
    server = Server(store, kubelets, users, faults, Catalogue(store), Rights(store), backends)

    async def close(_: web.Application) -> None:
        server.closing.set()
        faults.clear()

    async def handle(request: web.Request) -> web.StreamResponse:
        return await _handle(server, request)

    app = web.Application(client_max_size=_LARGEST_BODY)
    app.router.add_route("*", "/{path:.*}", handle)
    app.on_shutdown.append(close)
    return app


async def _handle(server: Server, request: web.Request) -> web.StreamResponse:
    if request.path.startswith(PREFIX):
        return await switch(server, request)
    request, named = without_name(request)
    fault = server.faults.meet(request.method, request.path_qs)
    try:
        await _suffer(server, request, fault)
        response = await _answer(server, request, named, fault)
        if isinstance(response, web.Response) and fault is not None and fault.bytes_per_second:
            return await _crawl(request, response, fault)
        return response
    except ApiError as error:
        return answer(error.status, status=error.code, headers=error.headers)
    except Hangup:
        return web.Response(status=499)
    except web.HTTPException:
        raise
    except Exception:
        _log.exception("%s %s failed", request.method, request.path)
        failed = ApiError(500, "InternalError", "Internal error occurred: the simulator failed; see its log")
        return answer(failed.status, status=500)


async def _suffer(server: Server, request: web.Request, fault: Fault | None) -> None:
    """Let a fault do its harm before the request is looked at."""
    if fault is None:
        return
    match fault.kind:
        case "freeze":
            with Patience(server, request) as patience:
                if fault.requests is not None:
                    await server.faults.changed()
                await patience.bear()
        case "reset":
            reset(request)
            raise Hangup
        case "slow":
            await asyncio.sleep(fault.delay)
        case "refuse":
            raise _refusal(fault)


def _refusal(fault: Fault) -> ApiError:
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else None
    match fault.code:
        case 401:
            return unauthorized()
        case 403:
            return ApiError(403, "Forbidden", "forbidden: the simulator was told to refuse this", details={})
        case 410:
            return gone("The provided continue parameter is too old to display a consistent list result.")
        case 429:
            return too_many_requests("Too many requests, please try again later.", retry_after=fault.retry_after)
        case 503:
            message = "the server is currently unable to handle the request"
            return ApiError(503, "ServiceUnavailable", message, details={}, headers=headers)
        case _:
            message = "Internal error occurred: the simulator was told to fail"
            return ApiError(500, "InternalError", message, details={}, headers=headers)


async def _crawl(request: web.Request, response: web.Response, fault: Fault) -> web.StreamResponse:
    """Send a finished answer as slowly as the fault says."""
    body = response.body if isinstance(response.body, bytes) else b""
    slow = web.StreamResponse(status=response.status, headers=response.headers)
    slow.headers["Content-Length"] = str(len(body))
    await slow.prepare(request)
    stream = Stream(request, slow, fault)
    await stream.write(body)
    return await stream.end()


async def _answer(server: Server, request: web.Request, named: str, fault: Fault | None) -> web.StreamResponse:
    user = signed_in(server, request, named)
    address = parse_address(request.path)
    if address is None:
        action = Action(request.method.lower(), path=request.path)
        if not server.rights.may(user, action).allowed:
            raise forbidden(user, action, None)
        return await root(server, request)
    verb = verb_of(request.method, address, request.query)
    name = address.proxied or address.name
    action = Action(verb, address.group, address.plural, address.subresource, address.namespace, name)
    if not server.rights.may(user, action).allowed:
        raise forbidden(user, action, address)
    resource = server.catalogue.find(address.group, address.version, address.plural)
    if resource is None:
        return _nothing_there(server, address)
    handler = _handler(resource, address, verb)
    return await handler(Call(server, request, user, resource, address, verb, fault))


def _nothing_there(server: Server, address: Address) -> web.Response:
    if address.group and not server.catalogue.serves(address.group, address.version):
        return no_page()
    raise no_such_resource()


def _handler(resource: Resource, address: Address, verb: str) -> Handler:
    if resource in REVIEWS and verb == "create":
        return review
    if resource in USAGE and verb in ("get", "list"):
        return usage
    if resource.namespaced and address.name and not address.namespace:
        raise no_such_resource()
    if not address.subresource:
        if verb not in resource.verbs:
            raise method_not_allowed()
        return _VERBS[verb]
    part = resource.subresource(address.subresource)
    if part is None:
        raise no_such_resource()
    if verb not in part.verbs:
        raise method_not_allowed()
    return _SUBRESOURCES[part.name][verb]
