"""Whether a request comes from this machine."""

from ipaddress import ip_address

from aiohttp import web

_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_local(request: web.Request) -> bool:
    """Return whether a request comes from this machine and calls the server by a name of this machine.

    The name is looked at because a web page may point its own name at this machine.
    """
    name = request.host.rpartition(":")[0] or request.host
    try:
        return ip_address(request.remote or "").is_loopback and name in _NAMES
    except ValueError:
        return False
