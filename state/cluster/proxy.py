"""Which proxy a connection goes through, as kubectl decides it."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit


def proxy_for(server: str, explicit: str, environ: Mapping[str, str]) -> str | None:
    """Return the proxy's URL for a server's URL, or None for a direct connection.

    A kubeconfig's `proxy-url` always holds. Else `HTTPS_PROXY` or `HTTP_PROXY` by the server's scheme, unless
    the host is on this machine or `NO_PROXY` names it (golang.org/x/net/http/httpproxy). As in Go a proxy
    without scheme is an http one, and `socks5` resolves names at the proxy.
    """
    proxy = explicit
    if not proxy:
        parts = urlsplit(server)
        upper, lower = ("HTTPS_PROXY", "https_proxy") if parts.scheme == "https" else ("HTTP_PROXY", "http_proxy")
        proxy = environ.get(upper) or environ.get(lower) or ""
        if not proxy or _bypassed(server, environ.get("NO_PROXY") or environ.get("no_proxy") or ""):
            return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    scheme, rest = proxy.split("://", 1)
    return f"socks5h://{rest}" if scheme.lower() == "socks5" else proxy


def _bypassed(server: str, no_proxy: str) -> bool:
    parts = urlsplit(server)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(_names(entry, host, port, address) for entry in no_proxy.lower().replace(" ", ",").split(",") if entry)


def _names(entry: str, host: str, port: int, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    if entry == "*":
        return True
    if address is not None:
        try:
            return address in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            pass
    name, _, wanted = entry.rpartition(":") if entry.rpartition(":")[2].isdigit() else (entry, "", "")
    if wanted and int(wanted) != port:
        return False
    name = name.strip("[]")
    if address is not None:
        return name == host
    if name.startswith("*."):
        name = name[1:]
    if name.startswith("."):
        return host.endswith(name)
    return host == name or host.endswith(f".{name}")
