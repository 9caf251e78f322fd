"""The switches of a simulated server, for tests: faults, and forgetting old revisions."""

import msgspec
from aiohttp import web

from cockpit.simulator.api.encoding import decode
from cockpit.simulator.api.local import is_local
from cockpit.simulator.api.sending import answer
from cockpit.simulator.api.server import Server
from cockpit.simulator.faults import fault_from_json

PREFIX = "/_simulator/"


async def switch(server: Server, request: web.Request) -> web.Response:
    """Read or set a switch; only from this machine."""
    if not is_local(request):
        return _refused(403, "the simulator's switches answer to this machine only")
    match request.method, request.path.removeprefix(PREFIX):
        case "GET", "faults":
            return answer({"faults": server.faults.current()})
        case "DELETE", "faults":
            server.faults.clear()
            return answer({"faults": []})
        case "PUT", "faults":
            return await _set_faults(server, request)
        case (("PUT" | "POST"), "compact"):
            server.store.forget()
            return answer({"compacted": server.store.compacted})
        case _:
            return _refused(404, "the simulator's switches are GET, PUT and DELETE faults, and POST compact")


async def _set_faults(server: Server, request: web.Request) -> web.Response:
    try:
        data = decode(await request.read())
        wanted = data.get("faults") if isinstance(data, dict) else None
        if not isinstance(wanted, list):
            raise ValueError('the body is an object such as {"faults": [{"kind": "freeze"}]}')
        faults = [fault_from_json(one) for one in wanted]
    except msgspec.DecodeError as error:
        return _refused(400, f"the body is no JSON: {error}")
    except ValueError as error:
        return _refused(400, str(error))
    server.faults.set(faults)
    return answer({"faults": faults})


def _refused(status: int, why: str) -> web.Response:
    return answer({"error": why}, status=status)
