"""Requests passed on to the pods of a service, as `kubectl get --raw …/services/NAME/proxy/…` does.

What listens behind a service of the world is one of the simulator's own servers, or nothing.
"""

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from cockpit.simulator.api.reading import existing
from cockpit.simulator.api.server import Call
from cockpit.simulator.kinds import ENDPOINTS
from cockpit.simulator.status import ApiError
from cockpit.simulator.store import Object

_SECONDS = 30.0
_KEPT_BACK = frozenset(
    {"authorization", "connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding",
     "upgrade", "proxy-authorization", "accept-encoding"}
)  # fmt: skip
"""Headers that end here: the sign-in is the API server's own, the others are about one connection."""
_PASSED_BACK = ("Content-Type", "Date", "Location", "WWW-Authenticate", "X-Content-Type-Options")


async def proxy(call: Call) -> web.StreamResponse:
    """Pass a request on to a pod of a service and its answer back. Raises ApiError."""
    service = existing(call).object
    _port(call, service)
    endpoints = call.server.store.get(ENDPOINTS, call.address.namespace, call.address.name)
    address = _address(endpoints.object if endpoints is not None else {})
    if not address:
        raise _unavailable(f'no endpoints available for service "{call.address.name}"')
    base = call.server.backends.get((call.address.namespace, call.address.name))
    if base is None:
        raise _unavailable(f"error trying to reach service: dial tcp {address}: connect: connection refused")
    return await _pass_on(call, f"{base}{call.address.path}", address)


async def _pass_on(call: Call, url: str, address: str) -> web.StreamResponse:
    request = call.request
    headers = [(name, value) for name, value in request.headers.items() if not _stays(name)]
    query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(_SECONDS)) as session,
            session.request(
                request.method, f"{url}{query}", headers=headers, data=await request.read(), allow_redirects=False
            ) as reply,
        ):
            back = {name: reply.headers[name] for name in _PASSED_BACK if name in reply.headers}
            return web.Response(status=reply.status, headers=back, body=await reply.read())
    except (ClientError, TimeoutError) as error:
        raise _unavailable(f"error trying to reach service: dial tcp {address}: {error}") from None


def _stays(name: str) -> bool:
    return name.lower() in _KEPT_BACK or name.lower().startswith("impersonate-")


def _port(call: Call, service: Object) -> Object:
    ports = service["spec"].get("ports", [])
    wanted = call.address.port
    for port in ports:
        if not wanted or wanted in (str(port["port"]), port.get("name")):
            return dict(port)
    raise _unavailable(f'no service port "{wanted}" found for service "{call.address.name}"')


def _address(endpoints: Object) -> str:
    """The address of the first pod that is ready, with its port; empty where there is none.

    An address that is no pod's is passed over, as the real server does.
    """
    for subset in endpoints.get("subsets") or ():
        for address in subset.get("addresses") or ():
            if (address.get("targetRef") or {}).get("kind") != "Pod":
                continue
            port = next((one["port"] for one in subset.get("ports") or ()), 80)
            return f"{address['ip']}:{port}"
    return ""


def _unavailable(message: str) -> ApiError:
    return ApiError(503, "ServiceUnavailable", message, details=None)
