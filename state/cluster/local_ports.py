"""Ports of this machine that are listened on."""

import errno
import socket

from state.operation import Refused

HOST = "127.0.0.1"
"""Never anything but this machine."""
_BACKLOG = 64
_LOOKED_AT = 20
"""Ports that are tried for a free one."""


def free_port(wanted: int) -> int:
    """Return a port of this machine that is free right now: the wanted one, one soon after it, or 0 for any."""
    for port in range(wanted, min(wanted + _LOOKED_AT, 65536)):
        try:
            listen(port).close()
        except Refused:
            continue
        return port
    return 0


def listen(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine, 0: on a free one. Raises Refused."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Refused(f"port {port} of this machine is taken; choose another, or 0 for a free one") from None
        if error.errno == errno.EACCES:
            raise Refused(f"port {port} of this machine needs more rights; choose one above 1023") from None
        raise Refused(f"port {port} of this machine cannot be used: {error.strerror}") from None
    return listener
